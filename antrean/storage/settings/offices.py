"""Which offices a database holds."""

from __future__ import annotations

import sqlalchemy as sa

from antrean.storage.database import schema
from antrean.storage.database.engine import read_only, reading
from antrean.storage.database.errors import DatabaseError

FIRST_OFFICE = "office"  # the code of the first one where nobody gave it another


def office_codes(engine: sa.Engine) -> set[str]:
    """Return the codes of all offices of a database that is served: one quick look, as a hub takes it all day."""
    with reading(engine) as connection:
        return set(connection.scalars(sa.select(schema.offices.c.id)))


def offices_in(engine: sa.Engine) -> list[str]:
    """Return the codes of all offices, the one that was set up first before the others.

    None where there is no database yet, or none that can be read. A file stays as it is: it may be another program's.
    """
    try:
        with read_only(engine).connect() as connection:
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
