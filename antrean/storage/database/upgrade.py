"""Brings a database to the newest schema."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources

import sqlalchemy as sa

from antrean.storage.database.engine import open_engine, reading
from antrean.storage.database.waits import CARE
from antrean.storage.settings.digests import DIGESTS, check_all, renew_all


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
        # Two processes that start together must not migrate at once; on SQLite the write lock prevents it.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(5105)")
    config.attributes["connection"] = connection
    _migrate(connection, lambda: command.upgrade(config, revision))


def _migrate(connection: sa.Connection, migrate: Callable[[], None]) -> None:
    """Change the tables; refuses damaged settings, because new digests would hide the damage."""
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
