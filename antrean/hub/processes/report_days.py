"""The process that writes business days that are over into the tables that reports read.

The hub starts it as `python -m antrean.hub.processes.report_days`, and says on standard input which office it is, which
day is left to the hub, and about which days a line has come.
"""

from __future__ import annotations

import json
import sys
from datetime import date

from antrean.storage.step_back import step_back

MOST_CPU_SECONDS = 3600
MOST_MEMORY = 1024 * 1024 * 1024


def main() -> None:
    """Write the days."""
    step_back(MOST_CPU_SECONDS, MOST_MEMORY)
    from antrean.storage.database.engine import open_engine
    from antrean.storage.database.waits import CARE
    from antrean.storage.reports.catch_up import catch_up
    from antrean.storage.reports.tables import ReportTables, open_reports

    asked = json.load(sys.stdin)
    engine = open_engine(asked["database"], CARE, make=False)
    tables = ReportTables(open_reports(asked["database"]), asked["office"])
    days = tuple(map(date.fromisoformat, asked["days"]))
    written = catch_up(engine, asked["office"], tables, date.fromisoformat(asked["before"]), days)
    json.dump([day.isoformat() for day in written], sys.stdout)


if __name__ == "__main__":
    main()
