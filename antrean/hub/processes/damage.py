"""The process that checks every line of a database.

The hub starts it as `python -m antrean.hub.processes.damage` when the one before did not end in order, says on
standard input where the database is, and reads on standard output what is not as it was written.
"""

from __future__ import annotations

import json
import sys
from itertools import islice
from pathlib import Path

from antrean.storage.step_back import step_back

MOST_CPU_SECONDS = 3600
MOST = 20  # sentences that are told


def main() -> None:
    """Check the database named on standard input, and write what is damaged to standard output."""
    step_back(MOST_CPU_SECONDS)
    from antrean.storage.database.engine import open_engine
    from antrean.storage.database.trust import damage
    from antrean.storage.database.waits import CARE

    asked = json.load(sys.stdin)
    found = damage(open_engine(asked["database"], CARE), Path(asked["data"]))
    json.dump(list(islice(found, MOST)), sys.stdout)


if __name__ == "__main__":
    main()
