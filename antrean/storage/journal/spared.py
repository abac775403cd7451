"""How many visits were not needed on each business day, by service: from the journal, and of days that have left it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import sqlalchemy as sa

from antrean.queueing.events import KINDS, VisitSpared
from antrean.storage.database.schema import journal
from antrean.storage.journal.lines import event_of
from antrean.storage.journal.sealed import daily_figures

Spared = dict[date, dict[str, int]]


def spared_by_day(connection: sa.Connection, office: str, first: date, last: date) -> Spared:
    """Return the counts of the business days from `first` to `last`, newest first; a day without any is left out."""
    found: Spared = {
        day: {code: one.spared for code, one in figures.services.items() if one.spared}
        for day, figures in daily_figures(connection, office).items()
        if first <= day <= last
    }
    sealed = frozenset(found)  # some of their lines may be there still
    lines = connection.execute(
        sa.select(journal.c.business_day, journal.c.kind, journal.c.data).where(
            journal.c.office == office,
            journal.c.business_day.between(first.isoformat(), last.isoformat()),
            journal.c.kind.in_(KINDS.of(VisitSpared)),
        )
    )
    for business_day, kind, data in lines:
        with suppress(KeyError, TypeError, ValueError):  # a damaged line, which the chain's check reports
            day, event = date.fromisoformat(business_day), event_of(kind, data)
            if isinstance(event, VisitSpared) and day not in sealed:
                of_it = found.setdefault(day, {})
                of_it[event.service] = of_it.get(event.service, 0) + 1
    return {day: found[day] for day in sorted(found, reverse=True) if found[day]}
