"""A day by service and half hour counts every visit once, where its own time says, and hides what few did."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.keeping.report_rows import LEFT, MINUTE, NO_SHOW, SERVED, VisitRow, micro
from antrean.reporting.half_hours import HEADS, HalfHour, day_table, half_hours
from antrean.reporting.tables import as_csv
from tests.reporting.rows import visit_row

ZONE = ZoneInfo("Asia/Jakarta")
EIGHT = micro(datetime(2026, 11, 30, 8, 0, tzinfo=ZONE))


def row(came: float, called: float | None = None, ended: float | None = None, **more: Any) -> VisitRow:
    """A leg that came, was called and ended so many minutes after 8."""
    times: dict[str, Any] = {
        name: None if at is None else EIGHT + round(at * MINUTE)
        for name, at in (("waiting_since", came), ("called_at", called), ("ended_at", ended))
    }
    times["started_at"] = times["called_at"] if more.get("outcome") == SERVED else None
    return visit_row(business_day="2026-11-30", **times, **more)


def test_an_event_belongs_to_the_half_hour_of_its_own_time() -> None:
    rows = [
        row(0, 29.99, 31, outcome=SERVED),
        row(29, 30, 45, outcome=SERVED),
        row(10, 65, 70, outcome=NO_SHOW),
        row(20, None, 59.9, outcome=LEFT),
        row(61),
    ]
    found = half_hours(rows, ["card", "birth"], ZONE)
    assert {code: list(places) for code, places in found.items()} == {"card": [16, 17, 18], "birth": [16, 17, 18]}
    first, second, third = found["card"].values()
    assert (first.arrived, first.called, first.served, first.left, first.waiting) == (4, 1, 0, 0, 3)
    assert (second.arrived, second.called, second.served, second.left, second.waiting) == (0, 1, 2, 1, 1)
    assert (third.arrived, third.called, third.no_show, third.waiting) == (1, 1, 1, 1)
    assert (first.waits, second.waits, third.waits) == (
        [round(29.99 * MINUTE)], [MINUTE], [55 * MINUTE],
    )  # fmt: skip
    assert set(map(repr, found["birth"].values())) == {repr(HalfHour())}


def test_in_what_is_published_small_counts_and_times_of_few_are_empty() -> None:
    rows = [row(n, 10 + n, 20 + n, outcome=SERVED) for n in range(5)] + [row(20), row(50, 59, 61, outcome=NO_SHOW)]
    told, open_ = (day_table(rows, ["card"], ZONE, published=one) for one in (True, False))
    first, second, third = (dict(zip(HEADS, values, strict=True)) for values in told.rows)
    assert (first["half_hour"], first["arrived"], first["called"], first["waiting_at_end"]) == ("08:00", 6, 5, None)
    assert (first["served"], first["no_show"], first["wait_mean_seconds"]) == (5, 0, 600)
    assert (second["arrived"], second["called"], second["wait_longest_seconds"]) == (None, None, None)
    assert (third["half_hour"], third["no_show"]) == ("09:00", None)
    second_open = dict(zip(HEADS, open_.rows[1], strict=True))
    assert (second_open["arrived"], second_open["wait_longest_seconds"], second_open["waiting_at_end"]) == (1, 540, 1)


def test_the_file_has_the_same_heads_on_every_day_and_no_lines_without_visits() -> None:
    assert list(csv.reader(io.StringIO(as_csv(day_table([], ["card"], ZONE)).decode()))) == [list(HEADS)]
    (heads, line) = csv.reader(io.StringIO(as_csv(day_table([row(1)], ["card"], ZONE)).decode()))
    assert heads == list(HEADS)
    assert line[:5] == ["2026-11-30", "card", "08:00", "1", "0"]


minutes = st.floats(0, 600)


@given(st.lists(st.tuples(minutes, st.none() | minutes, st.none() | minutes), min_size=1, max_size=30))
def test_what_came_and_was_not_called_and_did_not_end_waits(
    legs: list[tuple[float, float | None, float | None]],
) -> None:
    rows = []
    for came, wait, stay in legs:
        called = None if wait is None else came + wait
        rows.append(row(came, called, None if stay is None else (called or came) + stay, outcome=SERVED))
    found = half_hours(rows, ["card"], ZONE)["card"]
    assert sum(one.arrived for one in found.values()) == len(rows)
    assert sum(one.called for one in found.values()) == sum(one.called_at is not None for one in rows)
    for place, one in found.items():
        end = micro(datetime(2026, 11, 30, tzinfo=ZONE) + timedelta(minutes=30 * (place + 1)))
        gone = [min((at for at in (leg.called_at, leg.ended_at) if at is not None), default=end) for leg in rows]
        there = [leg.waiting_since < end for leg in rows]
        assert one.waiting == sum(here and until >= end for here, until in zip(there, gone, strict=True))
