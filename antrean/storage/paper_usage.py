"""Paper that earlier business days used of the rolls that are in the printers now, read from the journal."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import sqlalchemy as sa

from antrean.queueing.events import KINDS, RollChanged, SlipPrinted
from antrean.storage.database.schema import journal
from antrean.storage.journal.lines import event_of

LONGEST_DAYS = 60  # a roll lasts days, not months; older lines belong to rolls long used up


def paper_before(connection: sa.Connection, office: str, day: date) -> dict[str, int]:
    """Return millimetres by printer, from each printer's last roll change until the end of the day before."""
    lines = connection.execute(
        sa.select(journal.c.kind, journal.c.data)
        .where(
            journal.c.office == office,
            journal.c.business_day < day.isoformat(),
            journal.c.business_day >= (day - timedelta(days=LONGEST_DAYS)).isoformat(),
            journal.c.kind.in_(KINDS.of(SlipPrinted, RollChanged)),
        )
        .order_by(journal.c.seq)
    )
    used: dict[str, int] = {}
    for kind, data in lines:
        with suppress(KeyError, TypeError, ValueError):  # a damaged line, which the chain's check reports
            match event_of(kind, data):
                case RollChanged(printer=printer):
                    used[printer] = 0
                case SlipPrinted(printer=printer, paper_mm=paper_mm, fallback=False) if printer:
                    used[printer] = used.get(printer, 0) + paper_mm
    return used
