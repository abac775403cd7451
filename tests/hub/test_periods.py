"""A year is read by a process beside the hub, and comes to what the hub itself would have read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from antrean.config import ROOT
from antrean.hub.async_mode import ThreadingMode
from antrean.hub.heavy.work import HeavyWork
from antrean.hub.period_answers import month, period, told
from antrean.hub.periods import Periods, Question
from antrean.storage.reports.catch_up import rebuild
from antrean.storage.reports.tables import ReportTables, open_reports
from antrean.storage.reports.wanted import Wanted
from tests.conftest import small_plan
from tests.reporting.played_days import PlayedOffice

BEGINS = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
MORE = {"cancel": 6, "no_show": 8, "transfer": 6, "pause": 4, "hold": 4, "resume": 6}


@pytest.fixture
def child() -> Iterator[HeavyWork]:
    def background(*work: Any) -> None:
        Thread(target=work[0], args=work[1:], daemon=True).start()

    found = HeavyWork(ThreadingMode(), time.monotonic, time.sleep, background, ROOT)
    yield found
    found.stop()


def test_a_long_period_comes_to_the_same_as_if_the_hub_had_read_it(child: HeavyWork, tmp_path: Path) -> None:
    played = PlayedOffice(tmp_path, small_plan(), BEGINS)
    played.play(1, 150, 60, **MORE)
    played.clock.now = BEGINS + timedelta(days=1)
    played.play(2, 150, 60, **MORE)
    rebuild(played.engine, "test", ReportTables(open_reports(played.database), "test"))
    tables = open_reports(played.database)
    periods = Periods(child, ThreadingMode(), tables, "test", played.database)
    days = Wanted(BEGINS.date() - timedelta(days=360), BEGINS.date() + timedelta(days=5))
    before = Wanted(days.since - timedelta(days=366), days.since - timedelta(days=1))
    for only, rows in (((), "month"), ((("service", "card"), ("priority", 1)), "day")):
        asked = Question(
            replace(days, only=only), replace(before, only=only), rows, "Asia/Jakarta", played_until(played)
        )
        found = periods.found("Dewi", asked)
        assert found == period(tables, "test", asked)
        assert found.whole.tickets > 3
    assert periods.told("Dewi", days) == told(tables, "test", days) != []
    assert periods.month("Dewi", days) == month(tables, "test", days)
    assert len(periods.month("Dewi", days).days) == 2
    assert child.counts["period", "done"] == 5


def test_a_few_days_start_no_process(child: HeavyWork, tmp_path: Path) -> None:
    played = PlayedOffice(tmp_path, small_plan(), BEGINS)
    played.play(1, 60, 60)
    rebuild(played.engine, "test", ReportTables(open_reports(played.database), "test"))
    periods = Periods(child, ThreadingMode(), open_reports(played.database), "test", played.database)
    week = Wanted(BEGINS.date() - timedelta(days=1), BEGINS.date() + timedelta(days=5))
    asked = Question(week, week, "day", "Asia/Jakarta", played_until(played))
    assert periods.found("Dewi", asked).whole.tickets > 3
    assert child.counts["period", "done"] == 0


def played_until(played: PlayedOffice) -> int:
    """Return the moment at which the office stands, in microseconds."""
    return round(played.clock.now.timestamp() * 1_000_000)
