"""Whether a database holds anything of an office."""

from __future__ import annotations

import sqlalchemy as sa

from antrean.storage.database import schema
from antrean.storage.database.engine import database_file, read_only

# An office leaves rows in each of these; one that lost its row in `offices` is damaged, and not new.
OF_AN_OFFICE = (schema.offices, schema.digests, schema.journal)


def holds_nothing(engine: sa.Engine) -> bool:
    """Whether there is nothing of any office; raises DatabaseError for a database that can't be read."""
    file = database_file(engine)
    if file is not None and (not file.exists() or not file.stat().st_size):
        return True
    with read_only(engine).connect() as connection:
        there = set(sa.inspect(connection).get_table_names())
        tables = [table for table in OF_AN_OFFICE if table.name in there]
        return not any(connection.execute(sa.select(sa.literal(1)).select_from(one).limit(1)).first() for one in tables)
