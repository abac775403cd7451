"""The process that finds days which are old enough to leave the journal.

The hub starts it as `python -m antrean.hub.processes.seal`, says on standard input where the database is and how long
days are kept, and reads on standard output what to seal or to remove next. Nothing is written here.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path

from antrean.storage.step_back import step_back

MOST_CPU_SECONDS = 1800


def main() -> None:
    """Look for the old days of the office that standard input names."""
    step_back(MOST_CPU_SECONDS)
    from antrean.storage.backup.rounds import BackupPlaces, is_backed_up
    from antrean.storage.database.engine import open_engine
    from antrean.storage.database.waits import CARE
    from antrean.storage.journal.sealing import look_for_old_days

    asked = json.load(sys.stdin)
    engine = open_engine(asked["database"], CARE, make=False)
    places = BackupPlaces(Path(asked["data"]), asked["second"])
    backed_up = partial(is_backed_up, places, asked["passphrase"])
    today = date.fromisoformat(asked["today"])
    found = look_for_old_days(engine, asked["office"], today, asked["keep_days"], backed_up)
    json.dump(asdict(found), sys.stdout)


if __name__ == "__main__":
    main()
