"""Reads what the page *Period* shows; blocking, so that it runs beside the loop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from admin.reports.period_asked import ONE_DAY, Asked
from antrean.reporting.figures import VisitFigures
from antrean.reporting.period import columns_of, grouped
from antrean.reporting.told import Told, by_service
from antrean.storage.reports.group import (
    HALF_HOURS,
    SERVICES,
    WAITS,
    CounterSums,
    Key,
    PeriodReader,
    Wanted,
)
from antrean.storage.reports.told import told_counts

MICROSECOND = 1_000_000
NOTHING = VisitFigures()


@dataclass(frozen=True, slots=True)
class Found:
    """The figures of a period by its rows, by weekday and half hour, and of all its days; `before` of those before.

    `days` are those with visits. `open_counters` says for how long counters were open in each half hour, all days
    together, in microseconds.
    """

    rows: dict[Key, VisitFigures]
    heat: dict[Key, VisitFigures]
    whole: VisitFigures
    before: VisitFigures
    days: list[date]
    told: dict[str, Told]
    counters: list[CounterSums]
    open_counters: list[int]


def read(reader: PeriodReader, asked: Asked, zone: ZoneInfo, now: int) -> Found:
    """Return what a period comes to; what has not ended counts until `now`."""
    rows, heat, whole = _figures(reader, asked.wanted, (asked.rows,), ("weekday", "half_hour"), ())
    (before,) = _figures(reader, asked.before, ())
    opened = [0] * HALF_HOURS
    for since, until, offset in _same_offsets(asked.since, asked.until, zone):
        lengths = reader.open_counters(since, until, offset, now)
        opened = [one + more for one, more in zip(opened, lengths, strict=True)]
    return Found(
        rows=rows,
        heat=heat,
        whole=whole.get((), NOTHING),
        before=before.get((), NOTHING),
        days=reader.days(asked.since, asked.until),
        told=by_service(told_counts(reader.engine, reader.office, asked.since, asked.until, asked.wanted.only)),
        counters=reader.counters(asked.wanted, now),
        open_counters=opened,
    )


def _figures(reader: PeriodReader, wanted: Wanted, *groupings: tuple[str, ...]) -> list[dict[Key, VisitFigures]]:
    columns = columns_of((*groupings, ("half_hour", "day")))  # the order of the index: nothing has to be sorted
    of_services = "service" in dict(wanted.only)
    return grouped(reader.cells(wanted, columns, of_services, (WAITS, SERVICES)), columns, groupings)


def _same_offsets(since: date, until: date, zone: ZoneInfo) -> Iterator[tuple[date, date, int]]:
    """Give the days in parts in which the local clock has one distance from UTC, in microseconds."""
    days = [since + ONE_DAY * more for more in range((until - since).days + 1)]
    for offset, some in groupby(days, lambda day: datetime.combine(day, time(12), zone).utcoffset()):
        part = list(some)
        assert offset is not None
        yield part[0], part[-1], round(offset.total_seconds()) * MICROSECOND
