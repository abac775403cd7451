"""The process that keeps the state of the business day.

The hub starts it as `python -m antrean.hub.processes.keep` and says on standard input which office and day.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from antrean.storage.step_back import step_back

MOST_CPU_SECONDS = 120
MOST_MEMORY = 1024 * 1024 * 1024


def main() -> None:
    """Keep the day that standard input names."""
    step_back(MOST_CPU_SECONDS, MOST_MEMORY)
    from antrean.storage.database.engine import open_engine
    from antrean.storage.database.waits import CARE
    from antrean.storage.journal.keeping import keep_day

    asked = json.load(sys.stdin)
    engine = open_engine(asked["database"], CARE, make=False)
    keep_day(engine, Path(asked["data"]), asked["office"], date.fromisoformat(asked["business_day"]))


if __name__ == "__main__":
    main()
