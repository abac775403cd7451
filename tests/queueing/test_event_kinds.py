"""Events are stored under wire names; lines under the names of earlier releases and in older versions stay readable."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from antrean.queueing import events
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import KINDS, from_data
from antrean.queueing.journal.entry import JournalEntry, to_data
from antrean.queueing.journal.kinds import Event, EventKinds, event

# What stands in journals, written down here once more: neither name of an event may ever change.
NAMES = {
    "call.announced": "CallAnnounced",
    "clock.set": "ClockSet",
    "command.undone": "WishUndone",
    "counter.closed": "CounterClosed",
    "counter.opened": "CounterOpened",
    "counter.paused": "CounterPaused",
    "counter.resumed": "CounterResumed",
    "day.closed": "DayClosed",
    "day.reopened": "DayReopened",
    "journal.lost_numbers_found": "LostNumbersFound",
    "journal.restored": "JournalRestored",
    "journal.sealed": "JournalSealed",
    "plan.changed": "PlanChanged",
    "printer.held": "PrinterHeld",
    "printer.released": "PrinterReleased",
    "printer.reported": "PrinterReported",
    "printer.roll_changed": "RollChanged",
    "security.noted": "SecurityNoted",
    "slip.claimed": "SlipTaken",
    "slip.failed": "SlipFailed",
    "slip.printed": "SlipPrinted",
    "slip.released": "SlipReleased",
    "slip.requested": "SlipRequested",
    "slip.test_requested": "TestSlipRequested",
    "ticket.called": "TicketCalled",
    "ticket.cancelled": "TicketCancelled",
    "ticket.completed": "TicketCompleted",
    "ticket.expired": "TicketExpired",
    "ticket.held": "TicketHeld",
    "ticket.issued": "TicketIssued",
    "ticket.no_show": "TicketMarkedNoShow",
    "ticket.persons_changed": "PersonsChanged",
    "ticket.priority_changed": "PriorityChanged",
    "ticket.readmitted": "TicketReadmitted",
    "ticket.recalled": "TicketRecalled",
    "ticket.reopened": "TicketReopened",
    "ticket.resumed": "TicketResumed",
    "ticket.returned": "TicketReturned",
    "ticket.started": "TicketStarted",
    "ticket.transferred": "TicketTransferred",
}
# A day with a line of every kind, as the first release with wire names wrote it.
HERE = Path(__file__).parent
LINES = [json.loads(line) for line in (HERE / "lines_of_2026_11.jsonl").read_text(encoding="utf-8").splitlines()]
# Kinds and versions that came since: whoever adds one adds a line of it here, which stays.
SINCE = [json.loads(line) for line in (HERE / "lines_since.jsonl").read_text(encoding="utf-8").splitlines()]
DAY = date(2026, 11, 24)


def entry(line: Mapping[str, Any], kind: str) -> JournalEntry:
    """Read one line as the journal does, under this name."""
    at, day = datetime.fromisoformat(line["at"]), date.fromisoformat(line["business_day"])
    return JournalEntry(line["seq"], at, day, from_data(kind, line["data"]), line["request_id"], line["actor"])


def fold(names: Mapping[str, str]) -> ServiceDay:
    return ServiceDay.fold(DAY, [entry(line, names.get(line["kind"], line["kind"])) for line in LINES])


def test_no_name_under_which_lines_were_stored_has_changed() -> None:
    stored = {kind: event for event in KINDS for kind in KINDS.of(event)}
    assert {wire: stored[wire] for wire in NAMES} == {wire: stored[old] for wire, old in NAMES.items()}
    since = {line["kind"] for line in SINCE}
    assert set(stored) == {*NAMES, *NAMES.values(), *since}, "lines_since.jsonl needs a line of each new kind"
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+(\.[0-9]+)?", kind) for kind in since)


def test_every_event_is_stored_under_one_name_of_its_own() -> None:
    kinds = [event.kind for event in KINDS]
    assert len(kinds) == len(set(kinds)) >= len(NAMES)
    given = [getattr(events, name) for name in events.__all__]
    assert {event for event in given if isinstance(event, type)} - {Event} <= set(KINDS)


def test_a_day_of_lines_of_every_kind_folds_into_what_it_was_under_either_name() -> None:
    assert {line["kind"] for line in LINES} == set(NAMES)
    day = fold({})
    assert day.same_as(fold(NAMES))
    assert (day.seq, day.last_at) == (65, datetime(2026, 11, 24, 2, 36, 30, tzinfo=UTC))
    found = {each.number: (each.state, each.service, each.persons, each.priority) for each in day.tickets.values()}
    assert found == {
        "A-001": ("waiting", "card", 2, False),
        "A-002": ("waiting", "card", 3, True),
        "B-001": ("waiting", "birth", 1, False),
        "C-001": ("cancelled", "birth", 3, False),
        "A-003": ("waiting", "card", 1, False),
        "A-004": ("waiting", "card", 1, True),
    }
    assert (day.last_number, day.persons) == ({"A": 1000, "B": 7, "C": 1000}, {"card": 7, "family": 0, "birth": 1})
    assert [(call.seq, call.number, call.recall, call.rule) for call in day.calls] == [
        (12, "A-002", False, "earliest_due_date"),
        (14, "A-002", True, "earliest_due_date"),
        (22, "A-001", False, "earliest_due_date"),
        (25, "A-001", False, "chosen"),
        (29, "B-001", False, "chosen"),
        (51, "A-002", False, "brought_forward"),
    ]
    assert list(day.announced) == [12]
    assert {code: (counter.state, counter.operator) for code, counter in day.counters.items()} == {
        "1": ("closed", ""),
        "3": ("closed", ""),
    }
    assert [slip.state for slip in day.slips_of("A-003")] == ["printed", "failed"]
    assert [slip.state for slip in day.slips_of("A-004")] == ["uncertain"]
    assert (day.printers["k1"].state, day.held_printers, day.rolls["k1"].mm) == ("ready", {}, 0)
    assert (day.sealed, day.lost_numbers, day.closed, len(list(day.results))) == (2, ("A-009",), False, 41)


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line['seq']} {line['kind']}")
def test_a_line_is_written_again_as_it_was_and_read_again_as_it_is(line: dict[str, Any]) -> None:
    event = from_data(line["kind"], line["data"])
    assert from_data(NAMES[line["kind"]], line["data"]) == event
    written = json.loads(json.dumps(to_data(event)))
    assert {name: written[name] for name in line["data"]} == line["data"]
    assert from_data(event.kind, written) == event


@pytest.mark.parametrize("line", SINCE, ids=lambda line: line["kind"])
def test_a_line_of_a_kind_that_came_since_is_read_and_written_anew(line: dict[str, Any]) -> None:
    event = from_data(line["kind"], line["data"])
    assert from_data(event.kind, json.loads(json.dumps(to_data(event)))) == event


def test_every_field_of_every_event_stands_in_a_kept_line() -> None:
    kept: dict[str, set[str]] = defaultdict(set)
    for line in (*LINES, *SINCE):
        kept[line["kind"]] |= set(line["data"])
    missing = {kind.kind: set(kind.field_names) - kept[kind.kind] for kind in KINDS}
    assert not any(missing.values()), "lines_since.jsonl needs a line with each new field"


# An invented event that changed its shape twice: from `metres` to `centimetres`, then it got a `unit` of its own.
def _to_centimetres(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**{name: value for name, value in data.items() if name != "metres"}, "centimetres": data["metres"] * 100}


def _to_unit(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"queue": data["queue"], "length": data["centimetres"], "unit": "cm"}


def invented() -> tuple[EventKinds, type[Any]]:
    @event("queue.measured", version=3, formerly="QueueMeasured", upcasters=(_to_centimetres, _to_unit))
    @dataclass(frozen=True, slots=True)
    class Measured(Event):
        queue: str
        length: int
        unit: str
        by: str = "nobody"

    return EventKinds([Measured]), Measured


def test_lines_of_every_older_version_are_brought_up_to_the_newest() -> None:
    kinds, measured = invented()
    assert measured.kind == "queue.measured.3"
    assert kinds.of(measured) == ("queue.measured", "queue.measured.2", "queue.measured.3", "QueueMeasured")
    now = measured("street", 300, "cm")
    for kind, data in {
        "QueueMeasured": {"queue": "street", "metres": 3},
        "queue.measured": {"queue": "street", "metres": 3, "weather": "rain"},
        "queue.measured.2": {"queue": "street", "centimetres": 300},
        "queue.measured.3": {"queue": "street", "length": 300, "unit": "cm", "colour": "of a later release"},
    }.items():
        before = dict(data)
        assert kinds.read(kind, data) == now
        assert data == before
    assert kinds.read(measured.kind, to_data(now)) == now


def test_a_version_of_a_later_release_is_unknown_rather_than_misread() -> None:
    kinds, _measured = invented()
    for kind in ("queue.measured.4", "queue.measured.1", "queue.measured.", "Measured", "queue.lost"):
        assert kind not in kinds
        with pytest.raises(KeyError):
            kinds.read(kind, {"queue": "street", "length": 1, "unit": "cm"})


@pytest.mark.parametrize("data", [{"queue": "street"}, {"queue": "street", "metres": None}, {"metres": 3}])
def test_an_older_line_that_lacks_what_it_always_had_is_not_guessed(data: dict[str, Any]) -> None:
    kinds, _measured = invented()
    with pytest.raises(TypeError):
        kinds.read("queue.measured", data)


def test_a_name_that_is_taken_or_none_or_lacks_a_step_is_refused() -> None:
    kinds, measured = invented()
    refused: list[tuple[str, dict[str, Any]]] = [
        ("queue.measured", {}),
        ("queue.weighed", {"formerly": "QueueMeasured"}),
        ("QueueWeighed", {}),
        ("queue", {}),
        ("queue.weighed.2", {}),
        ("queue.weighed", {"version": 2}),
        ("queue.weighed", {"upcasters": (_to_unit,)}),
        (f"queue.{'w' * 40}", {}),
    ]
    for name, more in refused:
        with pytest.raises(ValueError):
            EventKinds([measured, event(name, **more)(dataclass(frozen=True)(type("Another", (Event,), {})))])
    assert list(kinds) == [measured]
    assert measured.kind == "queue.measured.3"
