"""Whether waits were as they were told: each visitor is in one place, and both ways of counting agree."""

from __future__ import annotations

from typing import Any

import pytest

from antrean.queueing.keeping.report_rows import MINUTE, VisitRow
from antrean.reporting.figures import Share
from antrean.reporting.told import (
    AS_WANTED,
    TOO_FEW,
    TOO_NARROW,
    TOO_WIDE,
    Told,
    by_band,
    by_hour,
    by_service,
    counts_of,
    told,
)
from tests.reporting.rows import visit_row


def row(low: int | None, high: int | None, waited: float | None, **more: Any) -> VisitRow:
    """A first leg whose visitor was told this range in minutes and was called after so many."""
    called = None if waited is None else 1_000_000 + round(waited * MINUTE)
    return visit_row(
        issued_at=1_000_000, waiting_since=1_000_000, called_at=called, wait_low=low, wait_high=high, **more
    )


def test_both_ends_of_the_range_are_inside_and_a_second_beyond_is_not() -> None:
    waits = (9.99, 10, 15, 20, 20.01, None)
    found = told(counts_of([row(10, 20, one) for one in waits] + [row(None, None, 5), row(None, None, None)]))
    assert (found.below, found.inside, found.above) == (1, 3, 1)
    assert (found.untold, found.uncalled) == (2, 1)
    assert (found.share, found.mean_width, found.mean_range) == (Share(3, 5), 10, (10, 20))
    assert found.mean_wait == pytest.approx(15)


def test_a_visitor_counts_once_by_the_leg_for_which_they_were_told() -> None:
    rows = [row(0, 5, 3), row(None, None, 40, leg=1, service="birth")]
    assert told(counts_of(rows)) == Told(inside=1, low=0, high=5, waited=3 * MINUTE)


def test_services_hours_and_how_long_a_wait_was_told_are_apart() -> None:
    rows = [
        row(0, 5, 3, half_hour=16),
        row(10, 20, 30, half_hour=17),
        row(20, 40, 30, half_hour=20, service="birth"),
        row(100, 140, 130, half_hour=20),
    ]
    counts = counts_of(rows)
    assert {code: one.share for code, one in by_service(counts).items()} == {"card": Share(2, 3), "birth": Share(1, 1)}
    assert [(hour, one.share) for hour, one in by_hour(counts).items()] == [(8, Share(1, 2)), (10, Share(2, 2))]
    assert [(band.since, band.until, band.told.share) for band in by_band(counts)] == [
        (0, 5, Share(1, 1)), (15, 30, Share(0, 1)), (30, 60, Share(1, 1)), (120, None, Share(1, 1)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "known", "said"),
    [(29, 29, TOO_FEW), (79, 100, TOO_NARROW), (80, 100, AS_WANTED), (87, 100, AS_WANTED), (88, 100, TOO_WIDE)],
)
def test_the_target_is_that_80_to_87_of_100_were_told_right(inside: int, known: int, said: str) -> None:
    assert Told(inside=inside, above=known - inside).verdict == said


def test_of_nobody_nothing_is_said() -> None:
    found = told([])
    assert (found.share.percent, found.mean_width, found.mean_range, found.mean_wait) == (None, None, None, None)
    assert (found.verdict, by_band([]), by_hour([])) == (TOO_FEW, [], {})
