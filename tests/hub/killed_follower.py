"""Plays a day while the follower of reports looks on, and is killed again and again, each time at another statement.

`python -m tests.hub.killed_follower DATA KILLS` forks a child for each kill: it opens the office anew, plays on, has
the follower look after each step, and kills itself (SIGKILL) at its n-th statement or commit in the tables of reports.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from antrean.config import ROOT
from antrean.hub.async_mode import ThreadingMode
from antrean.hub.report_follower import ReportFollower
from antrean.storage.reports.tables import ReportTables, open_reports
from tests.conftest import Stopwatch, small_plan
from tests.reporting.played_days import PlayedOffice

BEGINS = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
EVERYTHING = {"cancel": 6, "readmit": 4, "undo": 6, "service": 4, "recall": 6, "no_show": 8, "transfer": 6, "pause": 4}
MOST_STATEMENTS = 150
STEPS = 60


def main(data: Path, kills: int) -> None:
    """Kill it so many times."""
    opened(data, BEGINS).play(0, 30, 20)
    for kill in range(kills):
        child = os.fork()
        if not child:
            _live(data, kill)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit(f"the child of kill {kill} ended with {status}")


def opened(data: Path, at: datetime) -> PlayedOffice:
    """Return the office, opened at a time."""
    return PlayedOffice(data, small_plan(), at)


def follower_of(played: PlayedOffice, tables: ReportTables) -> ReportFollower:
    """Return a follower that looks at once."""
    known = (played.office, played.plan.office, tables, played.engine, played.database)
    return ReportFollower(*known, ThreadingMode(), Stopwatch(), ROOT, first_after=0.0)


def _live(data: Path, kill: int) -> None:
    played = opened(data, BEGINS + timedelta(minutes=10 + 5 * kill))
    engine = open_reports(played.database)
    follower = follower_of(played, ReportTables(engine, played.plan.office))
    left = Random(kill).randrange(1, MOST_STATEMENTS)

    def spend(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(engine, name, spend)
    for step in range(STEPS):
        played.play(1000 * kill + step, 1, 4, **EVERYTHING)
        follower.look()
    os._exit(0)  # it should have been killed


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
