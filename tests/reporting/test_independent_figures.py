"""The figures of reports are those that an independent program works out from the journal alone, to the last digit."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from antrean.queueing.keeping.report_rows import micro
from antrean.queueing.plan.model import Need, OfficePlan
from antrean.reporting.counter_time import CounterTime, by_counter, by_operator
from antrean.reporting.day_sheet import DaySheet, day_sheet
from antrean.reporting.figures import VisitFigures, of_office, of_service
from antrean.storage.reports.catch_up import rebuild
from antrean.storage.reports.read import ReportReader
from antrean.storage.reports.tables import ReportTables, open_reports
from tests.conftest import small_plan
from tests.reporting.played_days import PlayedOffice
from tests.sheet_checker import (
    Lines,
    counter_figures,
    half_hours,
    micros,
    read_day,
    told_figures,
    valid_calls,
    visit_figures,
)

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
EVERYTHING = {
    "cancel": 6, "readmit": 4, "reopen": 2, "come_back": 2, "call_one": 3, "pause": 4, "hand_over": 2, "leave": 2,
    "undo": 8, "persons": 5, "priority": 3, "service": 4, "resume": 8, "recall": 6, "no_show": 8, "hold": 6,
    "return": 4, "transfer": 6,
}  # fmt: skip
# Ten shapes of a day: what happens more often in it, how many steps it has, and how many seconds lie between them.
SHAPES: dict[str, tuple[int, int, dict[str, int]]] = {
    "quiet": (120, 240, {}),
    "rush": (500, 15, {"issue": 90, "cancel": 10}),
    "outage": (300, 60, {"outage": 8, "pause": 6, "cancel": 6}),
    "transfers": (300, 60, {"transfer": 30, "return": 10}),
    "no-shows": (300, 60, {"no_show": 30, "recall": 20, "readmit": 15}),
    "put aside": (300, 60, {"hold": 25, "resume": 25, "pause": 10, "leave": 5}),
    "corrected and undone": (400, 60, {"undo": 40, "persons": 15, "priority": 10, "service": 15, "transfer": 10}),
    "closed and opened again": (300, 60, {"close_day": 4, **EVERYTHING}),
    "handed over": (300, 60, {"hand_over": 15, "leave": 6, "call_one": 15}),
    "everything": (700, 45, EVERYTHING),
}


class Checked:
    """The days of an office, as reports say them and as the journal says them."""

    def __init__(self, played: PlayedOffice) -> None:
        self.played = played
        self.path = Path(str(played.engine.url.database))
        tables = ReportTables(open_reports(played.database), played.plan.office)
        rebuild(played.engine, played.plan.office, tables)
        self.reader = ReportReader(open_reports(played.database), played.plan.office)

    def same(self, day: date) -> int:
        """Compare a day; return how many tickets it had."""
        visits, until = self.reader.visits(day, day), micro(self.played.clock.now)
        lines = read_day(self.path, self.played.plan.office, day.isoformat())
        promised = {one.code: one.promised_wait for one in self.played.plan.services}
        assert told(of_office(visits)) == visit_figures(lines.visits.values(), promised)
        for code in promised:
            here = [row for row in visits if row.service == code]
            assert told(of_service(here)) == visit_figures(lines.visits.values(), promised, code)
        rows = (self.reader.spans(day, day), self.reader.pauses(day, day), visits)
        counters = {name: spent(one) for name, one in by_counter(*rows, until).items()}
        assert counters == counter_figures(lines, until, lambda one: one.counter)
        operators = {name: spent(one) for name, one in by_operator(*rows, until).items()}
        assert operators == counter_figures(lines, until, lambda one: one.operator)
        self._same_sheet(
            day, lines, day_sheet(day, self.played.plan.tz, until, visits, self.reader.calls(day, day), *rows[:2])
        )
        return len(lines.visits)

    def _same_sheet(self, day: date, lines: Lines, sheet: DaySheet) -> None:
        midnights = [datetime.combine(one, time(), self.played.plan.tz) for one in (day, day + timedelta(days=1))]
        begins, ends = map(micros, midnights)
        found = {one.begins: (one.arrivals, one.called, one.gone, one.ended, one.waiting) for one in sheet.half_hours}
        assert found == half_hours(lines, begins, ends)
        assert (sheet.told.inside.part, sheet.told.inside.whole, sheet.told.width) == told_figures(lines)
        calls = valid_calls(lines)
        chosen = [(call.seq, call.at, call.number, call.counter) for call in calls if call.rule == "chosen"]
        assert sheet.calls == len(calls)
        assert [(one.seq, one.at, one.number, one.counter) for one in sheet.chosen] == chosen
        assert sheet.priority == sum(visit.priority for visit in lines.visits.values())
        assert sheet.arrivals == tuple(sorted(visit.issued for visit in lines.visits.values()))


def told(found: VisitFigures) -> dict[str, Any]:
    """Return figures as the independent program has them."""
    names = asdict(found)
    share = names.pop("promise")
    return {**names, "kept": share["part"], "offered": share["whole"]}


def spent(found: CounterTime) -> dict[str, Any]:
    """Return the time of a counter as the independent program has it."""
    names = ("open", "paused", "called", "serving", "legs", "started")
    return {name: getattr(found, name) for name in names}


def plan_of(**more: Any) -> OfficePlan:
    """Return an office of three services with promises that differ, and something that they need."""
    plan = small_plan(**more)
    services = tuple(
        replace(one, promised_wait=wait, needs=("server",))
        for one, wait in zip(plan.services, (5, 10, 20), strict=True)
    )
    return replace(plan, services=services, needs=(Need("server", {"id": "server"}),))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_figure_of_a_day_is_what_its_journal_says(shape: str, tmp_path: Path) -> None:
    steps, seconds, more = SHAPES[shape]
    played = PlayedOffice(tmp_path, plan_of(), MORNING)
    (day,) = played.play(sum(shape.encode()), steps, seconds, **more)
    assert Checked(played).same(day) >= 20


def test_two_offices_of_one_database_have_each_their_own_figures(tmp_path: Path) -> None:
    offices = [PlayedOffice(tmp_path, plan_of(office=code), MORNING) for code in ("first", "second")]
    for turn in range(3):
        days = [one.play(10 * turn + seed, 80, **EVERYTHING) for seed, one in enumerate(offices)]
    counts = [Checked(one).same(next(iter(found))) for one, found in zip(offices, days, strict=True)]
    assert min(counts) > 10
    with open_reports(offices[0].database).connect() as connection:
        (rows,) = connection.execute(sa.text("SELECT count(DISTINCT office) FROM report_visits")).one()
    assert rows == 2


def test_a_day_ends_at_midnight_with_whoever_waits_then(tmp_path: Path) -> None:
    played = PlayedOffice(tmp_path, plan_of(), datetime(2026, 11, 24, 16, 30, tzinfo=UTC))  # 23:30 in Jakarta
    days = sorted(played.play(7, 300, 30, **EVERYTHING))
    assert days == [date(2026, 11, 24), date(2026, 11, 25)]
    found = Checked(played)
    assert min(found.same(day) for day in days) > 5


@pytest.mark.parametrize(
    ("begins", "before", "after"),
    [
        (datetime(2026, 3, 29, 0, 15, tzinfo=UTC), 2, 6),  # 01:15 in Berlin; at 02:00 the clock goes to 03:00
        (datetime(2026, 10, 25, 0, 15, tzinfo=UTC), 4, 4),  # 02:15; at 03:00 it goes back to 02:00
    ],
)
def test_half_hours_and_waits_are_right_where_the_clock_is_put_on_or_back(
    begins: datetime, before: int, after: int, tmp_path: Path
) -> None:
    played = PlayedOffice(tmp_path, plan_of(zone="Europe/Berlin"), begins)
    (day,) = played.play(11, 300, 30, **EVERYTHING)
    found = Checked(played)
    assert found.same(day) > 20
    rows = found.reader.visits(day, day, leg=0)
    local = [datetime.fromtimestamp(row.issued_at / 1_000_000, played.plan.tz) for row in rows]
    assert [row.half_hour for row in rows] == [at.hour * 2 + at.minute // 30 for at in local]
    assert {before, after} <= {row.half_hour for row in rows}
