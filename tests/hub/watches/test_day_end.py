"""Nothing of yesterday is left open, whether the hub ran through the night or was switched off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

import pytest

from antrean.hub.watches.day_end import DayEnd
from antrean.queueing.commands import CloseDay, CloseEndedDay, OpenDay, StartService
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import Event
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import ListJournal, SetClock, Stopwatch
from tests.fakes.machine import MachineClock
from tests.queueing.wishes import call, issue, sit


@pytest.fixture
def journal() -> ListJournal:
    return ListJournal()


@pytest.fixture
def office(journal: ListJournal, plan: OfficePlan, clock: SetClock) -> Office:
    return Office(journal, lambda: plan, clock)


def an_afternoon(office: Office) -> None:
    """One ticket served, one called and one waiting when everybody goes home."""
    for _ in range(3):
        issue(office)
    sit(office)
    call(office)
    office.execute(StartService(ticket="A-001", counter="3"))
    call(office)


def yesterday(journal: ListJournal, clock: SetClock, plan: OfficePlan, back: int = 1) -> ServiceDay:
    day = plan.business_day(clock())
    return ServiceDay.fold(day.fromordinal(day.toordinal() - back), journal.entries)


@pytest.mark.parametrize("nights", [1, 3, 10])
def test_open_tickets_and_counters_of_the_last_day_are_resolved(
    journal: ListJournal, office: Office, clock: SetClock, plan: OfficePlan, nights: int
) -> None:
    an_afternoon(office)
    clock.forward(days=nights)
    DayEnd(Office(journal, lambda: plan, clock), Stopwatch()).look()
    past = yesterday(journal, clock, plan, nights)
    assert {number: ticket.state for number, ticket in past.tickets.items()} == {
        "A-001": "completed", "A-002": "expired", "A-003": "expired",
    }  # fmt: skip
    assert [row.state for row in past.counters.values()] == ["closed"]
    assert past.closed
    assert {entry.business_day for entry in journal.entries} == {past.business_day}


def test_today_is_left_alone_and_looking_again_writes_nothing(
    journal: ListJournal, office: Office, clock: SetClock
) -> None:
    end = DayEnd(office, Stopwatch())
    an_afternoon(office)
    before = len(journal.entries)
    end.look()
    assert len(journal.entries) == before
    clock.forward(days=1)
    office.catch_up()
    end.look()
    closed = len(journal.entries)
    assert closed > before
    end.look()
    DayEnd(office, Stopwatch()).look()
    assert len(journal.entries) == closed


def test_a_day_closed_by_hand_is_not_closed_twice(journal: ListJournal, office: Office, clock: SetClock) -> None:
    an_afternoon(office)
    office.execute(CloseDay())
    closed = len(journal.entries)
    clock.forward(days=1)
    office.catch_up()
    DayEnd(office, Stopwatch()).look()
    assert len(journal.entries) == closed


def test_a_day_that_was_closed_by_hand_and_opened_again_ends_with_the_day(
    journal: ListJournal, office: Office, clock: SetClock, plan: OfficePlan
) -> None:
    an_afternoon(office)
    office.execute(CloseDay())
    office.execute(OpenDay())
    clock.forward(days=1)
    DayEnd(Office(journal, lambda: plan, clock), Stopwatch()).look()
    past = yesterday(journal, clock, plan)
    assert past.closed
    assert past.open_tickets() == []


def test_no_day_is_closed_while_the_clock_is_in_doubt(journal: ListJournal, plan: OfficePlan) -> None:
    clock = MachineClock()
    office = Office(journal, lambda: plan, clock, clock.monotonic)
    end = DayEnd(office, clock.monotonic)
    an_afternoon(office)
    lines = list(journal.entries)
    for _second in range(3):
        clock.jump(days=1)
        office.catch_up()
        end.look()
        clock.jump(days=-1)
        clock.forward(seconds=1)
        end.look()
    assert journal.entries == lines
    clock.forward(days=1)
    office.catch_up()
    end.look()
    assert yesterday(journal, clock, plan).closed


def test_a_day_that_a_fault_kept_open_is_closed_a_minute_later(
    journal: ListJournal, office: Office, clock: SetClock, plan: OfficePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Stopwatch()
    an_afternoon(office)
    clock.forward(days=1)
    office.catch_up()
    end = DayEnd(office, watch)
    lines = list(journal.entries)

    def decide(command: CloseEndedDay, day: ServiceDay, *_more: object) -> Sequence[Event]:
        return [] if not day.tickets else [][0]

    with monkeypatch.context() as patch:
        patch.setattr(CloseEndedDay, "decide", decide)
        end.look()
        assert office.faults["command"] == 1
        watch.seconds += 59
        end.look()
        assert office.faults["command"] == 1
    watch.seconds += 1
    assert journal.entries == lines
    end.look()
    assert yesterday(journal, clock, plan).closed
    closed = len(journal.entries)
    watch.seconds += 60
    end.look()
    assert len(journal.entries) == closed


def test_days_that_are_closed_are_not_read_again(
    journal: ListJournal, office: Office, clock: SetClock, plan: OfficePlan
) -> None:
    an_afternoon(office)
    clock.forward(days=1)
    an_afternoon(office)
    clock.forward(days=1)
    office.catch_up()
    DayEnd(office, Stopwatch()).look()
    before = list(journal.entries)

    class Read(ListJournal):
        days: ClassVar[list[date | None]] = []

        def read(self, **which: Any) -> Sequence[JournalEntry]:
            self.days.append(which.get("day"))
            return super().read(**which)

    started = Read()
    started.entries = list(before)
    again = Office(started, lambda: plan, clock)
    again.catch_up()
    Read.days.clear()
    DayEnd(again, Stopwatch()).look()
    days = {entry.business_day for entry in before}
    assert len(days) == 2
    assert not days & set(Read.days)
    assert started.entries == before


def test_a_day_that_was_reopened_is_closed_again(
    journal: ListJournal, office: Office, clock: SetClock, plan: OfficePlan
) -> None:
    an_afternoon(office)
    office.execute(CloseDay())
    office.execute(OpenDay())
    assert not journal.ends_closed(office.business_day())
    clock.forward(days=1)
    office.catch_up()
    DayEnd(office, Stopwatch()).look()
    assert yesterday(journal, clock, plan).closed
