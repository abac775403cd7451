"""Ends the sample office beside the line of the journal that says so, within the journal's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from antrean.queueing.events import OfficeMadeMine
from antrean.queueing.journal.entry import JournalEntry
from antrean.storage.database import schema
from antrean.storage.journal.statements import Statements
from antrean.storage.settings.digests import DIGESTS, FIRST, digest_of, owner

# Whose rows are of the sample alone: who could sign in, what was paired, and what is known of them.
ENDED = (schema.staff, schema.devices, schema.sessions, schema.codes, schema.security_addresses)
WITH_DIGESTS = (schema.people, schema.offices, schema.staff, schema.devices)  # people before all else, as everywhere
ADMINISTRATOR = "administrator"


class SampleEnd:
    """What a line `office.made_mine` brings with it."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._office = office
        self._statements = Statements(engine)

    def end(self, cursor: Any, entry: JournalEntry) -> None:
        """Remove people, devices, sessions and lines of the sample, and add the office's first administrator.

        Whoever also works in another office stays a person there.

        `cursor` is the one that inserted the line. Whoever changes staff or devices meanwhile waits for this commit.
        """
        event, office = entry.event, self._office
        assert isinstance(event, OfficeMadeMine)
        for table in WITH_DIGESTS:
            whose = owner(table.name, office)
            self._run(cursor, FIRST, office=whose, name=table.name, revision=0, digest="")
            counted = sa.update(DIGESTS).where(DIGESTS.c.office == whose, DIGESTS.c.name == table.name)
            self._run(cursor, counted.values(revision=DIGESTS.c.revision + 1))
        for table in ENDED:
            self._run(cursor, sa.delete(table).where(table.c.office == office))
        people, works = schema.people, sa.select(schema.staff.c.name).where(schema.staff.c.active)
        self._run(cursor, sa.delete(people).where(people.c.name.not_in(works)))
        self._run(cursor, sa.delete(schema.factors).where(schema.factors.c.staff.not_in(works)))
        lines = schema.journal
        self._run(cursor, sa.delete(lines).where(lines.c.office == office, lines.c.seq <= event.last))
        mine = schema.offices.c.id == office
        self._run(cursor, sa.update(schema.offices).where(mine).values(demo=False))
        first = {
            "office": office,
            "name": event.administrator,
            "role": ADMINISTRATOR,
            "session": event.session,
            "active": True,
            "invited": False,
        }
        person = {"name": event.administrator, "password_hash": event.password_hash, "mark": event.session}
        self._run(cursor, sa.insert(people).values(person))
        self._run(cursor, sa.insert(schema.staff).values(first))
        read = {schema.offices: sa.select(schema.offices).where(mine), people: sa.select(people)}
        rows = {
            table: [_as_read(table, row) for row in self._run(cursor, found).fetchall()]
            for table, found in read.items()
        }
        rows[schema.staff] = [first]
        for table in WITH_DIGESTS:
            whose = owner(table.name, office)
            renewed = sa.update(DIGESTS).where(DIGESTS.c.office == whose, DIGESTS.c.name == table.name)
            self._run(cursor, renewed.values(digest=digest_of(rows.get(table, []), table.name)))

    def _run(
        self,
        cursor: Any,
        statement: sa.Select[Any] | sa.Insert | sa.Update | sa.Delete | sa.TextClause,
        **values: object,
    ) -> Any:
        return self._statements.run(cursor, self._statements.compiled(statement), **values)


def _as_read(table: sa.Table, row: Sequence[Any]) -> dict[str, Any]:
    """Return a row of the driver as the rest of the product reads it: SQLite keeps a flag as a number."""
    named = zip(table.columns, row, strict=True)
    return {column.name: bool(value) if isinstance(column.type, sa.Boolean) else value for column, value in named}
