"""Taking a database back to the schema of an earlier release."""

from __future__ import annotations

from importlib import resources

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from antrean.storage.settings.digests import DIGESTS, renew_all


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Bring the database back to the schema that a release had."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("antrean.storage") / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        if sa.inspect(connection).has_table(DIGESTS.name):
            renew_all(connection)
