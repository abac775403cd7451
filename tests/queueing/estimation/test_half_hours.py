"""What earlier days showed of each half hour: the first visitors of a day are answered, and the time of day counts."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing import events as e
from antrean.queueing.estimation.formula import Estimator
from antrean.queueing.estimation.half_hours import NOTHING_REMEMBERED, HalfHours, half_hour
from tests.conftest import small_plan
from tests.queueing.estimation.test_day import DAY, Morning, busy


def clock(time: str) -> float:
    hours, minutes = time.split(":")
    return int(hours) * 60.0 + int(minutes)


@pytest.mark.parametrize(
    ("time", "index"),
    [("00:00", 0), ("06:59", 0), ("07:00", 0), ("07:29", 0), ("07:30", 1), ("12:00", 10), ("18:30", 23), ("23:59", 23)],
)
def test_a_day_has_24_half_hours_from_seven_on(time: str, index: int) -> None:
    assert half_hour(clock(time)) == index
    assert half_hour(clock(time) + 3 * 24 * 60) == index


def test_minutes_with_somebody_waiting_fall_into_their_half_hours() -> None:
    day = HalfHours()
    day.busy_between(clock("08:20"), clock("09:10"))
    assert [day.in_demand[b] for b in range(2, 6)] == [10.0, 30.0, 10.0, 0.0]
    assert sum(day.in_demand) == 50.0


def test_each_working_day_leaves_seven_tenths_of_what_was_before() -> None:
    past, day = HalfHours(), HalfHours()
    past.wait(clock("08:00"), 40.0)
    day.wait(clock("08:10"), 10.0)
    day.called(clock("08:10"), 3)
    after = past.after(day)
    assert [after.waited[2], after.waits[2], after.calls[2], after.days] == pytest.approx([38.0, 1.7, 3.0, 1.0])
    assert HalfHours.remembered(json.loads(json.dumps(after.memory()))) == after


def test_what_is_usual_is_that_of_the_half_hour_and_its_neighbours() -> None:
    day = HalfHours()
    for _ in range(27):
        day.wait(clock("08:10"), 60.0)
    day.busy_between(clock("08:00"), clock("08:30"))
    day.called(clock("08:05"), 15)
    habits = day.habits()
    assert habits.waits[2] == habits.waits[3] == (27 * 60 + 45) / 30
    assert habits.waits[8] == 15.0
    everywhere = (30 + 100) / (15 + 20)
    assert habits.paces[2] == pytest.approx((15 + 8 * everywhere) / (7.5 + 8))
    assert habits.paces[20] == pytest.approx(everywhere)
    assert habits.known
    assert (NOTHING_REMEMBERED.waits[0], NOTHING_REMEMBERED.paces[0], NOTHING_REMEMBERED.known) == (15.0, 5.0, False)


def test_a_memory_with_other_half_hours_is_refused() -> None:
    memory = HalfHours().memory()
    with pytest.raises(ValueError, match="24 half hours"):
        HalfHours.remembered({**memory, "waits": [1.0]})


def remembered(days: int = 2, **more: int) -> Morning:
    """Return a new morning after days on which eighteen waited at counter 1."""
    memory = None
    for back in range(days, 0, -1):
        memory = busy(day=DAY - timedelta(days=back), memory=memory, calls=18, **more).watch.memory()
    return Morning(memory=memory)


def test_from_the_second_day_on_the_first_visitor_is_answered_before_a_counter_is_open() -> None:
    morning = remembered()
    assert morning.watch.for_arrival("card", morning.at) is not None
    assert morning.watch.for_arrival("birth", morning.at) is None  # nobody waited there
    number = morning.issue()
    assert morning.day.tickets[number].wait_at_issue is not None


def test_an_old_memory_without_half_hours_goes_on_as_before() -> None:
    memory = busy(calls=18).watch.memory()
    old = {name: memory[name] for name in ("spread", "usual")}
    morning = Morning(memory=old)
    assert morning.watch.for_arrival("card", morning.at) is None
    assert morning.watch.memory()["half_hours"] == {}
    assert busy(memory=old).watch.memory()["half_hours"]["card"]["days"] == 1.0


def test_a_day_without_a_call_takes_nothing_of_what_is_remembered() -> None:
    morning = remembered()
    before = morning.watch.memory()["half_hours"]
    morning.issue()
    morning.forward(600)
    assert morning.watch.memory()["half_hours"] == before


def test_with_all_counters_closed_for_half_an_hour_nobody_knows_when_it_goes_on() -> None:
    morning = remembered()
    morning.sit("1")
    for _ in range(6):
        morning.issue()
    morning.forward(3)
    morning.call()
    morning.take(e.CounterPaused("1", "lunch"))
    morning.forward(29)
    assert morning.watch.for_arrival("card", morning.at) is not None
    morning.forward(2)
    assert morning.watch.for_arrival("card", morning.at) is None
    morning.take(e.CounterResumed("1"))
    assert morning.watch.for_arrival("card", morning.at) is not None


def test_the_half_hour_is_that_of_the_office_and_its_usual_wait_counts() -> None:
    """The days began at 08:00 in Kuningan, an hour that UTC calls 01:00: people waited long then, and never at four."""
    morning = remembered(days=3)
    eight = morning.watch.guess("card", 5, morning.at)
    four = morning.watch.guess("card", 5, morning.at + timedelta(hours=8))
    waits = morning.watch.memory()["half_hours"]["card"]["waits"]
    assert sum(waits) == pytest.approx(sum(waits[2:5]))
    assert eight.point > 1.05 * four.point


@given(st.integers(0, 30), st.integers(1, 20), st.floats(0, 600))
def test_with_habits_too_a_later_place_is_never_told_less(ahead: int, further: int, minutes: float) -> None:
    estimator = Estimator({"half_hours": {"A": remember_a_rush().memory()}})
    near = estimator.guess("A", 480 + minutes, ahead + 1)
    far = estimator.guess("A", 480 + minutes, ahead + 1 + further)
    assert (near.low, near.point, near.high) <= (far.low, far.point, far.high)


def remember_a_rush() -> HalfHours:
    day = HalfHours()
    for place in range(30):
        day.wait(480.0 + place, 3.0 * place)
    return day


def issue_lines(morning: Morning, priority: int, regular: int) -> None:
    for _ in range(priority):
        morning.issue(priority=True)
    for _ in range(regular):
        morning.issue()


def past_with_priority(share: int, **plan: object) -> Morning:
    """Return a new morning after a day on which so many of twenty had priority."""
    past = Morning(small_plan(**plan), DAY - timedelta(days=1))
    past.sit("1")
    issue_lines(past, share, 20 - share)
    for _ in range(20):
        past.forward(3)
        past.call()
    return Morning(small_plan(**plan), DAY, past.watch.memory())


@pytest.mark.parametrize("discipline", ["earliest_due_date", "strict_priority", "interleave", "accumulating_priority"])
def test_priority_visitors_who_usually_come_lengthen_the_wait_of_others_only(discipline: str) -> None:
    some, none = past_with_priority(10, discipline=discipline), past_with_priority(0, discipline=discipline)
    for morning in (some, none):
        morning.watch._estimator.spread.offsets = [[-0.5] * 6, [0.0] * 6, [0.5] * 6]
        morning.watch._estimator._remembered["card"].waited = [0.0] * 24
        issue_lines(morning, 0, 8)
    longer, shorter = (morning.watch.guess("card", 8, morning.at).point for morning in (some, none))
    assert longer > 1.1 * shorter


def test_whoever_has_priority_or_has_waited_longer_than_the_credit_is_overtaken_by_nobody_to_come() -> None:
    morning = past_with_priority(10)
    regular, priority = morning.issue(), morning.issue(priority=True)
    tickets = morning.day.tickets
    young = morning.watch._overtaken(tickets[regular], morning.at)
    assert young.minutes(60.0) == 20.0
    assert young.minutes(12.0) == 12.0
    assert morning.watch._overtaken(tickets[priority], morning.at).minutes(60.0) == 0.0
    assert morning.watch._overtaken(tickets[regular], morning.at + timedelta(minutes=15)).minutes(60.0) == 5.0
    assert morning.watch._overtaken(tickets[regular], morning.at + timedelta(minutes=25)).minutes(60.0) == 0.0


def test_nobody_is_overtaken_where_all_are_called_by_arrival() -> None:
    morning = past_with_priority(10, discipline="first_come_first_served")
    assert morning.watch._overtaken(morning.day.tickets[morning.issue()], morning.at).minutes(60.0) == 0.0


def test_a_copy_and_a_kept_day_go_on_alike() -> None:
    morning = remembered()
    morning.sit("1")
    issue_lines(morning, 2, 6)
    copy = morning.watch.twin()
    before = copy.memory()
    for _ in range(4):
        morning.forward(4)
        morning.call()
    assert copy.memory() == before
    assert morning.watch.memory() != before
