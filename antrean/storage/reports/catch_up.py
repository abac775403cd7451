"""Brings the tables that reports read up to the journal: business days that are over are folded and written whole."""

from __future__ import annotations

import logging
from datetime import date

import sqlalchemy as sa

from antrean.queueing.day import ServiceDay
from antrean.queueing.events import KINDS, OfficeMadeMine
from antrean.queueing.journal.port import JournalDamaged
from antrean.queueing.keeping.report_rows import rows_of
from antrean.storage.database.engine import reading
from antrean.storage.database.schema import LASTING, journal
from antrean.storage.journal.lasting import WRONG
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.reports.plans import PlansInForce
from antrean.storage.reports.tables import ReportTables

log = logging.getLogger(__name__)


def is_behind(engine: sa.Engine, office: str, tables: ReportTables, today: date) -> bool:
    """Whether lines of days before today are not in the tables, or these are of another journal."""
    cursor = tables.cursor()
    with reading(engine) as connection:
        if cursor.seq and _chain(connection, office, cursor.seq) != cursor.chain:
            return True
        older = sa.select(journal.c.seq).where(
            journal.c.office == office, journal.c.seq > cursor.seq, journal.c.business_day < today.isoformat()
        )
        return connection.execute(older.limit(1)).first() is not None


def catch_up(
    engine: sa.Engine, office: str, tables: ReportTables, before: date | None = None, days: tuple[date, ...] = ()
) -> list[date]:
    """Write every day with lines that are not in the tables, and these `days`; return those written, oldest first.

    Days from `before` on are left to whoever follows the journal as it grows. A journal that is another one than was
    read, as after a restore, is read from its start; of a sample that has ended nothing stays.
    """
    cursor = tables.make()
    with reading(engine) as connection:
        last = _last(connection, office)
        if _made_mine(connection, office, cursor.seq):
            tables.begin_anew(date.min)
        elif cursor.seq and _chain(connection, office, cursor.seq) != cursor.chain:
            tables.begin_anew(min(_days(connection, office, 0, None), default=date.min))
        cursor = tables.cursor()
        found = sorted({*_days(connection, office, cursor.seq, before), *days})
        until = _first_from(connection, office, before) - 1 if before is not None else last
        chain = _chain(connection, office, until)
    lines, plans = SqlJournal(engine, office), PlansInForce(engine, office)
    try:
        written = [day for day in found if _write(lines, plans, tables, day)]
    finally:
        lines.close()
    tables.reached(until, chain)
    return written


def _write(lines: SqlJournal, plans: PlansInForce, tables: ReportTables, day: date) -> bool:
    """Write a day; one whose lines can't be read keeps the rows that it has, and says so."""
    try:
        folded = ServiceDay.fold(day, lines.read(day=day))
    except (JournalDamaged, *WRONG) as error:
        log.warning("%s was not written for reports: %s", day.isoformat(), error)
        return False
    plan_of = plans.at([ticket.seq for ticket in folded.tickets.values()])
    tables.write(rows_of(folded, plan_of), None, 0, "")
    return True


def rebuild(engine: sa.Engine, office: str, tables: ReportTables) -> list[date]:
    """Make the rows of every day anew whose lines the journal has; those of days that have left it stay."""
    tables.make()
    tables.begin_anew()
    return catch_up(engine, office, tables)


def chain_at(engine: sa.Engine, office: str, seq: int) -> str:
    """Return the chain value of a line; "" where there is none."""
    with reading(engine) as connection:
        return _chain(connection, office, seq)


def _made_mine(connection: sa.Connection, office: str, seq: int) -> bool:
    """Whether an office of one's own began beyond a line: nothing of the sample stays."""
    mine = (journal.c.office == office, journal.c.seq > seq, sa.text(LASTING))
    found = sa.select(journal.c.seq).where(*mine, journal.c.kind.in_(KINDS.of(OfficeMadeMine)))
    return connection.execute(found.limit(1)).first() is not None


def _days(connection: sa.Connection, office: str, seq: int, before: date | None) -> list[date]:
    asked = sa.select(journal.c.business_day).distinct().where(journal.c.office == office, journal.c.seq > seq)
    if before is not None:
        asked = asked.where(journal.c.business_day < before.isoformat())
    return sorted(map(date.fromisoformat, connection.execute(asked).scalars()))


def _first_from(connection: sa.Connection, office: str, day: date) -> int:
    """Return the first line of this day or a later one; where there is none, the one that comes next."""
    mine = (journal.c.office == office, journal.c.business_day >= day.isoformat())
    first = connection.scalar(sa.select(sa.func.min(journal.c.seq)).where(*mine))
    return first if first is not None else _last(connection, office) + 1


def _last(connection: sa.Connection, office: str) -> int:
    return connection.scalar(sa.select(sa.func.max(journal.c.seq)).where(journal.c.office == office)) or 0


def _chain(connection: sa.Connection, office: str, seq: int) -> str:
    mine = (journal.c.office == office, journal.c.seq == seq)
    return connection.scalar(sa.select(journal.c.chain).where(*mine)) or ""
