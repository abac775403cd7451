"""Reads what was usual on earlier days: which days there were, and how long services took; blocking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from antrean.storage.reports import schema
from antrean.storage.reports.read import ReportReader

WEEKS = 8  # back; what was usual earlier is not any more
LONG_AGO = timedelta(days=90)  # an office that was closed for longer begins anew
visits = schema.visits.c


def same_weekdays(reader: ReportReader, day: date, most: int) -> list[date]:
    """Return the newest earlier days of the same weekday that had visitors, newest first."""
    asked = [(day - timedelta(weeks=back)).isoformat() for back in range(1, WEEKS + 1)]
    return _days(reader, visits.business_day.in_(asked), most)


def service_days(reader: ReportReader, before: date, most: int) -> list[date]:
    """Return the newest days before a day that had visitors, newest first."""
    return _days(reader, visits.business_day < before.isoformat(), most)


def counted_days(reader: ReportReader, before: date, most: int, least: int) -> list[tuple[date, int, int]]:
    """Return the newest days before a day, newest first: each with its tickets and how many of them had priority.

    Days with fewer than `least` tickets are left out, and tickets that were given back within two minutes.
    """
    number, first = sa.func.count(), sa.func.sum(visits.priority)
    asked = (
        sa.select(visits.business_day, number, first)
        .where(
            visits.office == reader.office,
            visits.business_day < before.isoformat(),
            visits.business_day >= (before - LONG_AGO).isoformat(),
            visits.last == 1,
            visits.offered == 1,
        )
        .group_by(visits.business_day)
        .having(number >= least)
        .order_by(visits.business_day.desc())
        .limit(most)
    )
    with reader.engine.connect() as connection:
        return [(date.fromisoformat(day), tickets, int(with_it)) for day, tickets, with_it in connection.execute(asked)]


def served_within(reader: ReportReader, since: date, before: date, percent: int, least: int) -> dict[str, int]:
    """Return by service the microseconds that so many percent were served within, from `since` to before a day.

    It is a time that somebody really had (nearest rank), without the time put aside. Services that fewer than `least`
    were served at are left out.
    """
    took = visits.ended_at - visits.started_at - visits.held
    mine: list[Any] = [
        visits.office == reader.office,
        visits.business_day >= since.isoformat(),
        visits.business_day < before.isoformat(),
        visits.started_at.is_not(None),
        visits.ended_at.is_not(None),
    ]
    ranked = (
        sa.select(
            visits.service.label("service"),
            took.label("took"),
            sa.func.row_number().over(partition_by=visits.service, order_by=took).label("place"),
            sa.func.count().over(partition_by=visits.service).label("n"),
        )
        .where(*mine)
        .subquery()
    )
    of = ranked.c
    asked = sa.select(of.service, of.took).where(of.n >= least, of.place == (of.n * percent + 99) // 100)
    with reader.engine.connect() as connection:
        return {service: max(time, 0) for service, time in connection.execute(asked)}


def _days(reader: ReportReader, among: Any, most: int) -> list[date]:
    asked = sa.select(visits.business_day).distinct().where(visits.office == reader.office, among)
    with reader.engine.connect() as connection:
        found: Sequence[str] = connection.scalars(asked.order_by(visits.business_day.desc()).limit(most)).all()
    return [date.fromisoformat(day) for day in found]
