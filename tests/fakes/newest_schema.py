"""An SQLite file of the newest schema, to be copied: to make one takes as long as most tests."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.upgrade import upgrade


@cache
def newest_schema() -> Path:
    """Return the file, which is made once in each process and goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="antrean-schema-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = open_engine(database_url("", folder))
    upgrade(engine)
    engine.dispose()
    (file,) = folder.iterdir()  # nothing lies beside it any more
    return file


def lay_schema(folder: Path) -> None:
    """Put a copy where an office is to be set up, unless there is a database already."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / newest_schema().name
    if not file.exists():
        shutil.copy(newest_schema(), file)  # with its mode: it is as private as one that a hub makes
