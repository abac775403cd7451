"""The independent checker finds each kind of lie, and none in a true history."""

from __future__ import annotations

import ast
import hashlib
import json
import sqlite3
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from antrean.config import ROOT
from tests.history_checker import Line, Told, read_sqlite, violations

DAY = "2026-11-24"


class History:
    """A true morning, line by line, and what was told of it; tests spoil it."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.told: list[Told] = []

    def add(self, kind: str, ticket: str = "", counter: str = "", day: str = DAY, **data: Any) -> int:
        seq = len(self.lines) + 1
        request = f"request-{seq}"
        given = {**({"ticket": ticket} if ticket else {}), **({"counter": counter} if counter else {}), **data}
        self.lines.append(Line(seq, f"{day}T02:00:00.000000+00:00", day, kind, given, request, "somebody"))
        if ticket:
            self.told.append(Told(kind, ticket, seq, request))
        return seq

    def issue(self, number: int, series: str = "A", day: str = DAY) -> int:
        return self.add("ticket.issued", f"{series}-{number:03d}", day=day, series=series, number=number)

    def steps(self, ticket: str, counter: str, *kinds: str) -> int:
        for kind in kinds:
            seq = self.add(f"ticket.{kind}", ticket, counter)
        return seq

    def found(self, **asked: bool) -> list[str]:
        return violations(self.lines, self.told, **asked)

    def spoil(self, seq: int, **changes: Any) -> None:
        self.lines[seq - 1] = replace(self.lines[seq - 1], **changes)

    def spoil_told(self, seq: int, **changes: Any) -> None:
        self.told = [replace(one, **changes) if one.seq == seq else one for one in self.told]


@pytest.fixture
def history() -> History:
    """Every legal step, undo over each that can be undone, two series, two counters, a close of the day."""
    found = History()
    found.add("plan.changed")
    for counter in ("1", "2"):
        found.add("counter.opened", counter=counter)
    for count in range(1, 7):
        found.issue(count)
    found.issue(1, "B")
    found.steps("A-001", "1", "called", "recalled", "started", "held")
    found.steps("A-002", "1", "called", "no_show", "readmitted", "called", "started", "completed")
    found.steps("A-001", "1", "resumed", "completed")
    found.add("command.undone", "A-001", "1", undone="complete", state="serving")
    found.steps("A-001", "1", "transferred")
    found.steps("A-003", "2", "called", "returned", "called", "started")
    found.add("command.undone", "A-003", "2", undone="start", state="called")
    found.steps("A-003", "2", "started", "completed", "reopened")
    found.steps("A-004", "2", "called", "no_show")
    found.add("command.undone", "A-004", "2", undone="no_show", state="called")
    found.add("ticket.cancelled", "A-004")
    found.add("ticket.cancelled", "A-005")
    found.steps("A-006", "2", "called", "started", "completed")
    found.add("ticket.called", "B-001", "2", finished="A-006")
    found.steps("B-001", "2", "recalled")
    found.add("command.undone", "B-001", "2", undone="call", state="waiting")
    found.add("command.undone", "A-006", "2", undone="complete", state="serving")
    for step in ("returned", "transferred"):
        found.steps("A-006", "2", step)
        found.add("command.undone", "A-006", "2", undone=step, state="serving")
    found.steps("A-006", "2", "held")
    found.add("ticket.persons_changed", "B-001", persons=2)
    found.add("ticket.priority_changed", "B-001", priority=True)
    for number in ("A-001", "A-003", "A-006", "B-001"):
        found.add("ticket.expired", number)
    for counter in ("1", "2"):
        found.add("counter.closed", counter=counter)
    found.add("day.closed")
    found.issue(1, day="2026-11-25")
    found.add("slip.printed", "A-001", day=DAY)
    assert found.found() == []
    return found


def test_a_true_history_is_found_true_with_old_names_too(history: History, tmp_path: Path) -> None:
    old = {"ticket.issued": "TicketIssued", "ticket.called": "TicketCalled", "day.closed": "DayClosed"}
    with sqlite3.connect(tmp_path / "office.sqlite3") as connection:
        connection.execute(
            "CREATE TABLE journal (office, seq, at, business_day, kind, data, request_id, actor, chain,"
            " PRIMARY KEY (office, seq))"
        )
        chain = "0" * 64
        for line in history.lines:
            values = (line.seq, line.at, line.business_day, old.get(line.kind, line.kind), json.dumps(line.data))
            text = "\x1f".join([chain, "test", *map(str, values), line.request_id or "", line.actor])
            chain = hashlib.sha256(text.encode()).hexdigest()
            row = ("test", *values, line.request_id, line.actor, chain)
            connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute("INSERT INTO journal VALUES ('other', 9, '', '', 'x', '{}', NULL, '', '')")
    connection.close()
    lines = read_sqlite(tmp_path / "office.sqlite3", "test")
    assert lines == history.lines
    assert violations(lines, history.told) == []
    changed = replace(lines[3], stored=(*lines[3].stored[:-2], "somebody else", lines[3].stored[-1]))
    assert violations([*lines[:3], changed, *lines[4:]], history.told) == ["seq 4 does not fit the line before it"]


def seq_of(history: History, kind: str, ticket: str) -> int:
    return next(line.seq for line in history.lines if (line.kind, line.data.get("ticket")) == (kind, ticket))


def lose_a_line(history: History) -> None:
    del history.lines[seq_of(history, "ticket.persons_changed", "B-001") - 1]


def give_a_number_twice(history: History) -> None:
    seq = seq_of(history, "ticket.issued", "A-006")
    history.spoil(seq, data={"ticket": "A-005", "series": "A", "number": 5})


def skip_a_number(history: History) -> None:
    history.spoil(seq_of(history, "ticket.issued", "B-001"), data={"ticket": "B-002", "series": "B", "number": 2})


def print_another_number(history: History) -> None:
    history.spoil(seq_of(history, "ticket.issued", "B-001"), data={"ticket": "B-007", "series": "B", "number": 1})


def go_back_a_day(history: History) -> None:
    history.issue(2, "C", day="2026-11-20")


def do_a_request_twice(history: History) -> None:
    history.spoil(len(history.lines), request_id="request-4")


def answer_a_request_in_two_ways(history: History) -> None:
    seq = seq_of(history, "ticket.issued", "A-002")
    history.told.append(Told("ticket.issued", "A-003", seq + 1, f"request-{seq}"))


def answer_what_left_no_line(history: History) -> None:
    history.spoil(seq_of(history, "ticket.issued", "A-002"), request_id="somebody-elses")


def tell_a_seq_that_is_not(history: History) -> None:
    history.told.append(Told("ticket.issued", "A-007", 999))


def tell_another_number(history: History) -> None:
    history.spoil_told(seq_of(history, "ticket.issued", "A-002"), number="A-009")


def tell_two_clients_one_number(history: History) -> None:
    seq = seq_of(history, "ticket.issued", "A-002")
    history.told.append(Told("ticket.issued", "A-002", seq, "request-1"))


def tell_nobody_of_a_number(history: History) -> None:
    history.told = [one for one in history.told if (one.what, one.number) != ("ticket.issued", "B-001")]


def tell_nobody_of_a_call(history: History) -> None:
    history.told = [one for one in history.told if (one.what, one.number) != ("ticket.called", "A-004")]


def tell_a_call_that_was_none(history: History) -> None:
    history.spoil_told(seq_of(history, "ticket.started", "A-002"), what="ticket.called")


def call_one_twice(history: History) -> None:
    insert_before(history, "ticket.resumed", "A-001", "ticket.called", "A-002", "1")


def call_two_to_one_counter(history: History) -> None:
    insert_before(history, "ticket.recalled", "A-001", "ticket.called", "A-002", "1")


def start_at_another_counter(history: History) -> None:
    seq = seq_of(history, "ticket.started", "A-001")
    history.spoil(seq, data={"ticket": "A-001", "counter": "2"})


def complete_what_was_only_called(history: History) -> None:
    seq = seq_of(history, "ticket.started", "A-001")
    history.spoil(seq, kind="ticket.completed")


def call_what_was_never_given(history: History) -> None:
    insert_before(history, "ticket.expired", "A-001", "ticket.called", "Z-001", "1")


def serve_after_the_close(history: History) -> None:
    history.issue(2, "B")


def leave_one_dangling(history: History) -> None:
    history.spoil(seq_of(history, "ticket.expired", "B-001"), kind="nothing", data={})


def close_a_counter_over_its_visitor(history: History) -> None:
    insert_before(history, "ticket.recalled", "A-001", "counter.closed", "", "1")


def undo_what_has_gone_on(history: History) -> None:
    insert_before(history, "ticket.expired", "A-001", "command.undone", "A-003", "2")


def undo_over_a_call_that_stands(history: History) -> None:
    insert_before(history, "command.undone", "B-001", "command.undone", "A-006", "2", undone="complete")


def undo_a_call_that_finished_nobody(history: History) -> None:
    insert_before(history, "ticket.started", "A-001", "command.undone", "A-001", "1", undone="call")


def take_an_unknown_step(history: History) -> None:
    insert_before(history, "ticket.expired", "A-001", "ticket.dissolved", "A-001", "1")


def insert_before(history: History, kind: str, ticket: str, new: str, number: str, counter: str, **data: Any) -> None:
    """Put a line in, and count and tell everything as if it had been written so."""
    place = seq_of(history, kind, ticket) - 1
    later = History()
    steps: Iterable[Line] = history.lines
    for at, line in enumerate(steps):
        if at == place:
            later.add(new, number, counter, **data)
        given = dict(line.data)
        later.add(line.kind, given.pop("ticket", ""), given.pop("counter", ""), line.business_day, **given)
    history.lines, history.told = later.lines, later.told


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (lose_a_line, "has seq"),
        (give_a_number_twice, "given twice"),
        (skip_a_number, "number 2 stands where 1 belongs"),
        (print_another_number, "is not number 1 of its series"),
        (go_back_a_day, "after those of a later one"),
        (do_a_request_twice, "has 2 effects"),
        (answer_a_request_in_two_ways, "answered in 2 ways"),
        (answer_what_left_no_line, "left no line"),
        (tell_a_seq_that_is_not, "does not exist"),
        (tell_another_number, "was told as ticket.issued of A-009"),
        (tell_two_clients_one_number, "was told to 2 requests"),
        (tell_nobody_of_a_number, "1 lines ticket.issued were told to nobody"),
        (tell_nobody_of_a_call, "1 lines ticket.called were told to nobody"),
        (tell_a_call_that_was_none, "was told as ticket.called of A-002 and is ticket.started"),
        (call_one_twice, "it was completed"),
        (call_two_to_one_counter, "counter 1 has A-001 already"),
        (start_at_another_counter, "it belongs to counter 1, not 2"),
        (complete_what_was_only_called, "it was called"),
        (call_what_was_never_given, "no such number was given"),
        (serve_after_the_close, "the day was closed before"),
        (leave_one_dangling, "left open by the close of the day: ['B-001']"),
        (close_a_counter_over_its_visitor, "was closed over A-001"),
        (undo_what_has_gone_on, "was not of this number"),
        (undo_over_a_call_that_stands, "the call after it at counter 2 was not taken back"),
        (undo_a_call_that_finished_nobody, "was not called at counter 1 by the wish that finished another"),
        (take_an_unknown_step, "nothing is known of this step"),
    ],
)
def test_each_planted_lie_is_found(history: History, plant: Callable[[History], None], words: str) -> None:
    plant(history)
    assert [found for found in history.found() if words in found], history.found()


def test_where_others_took_part_what_was_told_to_nobody_is_no_lie(history: History) -> None:
    tell_nobody_of_a_call(history)
    assert history.found(everything_was_told=False) == []


def test_the_checker_imports_nothing_of_the_product() -> None:
    tree = ast.parse((ROOT / "tests/history_checker.py").read_text(encoding="utf-8"))
    found = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    found |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in found} <= sys.stdlib_module_names | {"psycopg"}


def test_numbers_jump_up_behind_a_journal_that_was_brought_back_and_nowhere_else(history: History) -> None:
    history.add("journal.restored", day="2026-11-25")
    history.issue(1001, day="2026-11-25")
    history.issue(1002, day="2026-11-25")
    assert history.found() == []
    history.issue(2001, day="2026-11-25")
    assert [wrong for wrong in history.found() if "number 2001 stands where 1003 belongs" in wrong]


def test_numbers_begin_above_those_of_a_day_that_went_on_over_the_date_and_the_date_may_go_back(
    history: History,
) -> None:
    def begins(day: str, before: str, floors: dict[str, int]) -> None:
        history.add("clock.set", day=day, seconds=0.0, how="begun", stays_on="", from_day=before, floors=floors)

    begins("2026-11-23", "2026-11-25", {"C": 4})
    history.issue(5, "C", day="2026-11-23")
    begins("2026-11-26", "2026-11-23", {"A": 6})
    history.issue(7, day="2026-11-26")
    assert history.found() == []
    history.issue(9, day="2026-11-26")
    assert [wrong for wrong in history.found() if "number 9 stands where 8 belongs" in wrong]


def test_numbers_jump_over_those_that_a_print_agent_remembers(history: History) -> None:
    history.add("journal.lost_numbers_found", day="2026-11-25", printer="Printer 1", numbers="A-004 B-002")
    history.issue(5, day="2026-11-25")
    history.issue(3, "B", day="2026-11-25")
    assert history.found() == []
    history.issue(7, day="2026-11-25")
    assert [wrong for wrong in history.found() if "number 7 stands where 6 belongs" in wrong]


def test_a_journal_that_begins_after_sealed_lines_is_true_and_what_else_is_missing_is_not(history: History) -> None:
    history.issue(2, day="2026-11-25")
    seal: dict[str, Any] = {"first": 1, "last": len(history.lines) - 4, "chain": "c" * 64, "days": {DAY: {}}}
    history.add("journal.sealed", day="2026-11-26", **seal)
    last = int(seal["last"])
    assert history.found() == []
    for gone in (3, last):  # removed as far as this
        assert violations(history.lines[gone:], history.told) == []
    assert violations(history.lines[last + 1 :], history.told) == [f"line {last + 1} of the journal has seq {last + 2}"]
    without = history.lines[last:-1]
    assert violations(without, history.told)[0] == f"line 1 of the journal has seq {last + 1}"


def test_what_is_left_must_be_made_of_the_line_that_was_sealed(history: History) -> None:
    lines, before = [], "0" * 64
    seal: dict[str, Any] = {"first": 1, "last": 3, "chain": "", "days": {}}
    for line in history.lines[:6]:
        columns = ["test", str(line.seq), line.at, line.business_day, line.kind, "{}", "", ""]
        before = hashlib.sha256("\x1f".join([before, *columns]).encode()).hexdigest()
        lines.append(replace(line, kind="nothing", stored=(*columns, before)))
        seal["chain"] = before if line.seq == 3 else seal["chain"]
    said = replace(lines[-1], kind="journal.sealed", data=seal)
    assert violations([*lines[3:-1], said], []) == []
    assert violations([*lines[1:-1], said], []) == []  # sealed, and still there in part
    other = replace(said, data={**seal, "chain": "f" * 64})
    assert violations([*lines[3:-1], other], []) == ["seq 4 does not fit the line before it"]
    assert violations([*lines[1:-1], other], []) == ["seq 3 is not the line that was sealed"]
