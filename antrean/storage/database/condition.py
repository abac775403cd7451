"""Examines whether a database can be used (not damaged, foreign or newer) before anything is changed in it."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa

from antrean.storage.database.engine import database_file, read_only
from antrean.storage.database.errors import DAMAGED, DISK_FULL, RESTORE, DatabaseError, Unfit, unfit
from antrean.storage.database.upgrade import newest_version, versions
from antrean.storage.journal.heads import head_file

REVISIONS, BACKUPS = "alembic_version", "backups"
REPLACED = "replaced-"  # prefix of what was moved aside for a restore; its time follows
LEAST_BYTES = 64 * 1024  # what SQLite needs beside the file to read it


class Emptied(Unfit):
    """There is no database, or an empty one, where an office has been: its journal's newest line, or backups of it."""


def examine(engine: sa.Engine) -> None:
    """Refuse (Unfit) a file that is no database, and a database of another program or of a newer release.

    An empty database is accepted where no office has been. Nothing is changed in it, not even its journal mode.
    """
    file = database_file(engine)
    if file is not None:
        if file.is_dir():
            raise Unfit(f"{file} is a folder, and should be the file of the database", f"move it away; {RESTORE}")
        if not file.exists() or not file.stat().st_size:
            _expect_nothing(file)
            return
    try:
        with read_only(engine).connect() as connection:
            tables = set(sa.inspect(connection).get_table_names())
            revision = _revision(connection) if REVISIONS in tables else None
    except DatabaseError as error:
        raise unfit(error) if file is None or _has_space(file) else Unfit(*DISK_FULL) from error
    except UnicodeDecodeError as error:  # of SQLite's own words about a table whose name is damaged
        raise Unfit(DAMAGED, RESTORE) from error
    if tables:
        _examine_tables(tables, revision)
    elif file is not None:
        _expect_nothing(file)


def _has_space(file: Path) -> bool:
    try:
        disk = os.statvfs(file.parent)
    except OSError:
        return True
    return disk.f_bavail * disk.f_frsize >= LEAST_BYTES


def _expect_nothing(file: Path) -> None:
    """Refuse (Emptied) an empty database where an office has been: it would give numbers that are on paper already."""
    folder = file.parent
    left = (head_file(folder).exists(), any((folder / BACKUPS).glob("*.zip")), any(folder.glob(f"{REPLACED}*")))
    if any(left):
        wrong = "is empty" if file.exists() else "is not there"
        raise Emptied(f"{file} {wrong}, and this folder holds what is left of an office", RESTORE)


def _examine_tables(tables: set[str], revision: str | None) -> None:
    if revision in versions():
        if "journal" not in tables:
            raise Unfit("the database is damaged: it has no journal", RESTORE)
        return
    if revision is not None and revision.isdigit() and revision > newest_version():
        said = f"the database was used by a newer release of Antrean: its version is {revision}, not {newest_version()}"
        raise Unfit(said, "install that release again; an older one can't use its database")
    said = f"the database belongs to another program: it has the table {min(tables - {REVISIONS}, default=REVISIONS)}"
    raise Unfit(said, "name an empty database in DATABASE_URL, or leave it empty for a file in the data folder")


def _revision(connection: sa.Connection) -> str:
    found = connection.exec_driver_sql(f"SELECT version_num FROM {REVISIONS}").scalar()
    return str(found or "")
