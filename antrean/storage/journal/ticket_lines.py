"""The journal's lines about one ticket of one day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa

from antrean.queueing.events import KINDS, CallAnnounced, Event
from antrean.queueing.journal.entry import JournalEntry
from antrean.storage.database.engine import reading
from antrean.storage.database.schema import journal
from antrean.storage.journal.chain import STORED
from antrean.storage.journal.lines import entry_of


class TicketLines:
    """The lines about tickets of an office, by the index of business days. Nothing here waits for a commit."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._engine = engine
        self._office = office

    def of(self, day: date, number: str, calls: Collection[int] = ()) -> Sequence[JournalEntry]:
        """Return the lines about a number of a business day, and what displays said of these calls, oldest first.

        Lines that have left the journal with their day are not among them, nor are those that can't be read.
        """
        row = journal.c
        about = row.data.contains(f'"ticket":"{number}"', autoescape=True)
        if calls:
            said = sa.or_(*(row.data.contains(f'"call":{seq}', autoescape=True) for seq in calls))
            about = sa.or_(about, sa.and_(row.kind.in_(KINDS.of(CallAnnounced)), said))
        asked = sa.select(*(row[name] for name in STORED)).where(
            row.office == self._office, row.business_day == day.isoformat(), about
        )
        with reading(self._engine) as connection:
            found = [_entry(*one) for one in connection.execute(asked.order_by(row.seq))]
        return [one for one in found if one is not None and _is_about(one.event, number, calls)]


def _entry(*columns: str) -> JournalEntry | None:
    try:
        return entry_of(*columns)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError):
        return None


def _is_about(event: Event, number: str, calls: Collection[int]) -> bool:
    """Whether a line is about this number or one of these calls, not about one that begins like it."""
    if isinstance(event, CallAnnounced):
        return event.call in calls
    return getattr(event, "ticket", "") == number
