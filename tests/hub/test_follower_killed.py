"""However often what keeps the tables of reports is killed, and wherever: each line of the journal counts once."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from antrean.config import ROOT
from antrean.storage.reports.catch_up import rebuild
from antrean.storage.reports.schema import ROWS
from antrean.storage.reports.tables import ReportTables, open_reports
from tests.hub.killed_follower import BEGINS, follower_of, opened
from tests.reporting.test_independent_figures import Checked

KILLS = 100


@pytest.mark.long
def test_a_follower_that_was_killed_a_hundred_times_counts_every_line_once(tmp_path: Path) -> None:
    child = [sys.executable, "-m", "tests.hub.killed_follower", str(tmp_path), str(KILLS)]
    subprocess.run(child, cwd=ROOT, check=True, timeout=600)
    played = opened(tmp_path, BEGINS + timedelta(hours=9))
    tables = ReportTables(open_reports(played.database), played.plan.office)
    follower = follower_of(played, tables)
    follower.look()
    while follower.behind:
        follower.look()
    followed = rows(played.database)
    rebuild(played.engine, played.plan.office, tables)
    assert followed == rows(played.database)
    assert len(followed["report_visits"]) > KILLS / 2
    assert Checked(played).same(BEGINS.date()) > KILLS / 4


def rows(database: str) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, in the order of their keys."""
    with open_reports(database).connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in ROWS
        }
