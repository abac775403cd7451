"""Makes room for a restore: moves the present database away as a whole, without deleting it."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from antrean.storage.backup.archive import BackupError
from antrean.storage.database.condition import REPLACED
from antrean.storage.private_files import private_folder, sync_folder

# The bytes of SQLite's shared lock, which each process that has the database open in WAL mode holds.
SHARED_FIRST, SHARED_SIZE = 0x40000002, 510
# What belongs to a database and lies beside it.
BESIDE = ("-wal", "-shm", "-journal")
WITH_IT = ("journal.head", "kept")


def in_use(database: Path) -> bool:
    """Whether a process, a hub perhaps, has this SQLite file open; also says so of one that is damaged."""
    try:
        descriptor = os.open(database, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, SHARED_SIZE, SHARED_FIRST)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def set_aside(database: Path | None, folder: Path, at: datetime) -> Path | None:
    """Move a SQLite database with all that belongs to it into a new folder beside it; return that folder.

    Without `database` it is what the data folder keeps of one that is gone. None when there is nothing to move. Refuses
    with BackupError a database that a process has open.
    """
    beside = [database.with_name(database.name + end) for end in ("", *BESIDE)] if database is not None else []
    found = [path for path in (*beside, *(folder / name for name in WITH_IT)) if os.path.lexists(path)]
    if not found:
        return None
    if database is not None and in_use(database):
        raise BackupError(f"{database} is in use: stop the hub first")
    away = folder / f"{REPLACED}{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    private_folder(away)
    for path in found:
        path.rename(away / path.name)
    sync_folder(folder)
    return away


def bring_back(away: Path, database: Path, folder: Path) -> None:
    """Undo `set_aside` after a restore that failed."""
    for path in away.iterdir():
        home = database.parent if path.name.startswith(database.name) else folder
        path.replace(home / path.name)
    with suppress(OSError):
        away.rmdir()


def set_tables_aside(connection: sa.Connection, at: datetime) -> str:
    """Move the tables of a PostgreSQL database into a new schema of it, in the connection's transaction.

    Returns the schema's name, "" when there are no tables. Refuses with BackupError while others are connected.
    """
    tables = sa.inspect(connection).get_table_names()
    if not tables:
        return ""
    others = connection.scalar(
        sa.text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    )
    if others:
        raise BackupError(f"{others} others are connected to the database: stop every hub of it first")
    schema = f"{REPLACED.replace('-', '_')}{at.astimezone(UTC):%Y%m%dT%H%M%SZ}".lower()
    connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" SET SCHEMA "{schema}"')
    return schema
