"""What an office has already done on earlier business days: whether numbers were printed, called and heard."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa

from antrean.queueing.calls.sounds import HEARD
from antrean.queueing.events import KINDS, CallAnnounced, SlipPrinted, TicketCalled
from antrean.storage.database.schema import journal
from antrean.storage.journal.lines import event_of

LONGEST_DAYS = 60  # an office that did none of it for so long sees its first steps again, if it is still new
VIRTUAL = "virtual"


@dataclass(frozen=True, slots=True)
class EarlierWork:
    """Whether a slip came out of a real printer, a number was called, and a call was heard, on some earlier day."""

    printed: bool = False
    called: bool = False
    heard: bool = False

    @property
    def all_of_it(self) -> bool:
        """Whether nothing is left to be found."""
        return self.printed and self.called and self.heard


def earlier_work(connection: sa.Connection, office: str, day: date) -> EarlierWork:
    """Return what the business days before this one tell, at most sixty of them. It ends where all of it is found."""
    lines = connection.execute(
        sa.select(journal.c.kind, journal.c.data)
        .where(
            journal.c.office == office,
            journal.c.business_day < day.isoformat(),
            journal.c.business_day >= (day - timedelta(days=LONGEST_DAYS)).isoformat(),
            journal.c.kind.in_(KINDS.of(SlipPrinted, TicketCalled, CallAnnounced)),
        )
        .order_by(journal.c.seq)
        .execution_options(yield_per=500)
    )
    found = EarlierWork()
    for kind, data in lines:
        with suppress(KeyError, TypeError, ValueError):  # a damaged line, which the chain's check reports
            match event_of(kind, data):
                case SlipPrinted(evidence=evidence) if evidence != VIRTUAL:
                    found = replace(found, printed=True)
                case TicketCalled():
                    found = replace(found, called=True)
                case CallAnnounced(sound=sound) if sound in HEARD:
                    found = replace(found, heard=True)
        if found.all_of_it:
            break
    return found
