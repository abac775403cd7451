"""What each business day did for a campaign: from the journal, and of days that have left it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import date

import sqlalchemy as sa

from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.port import JournalDamaged
from antrean.queueing.keeping.finished_day import FinishedDay, finished_day, of_figures
from antrean.storage.database.engine import reading
from antrean.storage.journal.sealed import daily_figures
from antrean.storage.journal.sql_journal import SqlJournal

Finished = dict[date, FinishedDay]


def finished_by_day(
    engine: sa.Engine, office: str, first: date, before: date, known: Collection[date], most: int
) -> Finished:
    """Return the days from `first` on, before a date, that are not known, the newest first, so many at most.

    A day without lines is left out, and one that is damaged has nobody: `antrean doctor` names its line.
    """
    journal, found = SqlJournal(engine, office), Finished()
    with reading(engine) as connection:
        sealed = daily_figures(connection, office)
    try:
        day = journal.newest_day(before=before)
        wanted = {one for one in sealed if first <= one < before}
        while day is not None and day >= first:
            wanted.add(day)
            day = journal.newest_day(before=day)
        for one in sorted(wanted.difference(known), reverse=True)[:most]:
            found[one] = of_figures(sealed[one]) if one in sealed else _folded(journal, one)
    finally:
        journal.close()
    return found


def _folded(journal: SqlJournal, day: date) -> FinishedDay:
    with suppress(JournalDamaged, LookupError, TypeError, ValueError):
        return finished_day(ServiceDay.fold(day, journal.read(day=day)))
    return FinishedDay()
