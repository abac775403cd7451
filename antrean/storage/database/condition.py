"""Whether a database can be used: damaged, foreign, newer, away. Asked before anything is changed in it."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from antrean.storage.database.engine import DatabaseError, in_a_line, newest_version, versions
from antrean.storage.journal.chain import head_file

RESTORE = "restore the newest backup; nothing is deleted: antrean restore --replace FILE"
REVISIONS, BACKUPS = "alembic_version", "backups"
REPLACED = "replaced-"  # and when: what was moved aside for a restore
DISK_FULL = "the disk is full", "free space on this disk, then start again"
LEAST_BYTES = 64 * 1024  # what SQLite needs beside the file to read it
# What SQLite and PostgreSQL say -> what is wrong and what to do; the first that is found counts.
_SAID = (
    ("file is not a database", "the database is damaged: its first bytes are not those of a database", RESTORE),
    ("malformed", "the database is damaged", RESTORE),
    ("disk i/o error", "the database can't be read or written on this disk", f"is it full? (df -h) Failing? {RESTORE}"),
    ("database or disk is full", *DISK_FULL),
    ("readonly database", "the database can't be written", "let the user that runs Antrean write it, then start again"),
    (
        "unable to open database file",
        "the database can't be opened: unable to open database file",
        "is the folder there, and may the user that runs Antrean write in it?",
    ),
    ("is locked", "another program keeps the database locked", "end that program, then start again"),
    ("password authentication failed", "PostgreSQL refuses the name or password", "correct DATABASE_URL"),
    ("no password supplied", "PostgreSQL asks for a password", "put it into DATABASE_URL"),
    ("no pg_hba.conf entry", "PostgreSQL does not let this machine in", "allow it in pg_hba.conf"),
    ("permission denied", "PostgreSQL does not let this user in", "give it the rights to its own database"),
)


class Unfit(Exception):
    """A database that can't be used as it is: `said` is what is wrong, `advice` what a supervisor can do."""

    def __init__(self, said: str, advice: str) -> None:
        self.said = said
        self.advice = advice
        super().__init__(said)


def unfit(error: DatabaseError) -> Unfit:
    """Return in a sentence what a database failed with."""
    line = in_a_line(error)
    for word, said, advice in _SAID:
        if word in line.lower():
            return Unfit(said, advice)
    if "database" in line and "does not exist" in line:
        return Unfit(f"PostgreSQL has no such database ({line})", "create it, or correct DATABASE_URL")
    if isinstance(error, sa.exc.OperationalError):
        return Unfit(f"the database does not answer: {line}", "is it running, and is DATABASE_URL right?")
    return Unfit(f"the database failed: {line}", "look whether it is the database of this office")


def examine(engine: sa.Engine) -> None:
    """Refuse (Unfit) a database that is no database, belongs to another program or to a newer release.

    A new one, with nothing in it, is fit where no office has been. Nothing is changed in it, not even its mode.
    """
    file = database_file(engine)
    if file is not None:
        if file.is_dir():
            raise Unfit(f"{file} is a folder, and should be the file of the database", f"move it away; {RESTORE}")
        if not file.exists() or not file.stat().st_size:
            _expect_nothing(file)
            return
        engine = sa.create_engine(f"sqlite:///file:{file}?mode=ro&uri=true", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            tables = set(sa.inspect(connection).get_table_names())
            revision = _revision(connection) if REVISIONS in tables else None
    except DatabaseError as error:
        raise unfit(error) if file is None or _has_space(file) else Unfit(*DISK_FULL) from error
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
    """Refuse an empty database where an office has been: it would begin with the numbers that are on paper already."""
    folder = file.parent
    left = (head_file(folder).exists(), any((folder / BACKUPS).glob("*.zip")), any(folder.glob(f"{REPLACED}*")))
    if any(left):
        wrong = "is empty" if file.exists() else "is not there"
        raise Unfit(f"{file} {wrong}, and this folder holds what is left of an office", RESTORE)


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


def database_file(engine: sa.Engine) -> Path | None:
    """Return the file of an SQLite database, None for any other."""
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None
