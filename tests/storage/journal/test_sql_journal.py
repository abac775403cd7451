"""What every journal promises, in a list, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Event, Thread

import pytest

from antrean.queueing.events import ClockSet, CounterOpened, DayClosed, DayReopened, TicketCalled, TicketIssued
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Journal, JournalConflict, JournalError
from tests.conftest import ListJournal

AT = datetime(2026, 11, 24, 2, 0, 0, 123456, tzinfo=UTC)
DAY = date(2026, 11, 24)
ISSUED = TicketIssued("A-001", "card", "A", 1, persons=3, wait_low=5, wait_high=15)


def line(seq: int, request_id: str | None = None, day: date = DAY) -> JournalEntry:
    return JournalEntry(seq, AT, day, replace(ISSUED, ticket=f"A-{seq:03d}", number=seq), request_id, "kiosk:Kiosk 1")


class JournalContract:
    """Tests that every journal passes; a back end inherits them and gives `open_one`."""

    def test_lines_come_back_as_they_were_written(self, open_one: Callable[[], Journal]) -> None:
        called = TicketCalled("A-001", "1", "Ani", "earliest_due_date", {"waited": 12, "note": "ibu “Sri”"})
        entries = [
            line(1, "r1"),
            JournalEntry(2, AT, DAY, called, None, "operator:Ani"),
            JournalEntry(3, AT, DAY, CounterOpened("1", "Ani")),
        ]
        open_one().append(entries)
        assert list(open_one().read(after=0)) == entries

    def test_only_what_is_asked_for_is_read(self, open_one: Callable[[], Journal]) -> None:
        journal = open_one()
        other_day = date(2026, 11, 25)
        journal.append([line(1, "r1"), line(2), line(3, "r3", other_day)])
        assert [entry.seq for entry in journal.read(after=1)] == [2, 3]
        assert [entry.seq for entry in journal.read(day=DAY)] == [1, 2]
        assert [entry.seq for entry in journal.read(day=DAY, after=1)] == [2]
        assert journal.read(day=DAY, after=2) == []
        assert [entry.seq for entry in journal.read(request_id="r3")] == [3]
        assert journal.read(request_id="never") == []
        assert journal.last_seq() == 3

    def test_days_with_lines_are_found_from_the_last_one(self, open_one: Callable[[], Journal]) -> None:
        journal = open_one()
        assert journal.newest_day(before=DAY) is None
        journal.append([line(1), line(2), line(3, day=date(2026, 12, 1))])
        assert journal.newest_day(before=date(2030, 1, 1)) == date(2026, 12, 1)
        assert journal.newest_day(before=date(2026, 12, 1)) == DAY
        assert journal.newest_day(before=DAY) is None

    def test_the_last_lines_of_a_day_say_whether_it_is_closed(self, open_one: Callable[[], Journal]) -> None:
        journal = open_one()
        assert not journal.ends_closed(DAY)
        for seq, event, closed in (
            (1, ISSUED, False), (2, DayClosed(), True), (3, CounterOpened("1", "Ani"), True), (4, DayReopened(), False),
            (5, DayClosed(), True),
        ):  # fmt: skip
            journal.append([JournalEntry(seq, AT, DAY, event)])
            assert journal.ends_closed(DAY) is closed
        assert not journal.ends_closed(date(2026, 11, 25))

    def test_the_lines_of_a_day_about_the_clock_are_found_without_the_others(
        self, open_one: Callable[[], Journal]
    ) -> None:
        journal = open_one()
        assert journal.clock_steps(DAY) == []
        steps = [JournalEntry(seq, AT, DAY, ClockSet(0.0, "doubted")) for seq in (2, 4)]
        other = JournalEntry(5, AT, date(2026, 11, 25), ClockSet(60.0, "told"))
        journal.append([line(1), steps[0], line(3), steps[1], other])
        assert journal.clock_steps(DAY) == steps

    def test_an_empty_journal_ends_at_zero(self, open_one: Callable[[], Journal]) -> None:
        assert open_one().last_seq() == 0
        assert list(open_one().read(after=0)) == []

    @pytest.mark.parametrize("clash", ["seq", "request_id"])
    def test_a_batch_that_clashes_leaves_nothing(self, open_one: Callable[[], Journal], clash: str) -> None:
        journal = open_one()
        journal.append([line(1, "r1")])
        batch = [line(1)] if clash == "seq" else [line(2), line(3, "r1")]
        with pytest.raises(JournalConflict):
            journal.append(batch)
        assert [entry.seq for entry in journal.read(after=0)] == [1]
        journal.append([line(2, "r2")])
        assert journal.last_seq() == 2

    def test_a_very_long_batch_is_one_commit_too(self, open_one: Callable[[], Journal]) -> None:
        journal = open_one()
        journal.append([line(seq, "r1" if seq == 1 else None) for seq in range(1, 1203)])
        assert [entry.seq for entry in open_one().read(after=0)] == list(range(1, 1203))
        with pytest.raises(JournalConflict):
            journal.append([*(line(seq) for seq in range(1203, 2405)), line(2405, "r1")])
        assert open_one().last_seq() == 1202
        journal.append([line(1203)])
        assert open_one().last_seq() == 1203

    def test_what_is_written_in_a_turn_stands_when_the_turn_ends(self, open_one: Callable[[], Journal]) -> None:
        journal = open_one()
        with journal.exclusive():
            journal.append([line(1)])
            journal.append([line(seq) for seq in range(2, 1203)])
            assert journal.last_seq() == 1202
        assert [entry.seq for entry in open_one().read(after=0)] == list(range(1, 1203))


class TestListJournal(JournalContract):
    @pytest.fixture
    def open_one(self) -> Callable[[], Journal]:
        journal = ListJournal()
        return lambda: journal


class TestSqlJournal(JournalContract):
    @pytest.fixture
    def open_one(self, open_journal: Callable[[], Journal]) -> Callable[[], Journal]:
        return open_journal

    def test_nobody_else_gets_a_line_in_during_a_turn(self, open_one: Callable[[], Journal]) -> None:
        mine, other = open_one(), open_one()
        said: list[str] = []

        def intrude() -> None:
            assert other.last_seq() == 0
            said.append("about to write")
            begun.set()
            try:
                other.append([line(1)])
            except JournalConflict:
                said.append("clashed")

        begun = Event()
        intruder = Thread(target=intrude)
        with mine.exclusive():
            intruder.start()
            assert begun.wait(60)
            intruder.join(0.3)
            assert said == ["about to write"]
            mine.append([line(1, "mine")])
        intruder.join(30)
        assert said == ["about to write", "clashed"]
        assert [entry.request_id for entry in mine.read(after=0)] == ["mine"]

    def test_a_turn_that_breaks_off_leaves_nothing_and_lets_others_write(self, open_one: Callable[[], Journal]) -> None:
        mine, other = open_one(), open_one()

        def broken_turn(*batches: list[JournalEntry]) -> None:
            with mine.exclusive():
                for batch in batches:
                    mine.append(batch)
                raise KeyError

        with pytest.raises(JournalConflict):
            broken_turn([line(1), line(2)], [line(2)])
        with pytest.raises(KeyError):
            broken_turn([line(1)])
        other.append([line(1, "other")])
        mine.append([line(2)])
        assert [entry.request_id for entry in mine.read(after=0)] == ["other", None]

    @pytest.mark.postgresql
    @pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)
    def test_a_machine_that_stops_in_the_middle_of_its_turn_is_cut_off(
        self, open_one: Callable[[], Journal], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("antrean.storage.journal.sql_journal.STUCK_SECONDS", 1)
        stuck, other = open_one(), open_one()
        turn = stuck.exclusive()
        turn.__enter__()
        stuck.append([line(1, "stuck")])
        other.append([line(1, "other")])  # waits until the turn of the stuck one is over
        with pytest.raises(JournalError):
            turn.__exit__(None, None, None)
        assert [entry.request_id for entry in other.read(after=0)] == ["other"]
        stuck.append([line(2)])
