"""Opens the database: SQLite with WAL and full sync as the embedded default, PostgreSQL by its URL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from antrean.storage.database.errors import DatabaseError
from antrean.storage.database.waits import HUB, WaitLimits


class DatabaseAddressError(ValueError):
    """A DATABASE_URL can't be used."""


def database_url(url: str, folder: Path) -> str:
    """Return the SQLAlchemy address for a DATABASE_URL, or for the file in the data folder when it is empty.

    Refuses (DatabaseAddressError) any other kind of database.
    """
    if not url:
        return f"sqlite:///{folder.resolve() / 'antrean.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("postgresql+psycopg://", "sqlite:///")):
        raise DatabaseAddressError("DATABASE_URL must begin with postgresql:// or sqlite:///")
    return url


def open_engine(url: str, limits: WaitLimits = HUB, make: bool = True) -> sa.Engine:
    """Return an engine without a pool: the writer keeps its own connection, and other uses are rare.

    No operation waits longer than `limits` allow; one that would raises a DatabaseError. With `make`, an absent SQLite
    file is made with the first connection; a running hub never makes one, as it would be an empty journal.
    """
    if url.startswith("sqlite"):
        # The writer's connection moves between native threads, one at a time.
        arguments = {"timeout": limits.file, "check_same_thread": False}
        engine = sa.create_engine(url, poolclass=NullPool, connect_args=arguments)
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_immediate)
        if not make:
            sa.event.listen(engine, "do_connect", _only_what_is_there)
    else:
        from antrean.storage.database.postgresql import limit  # an office on SQLite does not load the driver

        engine = sa.create_engine(url, poolclass=NullPool)
        limit(engine, limits)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # Transactions are begun explicitly, so that a writer takes the lock at the start and not later.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _only_what_is_there(_dialect: Any, _record: Any, arguments: Sequence[Any], _named: Any) -> None:
    if not Path(arguments[0]).exists():
        raise sqlite3.OperationalError("unable to open database file")


def _begin_immediate(connection: sa.Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def reading(engine: sa.Engine, at_one_moment: bool = False) -> Iterator[sa.Connection]:
    """Give a connection that only reads and waits for no writer.

    With `at_one_moment` all reads see the same state, without changes in between; on SQLite this is always so.
    """
    options = {"isolation_level": "REPEATABLE READ"} if at_one_moment and engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(read_only=True, **options) as connection:
        yield connection


@contextmanager
def turn(engine: sa.Engine, number: int) -> Iterator[bool]:
    """Give whether this process got the lock with this number: of several hubs on PostgreSQL only one gets it."""
    if engine.dialect.name != "postgresql":
        yield True
        return
    with engine.connect() as connection:
        mine = bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(number))).scalar_one())
        connection.commit()
        try:
            yield mine
        finally:
            with suppress(DatabaseError):  # a lost connection holds no lock
                if mine:  # else the server releases it only some time after the connection is closed
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))
                    connection.commit()


def read_only(engine: sa.Engine) -> sa.Engine:
    """Return an engine that changes nothing in an SQLite file, not even its journal mode; any other engine as it is."""
    file = database_file(engine)
    return engine if file is None else sa.create_engine(f"sqlite:///file:{file}?mode=ro&uri=true", poolclass=NullPool)


def database_file(engine: sa.Engine) -> Path | None:
    """Return the file of an SQLite database, None for any other."""
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None
