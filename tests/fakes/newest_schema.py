"""An SQLite file of the newest schema, to be copied: to make one takes as long as most tests."""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.upgrade import upgrade_in


@cache
def newest_schema() -> Path:
    """Return the file, which is made once in each process and goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="antrean-schema-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = open_engine(database_url("", folder))
    with engine.begin() as connection:
        upgrade_in(connection)  # the product's own, whatever stands in its place meanwhile
    engine.dispose()
    (file,) = folder.iterdir()  # nothing lies beside it any more
    return file


def lay_schema(folder: Path) -> None:
    """Put a copy where an office is to be set up, unless there is a database already."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / newest_schema().name
    if not file.exists():
        shutil.copy(newest_schema(), file)  # with its mode: it is as private as one that a hub makes


@contextmanager
def schema_at_once() -> Iterator[None]:
    """Lay the newest schema in empty SQLite databases by its statements. In `tests/storage/migrations`, they run."""

    def lay(connection: sa.Connection, revision: str = "head") -> None:
        if revision != "head" or connection.dialect.name != "sqlite" or sa.inspect(connection).get_table_names():
            upgrade_in(connection, revision)
            return
        for statement in _statements():
            connection.exec_driver_sql(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("antrean.storage.database.upgrade.upgrade_in", lay)
        yield


@cache
def _statements() -> tuple[str, ...]:
    with closing(sqlite3.connect(newest_schema())) as made:
        return tuple(line for line in made.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;"))
