"""A command that raises anything but a refusal harms nobody else; nor do entries and listeners that can't be served."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.commands import IssueTicket
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import InternalError, QueueError, Unknown
from antrean.queueing.events import Event, PlanChanged, SlipPrinted
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office, Request
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import ListJournal, SetClock, small_plan
from tests.examples import examples
from tests.fakes.does import does
from tests.fakes.same_day import state_of
from tests.queueing.wishes import issue, states


def take(service: str, token: str) -> Request:
    return Request(IssueTicket(service=service, language="id"), request_id=token)


def raises(_day: ServiceDay, _plan: OfficePlan, _at: datetime) -> Sequence[Event]:
    raise TypeError("a defect")


def empties_the_day_and_raises(day: ServiceDay, _plan: OfficePlan, _at: datetime) -> Sequence[Event]:
    for ticket in day.tickets.values():
        ticket.state = "cancelled"
    day.tickets.clear()
    day.last_number.clear()
    raise TypeError("a defect")


def gives_what_can_not_be_applied(_day: ServiceDay, _plan: OfficePlan, _at: datetime) -> Sequence[Event]:
    return (PlanChanged("notices"), SlipPrinted("Z-999"))


def refuses_half_way(_day: ServiceDay, _plan: OfficePlan, _at: datetime) -> Sequence[Event]:
    return Halfway((PlanChanged("notices"), PlanChanged("voice")))


class Halfway(tuple[Event, ...]):
    """Events of which the second can't be had."""

    def __iter__(self) -> Any:
        yield self[0]
        raise Unknown("ticket_unknown", ticket="Z-999")


POISON = (raises, empties_the_day_and_raises, gives_what_can_not_be_applied, refuses_half_way)


def told(outcome: object) -> object:
    """Return what the asker sees of an outcome, without what tells when others came."""
    if isinstance(outcome, QueueError):
        return outcome.code
    ticket = getattr(outcome, "ticket")  # noqa: B009
    return ticket.number, ticket.people_ahead_at_issue, ticket.state


def asked_of(office: Office, wishes: Sequence[Request], lengths: Sequence[int]) -> list[object]:
    """Ask in batches of these lengths, as a hub's writer does, and return what was told to whom in order."""
    outcomes: list[object] = []
    start = 0
    for length in (*lengths, len(wishes)):
        batch = office.decide(wishes[start : start + length])
        office.publish(batch)
        outcomes += batch.outcomes
        start += length
    return [told(outcome) for outcome in outcomes]


@examples(60)
@given(
    st.lists(st.sampled_from(["card", "family", "birth", "no such service", *range(len(POISON))]), max_size=14),
    st.lists(st.integers(0, 5), max_size=6),
)
def test_sound_wishes_get_the_same_answers_as_without_the_ones_at_fault(kinds: list[Any], lengths: list[int]) -> None:
    wishes, sound = [], []
    for number, kind in enumerate(kinds):
        is_sound = isinstance(kind, str)
        wish = take(kind, f"r{number}") if is_sound else Request(does(POISON[kind]), request_id=f"r{number}")
        wishes.append(wish)
        sound.append(is_sound)
    plan = small_plan()
    office, other = (Office(ListJournal(), lambda: plan, SetClock()) for _ in range(2))
    outcomes = asked_of(office, wishes, lengths)
    alone = asked_of(other, [wish for wish, good in zip(wishes, sound, strict=True) if good], [])
    assert [outcome for outcome, good in zip(outcomes, sound, strict=True) if good] == alone
    assert {outcome for outcome, good in zip(outcomes, sound, strict=True) if not good} <= {"internal_error"}
    assert office.faults["command"] == sound.count(False)
    assert office.read(lambda day, _plan: state_of(day)) == other.read(lambda day, _plan: state_of(day))
    assert asked_of(office, [take("card", "after")], []) == asked_of(other, [take("card", "after")], [])


def test_the_fault_is_logged_once_with_where_it_came_from(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        batch = office.decide([take("card", "r1"), Request(does(raises, "recall"), "Ani"), take("card", "r2")])
    assert [type(outcome).__name__ for outcome in batch.outcomes] == ["CommandResult", "InternalError", "CommandResult"]
    assert [getattr(entry.event, "ticket", "") for entry in batch.entries] == ["A-001", "A-002"]
    assert len(caplog.records) == 1
    assert "the command recall of 'Ani' failed" in caplog.text
    assert "TypeError: a defect" in caplog.text


def test_whoever_asks_alone_gets_the_fault_and_its_cause(office: Office) -> None:
    with pytest.raises(InternalError) as caught:
        office.submit(Request(does(raises)))
    assert (caught.value.code, caught.value.status) == ("internal_error", 500)
    assert isinstance(caught.value.__cause__, TypeError)
    assert issue(office).number == "A-001"


@dataclass
class CountingJournal(ListJournal):
    """Counts how often the whole day is read."""

    days_read: int = 0
    entries: list[JournalEntry] = field(default_factory=list)

    def read(self, **wanted: Any) -> Sequence[JournalEntry]:
        self.days_read += wanted.get("day") is not None
        return super().read(**wanted)


@pytest.mark.parametrize("sound_first", [False, True])
def test_many_wishes_at_fault_do_not_have_the_day_read_for_each(sound_first: bool, plan: OfficePlan) -> None:
    journal = CountingJournal()
    office = Office(journal, lambda: plan, SetClock())
    issue(office)
    before = journal.days_read
    office.publish(office.decide([*([take("card", "r1")] if sound_first else []), *[Request(does(raises))] * 50]))
    assert journal.days_read - before == int(sound_first)
    assert issue(office).number == ("A-003" if sound_first else "A-002")


def test_an_entry_that_can_not_be_shown_is_shown_with_the_next_batch(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    issue(office)
    heard: list[int] = []
    office.subscribe(lambda entries: heard.append(len(entries)))
    shown = office.read(lambda day, _plan: day)
    with monkeypatch.context() as patch:
        apply = ServiceDay.apply

        def broken(day: ServiceDay, entry: JournalEntry) -> None:
            if day is shown:
                raise LookupError("this day is broken")
            apply(day, entry)

        patch.setattr(ServiceDay, "apply", broken)
        assert issue(office).number == "A-002"
    assert heard == [1]
    assert office.faults["shown"] == 1
    assert caplog.text.count("Traceback") == 1
    office.catch_up()
    assert states(office) == {"A-001": "waiting", "A-002": "waiting"}
    assert issue(office).number == "A-003"
    assert states(office) == {"A-001": "waiting", "A-002": "waiting", "A-003": "waiting"}


def test_a_listener_that_raises_keeps_nobody_from_hearing(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    def deaf(_entries: Sequence[JournalEntry]) -> None:
        raise OSError("nobody home")

    heard: list[int] = []
    office.subscribe(deaf)
    office.subscribe(lambda entries: heard.append(entries[-1].seq if entries else 0))
    assert issue(office).number == "A-001"
    assert heard[-1] == 1
    assert office.faults["listener"] == len(heard)
    assert "nobody home" in caplog.text
