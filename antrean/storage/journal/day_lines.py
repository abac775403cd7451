"""What a day sheet says of the journal's own lines: the last one of a day, and what was said with a call; blocking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from antrean.queueing.events import TicketCalled
from antrean.storage.database.schema import journal
from antrean.storage.journal.lines import event_of

MOST = 500  # lines that one question names


@dataclass(frozen=True, slots=True)
class LastLine:
    """The last line of a business day, and its chain value (64 hexadecimal digits)."""

    seq: int
    chain: str


def last_line_of(connection: sa.Connection, office: str, day: date) -> LastLine | None:
    """Return the last line of a business day; None where the journal has none of it, or no more."""
    asked = (
        sa.select(journal.c.seq, journal.c.chain)
        .where(journal.c.office == office, journal.c.business_day == day.isoformat())
        .order_by(journal.c.seq.desc())
        .limit(1)
    )
    found = connection.execute(asked).first()
    return None if found is None else LastLine(found.seq, found.chain)


def call_facts(connection: sa.Connection, office: str, lines: Collection[int]) -> dict[int, Mapping[str, Any]]:
    """Return the facts that calls recorded, by their lines: of the first 500, those that the journal still has."""
    asked = sa.select(journal.c.seq, journal.c.kind, journal.c.data).where(
        journal.c.office == office, journal.c.seq.in_(sorted(lines)[:MOST])
    )
    found: dict[int, Mapping[str, Any]] = {}
    for seq, kind, data in connection.execute(asked):
        with suppress(KeyError, TypeError, ValueError):  # a damaged line, which the chain's check reports
            event = event_of(kind, data)
            if isinstance(event, TicketCalled) and event.facts:
                found[seq] = event.facts
    return found
