"""Counts an office's journal without reading its lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from antrean.storage.database.engine import reading
from antrean.storage.database.schema import journal
from antrean.storage.journal.lines import day_of, moment_of
from antrean.storage.journal.sealed import Sealed, daily_figures, newest_seal


@dataclass(frozen=True, slots=True)
class Survey:
    """A journal counted; `last_at` is None when it is empty, or when its latest time is none.

    `oldest` is the business day of its first line. `sealed` says which lines have left it, and `days` the first and
    the last business day whose figures were kept of them.
    """

    lines: int
    last_at: datetime | None
    oldest: date | None = None
    sealed: Sealed | None = None
    days: tuple[date, date] | None = None


def survey(engine: sa.Engine, office: str) -> Survey:
    """Count an office's journal."""
    figures = sa.select(sa.func.count(), sa.func.max(journal.c.at))
    first = sa.select(journal.c.business_day).where(journal.c.office == office).order_by(journal.c.seq).limit(1)
    with reading(engine) as connection:
        lines, at = connection.execute(figures.where(journal.c.office == office)).one()
        oldest = connection.scalar(first)
        sealed = newest_seal(connection, office)
        days = list(daily_figures(connection, office)) if sealed is not None else []
    span = (days[0], days[-1]) if days else None
    return Survey(lines, moment_of(at), day_of(oldest), sealed, span)


def last_line(engine: sa.Engine, office: str) -> datetime | None:
    """Return when the newest line of an office was written, None when there is none, or none that can be read."""
    newest = sa.select(journal.c.at).where(journal.c.office == office).order_by(journal.c.seq.desc()).limit(1)
    with reading(engine) as connection:
        return moment_of(connection.scalar(newest))
