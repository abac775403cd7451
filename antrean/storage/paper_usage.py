"""How much paper earlier business days took of the rolls that are in the printers, read from the journal."""

from __future__ import annotations

import json
from datetime import date, timedelta

import sqlalchemy as sa

from antrean.queueing.events import KINDS, RollChanged, SlipPrinted
from antrean.storage.database.schema import journal

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
    changes = KINDS.of(RollChanged)
    taken: dict[str, int] = {}
    for kind, written in lines:
        data = json.loads(written)
        printer = data.get("printer", "")
        if kind in changes:
            taken[printer] = 0
        elif printer and not data.get("fallback"):
            taken[printer] = taken.get(printer, 0) + data.get("paper_mm", 0)
    return taken
