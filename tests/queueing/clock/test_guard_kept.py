"""What a hub knows of its time when it starts anew, and a business day that goes on on another date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from antrean.queueing.clock.guard import ClockGuard
from antrean.queueing.events import ClockSet
from tests.conftest import SetClock
from tests.fakes.machine import MachineClock

JAKARTA = ZoneInfo("Asia/Jakarta")
NINE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
YESTERDAY, TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
BUILT = date(2026, 11, 1)
NOTHING = timedelta()


@pytest.fixture
def machine() -> MachineClock:
    return MachineClock()


@pytest.fixture
def guard(machine: MachineClock) -> ClockGuard:
    return ClockGuard(machine, machine.monotonic, BUILT)


def test_before_the_journal_is_read_a_hub_has_the_machines_time_and_no_day_of_its_own(
    machine: MachineClock, guard: ClockGuard
) -> None:
    assert (guard.started, guard.in_doubt, guard.state, guard.why) == (False, False, "ok", "")
    assert (guard.kept(), guard.safe_day(), guard.right_until(), guard.due()) == ((NOTHING, None), None, None, None)
    machine.jump(days=1)
    assert guard.moment() == (TOMORROW, machine.now)
    machine.jump(days=-1)
    guard.start(None, JAKARTA)
    assert guard.moment() == (TODAY, NINE)
    assert guard.started


def test_the_seconds_of_a_hub_are_those_of_the_clock_that_nobody_can_set(
    machine: MachineClock, guard: ClockGuard
) -> None:
    guard.start(None, JAKARTA)
    machine.jump(days=400)
    assert guard.monotonic() == machine.monotonic.seconds
    assert guard.wall() == machine.now
    alone = ClockGuard(machine)
    assert alone.monotonic() == machine.now.timestamp()


def test_the_date_is_that_of_the_offices_zone_also_when_the_zone_is_changed(
    machine: MachineClock, guard: ClockGuard
) -> None:
    machine.now = NINE + timedelta(hours=15, minutes=30)  # 00:30 in Jakarta
    guard.start(None, UTC)
    assert guard.business_day() == TODAY
    guard.zone_is(JAKARTA)
    assert guard.business_day() == TOMORROW


@pytest.mark.parametrize(
    ("floor", "safe"),
    [(BUILT - timedelta(days=1), None), (BUILT, BUILT), (TODAY, TODAY)],
    ids=["the day before the build", "the day of the build", "a later day"],
)
def test_a_hub_in_doubt_goes_on_only_in_a_day_that_can_be_true(
    guard: ClockGuard, floor: date, safe: date | None
) -> None:
    guard.start((datetime(floor.year, floor.month, floor.day, 2, 0, tzinfo=UTC), floor), JAKARTA)
    assert guard.safe_day() == safe


# -- what is kept over a start ---------------------------------------------------------------


def test_a_time_that_was_told_goes_on_after_a_start(machine: MachineClock, guard: ClockGuard) -> None:
    guard.recall(timedelta(hours=1), None)
    assert guard.now() == NINE + timedelta(hours=1)
    guard.start((NINE, TODAY), JAKARTA)
    assert (guard.state, guard.now(), guard.kept()) == ("ok", NINE + timedelta(hours=1), (timedelta(hours=1), None))
    machine.forward(minutes=5)
    assert guard.now() == NINE + timedelta(hours=1, minutes=5)


def test_the_true_time_is_known_after_a_start_where_the_machine_was_not_switched_off(guard: ClockGuard) -> None:
    guard.recall(timedelta(hours=5), None, true_now=NINE + timedelta(hours=2))
    guard.start((NINE, TODAY), JAKARTA)
    assert (guard.state, guard.now()) == ("ok", NINE + timedelta(hours=2))
    assert guard.kept() == (timedelta(hours=2), None)


@pytest.mark.parametrize(
    ("seconds", "kept"), [(60, 0), (61, 61), (-60, 0), (-61, -61)], ids=["60", "61", "60 back", "61 back"]
)
def test_a_minute_between_the_told_time_and_the_machines_is_forgotten(
    guard: ClockGuard, seconds: int, kept: int
) -> None:
    guard.recall(timedelta(seconds=seconds), TODAY)
    assert guard.kept() == (timedelta(seconds=kept), TODAY)


def test_a_told_time_is_dropped_when_the_machines_time_was_set_meanwhile(
    machine: MachineClock, guard: ClockGuard
) -> None:
    guard.recall(timedelta(days=30), None)
    guard.start((NINE, TODAY), JAKARTA)
    assert (guard.state, guard.now(), guard.kept()) == ("ok", NINE, (NOTHING, None))


# -- a day that goes on on another date ------------------------------------------------------


def test_a_business_day_ahead_of_the_date_is_not_gone_back_behind(machine: MachineClock, guard: ClockGuard) -> None:
    guard.recall(NOTHING, TODAY)
    guard.start((NINE, TOMORROW), JAKARTA)
    assert (guard.state, guard.business_day(), guard.day_waits) == ("ok", TOMORROW, TODAY)
    machine.forward(days=1)
    assert (guard.state, guard.business_day(), guard.day_waits) == ("ok", TOMORROW, None)
    machine.forward(days=1)
    assert guard.business_day() == date(2026, 11, 26)


@pytest.mark.parametrize("remembered", [False, True])
def test_a_day_that_goes_on_does_so_after_a_start_and_until_midnight(
    machine: MachineClock, guard: ClockGuard, remembered: bool
) -> None:
    guard.recall(NOTHING, TODAY if remembered else None)
    guard.start((NINE, YESTERDAY), JAKARTA, goes_on=None if remembered else TODAY)
    assert (guard.business_day(), guard.day_waits, guard.kept()) == (YESTERDAY, TODAY, (NOTHING, TODAY))
    machine.forward(hours=14, minutes=59, seconds=59)
    assert (guard.business_day(), guard.day_waits) == (YESTERDAY, TODAY)
    machine.forward(seconds=1)
    assert (guard.business_day(), guard.day_waits, guard.kept()) == (TOMORROW, None, (NOTHING, None))


def test_a_number_given_in_a_day_that_has_ended_makes_that_day_go_on(machine: MachineClock, guard: ClockGuard) -> None:
    guard.start((NINE, TODAY), JAKARTA)
    guard.heard(NINE, TODAY, mine=True, number=True)
    assert guard.kept() == (NOTHING, None)
    machine.forward(hours=16)
    guard.heard(machine.now, TODAY, mine=True)
    assert guard.kept() == (NOTHING, None)
    guard.heard(machine.now, TODAY, mine=True, number=True)
    assert (guard.business_day(), guard.day_waits) == (TODAY, TOMORROW)
    machine.forward(days=1)
    assert (guard.business_day(), guard.day_waits) == (date(2026, 11, 26), None)


def test_a_day_with_numbers_of_an_unknown_date_goes_on_when_the_date_is_known(
    machine: MachineClock, guard: ClockGuard
) -> None:
    guard.start((NINE - timedelta(days=1), YESTERDAY), JAKARTA, undated=True)
    assert (guard.business_day(), guard.day_waits, guard.date_unknown) == (YESTERDAY, TODAY, False)
    assert guard.undated_by() == timedelta(days=1)
    machine.forward(minutes=5)
    assert guard.undated_by() == timedelta(days=1)
    guard.stepped(ClockSet(86400.0, "dated", stays_on="2026-11-24"), machine.now, YESTERDAY, mine=True)
    assert (guard.business_day(), guard.day_waits, guard.now()) == (YESTERDAY, TODAY, machine.now)
    machine.forward(days=1)
    assert (guard.business_day(), guard.day_waits) == (TOMORROW, None)


@pytest.mark.parametrize(("seconds", "by"), [(0, 0), (60, 0), (61, 61)])
def test_a_line_is_as_much_older_than_it_says_as_it_was_when_it_was_read(
    machine: MachineClock, guard: ClockGuard, seconds: int, by: int
) -> None:
    guard.start((NINE, TODAY), JAKARTA)
    machine.forward(minutes=5)
    guard.heard(machine.now - timedelta(seconds=seconds), TODAY, mine=False)
    machine.forward(minutes=5)
    assert guard.undated_by() == timedelta(seconds=by)


def unknown(guard: ClockGuard) -> tuple[bool, date | None]:
    return guard.date_unknown, guard.undated


def test_the_date_is_unknown_after_a_start_in_doubt_until_another_hub_or_the_machine_says_it(
    machine: MachineClock, guard: ClockGuard
) -> None:
    machine.jump(days=-400)
    guard.start((NINE, TODAY), JAKARTA)
    assert unknown(guard) == (True, None)
    guard.undated = TODAY
    guard.heard(NINE, TODAY, mine=False)  # by one that does not know it either
    assert unknown(guard) == (True, TODAY)
    guard.stepped(ClockSet(0.0, "dated"), NINE, TODAY, mine=False)
    assert unknown(guard) == (False, None)
    again = ClockGuard(machine, machine.monotonic, BUILT)
    again.start((NINE, TODAY), JAKARTA)
    machine.jump(days=400)
    again.now()
    machine.forward(seconds=31)
    again.listened()
    assert (again.state, *unknown(again)) == ("ok", False, None)


def test_a_day_is_gone_back_to_for_numbers_of_an_unknown_date_and_for_no_others(
    machine: MachineClock, guard: ClockGuard
) -> None:
    guard.start((NINE - timedelta(days=1), YESTERDAY), JAKARTA)
    assert guard.business_day() == TODAY
    guard.heard(NINE - timedelta(days=1), YESTERDAY, mine=False, number=True)
    assert guard.business_day() == TODAY
    guard.undated = YESTERDAY
    guard.heard(NINE - timedelta(days=1), YESTERDAY, mine=False)
    assert guard.business_day() == TODAY
    guard.heard(NINE - timedelta(days=1), YESTERDAY, mine=False, number=True)
    assert (guard.business_day(), guard.day_waits) == (YESTERDAY, TODAY)


def test_a_number_of_a_day_before_the_business_day_makes_no_day_go_on(machine: MachineClock, guard: ClockGuard) -> None:
    guard.start((NINE, TODAY), JAKARTA)
    guard.heard(NINE, YESTERDAY, mine=False, number=True)
    assert (guard.business_day(), guard.kept()) == (TODAY, (NOTHING, None))


def test_a_step_says_on_which_date_the_business_day_goes_on(machine: MachineClock, guard: ClockGuard) -> None:
    guard.start((NINE, TODAY), JAKARTA)
    machine.jump(days=1)
    guard.stepped(ClockSet(86400.0, "told", stays_on="2026-11-25"), machine.now, TODAY, mine=True)
    assert (guard.state, guard.now(), guard.offset) == ("ok", machine.now, NOTHING)
    assert (guard.business_day(), guard.day_waits) == (TODAY, TOMORROW)
    guard.stepped(ClockSet(0.0, "begun"), machine.now, TOMORROW, mine=True)
    assert (guard.business_day(), guard.day_waits, guard.kept()) == (TOMORROW, None, (NOTHING, None))


def test_midnight_begins_no_day_while_the_clock_is_in_doubt(machine: MachineClock, guard: ClockGuard) -> None:
    guard.start((NINE, TODAY), JAKARTA)
    machine.forward(hours=14, minutes=59)
    machine.jump(hours=-3)
    guard.now()
    machine.forward(minutes=2)
    assert (guard.state, guard.now(), guard.business_day()) == ("jumped", NINE + timedelta(hours=15, minutes=1), TODAY)
    machine.jump(hours=3)
    assert (guard.state, guard.business_day()) == ("ok", TOMORROW)


# -- another hub on the same journal ---------------------------------------------------------


def test_a_step_of_another_hub_is_taken_where_the_time_was_another_before(
    machine: MachineClock, guard: ClockGuard
) -> None:
    guard.start((NINE, TODAY), JAKARTA)
    told = NINE + timedelta(hours=2)
    guard.stepped(ClockSet(7200.0, "told"), told, TODAY, mine=False)
    assert (guard.state, guard.now(), guard.kept()) == ("ok", told, (timedelta(hours=2), None))


@pytest.mark.parametrize(("seconds", "moved"), [(60, 0), (61, 61), (-60, 0), (-61, -61)])
def test_a_step_of_another_hub_to_the_time_that_it_is_here_within_a_minute_moves_nothing(
    guard: ClockGuard, seconds: int, moved: int
) -> None:
    guard.start((NINE, TODAY), JAKARTA)
    guard.stepped(ClockSet(3600.0, "adopted"), NINE + timedelta(seconds=seconds), TODAY, mine=False)
    assert guard.now() == NINE + timedelta(seconds=moved)


def test_a_time_that_is_told_within_a_minute_of_the_machines_needs_no_offset(
    machine: MachineClock, guard: ClockGuard
) -> None:
    guard.start((NINE, TODAY), JAKARTA)
    guard.stepped(ClockSet(60.0, "told"), NINE + timedelta(seconds=60), TODAY, mine=True)
    assert guard.kept() == (NOTHING, None)
    assert (guard.state, guard.now()) == ("ok", NINE + timedelta(seconds=60))
    guard.stepped(ClockSet(1.0, "told"), NINE + timedelta(seconds=61), TODAY, mine=True)
    assert (guard.now(), guard.offset) == (NINE + timedelta(seconds=61), timedelta(seconds=61))


def test_a_clock_that_is_its_own_witness_is_as_late_as_another_hubs_line() -> None:
    clock = SetClock()
    guard = ClockGuard(clock)
    guard.start((NINE, TODAY), JAKARTA)
    later = NINE + timedelta(seconds=30)
    guard.heard(later, TODAY, mine=False)
    assert guard.now() == later
    guard.heard(NINE, TODAY, mine=False)
    assert guard.now() == later
