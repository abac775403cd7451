"""A wall clock that is its own witness: time passes as it says, and not back behind what was written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from antrean.queueing.clock.guard import ClockGuard
from tests.conftest import SetClock

JAKARTA = ZoneInfo("Asia/Jakarta")
NINE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(("seconds", "state"), [(60, "ok"), (61, "jumped")])
def test_a_clock_alone_may_go_back_up_to_a_minute_behind_the_newest_line(seconds: int, state: str) -> None:
    clock = SetClock()
    guard = ClockGuard(clock)
    guard.start((NINE, TODAY), JAKARTA)
    clock.forward(seconds=-seconds)
    assert guard.state == state
    assert guard.now() == (clock.now if state == "ok" else NINE)


def test_a_clock_alone_passes_time_as_it_says() -> None:
    clock = SetClock()
    guard = ClockGuard(clock)
    guard.start((NINE, TODAY), JAKARTA)
    for hours in (1, 30, 24 * 400):
        clock.forward(hours=hours)
        assert (guard.state, guard.now(), guard.in_doubt) == ("ok", clock.now, False)


def test_no_time_passes_by_a_clock_alone_that_runs_behind_until_it_is_right_again() -> None:
    clock = SetClock()
    guard = ClockGuard(clock)
    guard.start((NINE, TODAY), JAKARTA)
    clock.forward(hours=-2)
    assert (guard.now(), guard.state) == (NINE, "jumped")
    clock.forward(minutes=-5)
    assert guard.now() == NINE
    clock.forward(hours=2, minutes=4)
    assert (guard.now(), guard.state) == (NINE, "ok")
    clock.forward(minutes=1)
    assert guard.now() == NINE + timedelta(seconds=54)  # a minute ahead by then, and it waits for a tenth of that time


def test_time_passes_by_a_clock_alone_in_parts_of_a_second_too_while_it_is_behind() -> None:
    clock = SetClock()
    guard = ClockGuard(clock)
    guard.start((NINE, TODAY), JAKARTA)
    clock.forward(days=-1)
    assert (guard.now(), guard.state) == (NINE, "jumped")
    for half in (1, 2, 3):
        clock.forward(seconds=0.5)
        assert guard.now() == NINE + timedelta(seconds=half / 2)


def test_a_clock_alone_is_behind_by_the_time_that_was_told_and_not_by_its_own() -> None:
    clock = SetClock()
    guard = ClockGuard(clock)
    guard.recall(timedelta(hours=2), None)
    guard.start((NINE, TODAY), JAKARTA)
    clock.forward(hours=-1)
    assert (guard.now(), guard.state) == (NINE + timedelta(hours=1), "ok")
