"""Journal lines written long ago, or by a newer version that was taken back, still fold into the same day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from antrean.queueing.day import ServiceDay
from antrean.queueing.events import KINDS, TicketCalled, from_data
from antrean.queueing.journal.entry import JournalEntry, to_data

LINES = [json.loads(line) for line in (Path(__file__).parent / "old_lines.jsonl").read_text("utf-8").splitlines()]
DAY = date(2026, 3, 2)


def entry(line: dict[str, Any]) -> JournalEntry:
    """Read one line as the journal does."""
    event = from_data(line["kind"], line["data"])
    at, day = datetime.fromisoformat(line["at"]), date.fromisoformat(line["business_day"])
    return JournalEntry(line["seq"], at, day, event, line["request_id"], line["actor"])


@pytest.fixture(scope="module")
def day() -> ServiceDay:
    return ServiceDay.fold(DAY, [entry(line) for line in LINES])


def test_the_lines_are_old_and_new_at_once() -> None:
    """The file lacks fields of today and has fields nobody knows; else this test would show nothing."""
    written = {(line["kind"], name) for line in LINES for name in line["data"]}
    known = {(kind, name) for event in KINDS for kind in KINDS.of(event) for name in event.field_names}
    assert len({kind for kind, _name in written - known}) >= 5
    assert len([line for line in LINES if set(line["data"]) < set(entry(line).event.field_names)]) >= 8


def test_old_lines_fold_into_the_day_they_were(day: ServiceDay) -> None:
    assert (day.seq, day.last_at) == (24, datetime(2026, 3, 2, 1, 33, tzinfo=UTC))
    assert {number: ticket.state for number, ticket in day.tickets.items()} == {
        "A-001": "completed",
        "A-002": "held",
        "B-001": "cancelled",
        "A-003": "waiting",
    }
    assert day.last_number == {"A": 3, "B": 1}
    assert day.issued == {"card": 3, "family": 1}
    assert [(call.seq, call.number, call.counter) for call in day.calls] == [
        (9, "A-001", "1"),
        (11, "A-001", "1"),
        (15, "A-002", "1"),
        (19, "A-003", "1"),
    ]
    assert list(day.announced) == [9]
    assert (day.counter("1").state, day.counter("1").operator) == ("paused", "Ani")
    assert day.printers["p1"].state == "unknown"
    assert day.open_slips == {}
    assert list(day.results) == ["sit-1", "r1", "r2", "c1", "c2", "r4", "l1"]


def test_what_an_old_line_did_not_say_is_what_was_usual_then(day: ServiceDay) -> None:
    first = day.ticket("A-001")
    assert (first.priority, first.language, first.device, first.wait_at_issue) == (False, "id", "", None)
    assert (first.persons, first.outcome, first.slips) == (2, "finished", ())
    second = day.ticket("A-002")
    assert (second.persons, second.priority, second.language, second.wait_at_issue) == (3, True, "su", (5, 15))
    assert [slip.state for slip in second.slips] == ["printed"]
    assert day.ticket("A-003").arrival == datetime(2026, 3, 2, 1, 19, tzinfo=UTC)


def test_the_first_answer_is_still_given_to_a_request_of_then(day: ServiceDay) -> None:
    answer = day.results["r2"]
    assert answer.ticket is not None
    assert (answer.seq, answer.ticket.number, answer.ticket.state) == (4, "A-002", "waiting")
    assert day.results["c2"].facts == {"rule": "a_rule_of_old", "waited": 15, "shoe_size": 41}


def test_every_kind_of_event_can_be_written_and_read_again() -> None:
    for line in LINES:
        event = entry(line).event
        assert from_data(line["kind"], json.loads(json.dumps(to_data(event)))) == event


def test_what_makes_no_sense_is_not_guessed() -> None:
    with pytest.raises(KeyError):
        from_data("ticket.eaten", {"ticket": "A-001"})
    with pytest.raises(TypeError):
        from_data("TicketCalled", {"ticket": "A-001", "desk": "1"})
    assert from_data("TicketCalled", {"ticket": "A-001", "counter": "1", "desk": "9"}) == TicketCalled("A-001", "1")
