"""What an office learns from waits that came true, and how well its intervals then hold."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from heapq import heappop, heappush

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.estimation.formula import Estimator, Interval, rounded
from antrean.queueing.estimation.quantiles import ErrorQuantiles
from tests.examples import examples
from tests.queueing.estimation.test_formula import FIRST, STEPS, steady, walk


@given(STEPS)
def test_the_memory_of_a_day_survives_being_stored(steps: list[tuple[str, float, int]]) -> None:
    estimator = Estimator()
    walk(steps, estimator)
    memory = estimator.memory()
    stored = json.loads(json.dumps(memory))
    assert stored == memory
    assert Estimator(stored).guess("A", FIRST, 4) == Estimator(memory).guess("A", FIRST, 4)
    assert Estimator(stored).spread.offsets == estimator.spread.offsets


def test_what_earlier_days_taught_shapes_the_first_estimate_of_a_day() -> None:
    quick = Estimator(steady(every=1.0, calls=100)[0].memory())
    slow = Estimator(steady(every=12.0, calls=30)[0].memory())
    assert quick.guess("A", FIRST, 6).point < 0.5 * slow.guess("A", FIRST, 6).point
    new, known = Estimator().guess("B", FIRST, 6), Estimator(steady()[0].memory()).guess("B", FIRST, 6)
    assert known.point == pytest.approx(new.point, rel=0.2)


def test_a_broken_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="three curves"):
        Estimator({"spread": [[0.0]]})


@given(st.lists(st.tuples(st.floats(0.5, 400), st.floats(0.5, 400)), max_size=300), st.floats(0.1, 1000))
def test_the_learnt_curves_stay_in_order(seen: list[tuple[float, float]], expected: float) -> None:
    spread = ErrorQuantiles()
    for guess, actual in seen:
        spread.learn(guess, actual)
    low, middle, high = spread.around(expected)
    further = spread.around(expected * 1.3)
    assert 0.0 < low <= middle <= high
    assert all(a <= b * (1 + 1e-9) for a, b in zip((low, middle, high), further, strict=True))


def test_eight_of_ten_waits_come_to_lie_inside_even_when_the_estimates_are_off_by_half() -> None:
    spread, draw, inside = ErrorQuantiles(), random.Random(1), []
    for _ in range(20_000):
        expected = draw.uniform(4, 120)
        actual = 1.5 * expected * draw.lognormvariate(0.0, 0.4)
        low, _, high = spread.around(expected)
        inside.append(low <= actual <= high)
        spread.learn(expected, actual)
    assert sum(inside[-5000:]) / 5000 == pytest.approx(0.8, abs=0.03)


@examples(200)
@given(st.floats(0, 500), st.floats(0, 500), st.floats(0, 500))
def test_people_are_told_the_nearest_steps_of_five_minutes(a: float, b: float, c: float) -> None:
    interval = Interval(*sorted((a, b, c)))
    low, high = rounded(interval)
    assert low % 5 == high % 5 == 0
    assert 0 <= low < high
    assert abs(low - interval.low) <= 5
    assert abs(high - interval.high) <= 5
    if high - low > 5:  # else both ends were nearest to the same step, and the step that holds the middle is told
        assert abs(low - interval.low) <= 2.5
        assert abs(high - interval.high) <= 2.5
    else:
        assert low <= interval.point <= high or abs(interval.high - interval.low) > 5


@pytest.mark.parametrize(
    ("low", "point", "high", "told"),
    [
        (11.0, 14.0, 21.0, (10, 20)), (12.5, 14.0, 22.5, (15, 25)), (13.0, 13.5, 14.0, (10, 15)),
        (16.0, 16.5, 17.0, (15, 20)), (0.5, 1.0, 2.0, (0, 5)), (0.0, 0.0, 0.0, (0, 5)), (2.4, 4.0, 7.6, (0, 10)),
    ],
)  # fmt: skip
def test_a_range_is_rounded_as_people_would(low: float, point: float, high: float, told: tuple[int, int]) -> None:
    assert rounded(Interval(low, point, high)) == told


def test_the_intervals_hold_in_an_office_of_quite_another_kind() -> None:
    """Three counters, exact minutes, exponential services: nothing of this was ever tuned on."""
    inside, errors, waits, memory = [], [], [], None
    for seed in range(8):
        estimator = Estimator(memory)
        for interval, actual in simulated_day(estimator, random.Random(seed)):
            if seed >= 3:
                inside.append(interval.low <= actual <= interval.high)
                errors.append(abs(interval.point - actual))
                waits.append(actual)
        memory = estimator.memory()
    assert len(inside) > 500
    assert 0.70 <= sum(inside) / len(inside) <= 0.92
    assert sum(errors) < 0.45 * sum(waits)


def simulated_day(estimator: Estimator, draw: random.Random) -> Iterator[tuple[Interval, float]]:
    """Run a day of about 190 visitors and yield what those who waited were told, and how long they waited."""
    happenings: list[tuple[float, int, str]] = []
    at, number = FIRST, 0
    while at < FIRST + 420:
        at += draw.expovariate(0.62 if at < FIRST + 180 else 0.35)
        number += 1
        heappush(happenings, (at, number, "arrive"))
    idle = 3
    line: list[tuple[int, float]] = []
    told: dict[int, Interval] = {}
    estimator.counters_are("A", FIRST, 3)
    while happenings:
        at, who, what = heappop(happenings)
        if what == "arrive":
            if not idle:
                answer = estimator.estimate("A", at, len(line) + 1, counters=3)
                if answer is not None:
                    told[who] = answer
            estimator.arrived(str(who), "A", at, len(line) + 1, 3)
            line.append((who, at))
            estimator.queue_is("A", at, len(line))
        else:
            idle += 1
        if idle and line:
            next_one, since = line.pop(0)
            idle -= 1
            estimator.called(str(next_one), "A", at)
            estimator.queue_is("A", at, len(line))
            heappush(happenings, (at + draw.expovariate(1 / 6.0), next_one, "done"))
            if next_one in told and at - since >= 2:
                yield told[next_one], at - since
