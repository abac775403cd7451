"""The process that reads what past business days of an office did for its campaign.

The hub starts it as `python -m antrean.hub.processes.finished_days`, says on standard input which office it is, which
days it wants and which it knows, and reads the days on standard output: some at a time, `all` once none is missing.
"""

from __future__ import annotations

import json
import sys
from datetime import date

from antrean.storage.step_back import step_back

MOST_CPU_SECONDS = 120
MOST_MEMORY = 1024 * 1024 * 1024
MOST_DAYS = 31  # that are folded in one run


def main() -> None:
    """Write the newest of the days that are wanted."""
    step_back(MOST_CPU_SECONDS, MOST_MEMORY)
    from antrean.queueing.keeping.finished_day import as_json
    from antrean.storage.database.engine import open_engine
    from antrean.storage.database.waits import CARE
    from antrean.storage.settings.rows import Settings

    asked = json.load(sys.stdin)
    settings = Settings(open_engine(asked["database"], CARE, make=False), asked["office"])
    first, before = date.fromisoformat(asked["first"]), date.fromisoformat(asked["before"])
    known = {date.fromisoformat(day) for day in asked["known"]}
    found = settings.finished_days(first, before, known, MOST_DAYS)
    days = {day.isoformat(): as_json(one) for day, one in found.items()}
    json.dump({"days": days, "all": len(days) < MOST_DAYS}, sys.stdout)


if __name__ == "__main__":
    main()
