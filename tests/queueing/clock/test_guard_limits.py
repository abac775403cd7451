"""Where a small difference of the clock ends and a jump begins, and how long what must stand has to stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from antrean.queueing.clock.guard import ClockGuard
from antrean.queueing.events import ClockSet
from tests.fakes.machine import MachineClock

JAKARTA = ZoneInfo("Asia/Jakarta")
NINE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
BUILT = date(2026, 11, 1)
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def machine() -> MachineClock:
    return MachineClock()


@pytest.fixture
def guard(machine: MachineClock) -> ClockGuard:
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.start((NINE, TODAY), JAKARTA)
    return guard


def state_of(guard: ClockGuard) -> str:
    return guard.state


def started_without_a_time(machine: MachineClock) -> ClockGuard:
    machine.now = NO_TIME
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.start((NINE, TODAY), JAKARTA)
    return guard


@pytest.mark.parametrize("offset", [0, 3600], ids=["no time was told", "an hour was told"])
@pytest.mark.parametrize(
    ("seconds", "state"), [(60, "ok"), (61, "jumped"), (-60, "ok"), (-61, "jumped")], ids=["60", "61", "-60", "-61"]
)
def test_more_than_a_minute_between_two_readings_is_a_jump(
    machine: MachineClock, offset: int, seconds: int, state: str
) -> None:
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.recall(timedelta(seconds=offset), None)
    guard.start((NINE, TODAY), JAKARTA)
    machine.jump(seconds=seconds)
    assert guard.state == state
    assert guard.now() == NINE + timedelta(seconds=offset)


@pytest.mark.parametrize("offset", [0, 3600], ids=["no time was told", "an hour was told"])
@pytest.mark.parametrize("seconds", [50, -50])
def test_a_small_difference_is_caught_up_at_a_tenth_of_the_time_that_passes(
    machine: MachineClock, offset: int, seconds: int
) -> None:
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.recall(timedelta(seconds=offset), None)
    guard.start((NINE, TODAY), JAKARTA)
    machine.jump(seconds=seconds)
    before = guard.now()
    for _ in range(49):
        machine.forward(seconds=10)
        now = guard.now()
        assert now - before == timedelta(seconds=11 if seconds > 0 else 9)
        before = now
    machine.forward(seconds=1000)
    assert guard.now() == machine.now + timedelta(seconds=offset)
    assert (guard.state, guard.offset) == ("ok", timedelta(seconds=offset))


@pytest.mark.parametrize(("seconds", "stands"), [(60, True), (61, False), (-60, True), (-61, False)])
def test_a_new_time_that_moves_within_a_minute_still_stands(
    machine: MachineClock, guard: ClockGuard, seconds: int, stands: bool
) -> None:
    machine.jump(hours=1)
    guard.now()
    machine.forward(minutes=9)
    machine.jump(seconds=seconds)
    guard.now()
    machine.forward(minutes=1)
    assert (guard.due() is not None) is stands


@pytest.mark.parametrize(("off", "kept"), [(60, 0), (61, 3600), (-60, 0), (-61, 3600)])
def test_a_machine_that_agrees_with_the_told_time_within_a_minute_needs_no_offset(
    machine: MachineClock, off: int, kept: int
) -> None:
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.recall(timedelta(hours=1), None)
    guard.start((NINE, TODAY), JAKARTA)
    machine.jump(hours=1, seconds=off)
    guard.now()
    assert guard.offset == timedelta(seconds=kept)


def test_after_a_wrong_correction_the_machines_own_time_is_the_nearer_one(machine: MachineClock) -> None:
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.recall(timedelta(hours=3), None)
    guard.start((NINE, TODAY), JAKARTA)
    machine.jump(hours=2)
    guard.now()
    machine.forward(minutes=10)
    assert guard.due() == timedelta(hours=-1)


def test_a_monotonic_clock_that_goes_back_moves_no_time(machine: MachineClock, guard: ClockGuard) -> None:
    machine.monotonic.seconds -= 5
    assert (guard.now(), guard.state) == (NINE, "ok")
    machine.forward(seconds=5)
    assert timedelta(seconds=5) <= guard.now() - NINE <= timedelta(seconds=5.5)


# -- in company ------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "adopted"), [(60, False), (61, True)])
def test_a_line_of_the_old_time_within_a_minute_lets_the_new_one_stand_anew(
    machine: MachineClock, guard: ClockGuard, seconds: int, adopted: bool
) -> None:
    machine.jump(hours=1)
    guard.now()
    machine.forward(minutes=9)
    guard.heard(guard.now() - timedelta(seconds=seconds), TODAY, mine=False)
    machine.forward(minutes=1)
    assert (guard.due() is not None) is adopted
    machine.forward(minutes=9)
    assert guard.due() == timedelta(hours=1)


def test_another_date_is_taken_an_hour_after_the_last_line_of_another_hub(
    machine: MachineClock, guard: ClockGuard
) -> None:
    guard.heard(NINE, TODAY, mine=False)
    machine.jump(days=1)
    guard.now()
    machine.forward(minutes=59, seconds=59)
    assert (guard.why, guard.due()) == ("hubs_differ", None)
    machine.forward(seconds=1)
    assert (guard.why, guard.due()) == ("jumped", timedelta(days=1))


def test_another_time_of_the_same_date_is_taken_in_company_too(machine: MachineClock, guard: ClockGuard) -> None:
    guard.heard(NINE, TODAY, mine=False)
    machine.jump(hours=3)
    guard.now()
    machine.forward(minutes=10)
    assert (guard.why, guard.due()) == ("jumped", timedelta(hours=3))


# -- a start in doubt ------------------------------------------------------------------------


def test_what_is_written_after_a_start_in_doubt_is_later_than_what_was(machine: MachineClock) -> None:
    guard = started_without_a_time(machine)
    assert (guard.now(), guard.right_until(), guard.in_doubt) == (NINE + MOMENT, NINE, True)
    machine.forward(seconds=7)
    assert guard.now() == NINE + MOMENT + timedelta(seconds=7)


def test_times_were_right_up_to_the_last_line_of_a_hub_that_knew_the_time(machine: MachineClock) -> None:
    guard = started_without_a_time(machine)
    later = NINE + timedelta(minutes=5)
    guard.heard(later, TODAY, mine=False)
    assert (guard.right_until(), guard.now()) == (later, later)
    guard.heard(later + timedelta(minutes=1), TODAY, mine=True)
    assert guard.right_until() == later


def test_times_are_right_where_the_clock_never_was_in_doubt(machine: MachineClock, guard: ClockGuard) -> None:
    guard.heard(NINE + timedelta(minutes=5), TODAY, mine=False)
    assert guard.right_until() is None
    machine.jump(hours=2)
    guard.now()
    assert guard.right_until() is None


def test_after_a_step_all_later_times_are_right_again(machine: MachineClock) -> None:
    guard = started_without_a_time(machine)
    guard.stepped(ClockSet(3600.0, "told"), NINE + timedelta(hours=1), TODAY, mine=True)
    assert (guard.right_until(), guard.in_doubt, guard.state) == (None, False, "ok")


def test_a_right_time_after_a_start_in_doubt_must_stand_half_a_minute(machine: MachineClock) -> None:
    guard = started_without_a_time(machine)
    machine.forward(seconds=100)
    assert state_of(guard) == "wrong"
    machine.now = NINE + timedelta(hours=2)
    assert state_of(guard) == "jumped"
    machine.forward(seconds=29)
    machine.jump(seconds=60)
    guard.listened()
    assert state_of(guard) == "jumped"
    machine.forward(seconds=1)
    assert state_of(guard) == "jumped"  # the journal was not read yet: another hub may have written
    guard.listened()
    assert (guard.state, guard.now(), guard.right_until()) == ("ok", machine.now, None)


def test_a_time_that_moves_by_more_than_a_minute_after_a_start_in_doubt_stands_anew(machine: MachineClock) -> None:
    guard = started_without_a_time(machine)
    machine.now = NINE + timedelta(hours=2)
    guard.now()
    machine.forward(seconds=29)
    machine.jump(seconds=61)
    guard.now()
    machine.forward(seconds=29)
    guard.listened()
    assert state_of(guard) == "jumped"
    machine.forward(seconds=1)
    guard.listened()
    assert (guard.state, guard.now()) == ("ok", machine.now)


@pytest.mark.parametrize(("seconds", "state"), [(-60, "ok"), (-61, "jumped")])
def test_a_start_up_to_a_minute_before_the_newest_line_is_believed(
    machine: MachineClock, seconds: int, state: str
) -> None:
    machine.jump(seconds=seconds)
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.start((NINE, TODAY), JAKARTA)
    assert state_of(guard) == state


def test_a_day_ahead_of_the_build_alone_is_believed_where_the_newest_line_is_older_than_the_build(
    machine: MachineClock,
) -> None:
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.start((datetime(2002, 1, 1, tzinfo=UTC), date(2002, 1, 1)), JAKARTA)
    assert (guard.state, guard.now(), guard.business_day()) == ("ok", NINE, TODAY)


def test_the_day_of_the_build_itself_can_be_true(machine: MachineClock) -> None:
    machine.now = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.start(None, JAKARTA)
    assert (guard.state, guard.business_day()) == ("ok", BUILT)
    machine.jump(days=-1)
    machine.forward(minutes=10)
    guard.now()
    machine.forward(minutes=10)
    assert (guard.state, guard.why) == ("wrong", "before_build")


def test_a_fortnight_is_counted_from_the_newest_date_that_was_reached(machine: MachineClock) -> None:
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.start((NINE, TODAY), JAKARTA)
    machine.forward(days=3)
    guard.now()
    machine.jump(days=14)
    guard.now()
    machine.forward(minutes=10)
    assert (guard.why, guard.due()) == ("jumped", timedelta(days=14))
    machine.jump(days=1)
    guard.now()
    machine.forward(minutes=10)
    assert (guard.why, guard.due()) == ("too_far", None)


def test_a_fortnight_is_counted_from_a_business_day_that_is_ahead_of_the_date(machine: MachineClock) -> None:
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.recall(timedelta(), TODAY)
    guard.start((NINE, TOMORROW), JAKARTA)
    machine.jump(days=15)
    guard.now()
    machine.forward(minutes=10)
    assert (guard.why, guard.due()) == ("jumped", timedelta(days=15))


def test_a_line_of_the_day_of_the_build_is_believed_rather_than_a_time_three_weeks_on(machine: MachineClock) -> None:
    guard = ClockGuard(machine, machine.monotonic, BUILT)
    guard.start((datetime(2026, 11, 1, 2, 0, tzinfo=UTC), BUILT), JAKARTA)
    assert (guard.state, guard.business_day()) == ("wrong", BUILT)
