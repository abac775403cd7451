"""Everything an installation knows in one file, from either database into either database."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import sqlalchemy as sa

from storage.database import in_a_line, upgrade, versions

FORMAT = 1
ROWS_AT_ONCE = 1000
REVISIONS = "alembic_version"
# What the data folder holds besides the database and what it makes itself again.
KEPT_FILES = ("secret_key", "*.token", "antrean.toml")
KEPT_FOLDERS = ("media", "voice")


class BackupError(Exception):
    """The file can't be written or read, or the place to restore into is not empty; says which in a sentence."""


def write_backup(engine: sa.Engine, folder: Path, file: Path) -> dict[str, int]:
    """Write database and data folder into `file` (zip) as of one moment, while the hub goes on; return rows by table.

    The file appears whole or not at all. Refuses with BackupError to write over an existing file.
    """
    if file.exists():
        raise BackupError(f"{file} exists already")
    partial = file.with_name(file.name + ".partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            revision, counts = _write_tables(engine, archive)
            for path in _kept(folder):
                archive.write(path, f"files/{path.relative_to(folder).as_posix()}")
            about = {"format": FORMAT, "revision": revision, "rows": counts}
            archive.writestr("backup.json", json.dumps(about, indent=1))
        partial.chmod(0o600)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.rename(file)
    except (sa.exc.OperationalError, OSError) as error:
        partial.unlink(missing_ok=True)
        raise BackupError(in_a_line(error)) from error
    return counts


def read_backup(engine: sa.Engine, folder: Path, file: Path) -> dict[str, int]:
    """Bring a backup back into an empty database and its files into the data folder; return rows by table.

    A backup of an older release is brought to the newest schema. Refuses with BackupError a file that is not a
    whole backup and a database that holds anything; then nothing is changed.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.testzip() is not None:
                raise BackupError(f"{file} is damaged")
            revision, rows = _about(archive, file)
            names = [name for name in archive.namelist() if name.startswith("files/") and not name.endswith("/")]
            if not all(_belongs(name.removeprefix("files/")) for name in names):
                raise BackupError(f"{file} is not a backup of Antrean")
            if _tables(engine):
                raise BackupError("the database is not empty: restore into a new one")
            try:
                upgrade(engine, revision)
                _read_tables(engine, archive, rows)
                upgrade(engine)
                for name in names:
                    _put(archive, name, folder / name.removeprefix("files/"))
            except BaseException:
                _drop_tables(engine)
                raise
    except (sa.exc.OperationalError, OSError) as error:
        raise BackupError(in_a_line(error)) from error
    except _NO_BACKUP as error:
        raise BackupError(f"{file} is not a backup of Antrean") from error
    return rows


# What reading a file raises that is none, that is torn, or whose rows no office can have.
_NO_BACKUP = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, RuntimeError, sa.exc.SQLAlchemyError)


def _about(archive: zipfile.ZipFile, file: Path) -> tuple[str, dict[str, int]]:
    """Return the schema a backup was written on and how many rows each table has; refuses a newer release's."""
    about = dict(json.loads(archive.read("backup.json")))
    rows = {str(table): int(count) for table, count in dict(about["rows"]).items()}
    if about["format"] != FORMAT or about["revision"] not in versions():
        raise BackupError(f"{file} was written by a newer release")
    return str(about["revision"]), rows


def _belongs(name: str) -> bool:
    """Whether a backup may bring this file: only what one keeps, and only inside the data folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return False
    return path.parts[0] in KEPT_FOLDERS or any(name == path.name and path.match(kept) for kept in KEPT_FILES)


def _write_tables(engine: sa.Engine, archive: zipfile.ZipFile) -> tuple[str, dict[str, int]]:
    counts: dict[str, int] = {}
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {"read_only": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        revision = connection.exec_driver_sql(f"SELECT version_num FROM {REVISIONS}").scalar_one()
        for table in _reflected(connection):
            rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(
                sa.select(table).order_by(*table.primary_key)
            )
            counts[table.name] = 0
            with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as out:
                for row in rows.mappings():
                    out.write(json.dumps(dict(row), ensure_ascii=False).encode() + b"\n")
                    counts[table.name] += 1
    return str(revision), counts


def _read_tables(engine: sa.Engine, archive: zipfile.ZipFile, counts: dict[str, int]) -> None:
    with engine.begin() as connection:
        for table in _reflected(connection):
            if table.name not in counts:
                continue
            with archive.open(f"tables/{table.name}.jsonl") as lines:
                for batch in _batches(lines):
                    connection.execute(sa.insert(table), batch)
            found = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            if found != counts[table.name]:
                raise BackupError(f"{table.name}: {found} of {counts[table.name]} rows")


def _batches(lines: Iterable[bytes]) -> Iterator[list[dict[str, Any]]]:
    rows = (json.loads(line) for line in lines)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        yield batch


def _reflected(connection: sa.Connection) -> list[sa.Table]:
    """Return the tables as they are in this database, those referred to first."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != REVISIONS]


def _tables(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return sa.inspect(connection).get_table_names()


def _drop_tables(engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    metadata.reflect(engine)
    metadata.drop_all(engine)


def _kept(folder: Path) -> list[Path]:
    patterns = (*KEPT_FILES, *(f"{kept}/**/*" for kept in KEPT_FOLDERS))
    return sorted(path for pattern in patterns for path in folder.glob(pattern) if path.is_file())


def _put(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(archive.read(name))
    target.chmod(0o600)
