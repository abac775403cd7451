"""The figures of a month: what is published tells of nobody."""

from __future__ import annotations

from datetime import date

import pytest

from antrean.reporting.figures import Share, Times, VisitFigures
from antrean.reporting.month import month_of, month_tables
from antrean.reporting.small_cells import hidden

MINUTE = 60_000_000


def figures(tickets: int, served: int, no_show: int = 0, left: int = 0) -> VisitFigures:
    return VisitFigures(
        tickets=tickets, persons=2 * tickets, served=served, no_show=no_show, left=left,
        promise=Share(served, tickets), waits=Times.of([4 * MINUTE] * tickets), services=Times.of([MINUTE] * served),
    )  # fmt: skip


OFFICE = figures(110, 98, 9, 3)
SERVICES = {"card": figures(60, 55, 5), "birth": figures(47, 40, 4, 3), "death": figures(3, 3)}
DAYS = {date(2026, 11, 2): figures(60, 52, 8), date(2026, 11, 3): figures(50, 46, 1, 3)}


def test_a_small_count_is_left_out_and_can_not_be_worked_out_from_the_others() -> None:
    rows = [[100, 60, 40], [50, 47, 3], [30, 10, 20], [20, 3, 17]]
    assert hidden(rows) == {(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2)}
    assert hidden([[20, 12], [11, 6], [9, 6]]) == set()


@pytest.mark.parametrize("rows", [[[9, 6, 3], [9, 6, 3]], [[12, 8, 4], [7, 5, 2], [5, 3, 2]], [[1, 1], [1, 1], [0, 0]]])
def test_no_line_is_left_with_one_count_out_of_it(rows: list[list[int]]) -> None:
    gone = hidden(rows)
    assert gone >= {(row, column) for row, counts in enumerate(rows) for column, n in enumerate(counts) if 0 < n < 5}
    lines = [{(row, column) for column in range(len(rows[0]))} for row in range(len(rows))]
    lines += [{(row, column) for row in range(len(rows))} for column in range(len(rows[0]))]
    assert [line for line in lines if len(line & gone) == 1] == []


def test_the_head_of_the_office_sees_every_count() -> None:
    month = month_of(OFFICE, SERVICES, DAYS)
    assert (month.office.tickets, month.office.left, month.office.wait_longest) == (110, 3, 4 * MINUTE)
    assert [(line.key, line.tickets, line.served) for line in month.services] == [
        ("card", 60, 55), ("birth", 47, 40), ("death", 3, 3),
    ]  # fmt: skip
    assert [line.key for line in month.days] == ["2026-11-02", "2026-11-03"]


def test_what_is_published_has_no_small_count_and_nothing_of_few() -> None:
    month = month_of(OFFICE, SERVICES, DAYS, published=True)
    lines = (month.office, *month.services, *month.days)
    shown = [count for line in lines for count in (line.tickets, line.served, line.no_show, line.left)]
    assert [count for count in shown if count is not None and 0 < count < 5] == []
    death = month.services[2]
    assert (death.tickets, death.persons, death.wait_p50, death.promise) == (None, None, None, None)
    assert [line.wait_longest for line in lines] == [None] * len(lines)
    # The sum is left out of both tables, or each of them would tell what the other one hides.
    assert month.office.left is None


def test_the_tables_have_seconds_and_shares() -> None:
    month, services, days = month_tables(month_of(OFFICE, SERVICES, DAYS))
    line = dict(zip(services.heads, services.rows[0], strict=True))
    assert (line["service"], line["tickets"], line["wait_p90_seconds"], line["promise_kept"]) == (
        "card",
        60,
        240,
        0.9167,
    )
    assert (month.rows[0][0], days.rows[1][0]) == (110, date(2026, 11, 3))
    empty = month_tables(month_of(VisitFigures(), {}, {}))
    assert (empty[0].rows[0][0], empty[0].rows[0][-1], empty[1].rows) == (0, None, [])
