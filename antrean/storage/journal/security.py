"""The journal's lines on who did what, and the addresses, which are stored apart for a limited time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from antrean.queueing.events import SecurityNoted
from antrean.queueing.journal.entry import JournalEntry
from antrean.storage.database.engine import reading
from antrean.storage.database.schema import AUDITED, security_addresses
from antrean.storage.journal.lines import entry_of
from antrean.storage.times import stored_time

KEPT = timedelta(days=90)
# Lines that are read for one page; a search through years of lines goes on with the next page.
MOST_LOOKED_AT = 5000
ADDRESS_LENGTH = 60
ABOVE_ALL = 2**62  # no journal has so many lines


@dataclass(frozen=True, slots=True)
class Found:
    """Lines that say who did what, newest first, and the addresses that are known of them by their `address`.

    `before` is the seq below which the next page begins, None on the last one.
    """

    entries: Sequence[JournalEntry]
    addresses: Mapping[str, Sequence[str]]
    before: int | None


class SecurityRecords:
    """Addresses of security events, and the lines that say who did what. Nothing here waits for the writer's commit."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._engine = engine
        self._office = office

    def keep(self, ref: str, addresses: Collection[str], at: datetime) -> None:
        """Write down addresses under a name that a line of the journal will have; those that are there stay."""
        when = stored_time(at)
        table = security_addresses
        with self._engine.begin() as connection:
            mine = sa.select(table.c.address).where(table.c.office == self._office, table.c.ref == ref)
            there = set(connection.scalars(mine))
            rows = [
                {"office": self._office, "ref": ref, "address": address, "at": when}
                for address in sorted({address[:ADDRESS_LENGTH] for address in addresses} - there)
            ]
            if rows:
                connection.execute(sa.insert(table), rows)

    def forget(self, now: datetime) -> int:
        """Remove addresses that were kept for 90 days, and return how many they were."""
        table, until = security_addresses, stored_time(now - KEPT)
        old = (table.c.office == self._office, table.c.at < until)
        with reading(self._engine) as connection:  # nearly always there is none, and nobody need be kept from writing
            if connection.execute(sa.select(table.c.ref).where(*old).limit(1)).first() is None:
                return 0
        with self._engine.begin() as connection:
            return connection.execute(sa.delete(table).where(*old)).rowcount

    def page(
        self, size: int, before: int | None = None, wanted: Callable[[JournalEntry], bool] = lambda entry: True
    ) -> Found:
        """Return the newest lines, below a seq, that say who did what and are wanted; so many at most.

        Lines that can't be read are left out; they are named elsewhere.
        """
        entries: list[JournalEntry] = []
        goes_on: int | None = None
        with reading(self._engine) as connection:
            values = {"office": self._office, "before": ABOVE_ALL if before is None else before, "most": MOST_LOOKED_AT}
            rows = connection.execute(newest_lines(connection.dialect.name), values)
            looked_at = last = 0
            for row in rows:
                if len(entries) == size:
                    goes_on = last
                    break
                looked_at, last = looked_at + 1, row.seq
                entry = _entry(row)
                if entry is not None and wanted(entry):
                    entries.append(entry)
            rows.close()
            if looked_at == MOST_LOOKED_AT:
                goes_on = last
            return Found(entries, self._addresses(connection, entries), goes_on)

    def _addresses(self, connection: sa.Connection, entries: Sequence[JournalEntry]) -> dict[str, list[str]]:
        table = security_addresses
        refs = [entry.event.address for entry in entries if isinstance(entry.event, SecurityNoted)]
        known = sa.select(table.c.ref, table.c.address).where(table.c.office == self._office, table.c.ref.in_(refs))
        found: dict[str, list[str]] = {}
        for row in connection.execute(known.order_by(table.c.ref, table.c.address)):
            found.setdefault(row.ref, []).append(row.address)
        return found


def newest_lines(dialect: str) -> sa.TextClause:
    """Return the query for the newest lines below a seq that say who did what.

    SQLite would rather read the whole journal from its end, as it does not know how few they are.
    """
    index = " INDEXED BY ix_journal_audited" if dialect == "sqlite" else ""
    return sa.text(
        f"SELECT seq, at, business_day, kind, data, request_id, actor FROM journal{index} "
        f"WHERE {AUDITED} AND office = :office AND seq < :before ORDER BY seq DESC LIMIT :most"
    )


def _entry(row: Any) -> JournalEntry | None:
    try:
        entry = entry_of(*row)
    except (KeyError, TypeError, ValueError):
        return None
    return entry if entry.at.tzinfo is not None else None
