"""The hub's own time: it passes evenly whatever the machine's clock does, and says when that can't be believed."""

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
TODAY = date(2026, 11, 24)
BUILT = date(2026, 11, 1)


class Machine:
    """A guard on a machine's two clocks."""

    def __init__(self, newest: tuple[datetime, date] | None = (NINE, TODAY)) -> None:
        self.clock = MachineClock()
        self.guard = self.start(newest)

    def start(self, newest: tuple[datetime, date] | None) -> ClockGuard:
        self.guard = ClockGuard(self.clock, self.clock.monotonic, BUILT)
        self.guard.start(newest, JAKARTA)
        return self.guard

    def state(self) -> str:
        return self.guard.state

    def passes(self, **duration: float) -> ClockGuard:
        self.clock.forward(**duration)
        return self.guard

    def jumps(self, **duration: float) -> ClockGuard:
        self.clock.jump(**duration)
        return self.guard


JUMPS = [{"hours": -1}, {"days": -1}, {"days": -20000}, {"days": -8700}, {"days": 1}, {"hours": 16}, {"days": 400}]


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_that_is_taken_back_has_never_happened(jump: dict[str, float]) -> None:
    machine = Machine()
    assert machine.passes(minutes=5).now() == NINE + timedelta(minutes=5)
    machine.jumps(**jump)
    assert machine.state() == "jumped"
    for second in range(1, 4):
        assert machine.passes(seconds=1).now() == NINE + timedelta(minutes=5, seconds=second)
        assert machine.guard.business_day() == TODAY
    machine.jumps(**{unit: -by for unit, by in jump.items()})
    assert machine.state() == "ok"
    assert machine.guard.now() == machine.clock.now
    assert machine.passes(hours=1).due() is None


@pytest.mark.parametrize(
    ("jump", "state", "why"),
    [
        ({"hours": 1}, "jumped", "jumped"),
        ({"days": 14}, "jumped", "jumped"),
        ({"hours": -1}, "jumped", "jumped"),
        ({"days": 15}, "wrong", "too_far"),
        ({"days": -1}, "wrong", "backward"),
        ({"days": -8700}, "wrong", "before_build"),
    ],
)
def test_a_time_that_has_stood_ten_minutes_is_adopted_if_its_date_can_be(
    jump: dict[str, float], state: str, why: str
) -> None:
    machine = Machine()
    machine.jumps(**jump).now()
    machine.passes(minutes=9, seconds=59)
    assert (machine.guard.state, machine.guard.due()) == ("jumped", None)
    machine.passes(seconds=1)
    assert (machine.guard.state, machine.guard.why) == (state, why)
    assert machine.guard.due() == (timedelta(**jump) if state == "jumped" else None)
    assert machine.guard.business_day() == TODAY
    assert machine.guard.now() == NINE + timedelta(minutes=10)


def test_each_further_jump_begins_the_ten_minutes_anew() -> None:
    machine = Machine()
    machine.jumps(hours=1).now()
    machine.passes(minutes=9)
    machine.jumps(hours=1).now()
    assert machine.passes(minutes=9).due() is None
    assert machine.passes(minutes=1).due() == timedelta(hours=2)


def test_an_adopted_step_is_the_hubs_time_from_then_on() -> None:
    machine = Machine()
    machine.jumps(hours=-1).now()
    step = machine.passes(minutes=10).due()
    assert step is not None
    machine.guard.stepped(ClockSet(step.total_seconds(), "adopted"), machine.clock.now, TODAY, mine=True)
    assert (machine.guard.state, machine.guard.now()) == ("ok", machine.clock.now)


def test_midnight_begins_a_day_to_the_second_when_time_simply_passes() -> None:
    machine = Machine()
    machine.passes(hours=14, minutes=59, seconds=59)
    assert machine.guard.business_day() == TODAY
    machine.passes(seconds=1)
    assert machine.guard.business_day() == date(2026, 11, 25)
    machine.passes(days=3)
    assert machine.guard.business_day() == date(2026, 11, 28)


