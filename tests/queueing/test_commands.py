"""A command says what it takes, refuses what it can't hold, and is the same after a journey as bytes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from antrean.queueing.command.base import by_name, command
from antrean.queueing.command.data import from_bytes, json_schema, to_bytes
from antrean.queueing.command.fields import Field, OneOf, Text, TimeOfDay, Whole, Words, fields_of
from antrean.queueing.commands import (
    COMMANDS,
    CallNext,
    CallTicket,
    CancelTicket,
    ChangePersons,
    CloseDay,
    CloseService,
    Command,
    CompleteTicket,
    FindLostNumbers,
    IssueTicket,
    PauseCounter,
    PauseService,
    TransferTicket,
)
from antrean.queueing.errors import Invalid

ROLES = {"visitor", "kiosk", "display", "print_agent", "operator", "supervisor", "administrator", "hub"}
AS_BYTES = [kind for kind in COMMANDS.values() if all(field.kind != "live" for field in fields_of(kind))]
letters = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=9)


def values_of(field: Field) -> st.SearchStrategy[Any]:
    """Return values that a field can hold."""
    match field.rule:
        case OneOf(words=words):
            found: st.SearchStrategy[Any] = st.sampled_from(words)
        case Whole(least=least, most=most):
            found = st.integers(least, most)
        case Text(free=True):
            found = st.text("abc xyz", max_size=9)
        case Words():
            found = st.dictionaries(st.text("abc", max_size=3), st.text("abc xyz", max_size=9), max_size=3)
        case TimeOfDay():
            found = st.just("") | st.times().map(lambda time: time.strftime("%H:%M"))
        case _:
            found = {
                "text": letters,
                "whole": st.integers(0, 10**9),
                "number": st.floats(-1e9, 1e9),
                "flag": st.booleans(),
                "day": st.dates(),
                "texts": st.lists(letters, max_size=3).map(tuple),
                "values": st.dictionaries(letters, st.integers(), max_size=3),
            }[field.kind]
    return st.none() | found if field.optional else found


@st.composite
def commands(draw: st.DrawFn) -> Command:
    kind = draw(st.sampled_from(AS_BYTES))
    return kind(**{field.name: draw(values_of(field)) for field in fields_of(kind)})


@given(commands())
def test_a_command_is_the_same_after_a_journey_as_bytes(one: Command) -> None:
    assert from_bytes(to_bytes(one)) == one


@given(commands())
def test_what_a_command_holds_is_what_its_schema_describes(one: Command) -> None:
    kind = type(one)
    said = {
        field.name: getattr(one, field.name)
        for field in fields_of(kind)
        if not field.given and getattr(one, field.name) is not None
    }
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}
    validator = Draft202012Validator(json_schema(kind))
    validator.validate(said)
    assert not validator.is_valid({**said, "colour": 1})


@pytest.mark.parametrize("kind", COMMANDS.values(), ids=lambda kind: kind.name)
def test_every_command_says_who_may_wish_it_and_what_it_leads_to(kind: type[Command]) -> None:
    assert kind.given_by
    assert set(kind.given_by) <= ROLES
    assert kind.gives
    assert kind.__doc__
    Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize("kind", COMMANDS.values(), ids=lambda kind: kind.name)
def test_a_field_holds_its_default_which_is_not_looked_at_again(kind: type[Command]) -> None:
    for field in fields_of(kind):
        if not field.required:
            field.check(field.default)


def test_a_command_can_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        IssueTicket(service="card").persons = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("kind", "values", "code", "field"),
    [
        (IssueTicket, {"service": "card", "persons": 0}, "persons_out_of_range", "persons"),
        (IssueTicket, {"service": "card", "persons": 10}, "persons_out_of_range", "persons"),
        (IssueTicket, {"service": "card", "persons": True}, "value_invalid", "persons"),
        (IssueTicket, {"service": "card", "persons": 1.0}, "value_invalid", "persons"),
        (IssueTicket, {"service": "card", "persons": None}, "value_invalid", "persons"),
        (ChangePersons, {"ticket": "A-001", "persons": "2"}, "value_invalid", "persons"),
        (IssueTicket, {"service": 7}, "value_invalid", "service"),
        (IssueTicket, {"service": "x" * 41}, "value_invalid", "service"),
        (IssueTicket, {"service": "ca\x00rd"}, "value_invalid", "service"),
        (IssueTicket, {"service": "ca\ud800rd"}, "value_invalid", "service"),
        (IssueTicket, {"service": "card", "priority": 1}, "value_invalid", "priority"),
        (CompleteTicket, {"ticket": "A-001", "counter": "1", "outcome": "lunch"}, "value_invalid", "outcome"),
        (TransferTicket, {"ticket": "A", "counter": "1", "service": "x", "position": ""}, "value_invalid", "position"),
        (PauseCounter, {"counter": "1", "operator": "Ani", "reason": "x" * 41}, "value_invalid", "reason"),
        (PauseService, {"service": "card", "reasons": {"id": 7}}, "value_invalid", "reasons"),
        (PauseService, {"service": "card", "reasons": {7: "Blangko habis"}}, "value_invalid", "reasons"),
        (PauseService, {"service": "card", "reasons": "Blangko habis"}, "value_invalid", "reasons"),
        (PauseService, {"service": "card", "reasons": {"id": "x" * 121}}, "value_invalid", "reasons"),
        (PauseService, {"service": "card", "reasons": {"id": "x\x00"}}, "value_invalid", "reasons"),
        (PauseService, {"service": "card", "until": "9:30"}, "value_invalid", "until"),
        (PauseService, {"service": "card", "until": "24:00"}, "value_invalid", "until"),
        (PauseService, {"service": "card", "until": "11:60"}, "value_invalid", "until"),
        (PauseService, {"service": "card", "until": "11:30\n"}, "value_invalid", "until"),
        (CloseDay, {"business_day": "2026-11-24"}, "value_invalid", "business_day"),
        (CloseDay, {"business_day": datetime(2026, 11, 24, tzinfo=UTC)}, "value_invalid", "business_day"),
        (FindLostNumbers, {"printer": "p", "numbers": (1,)}, "value_invalid", "numbers"),
        (FindLostNumbers, {"printer": "p", "numbers": ("A-1\x00",)}, "value_invalid", "numbers"),
    ],
)  # fmt: skip
def test_a_value_that_a_command_can_not_hold_is_refused_with_its_field(
    kind: type[Command], values: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        kind(**values)
    assert (caught.value.code, caught.value.values["field"]) == (code, field)


@pytest.mark.parametrize(
    "make",
    [
        lambda text: CancelTicket(ticket="A-001", reason=text),
        lambda text: CallTicket(ticket="A-001", counter="1", operator="Ani", reason=text),
        lambda text: PauseCounter(counter="1", operator="Ani", reason=text),
    ],
)
def test_no_reason_holds_an_identity_number(make: Any) -> None:
    with pytest.raises(Invalid) as caught:
        make("NIK 3208 1234 5678 9012")
    assert caught.value.code == "note_has_id_number"
    assert make("KTP lama hilang").reason == "KTP lama hilang"


def test_no_reason_of_a_service_holds_an_identity_number_in_any_language_or_across_them() -> None:
    for reasons in ({"id": "NIK 3208 1234 5678 9012"}, {"id": "3208 0101", "su": "0190 0001"}):
        for kind in (PauseService, CloseService):
            with pytest.raises(Invalid) as caught:
                kind(service="card", reasons=reasons)
            assert caught.value.code == "note_has_id_number"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad_request"),
        (b"[]", "bad_request"),
        (b'{"command": "issue_ticket", "service": ', "bad_request"),
        (b"[" * 100_000, "bad_request"),
        (b'{"service": "card"}', "value_invalid"),
        (b'{"command": "sing", "service": "card"}', "value_invalid"),
        (b'{"command": ["issue_ticket"]}', "value_invalid"),
        (b'{"command": "issue_ticket"}', "value_missing"),
        (b'{"command": "issue_ticket", "service": "card", "colour": 1}', "field_unknown"),
        (b'{"command": "close_day", "business_day": "yesterday"}', "value_invalid"),
        (b'{"command": "issue_ticket", "service": null}', "value_invalid"),
        (b'{"command": "note_security", "noted": 1}', "value_invalid"),
        (b'{"command": "tell_time", "seconds": 1, "since": 1, "guard": "x"}', "value_invalid"),
    ],
)
def test_bytes_that_are_no_command_are_refused_with_a_code(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        from_bytes(data)
    assert caught.value.code == code


def test_bytes_name_the_command_and_only_what_differs_from_what_is_usual() -> None:
    assert to_bytes(IssueTicket(service="card")) == b'{"command":"issue_ticket","service":"card"}'
    assert to_bytes(CloseDay(business_day=date(2026, 11, 24))) == b'{"command":"close_day","business_day":"2026-11-24"}'


def test_a_command_that_holds_an_object_of_a_process_has_no_bytes() -> None:
    from antrean.queueing.clock.guard import ClockGuard
    from antrean.queueing.commands import AdoptClock
    from tests.conftest import SetClock

    with pytest.raises(TypeError):
        to_bytes(AdoptClock(since=0, guard=ClockGuard(SetClock(), None)))


def test_what_the_hub_knows_is_in_no_schema() -> None:
    assert json_schema(CallNext)["properties"].keys() == {"current"}
    assert json_schema(CallTicket, said_elsewhere=["ticket"]) == {
        "type": "object",
        "properties": {"reason": {"type": "string", "maxLength": 200, "default": ""}},
        "additionalProperties": False,
    }


def test_two_commands_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="call_next"):
        by_name([CallNext, command("call_next", gives=(), given_by=())(type("Another", (Command,), {}))])


def test_a_field_of_a_type_that_no_request_can_say_is_refused() -> None:
    class Odd(Command):
        colour: complex

    made = command("odd", gives=(), given_by=())(Odd)
    values: dict[str, Any] = {"colour": 1j}
    with pytest.raises(TypeError, match="complex"):
        made(**values)
