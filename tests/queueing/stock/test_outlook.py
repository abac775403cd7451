"""How long an item lasts: a range of days of use, from the office's own earlier days; nothing where few are known."""

from __future__ import annotations

from random import Random

import pytest

from antrean.queueing.stock.outlook import Lasts, lasts

WEEKS = (31, 42, 28, 35, 40, 38, 30)


@pytest.mark.parametrize(
    ("count", "used", "said"),
    [
        (55, (10,) * 5, Lasts(5, 5)),  # days that are all alike leave no doubt
        (288, WEEKS, Lasts(7, 9)),
        (2880, WEEKS, Lasts(75, 90)),
        (9, WEEKS, Lasts(0, 0)),
        (0, WEEKS, Lasts(0, 0)),
        (40, (1, 1, 1, 1, 50), Lasts(0, None)),  # so unlike each other that no upper end can be said
        (100_000, (10,) * 5, Lasts(250, None)),  # longer than is told
    ],
)
def test_a_range_of_days_follows_from_what_earlier_days_used(count: int, used: tuple[int, ...], said: Lasts) -> None:
    assert lasts(count, used) == said


def test_nothing_is_said_of_fewer_than_five_days() -> None:
    assert lasts(100, (10, 11, 12, 13)) is None
    assert lasts(100, (10, 11, 12, 13, 14)) is not None


@pytest.mark.parametrize("days", [5, 10, 28])
def test_at_least_eight_of_ten_ranges_hold_the_days_that_it_really_lasted(days: int) -> None:
    random, held, tries = Random(28), 0, 1000

    def of_a_day() -> int:
        return max(round(random.gauss(40, 10)), 1)

    for _ in range(tries):
        said, left, lasted = lasts(400, [of_a_day() for _ in range(days)]), 400, 0
        while (left := left - of_a_day()) >= 0:
            lasted += 1
        assert said is not None
        held += said.low <= lasted <= (250 if said.high is None else said.high)
    assert held >= 800


def test_more_days_that_are_known_make_the_range_narrower() -> None:
    few, many = lasts(2000, WEEKS[:5]), lasts(2000, WEEKS * 4)
    assert few is not None
    assert many is not None
    assert few.high is not None
    assert many.high is not None
    assert many.high - many.low < few.high - few.low
