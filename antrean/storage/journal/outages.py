"""When what services need was down: from the lines of the journal, and of days that have left it from their seals."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import sqlalchemy as sa

from antrean.queueing.events import KINDS, Event, OutageBegun, OutageEnded
from antrean.queueing.outages.past import PastOutage, past_outages
from antrean.storage.database.schema import AUDITED, journal
from antrean.storage.journal.lines import event_of
from antrean.storage.journal.sealed import daily_figures

OutagesByDay = dict[date, tuple[PastOutage, ...]]


def outages_by_day(connection: sa.Connection, office: str, first: date, last: date) -> OutagesByDay:
    """Return the outages of the business days from `first` to `last`, oldest first; a day without any is left out.

    A seal of an earlier release keeps none; then they are known as long as the lines are there.
    """
    lines = connection.execute(
        sa.select(journal.c.at, journal.c.business_day, journal.c.kind, journal.c.data)
        .where(
            journal.c.office == office,
            sa.text(AUDITED),  # the index that holds few lines
            journal.c.kind.in_(KINDS.of(OutageBegun, OutageEnded)),
            journal.c.business_day.between(first.isoformat(), last.isoformat()),
        )
        .order_by(journal.c.seq)
    )
    told: dict[date, list[tuple[datetime, Event]]] = {}
    for at, business_day, kind, data in lines:
        with suppress(KeyError, TypeError, ValueError):  # a damaged line, which the chain's check reports
            line = datetime.fromisoformat(at), event_of(kind, data)
            told.setdefault(date.fromisoformat(business_day), []).append(line)
    found: OutagesByDay = {day: past_outages(of_day) for day, of_day in told.items()}
    sealed = daily_figures(connection, office)
    found |= {day: one.outages for day, one in sealed.items() if first <= day <= last and one.outages}
    return {day: outages for day, outages in sorted(found.items()) if outages}
