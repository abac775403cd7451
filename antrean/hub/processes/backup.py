"""The process that makes one automatic backup.

The hub starts it as `python -m antrean.hub.processes.backup`, says on standard input where and when, and reads on
standard output what became of it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from antrean.storage.step_back import step_back

MOST_CPU_SECONDS = 1800


def main() -> None:
    """Make the backup described on standard input, and write the result to standard output."""
    step_back(MOST_CPU_SECONDS)
    from antrean.storage.backup.rounds import BackupPlaces, make_round
    from antrean.storage.database.engine import open_engine
    from antrean.storage.database.waits import CARE

    asked = json.load(sys.stdin)
    engine = open_engine(asked["database"], CARE, make=False)
    places = BackupPlaces(Path(asked["data"]), asked["second"])
    at = datetime.fromisoformat(asked["at"])
    json.dump(asdict(make_round(engine, places, at, asked["zone"], asked["passphrase"])), sys.stdout)


if __name__ == "__main__":
    main()
