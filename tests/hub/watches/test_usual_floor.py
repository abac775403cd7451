"""Beside the floor stand the last four same weekdays, cut at the same time, and what services usually take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from antrean.hub.async_mode import ThreadingMode
from antrean.hub.watches.usual_floor import NOTHING, UsualFloor
from antrean.queueing.commands import OpenCounter
from antrean.queueing.keeping.report_rows import MINUTE, VisitRow
from antrean.storage.reports import schema
from antrean.storage.reports.read import ReportReader
from antrean.storage.reports.tables import ReportTables, open_reports
from antrean.storage.reports.usual import same_weekdays, served_within, service_days
from tests.conftest import Stopwatch
from tests.fakes.small_day import ANI, Day

TODAY = date(2026, 11, 24)
WEEK = timedelta(weeks=1)
PARTS = [field for field in VisitRow.__dataclass_fields__ if field.endswith("_at") or field == "waiting_since"]


@pytest.fixture
def reports(tmp_path: Path) -> ReportReader:
    engine = open_reports(f"sqlite:///{tmp_path / 'antrean.sqlite3'}")
    ReportTables(engine, "test").make()
    return ReportReader(engine, "test")


def moved(rows: Sequence[VisitRow], days: int) -> list[VisitRow]:
    """Return rows as those of so many days earlier."""
    by = days * 24 * 60 * MINUTE
    when = (TODAY - timedelta(days=days)).isoformat()
    found = []
    for row in rows:
        times: dict[str, Any] = {part: None if (at := getattr(row, part)) is None else at - by for part in PARTS}
        found.append(replace(row, **{**times, "business_day": when, "issued": row.issued + days * 1000}))
    return found


def write(reports: ReportReader, rows: Sequence[VisitRow], office: str = "test") -> None:
    with reports.engine.begin() as connection:
        connection.execute(schema.visits.insert(), [{"office": office, **asdict(row)} for row in rows])


def a_day(tickets: int, takes: float = 3) -> Day:
    day = Day()
    day.do(OpenCounter(**ANI))
    for _ in range(tickets):
        day.issue(minutes=1)
        day.serve(0, takes)
    return day


def test_the_newest_four_same_weekdays_with_visitors_and_the_newest_days_are_found(reports: ReportReader) -> None:
    rows = a_day(1).rows().visits
    for days in (1, 2, 7, 14, 28, 35, 42, 7 * 9):
        write(reports, moved(rows, days))
    write(reports, moved(rows, 21), office="other")
    assert same_weekdays(reports, TODAY, 4) == [TODAY - weeks * WEEK for weeks in (1, 2, 4, 5)]
    assert service_days(reports, TODAY, 3) == [TODAY - timedelta(days=days) for days in (1, 2, 7)]
    assert same_weekdays(reports, TODAY - 9 * WEEK, 4) == []


def test_the_time_within_which_nine_of_ten_were_served_is_one_that_somebody_had(reports: ReportReader) -> None:
    for days, takes in enumerate(range(1, 21), 1):
        write(reports, moved(a_day(1, takes).rows().visits, days))
    first = TODAY - timedelta(days=20)
    assert served_within(reports, first, TODAY, 90, 20) == {"card": 18 * MINUTE}
    assert served_within(reports, first, TODAY, 50, 20) == {"card": 10 * MINUTE}
    assert served_within(reports, first, TODAY, 90, 21) == {}


def test_earlier_days_are_read_once_in_five_minutes_while_somebody_looks(reports: ReportReader) -> None:
    for weeks, tickets in ((1, 2), (2, 4)):
        write(reports, moved(a_day(tickets).rows().visits, 7 * weeks))
    day, watch, drawn = Day(), Stopwatch(), list[str]()
    usual = UsualFloor(day.office, reports, ThreadingMode(), watch, lambda: drawn.append("admin"))
    usual.look()
    assert (drawn, usual.read()) == ([], True)  # nobody had looked
    assert usual.earlier().figures.until.tickets == 0  # it is as early as they began
    day.clock.forward(minutes=9)
    watch.seconds += 299
    usual.look()
    assert drawn == []
    usual.earlier()
    watch.seconds += 1
    usual.look()
    assert drawn == ["admin"]
    seen = usual.earlier()
    assert (seen.until, seen.figures.days, seen.figures.until.tickets) == (day.clock(), 2, 2)
    watch.seconds += 301
    usual.look()
    assert drawn == ["admin"]  # nobody has looked for so long
    day.clock.forward(days=1)
    day.issue()
    assert usual.earlier() is NOTHING


def test_today_is_as_the_day_is_now(reports: ReportReader) -> None:
    day = Day()
    usual = UsualFloor(day.office, reports, ThreadingMode(), Stopwatch(), lambda: None)
    day.issue(persons=3)
    assert (usual.today().tickets, usual.today().persons) == (1, 3)
    day.issue()
    assert (usual.today().tickets, usual.today().persons) == (2, 4)


def test_without_tables_nothing_is_usual_and_they_are_looked_for_again(tmp_path: Path) -> None:
    engine = open_reports(f"sqlite:///{tmp_path / 'antrean.sqlite3'}")
    schema.reports.drop_all(engine)  # as between two forms of them
    day, watch = Day(), Stopwatch()
    usual = UsualFloor(day.office, ReportReader(engine, "test"), ThreadingMode(), watch, lambda: None)
    assert usual.read()
    assert usual.earlier() is NOTHING
    ReportTables(engine, "test").make()
    watch.seconds += 10
    assert usual.read()
    assert usual.earlier().until == day.clock()
