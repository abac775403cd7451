"""No clash, no failure and no new day makes an office read again what it knows."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from antrean.queueing.commands import IssueTicket, StartService
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import InternalError, Unavailable
from antrean.queueing.estimation.day import DayEstimator
from antrean.queueing.events import PlanChanged
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping.day_source import DaySource, NothingKept, remember
from antrean.queueing.keeping.kept_day import keep, restore
from antrean.queueing.office import JournalError, Office, Request
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.standing import Standing
from tests.conftest import ListJournal, SetClock, small_plan
from tests.fakes.does import does
from tests.fakes.same_day import state_of
from tests.queueing.wishes import call, issue, sit

LONG = 60  # lines of a day that nobody should read twice


class CountingJournal(ListJournal):
    """Counts the lines that were read; fails the next append when told to, with or without having written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines_read = 0
        self.fails: str = ""

    def read(self, **which: Any) -> Sequence[JournalEntry]:
        found = super().read(**which)
        self.lines_read += len(found)
        return found

    def append(self, entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        fails, self.fails = self.fails, ""
        if fails == "clash":  # another hub came first
            other = replace(entries[0], event=PlanChanged("elsewhere"), request_id=None)
            super().append([other])
        if fails != "nothing written":
            super().append(entries, standing)
        if fails in ("nothing written", "written"):
            raise JournalError("the connection is gone")


class Kept:
    """What a test kept."""

    def __init__(
        self, days: Sequence[ServiceDay] = (), memories: Mapping[date, Mapping[str, Any]] | None = None
    ) -> None:
        self.days = {day.business_day: keep(day) for day in days}
        self.memories = memories or {}

    def day(self, business_day: date, plan: OfficePlan) -> ServiceDay | None:
        return restore(self.days[business_day], plan) if business_day in self.days else None

    def memory(self, business_day: date) -> Mapping[str, Any] | None:
        return self.memories.get(business_day)


@pytest.fixture
def journal() -> CountingJournal:
    return CountingJournal()


@pytest.fixture
def office(journal: CountingJournal, clock: SetClock) -> Office:
    """An office in the middle of a day."""
    office = Office(journal, small_plan, clock)
    sit(office)
    while len(journal.entries) < LONG:
        issue(office)
    call(office)
    journal.lines_read = 0
    return office


def both_days_are_the_journals(office: Office, journal: CountingJournal) -> None:
    today = office.business_day()
    folded = ServiceDay.fold(today, ListJournal.read(journal, day=today))
    assert office._deciding is not None
    assert state_of(office._deciding) == state_of(office.read(lambda day, _plan: day)) == state_of(folded)


@pytest.mark.parametrize("fails", ["clash", "nothing written", "written"])
def test_a_batch_that_was_not_written_costs_no_second_fold(
    office: Office, journal: CountingJournal, fails: str
) -> None:
    journal.fails = fails
    before = len(journal.entries)
    if fails == "clash":
        assert issue(office).number == "A-060"
    else:
        with pytest.raises(Unavailable):
            issue(office)
        office.catch_up()
    assert len(journal.entries) == before + {"clash": 2, "nothing written": 0, "written": 1}[fails]
    assert journal.lines_read < 10
    both_days_are_the_journals(office, journal)
    issue(office)
    both_days_are_the_journals(office, journal)


def test_a_command_at_fault_costs_no_second_fold(office: Office, journal: CountingJournal) -> None:
    def raises(day: ServiceDay, _plan: OfficePlan, _at: Any) -> Any:
        next(iter(day.tickets.values())).persons = 9
        raise TypeError("a defect")

    take = IssueTicket(service="card", language="id")
    requests = [Request(one) for one in (take, does(raises), does(raises), take)]
    batch = office.decide(requests)
    office.publish(batch)
    assert [type(outcome) for outcome in batch.outcomes][1:3] == [InternalError, InternalError]
    assert len(batch.entries) == 2
    assert journal.lines_read < 10
    both_days_are_the_journals(office, journal)


def test_a_copy_does_not_run_ahead_of_what_is_shown(office: Office, journal: CountingJournal) -> None:
    journal.fails = "nothing written"
    with pytest.raises(Unavailable):
        issue(office)
    shown = copy.deepcopy(state_of(office.read(lambda day, _plan: day)))
    journal.fails = "nothing written"
    with pytest.raises(Unavailable):
        office.execute(StartService(ticket="A-001", counter="3"))
    assert state_of(office.read(lambda day, _plan: day)) == shown


def test_a_kept_day_is_brought_on_by_the_lines_since(office: Office, journal: CountingJournal, clock: SetClock) -> None:
    plan, today = small_plan(), office.business_day()
    kept = ServiceDay.fold(today, journal.entries[:50], DayEstimator(plan))
    journal.lines_read = 0
    again = Office(journal, small_plan, clock, kept=Kept([kept]))
    again.catch_up()
    assert journal.lines_read < 20
    both_days_are_the_journals(again, journal)
    assert issue(again).number == "A-060"
    both_days_are_the_journals(again, journal)


def test_what_was_kept_of_past_days_need_not_be_folded(
    office: Office, journal: CountingJournal, clock: SetClock
) -> None:
    plan, first = small_plan(), office.business_day()
    lines = list(journal.entries)
    taught = remember([(ServiceDay(first), lines)], plan)
    clock.forward(days=3)
    newcomer = Office(journal, small_plan, clock, kept=Kept(memories={first: taught}))
    newcomer.catch_up()
    assert journal.lines_read < 10
    assert newcomer.read(lambda day, _plan: day.waits.memory()) == remember([(ServiceDay(first), [])], plan, taught)
    forgetful = Office(journal, small_plan, clock)
    forgetful.catch_up()
    assert journal.lines_read >= LONG
    assert forgetful.read(lambda day, _plan: day.waits.memory()) == newcomer.read(lambda day, _plan: day.waits.memory())


def test_a_day_that_ends_is_not_folded_for_what_it_taught(
    office: Office, journal: CountingJournal, clock: SetClock
) -> None:
    taught = office.read(lambda day, _plan: day.waits.memory())
    assert taught["usual"]
    clock.forward(days=1)
    office.catch_up()
    assert journal.lines_read < 10
    begun = DayEstimator(small_plan(), taught)
    assert office.read(lambda day, _plan: day.waits.memory()) == begun.memory()


def test_only_days_of_the_last_four_weeks_teach(office: Office, journal: CountingJournal) -> None:
    source, first = DaySource(journal, NothingKept()), office.business_day()
    assert source.memory_before(first + timedelta(days=28), small_plan())["half_hours"]
    assert source.memory_before(first + timedelta(days=29), small_plan()) == {}


def test_fifteen_past_days_teach_when_nothing_was_kept(journal: CountingJournal, clock: SetClock) -> None:
    plan, days = small_plan(), []
    for _ in range(17):
        office = Office(journal, small_plan, clock)
        days.append(office.business_day())
        issue(office)
        clock.forward(days=1)
    lines = [(ServiceDay(day), journal.read(day=day)) for day in days[-15:]]
    found = DaySource(journal, NothingKept()).memory_before(days[-1] + timedelta(days=1), plan)
    assert found == remember(lines, plan)
