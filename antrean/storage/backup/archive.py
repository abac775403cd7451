"""Writes a backup: everything that an installation stores, from either database, in one file.

A backup is a zip: `tables/*.jsonl`, `files/…` of the data folder, and `backup.json`, which says how many rows and which
digests the others have. One with a passphrase holds such a zip and its key in two members
(antrean/storage/backup/passphrase.py).
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from antrean.storage.backup.passphrase import locked
from antrean.storage.database.errors import in_a_line
from antrean.storage.private_files import new_private_file
from antrean.storage.times import stored_time

FORMAT = 2
ROWS_AT_ONCE = 1000
REVISIONS = "alembic_version"
COMPRESSION = 3  # fast rather than small, because it runs beside the hub
CHUNK = 256 * 1024
# What is backed up of the data folder besides the database.
KEPT_FILES = ("secret_key", "*.token")
KEPT_FOLDERS = ("media", "voice")


class BackupError(Exception):
    """The file can't be written or read, or the place to restore into is not empty; says which in a sentence.

    `why` is damaged (or no backup at all), newer (by a newer release), locked, passphrase (a wrong one), no_room or
    failed (anything else, such as the disk).
    """

    def __init__(self, said: str, why: str = "failed") -> None:
        self.why = why
        super().__init__(said)


def write_backup(engine: sa.Engine, folder: Path, file: Path, at: datetime, passphrase: str = "") -> dict[str, int]:
    """Write database and data folder into `file` as of one moment, while the hub goes on; return rows by table.

    The file appears whole or not at all, for this user alone. `at` is the time it is. Refuses with BackupError to write
    over an existing file.
    """
    if os.path.lexists(file):
        raise BackupError(f"{file} exists already")
    try:
        with new_private_file(file) as out:
            if not passphrase:
                return _write(engine, folder, out, at)
            with locked(out, folder, passphrase) as plain:
                return _write(engine, folder, plain, at)
    except FileExistsError:
        raise BackupError(f"{file} exists already") from None
    except (sa.exc.OperationalError, OSError) as error:
        raise BackupError(in_a_line(error)) from error


def _write(engine: sa.Engine, folder: Path, out: IO[bytes], at: datetime) -> dict[str, int]:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        digests: dict[str, str] = {}
        revision, counts = _write_tables(engine, archive, digests)
        for path in _kept(folder):
            name = f"files/{path.relative_to(folder).as_posix()}"
            try:
                with path.open("rb") as source:
                    digests[name] = _write_member(archive, name, iter(lambda: source.read(CHUNK), b""))
            except FileNotFoundError:
                continue  # a picture was taken away meanwhile
        when = stored_time(at)
        about = {"format": FORMAT, "revision": revision, "at": when, "rows": counts, "digests": digests}
        archive.writestr("backup.json", json.dumps(about, indent=1))
    return counts


def _write_tables(engine: sa.Engine, archive: zipfile.ZipFile, digests: dict[str, str]) -> tuple[str, dict[str, int]]:
    counts: dict[str, int] = {}
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {"read_only": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        revision = connection.exec_driver_sql(f"SELECT version_num FROM {REVISIONS}").scalar_one()
        for table in reflected(connection):
            name = f"tables/{table.name}.jsonl"
            counts[table.name] = 0
            digests[name] = _write_member(archive, name, _rows(connection, table, counts))
    return str(revision), counts


def _rows(connection: sa.Connection, table: sa.Table, counts: dict[str, int]) -> Iterator[bytes]:
    """Give a table's rows as JSON lines, many at once, and count them."""
    rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(sa.select(table).order_by(*table.primary_key))
    for batch in rows.mappings().partitions(ROWS_AT_ONCE):
        counts[table.name] += len(batch)
        yield b"".join(json.dumps(dict(row), ensure_ascii=False).encode() + b"\n" for row in batch)


def _write_member(archive: zipfile.ZipFile, name: str, pieces: Iterator[bytes]) -> str:
    """Write one member and return its digest."""
    digest = hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as out:
        for piece in pieces:
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def reflected(connection: sa.Connection) -> list[sa.Table]:
    """Return the tables as they are in this database, those referred to first."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != REVISIONS]


def _kept(folder: Path) -> list[Path]:
    own = (f"{beginning}{kept}/**/*" for beginning in ("", "offices/*/") for kept in KEPT_FOLDERS)
    patterns = (*KEPT_FILES, *own)
    return sorted(path for pattern in patterns for path in folder.glob(pattern) if path.is_file())
