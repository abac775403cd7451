"""Whose lines tell an office what time it is: not those of commands that change settings by a clock that jumped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from antrean.queueing.commands import ChangePlan, RecallTicket
from antrean.queueing.journal.entry import COMMAND
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import ListJournal
from tests.fakes.machine import MachineClock
from tests.queueing.wishes import call, issue, sit, states

TODAY = date(2026, 11, 24)
BUILT = date(2026, 11, 1)
JUMPS = (timedelta(days=1), timedelta(days=-1), timedelta(hours=2), timedelta(days=13))


def a_command(journal: ListJournal, plan: OfficePlan, at: datetime) -> None:
    Office(journal, lambda: plan, lambda: at).execute(ChangePlan(what="devices"), actor=COMMAND)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_command_run_while_the_clock_is_wrong_ends_no_day_and_moves_no_time(
    plan: OfficePlan, jump: timedelta
) -> None:
    journal, machine = ListJournal(), MachineClock()
    office = Office(journal, lambda: plan, machine, machine.monotonic, BUILT)
    issue(office)
    a_command(journal, plan, machine.now + jump)
    assert issue(office).number == "A-002"
    assert (office.business_day(), office.clock(), office.guard.state) == (TODAY, machine.now, "ok")
    sit(office)
    assert call(office).number == "A-001"
    machine.forward(seconds=6)
    office.execute(RecallTicket(ticket="A-001", counter="3"))
    assert states(office) == {"A-001": "called", "A-002": "waiting"}
    again = Office(journal, lambda: plan, machine, machine.monotonic, BUILT)
    assert issue(again).number == "A-003"
    assert (again.business_day(), again.clock(), again.guard.state) == (TODAY, machine.now, "ok")


def test_a_start_looks_behind_any_number_of_such_lines(plan: OfficePlan) -> None:
    journal, machine = ListJournal(), MachineClock()
    issue(Office(journal, lambda: plan, machine, machine.monotonic, BUILT))
    for _ in range(40):
        a_command(journal, plan, machine.now + timedelta(days=1))
    machine.now -= timedelta(days=1)
    office = Office(journal, lambda: plan, machine, machine.monotonic, BUILT)
    assert issue(office).number == "A-002"
    assert (office.business_day(), office.guard.state) == (TODAY, "wrong")


def test_settings_alone_open_no_day_for_a_machine_without_a_time(plan: OfficePlan) -> None:
    journal = ListJournal()
    a_command(journal, plan, datetime(2026, 11, 24, 2, 0, tzinfo=UTC))
    machine = MachineClock(datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC))
    office = Office(journal, lambda: plan, machine, machine.monotonic, BUILT)
    office.begin()
    assert office.time.stops(office.business_day(), closed=False)
    assert office.guard.why == "before_build"


def test_a_hub_that_slept_after_a_start_in_doubt_hears_the_others_before_it_believes_its_clock(
    plan: OfficePlan,
) -> None:
    """Else it would begin a date of its own beside the one on which the other hub gives numbers."""
    journal, right, asleep = ListJournal(), MachineClock(), MachineClock(datetime(2002, 1, 1, tzinfo=UTC))
    other = Office(journal, lambda: plan, right, right.monotonic, BUILT)
    office = Office(journal, lambda: plan, asleep, asleep.monotonic, BUILT)
    office.catch_up()
    asleep.now = right.now + timedelta(days=400)
    office.catch_up()
    issue(other)
    asleep.forward(seconds=50)
    right.forward(seconds=50)
    office.clock()  # whatever is asked first when it wakes
    assert issue(office).number == "A-002"
    assert (office.business_day(), office.clock() - right.now < timedelta(minutes=1)) == (TODAY, True)
    assert [entry.business_day for entry in journal.read()] == [TODAY] * len(journal.read())
