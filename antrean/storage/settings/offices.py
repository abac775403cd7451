"""Which offices a database holds."""

from __future__ import annotations

import sqlalchemy as sa

from antrean.storage.database import schema
from antrean.storage.database.engine import database_file, reading
from antrean.storage.database.errors import DatabaseError

FIRST_OFFICE = "office"  # the code of the first one where nobody gave it another


def offices_in(engine: sa.Engine) -> list[str]:
    """Return the codes of all offices, the one that was set up first before the others.

    None where there is no database yet, or none that can be read. An empty file stays as it is: opening it would write.
    """
    file = database_file(engine)
    if file is not None and not (file.is_file() and file.stat().st_size):
        return []
    try:
        with reading(engine) as connection:
            there = set(sa.inspect(connection).get_table_names())
            if schema.offices.name not in there:
                return []
            found = sorted(connection.scalars(sa.select(schema.offices.c.id)))
            if schema.plans.name not in there:
                return found
            plans = schema.plans
            first = sa.select(plans.c.office, plans.c.at).where(plans.c.revision == 1)
            since = {row.office: row.at for row in connection.execute(first)}
    except DatabaseError:
        return []
    return sorted(found, key=lambda code: (since.get(code, ""), code))
