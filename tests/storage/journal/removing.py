"""A process that removes sealed lines a few at a time and says each time how many are left, until it is killed."""

from __future__ import annotations

import sys
import time

from antrean.storage.database.engine import open_engine
from antrean.storage.journal import sealing


def main(database: str, office: str) -> None:
    """Remove two lines a commit."""
    sealing.REMOVED_AT_ONCE = 2
    engine = open_engine(database)
    while left := sealing.remove_some(engine, office):
        print(left, flush=True)  # noqa: T201
        time.sleep(0.001)


if __name__ == "__main__":
    main(*sys.argv[1:])
