"""Writes the tables that reports read: rows of a day or of some tickets, with how far they have come, in one commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from antrean.queueing.keeping.report_rows import DayRows
from antrean.storage.database.engine import database_file, open_engine
from antrean.storage.database.waits import CARE
from antrean.storage.reports import schema
from antrean.storage.reports.packed import packed
from antrean.storage.reports.schema import FORM, OF_A_DAY, cursors, packed_days

FILE = "reports.sqlite3"


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the rows of an office have come: all lines up to `seq`. `chain` and `generation` as in the schema."""

    seq: int = 0
    chain: str = ""
    generation: int = 0


def open_reports(database: str) -> sa.Engine:
    """Return the engine of the tables that reports read, for a journal at this address.

    Beside an SQLite file they have a file of their own, so that nothing of theirs holds the writer up. A power cut may
    take the newest rows of it, with the cursor: they are written again.
    """
    file = database_file(sa.create_engine(database))
    if file is None:
        return open_engine(database, CARE)
    engine = open_engine(f"sqlite:///{Path(file).parent / FILE}", CARE)
    sa.event.listen(engine, "connect", _spare_the_disk)
    sa.event.listen(engine, "connect", partial(_make, engine.dialect), once=True)
    return engine


def _spare_the_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")


def _make(dialect: sa.Dialect, connection: Any, _record: Any) -> None:
    """Make the tables that are missing: who reads them before anybody has written finds nothing in them, and no fault.

    Where the disk is full they are made by who writes.
    """
    with suppress(sqlite3.Error):
        for table in schema.reports.sorted_tables:
            connection.execute(str(CreateTable(table, if_not_exists=True).compile(dialect=dialect)))
            for index in table.indexes:
                connection.execute(str(CreateIndex(index, if_not_exists=True).compile(dialect=dialect)))
        connection.commit()


class ReportTables:
    """The rows of one office."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._engine = engine
        self._office = office

    def make(self) -> Cursor:
        """Make the tables where they are missing, or of another form, and return how far they have come."""
        with self._engine.begin() as connection:
            schema.reports.create_all(connection)
            forms = set(connection.execute(sa.select(cursors.c.form)).scalars())
            if forms - {FORM}:
                schema.reports.drop_all(connection)
                schema.reports.create_all(connection)
            self._name_days(connection)
        return self.cursor()

    def cursor(self) -> Cursor:
        """Return how far the rows have come."""
        with self._engine.connect() as connection:
            return self._cursor(connection)

    def write(self, rows: DayRows, tickets: Iterable[int] | None, seq: int, chain: str) -> Cursor:
        """Put the rows of some tickets in place of what there was of them, by the lines that issued them.

        Without `tickets` they are all of the day. `seq` is how far the rows have come with that; 0 where they have not
        come further. Return how far they have come.
        """
        some = None if tickets is None else list(tickets)
        with self._engine.begin() as connection:
            self._forget(connection, rows.business_day, some)
            self._insert(connection, rows, replace=some is not None)
            self._pack(connection, rows, some)
            return self._advance(connection, seq, chain)

    def begin_anew(self, since: date | None = None) -> None:
        """Forget that any line was read, and with `since` the rows from this day on."""
        with self._engine.begin() as connection:
            if since is not None:
                for table in OF_A_DAY:
                    mine = (table.c.office == self._office, table.c.business_day >= since.isoformat())
                    connection.execute(sa.delete(table).where(*mine))
            self._set(connection, Cursor(0, "", self._cursor(connection).generation + 1))

    def reached(self, seq: int, chain: str) -> None:
        """Note how far the rows have come."""
        with self._engine.begin() as connection:
            self._advance(connection, seq, chain)

    def _cursor(self, connection: sa.Connection) -> Cursor:
        found = connection.execute(sa.select(cursors).where(cursors.c.office == self._office)).first()
        return Cursor(found.seq, found.chain, found.generation) if found is not None else Cursor()

    def _advance(self, connection: sa.Connection, seq: int, chain: str) -> Cursor:
        before = self._cursor(connection)
        if seq <= before.seq:
            return before
        after = Cursor(seq, chain, before.generation)
        self._set(connection, after)
        return after

    def _set(self, connection: sa.Connection, cursor: Cursor) -> None:
        connection.execute(sa.delete(cursors).where(cursors.c.office == self._office))
        row = {"office": self._office, "form": FORM, "seq": cursor.seq, "chain": cursor.chain}
        connection.execute(sa.insert(cursors).values(**row, generation=cursor.generation))

    def _forget(self, connection: sa.Connection, day: str, tickets: Sequence[int] | None) -> None:
        if tickets is None:
            for table in OF_A_DAY:
                connection.execute(sa.delete(table).where(table.c.office == self._office, table.c.business_day == day))
            return
        gone = [{"of_office": self._office, "of_ticket": ticket} for ticket in tickets]
        if gone:
            visits = schema.visits
            mine = visits.c.office == sa.bindparam("of_office")
            connection.execute(sa.delete(visits).where(mine, visits.c.issued == sa.bindparam("of_ticket")), gone)

    def _insert(self, connection: sa.Connection, rows: DayRows, replace: bool) -> None:
        for table, found in (
            (schema.visits, rows.visits),
            (schema.calls, rows.calls),
            (schema.spans, rows.spans),
            (schema.pauses, rows.pauses),
            (schema.slips, rows.slips),
        ):
            if not found:
                continue
            values = [self._values(row) for row in found]
            if replace and table is not schema.visits:
                _put(connection, table, values)
            else:
                connection.execute(sa.insert(table), values)

    def _pack(self, connection: sa.Connection, rows: DayRows, tickets: Sequence[int] | None) -> None:
        """Keep the visits of a whole day packed; of one of which some rows were written, no longer what was packed."""
        if rows.visits or tickets:
            data = packed(rows.visits) if tickets is None else None
            row = {"office": self._office, "business_day": rows.business_day, "data": data}
            _put(connection, packed_days, [row])

    def _name_days(self, connection: sa.Connection) -> None:
        """Name the days with visits that were written before days were packed: they are read by their rows."""
        mine = packed_days.c.office == self._office
        if connection.execute(sa.select(packed_days.c.office).where(mine).limit(1)).first() is None:
            found = sa.select(schema.visits.c.office, schema.visits.c.business_day).distinct()
            found = found.where(schema.visits.c.office == self._office)
            connection.execute(sa.insert(packed_days).from_select(["office", "business_day"], found))
            connection.execute(sa.text("DROP INDEX IF EXISTS ix_report_visits_period"))  # what days were read by then

    def _values(self, row: Any) -> dict[str, Any]:
        names = [one.name for one in fields(row)]
        return {"office": self._office, **dict(zip(names, attrgetter(*names)(row), strict=True))}


def _put(connection: sa.Connection, table: sa.Table, values: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, each in place of the one with its key."""
    keys = [column.name for column in table.primary_key]
    names = [column.name for column in table.columns]
    changed = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    connection.execute(
        sa.text(
            f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)}) "
            f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changed}"
        ),
        values,
    )