def test_a_jump_over_midnight_leaves_the_day_that_time_had_reached_before_any_line_was_written() -> None:
    machine = Machine()
    machine.passes(hours=16).business_day()
    machine.jumps(days=-1)
    assert machine.guard.business_day() == date(2026, 11, 25)
    assert machine.passes(hours=3).business_day() == date(2026, 11, 25)


def test_a_small_difference_vanishes_slowly_and_time_never_runs_back() -> None:
    machine = Machine()
    machine.jumps(seconds=-50)
    before = machine.guard.now()
    assert before == NINE
    for _ in range(600):
        now = machine.passes(seconds=1).now()
        assert timedelta(seconds=0.89) <= now - before <= timedelta(seconds=1)
        before = now
    assert machine.guard.now() == machine.clock.now
    assert machine.guard.state == "ok"


@pytest.mark.parametrize("behind", [0.000001, 1, 40, 60])
def test_time_does_not_run_back_over_a_start_whose_clock_is_a_little_behind(behind: float) -> None:
    machine = Machine()
    machine.clock.now = NINE - timedelta(seconds=behind)
    guard = machine.start((NINE, TODAY))
    assert (guard.state, guard.now()) == ("ok", NINE)
    before = NINE
    for _ in range(600):
        now = machine.passes(seconds=1).now()
        assert timedelta(seconds=0.89) <= now - before <= timedelta(seconds=1)
        before = now
    assert guard.now() == machine.clock.now


@pytest.mark.parametrize(
    ("wall", "state", "now"),
    [
        (NINE + timedelta(hours=2), "ok", NINE + timedelta(hours=2)),
        (NINE + timedelta(days=1), "ok", NINE + timedelta(days=1)),
        (NINE + timedelta(days=14), "ok", NINE + timedelta(days=14)),
        (NINE + timedelta(days=15), "wrong", NINE),
        (NINE - timedelta(hours=1), "jumped", NINE),
        (NINE - timedelta(days=1), "wrong", NINE),
        (datetime(1970, 1, 1, tzinfo=UTC), "wrong", NINE),
        (datetime(2002, 1, 1, tzinfo=UTC), "wrong", NINE),
    ],
)
def test_after_a_start_the_newest_line_says_what_can_be_true(wall: datetime, state: str, now: datetime) -> None:
    machine = Machine()
    machine.clock.now = wall
    guard = machine.start((NINE, TODAY))
    assert guard.state == state
    assert timedelta() <= guard.now() - now <= timedelta(microseconds=1)
    assert guard.business_day() == max(TODAY, guard.now().astimezone(JAKARTA).date())


def test_an_empty_journal_believes_any_time_that_is_not_before_the_build() -> None:
    machine = Machine(None)
    assert (machine.guard.state, machine.guard.safe_day()) == ("ok", None)
    machine.clock.now = datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)
    guard = machine.start(None)
    assert (guard.state, guard.why, guard.safe_day()) == ("wrong", "before_build", None)


def test_a_clock_that_was_wrong_at_the_start_is_soon_believed_while_nothing_was_written() -> None:
    machine = Machine()
    machine.clock.now = datetime(1970, 1, 1, tzinfo=UTC)
    machine.start((NINE, TODAY))
    assert machine.passes(seconds=20).state == "wrong"
    machine.clock.now = NINE + timedelta(hours=23)
    assert machine.guard.business_day() == TODAY
    machine.passes(seconds=29).listened()
    assert machine.guard.state == "jumped"
    machine.passes(seconds=1).listened()
    assert (machine.guard.state, machine.guard.now()) == ("ok", machine.clock.now)
    assert machine.guard.business_day() == date(2026, 11, 25)


def test_a_clock_that_was_wrong_at_the_start_must_stand_once_numbers_were_given() -> None:
    machine = Machine()
    machine.clock.now = datetime(1970, 1, 1, tzinfo=UTC)
    machine.start((NINE, TODAY))
    machine.guard.heard(machine.guard.now(), TODAY, mine=True)
    machine.clock.now = NINE + timedelta(hours=23)
    assert (machine.guard.state, machine.guard.business_day()) == ("jumped", TODAY)
    assert machine.passes(minutes=10).due() is not None


