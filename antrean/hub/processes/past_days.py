"""The process that reads the last business days of an office for its usual demand.

The hub starts it as `python -m antrean.hub.processes.past_days`, says on standard input which office it is and before
which day, and reads the days on standard output.
"""

from __future__ import annotations

import json
import sys
from datetime import date

from antrean.storage.step_back import step_back

MOST_CPU_SECONDS = 120
MOST_MEMORY = 1024 * 1024 * 1024


def main() -> None:
    """Write what the newest days with numbers tell, the newest first."""
    step_back(MOST_CPU_SECONDS, MOST_MEMORY)
    from antrean.simulation.past_day import as_json, past_day
    from antrean.storage.database.engine import open_engine
    from antrean.storage.database.waits import CARE
    from antrean.storage.settings.rows import Settings

    asked = json.load(sys.stdin)
    settings = Settings(open_engine(asked["database"], CARE, make=False), asked["office"])
    days = settings.past_days(date.fromisoformat(asked["before"]), asked["most"])
    json.dump([as_json(past_day(day)) for day in days], sys.stdout)


if __name__ == "__main__":
    main()
