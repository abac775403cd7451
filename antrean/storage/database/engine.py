"""Opening the database: SQLite with WAL and full sync as the embedded default, PostgreSQL by its URL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from antrean.storage.database.waits import CARE, HUB, WaitLimits

DatabaseError = sa.exc.SQLAlchemyError  # anything that a database, or the way to it, can fail with


class DatabaseAddressError(ValueError):
    """A DATABASE_URL that can't be used."""


def in_a_line(error: Exception) -> str:
    """Return what a database or a disk said, without the statement and without pages of advice."""
    said = str(getattr(error, "orig", None) or error)
    return (said.strip().splitlines() or [type(error).__name__])[0]


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
    """Return an engine without a pool: the writer keeps its own connection, everything else is rare.

    Nothing waits longer for it than `limits` allow; what does is a DatabaseError. With `make` an SQLite file that is
    not there is made with the first connection; a running hub never makes one, as it would be an empty journal.
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
        from antrean.storage.database.postgresql import limit  # an office on SQLite does without the driver

        engine = sa.create_engine(url, poolclass=NullPool)
        limit(engine, limits)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # Transactions are begun by hand, so that a writer takes the lock at once and never half-way.
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

    What is read `at_one_moment` is as no change divides it: on SQLite everything is.
    """
    options = {"isolation_level": "REPEATABLE READ"} if at_one_moment and engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(read_only=True, **options) as connection:
        yield connection


@contextmanager
def turn(engine: sa.Engine, number: int) -> Iterator[bool]:
    """Say whether it is this process's turn to do what has this number: of several hubs on PostgreSQL one has it."""
    if engine.dialect.name != "postgresql":
        yield True
        return
    with engine.connect() as connection:
        mine = bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(number))).scalar_one())
        connection.commit()
        try:
            yield mine
        finally:
            with suppress(DatabaseError):  # a connection that is lost holds nothing
                if mine:  # else the server lets go of it only some time after the connection is closed
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))
                    connection.commit()


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the database to the newest schema, or to that of a release; does nothing when it is there already."""
    if revision == "head" and schema_version(engine) == newest_version():
        return  # without loading Alembic, which is an eighth of a hub's start and memory
    with open_engine(engine.url.render_as_string(hide_password=False), CARE).begin() as connection:
        upgrade_in(connection, revision)


def upgrade_in(connection: sa.Connection, revision: str = "head") -> None:
    """Bring the database to a schema within the connection's own transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.files("antrean.storage") / "migrations"))
    if connection.dialect.name == "postgresql":
        # Two processes that start together must not migrate at once; SQLite's write lock does the same.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(5105)")
    config.attributes["connection"] = connection
    _migrate(connection, lambda: command.upgrade(config, revision))


def _migrate(connection: sa.Connection, migrate: Callable[[], None]) -> None:
    """Change the tables; refuses settings that are damaged, as new digests would make the damage the truth."""
    from antrean.storage.settings.digests import DIGESTS, check_all, renew_all  # which read with what stands here

    if sa.inspect(connection).has_table(DIGESTS.name):
        for damaged in check_all(connection):
            raise damaged
    migrate()
    if sa.inspect(connection).has_table(DIGESTS.name):
        renew_all(connection)


def versions() -> list[str]:
    """Return the revisions that the code knows, oldest first, by the numbers that their files begin with."""
    files = (resources.files("antrean.storage") / "migrations" / "versions").iterdir()
    return sorted(file.name.partition("_")[0] for file in files if file.name.endswith(".py"))


def newest_version() -> str:
    """Return the revision that the code needs."""
    return versions()[-1]


def schema_version(engine: sa.Engine) -> str | None:
    """Return the revision the database is at, None when it was never set up."""
    version = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String))
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table(version.name):
            return None
        found: str | None = connection.scalar(sa.select(version.c.version_num))
        return found