def test_a_lines_day_is_never_gone_back_behind() -> None:
    machine = Machine()
    machine.guard.heard(NINE + timedelta(days=1), date(2026, 11, 25), mine=False)
    assert machine.guard.business_day() == date(2026, 11, 25)
    assert machine.guard.now() >= NINE + timedelta(days=1)


def test_a_hub_whose_clock_jumped_does_not_adopt_it_while_another_tells_the_old_time() -> None:
    machine = Machine()
    machine.jumps(hours=1).now()
    for minute in range(1, 60):
        machine.passes(minutes=1)
        machine.guard.heard(NINE + timedelta(minutes=minute), TODAY, mine=False)
        assert machine.guard.due() is None
    assert machine.passes(minutes=10).due() == timedelta(hours=1)


def test_a_hub_in_company_does_not_adopt_another_date() -> None:
    machine = Machine()
    machine.guard.heard(NINE, TODAY, mine=False)
    machine.jumps(days=1).now()
    machine.passes(minutes=10)
    assert (machine.guard.due(), machine.guard.state, machine.guard.why) == (None, "wrong", "hubs_differ")
    assert machine.guard.business_day() == TODAY


def test_a_told_time_is_kept_until_the_machine_agrees() -> None:
    machine = Machine()
    machine.jumps(days=-8700).now()
    machine.guard.stepped(ClockSet(120.0, "told"), NINE, TODAY, mine=True)
    assert machine.guard.state == "ok"
    assert machine.passes(hours=1).now() == NINE + timedelta(hours=1, minutes=2)
    machine.clock.now = NINE + timedelta(hours=1, minutes=2)
    assert (machine.guard.state, machine.guard.now()) == ("ok", machine.clock.now)
    assert machine.guard.offset == timedelta()


def test_a_clock_without_a_second_witness_passes_time_but_not_back_behind_what_was_written() -> None:
    clock = SetClock()
    guard = ClockGuard(clock)
    guard.start(None, JAKARTA)
    clock.forward(hours=-2)
    assert (guard.state, guard.now()) == ("ok", clock.now)
    clock.forward(hours=2)
    guard.heard(guard.now(), TODAY, mine=True)
    clock.forward(days=-1)
    assert (guard.state, guard.now(), guard.business_day()) == ("jumped", NINE, TODAY)
    clock.forward(seconds=5)
    assert guard.now() == NINE + timedelta(seconds=5)
    clock.forward(days=1)
    assert (guard.state, guard.now()) == ("ok", NINE + timedelta(seconds=5))


def test_a_clock_without_a_second_witness_that_is_right_again_later_has_not_passed_the_day_it_was_behind() -> None:
    clock = SetClock()
    guard = ClockGuard(clock)
    guard.start((NINE, TODAY), JAKARTA)
    clock.forward(days=-1)
    assert guard.state == "jumped"
    clock.forward(days=1, hours=1)
    assert (guard.state, guard.now(), guard.business_day()) == ("ok", NINE + timedelta(hours=1), TODAY)


@pytest.mark.parametrize("back", [1, 20000])
def test_a_clock_without_a_second_witness_does_not_go_back_behind_the_business_day(back: int) -> None:
    clock = SetClock()
    guard = ClockGuard(clock, built_on=BUILT)
    guard.start(None, JAKARTA)
    assert guard.business_day() == TODAY
    clock.forward(days=-back)
    assert (guard.state, guard.now(), guard.business_day()) == ("jumped", NINE, TODAY)


def test_a_clock_without_a_second_witness_that_was_ahead_at_the_start_is_right_again() -> None:
    clock = SetClock()
    clock.forward(days=30)
    guard = ClockGuard(clock, built_on=BUILT)
    guard.start((NINE, TODAY), JAKARTA)
    guard.heard(guard.now(), TODAY, mine=True)
    assert guard.state == "wrong"
    clock.forward(days=-10)
    assert guard.now() - NINE < timedelta(seconds=1)
    clock.now = NINE + timedelta(seconds=30)
    assert (guard.state, guard.business_day()) == ("ok", TODAY)
    assert guard.now() - NINE < timedelta(seconds=60)
