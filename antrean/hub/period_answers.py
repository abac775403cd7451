"""What a period of business days comes to, from the tables that reports read; blocking.

It loads numpy, so whoever has no question does not load it (`periods.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from antrean.hub.periods import CounterSums, Found, MonthFound, Question
from antrean.reporting.figures import VisitFigures
from antrean.reporting.period import Worked, figures, told_counts, worked
from antrean.reporting.told import ToldCount, by_service
from antrean.storage.reports.counter_times import CounterReader
from antrean.storage.reports.legs import read_legs
from antrean.storage.reports.wanted import HALF_HOURS, Wanted

MICROSECOND = 1_000_000
ONE_DAY = timedelta(days=1)
NOTHING, IDLE = VisitFigures(), Worked(0, 0, 0, 0)
ALL: tuple[str, ...] = ()
HEAT = ("weekday", "half_hour")
SHOWN = ("waits", "services")  # nobody is shown for how long visitors walked in a year


def period(engine: sa.Engine, office: str, asked: Question) -> Found:
    """Return what a period comes to."""
    wanted, reader = asked.wanted, CounterReader(engine, office)
    of_services = "service" in dict(wanted.only)
    legs = read_legs(engine, office, wanted)
    rows, heat, whole = figures(legs, ((asked.rows,), HEAT, ALL), of_services, SHOWN)
    (before,) = figures(read_legs(engine, office, asked.before), (ALL,), of_services, SHOWN)
    opened = [0] * HALF_HOURS
    for first, last, offset in _same_offsets(wanted.since, wanted.until, ZoneInfo(asked.zone)):
        lengths = reader.open_counters(first, last, offset, asked.now)
        opened = [one + more for one, more in zip(opened, lengths, strict=True)]
    did = worked(legs, asked.now)
    open_for, paused_for = reader.opened(wanted, asked.now), reader.paused(wanted, asked.now)
    counters = []
    for name in sorted({*did, *open_for, *paused_for} - {""}):
        one = did.get(name, IDLE)
        counters.append(
            CounterSums(
                name, open_for.get(name, 0), paused_for.get(name, 0), one.called, one.serving, one.legs, one.started
            )
        )
    return Found(
        rows=rows,
        heat=heat,
        whole=whole.get((), NOTHING),
        before=before.get((), NOTHING),
        days=list(legs.days),
        told=by_service(told_counts(legs)),
        counters=counters,
        open_counters=opened,
    )


def told(engine: sa.Engine, office: str, wanted: Wanted) -> list[ToldCount]:
    """Return what was told and what came of it."""
    return told_counts(read_legs(engine, office, wanted))


def month(engine: sa.Engine, office: str, wanted: Wanted) -> MonthFound:
    """Return the figures of an office, of its days and of its services."""
    legs = read_legs(engine, office, wanted)
    office_figures, days = figures(legs, (ALL, ("day",)), of_services=False)
    (services,) = figures(legs, (("service",),), of_services=True)
    return MonthFound(
        office_figures.get((), NOTHING),
        {date.fromisoformat(str(key[0])): one for key, one in days.items()},
        {str(key[0]): one for key, one in services.items()},
    )


def _same_offsets(since: date, until: date, zone: ZoneInfo) -> Iterator[tuple[date, date, int]]:
    """Give the days in parts in which the local clock has one distance from UTC, in microseconds."""
    days = [since + ONE_DAY * more for more in range((until - since).days + 1)]
    for offset, some in groupby(days, lambda day: datetime.combine(day, time(12), zone).utcoffset()):
        part = list(some)
        assert offset is not None
        yield part[0], part[-1], round(offset.total_seconds()) * MICROSECOND
