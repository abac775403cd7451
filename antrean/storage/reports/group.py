"""Groups the rows of visits and counters in the database, so that a report over years reads few rows; blocking.

One statement gathers whole days and half hours: sums, and the times themselves as a list. Who reads them adds days up
to weeks or months and takes percentiles, which no database adds up, of times that somebody really had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from antrean.queueing.keeping.report_rows import LEFT, NO_SHOW, SENT_ON, SERVED, UNFINISHED
from antrean.storage.database.engine import reading
from antrean.storage.reports import schema
from antrean.storage.reports.schema import visits

BY = ("service", "counter", "operator", "priority", "language", "device")
DAY, HALF_HOUR = "business_day", "half_hour"
MINUTE, DAY_LONG = 60_000_000, 86_400_000_000  # microseconds
HALF_HOURS = 48
WAITS, WALKS, SERVICES = "waits", "walks", "services"
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The legs of business days from `since` to `until`, both included, in which columns of `BY` have these values."""

    since: date
    until: date
    only: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """The legs that have the same values in the columns of `key`, and their tickets; as `VisitFigures` has them."""

    key: Key
    tickets: int
    persons: int
    served: int
    no_show: int
    left: int
    unfinished: int
    sent_on: int
    kept: int
    offered: int
    holds: int
    missing: int
    waits: str | None
    walks: str | None
    services: str | None


@dataclass(frozen=True, slots=True)
class CounterSums:
    """The time of a counter: from opening to closing, paused, calling and serving, as `CounterTime` has it."""

    counter: str
    open: int
    paused: int
    called: int
    serving: int
    legs: int
    started: int


class PeriodReader:
    """The grouped rows of one office."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self.engine = engine
        self.office = office

    def cells(
        self, wanted: Wanted, by: Sequence[str], of_services: bool, times: Sequence[str] = (WAITS, WALKS, SERVICES)
    ) -> Iterator[Cell]:
        """Give the cells of these columns: DAY and HALF_HOUR, the quick ones, or those of `BY`.

        `of_services`: a ticket counts at each service that had it, else once. Times that are not asked for are None.
        They are microseconds with commas between, in no order.
        """
        columns = [visits.c[name] for name in by]
        asked = sa.select(*columns, *_sums(of_services), *_lists(times)).where(*self._mine(visits, wanted))
        if columns:
            asked = asked.group_by(*columns).order_by(*columns)
        with reading(self.engine) as connection:
            for row in connection.execute(asked):
                if row[len(by)] is not None:  # of no legs a statement without groups gives a row of nothing
                    yield Cell(tuple(row[: len(by)]), *row[len(by) :])

    def counters(self, wanted: Wanted, until: int) -> list[CounterSums]:
        """Return the time of each counter; what has not ended counts until this moment.

        Of what is wanted only counter and operator count: nobody opens a counter for one service or language alone.
        """
        only = tuple((name, value) for name, value in wanted.only if name in ("counter", "operator"))
        mine = Wanted(wanted.since, wanted.until, only)
        found: dict[str, list[int]] = {}
        with reading(self.engine) as connection:
            for place, asked in enumerate(
                (
                    self._lengths(schema.spans, "opened_at", "closed_at", mine, until),
                    self._lengths(schema.pauses, "begun_at", "ended_at", mine, until),
                    self._worked(mine, until),
                )
            ):
                for name, *sums in connection.execute(asked):
                    found.setdefault(name, [0] * 6)[place : place + len(sums)] = sums
        return [CounterSums(name, *sums) for name, sums in sorted(found.items()) if name]

    def open_counters(self, since: date, until: date, offset: int, now: int) -> list[int]:
        """Return for how long counters were open in each half hour of the days, all together.

        `offset` is how far the local clock is before UTC in microseconds, the same on all these days.
        """
        spans = schema.spans
        begin = (spans.c.opened_at + offset) % DAY_LONG
        end = begin + sa.func.coalesce(spans.c.closed_at, now) - spans.c.opened_at
        times = (
            sa.select(begin.label("begin"), end.label("end"))
            .where(*self._mine(spans, Wanted(since, until)))
            .cte("times")
        )
        half = 30 * MINUTE
        parts = [
            _whole(sa.func.sum(_overlap(times.c.begin, times.c.end, place * half, (place + 1) * half)))
            for place in range(HALF_HOURS)
        ]
        with reading(self.engine) as connection:
            return list(connection.execute(sa.select(*parts)).one())

    def days(self, since: date, until: date) -> list[date]:
        """Return the business days on which there were visits."""
        day = visits.c.business_day
        asked = sa.select(day).distinct().where(*self._mine(visits, Wanted(since, until))).order_by(day)
        with reading(self.engine) as connection:
            return [date.fromisoformat(found) for found in connection.execute(asked).scalars()]

    def operators(self, since: date, until: date) -> list[str]:
        """Return who sat at a counter in these days, by name."""
        name = schema.spans.c.operator
        asked = sa.select(name).distinct().where(*self._mine(schema.spans, Wanted(since, until))).order_by(name)
        with reading(self.engine) as connection:
            return list(connection.execute(asked).scalars())

    def _mine(self, table: sa.Table, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
        return [
            table.c.office == self.office,
            table.c.business_day.between(wanted.since.isoformat(), wanted.until.isoformat()),
            *(table.c[name] == value for name, value in wanted.only),
        ]

    def _lengths(self, table: sa.Table, begin: str, end: str, wanted: Wanted, until: int) -> sa.Select[Any]:
        length = sa.func.coalesce(table.c[end], until) - table.c[begin]
        asked = sa.select(table.c.counter, _whole(sa.func.sum(_not_below_0(length))))
        return asked.where(*self._mine(table, wanted)).group_by(table.c.counter)

    def _worked(self, wanted: Wanted, until: int) -> sa.Select[Any]:
        one = visits.c
        called = sa.func.coalesce(one.started_at, one.ended_at, until) - one.called_at
        serving = _not_below_0(sa.func.coalesce(one.ended_at, until) - one.started_at) - one.held
        return (
            sa.select(
                one.counter,
                _whole(sa.func.sum(_not_below_0(called))),
                _whole(sa.func.sum(sa.case((one.started_at.is_not(None), _not_below_0(serving)), else_=0))),
                sa.func.count(),
                sa.func.count(one.started_at),
            )
            .where(*self._mine(visits, wanted), one.called_at.is_not(None))
            .group_by(one.counter)
        )


def _sums(of_services: bool) -> list[sa.ColumnElement[int]]:
    one = visits.c
    last = one.last_here if of_services else one.last
    kept = one.kept_here if of_services else one.kept
    return [
        _whole(sa.func.sum(last), None),
        _whole(sa.func.sum(last * one.persons), None),
        *(_count(sa.and_(last == 1, one.outcome == name)) for name in (SERVED, NO_SHOW, LEFT, UNFINISHED, SENT_ON)),
        _whole(sa.func.sum(last * kept), None),
        _whole(sa.func.sum(last * one.offered), None),
        _whole(sa.func.sum(one.held), None),
        _count(one.missing != ""),
    ]


def _lists(times: Sequence[str]) -> list[sa.ColumnElement[Any]]:
    lengths = {WAITS: _waited, WALKS: _walked, SERVICES: _served}
    return [
        sa.func.aggregate_strings(sa.cast(length(), sa.Text), ",") if name in times else sa.null()
        for name, length in lengths.items()
    ]


def _waited() -> sa.ColumnElement[int]:
    return _length(visits.c.called_at, visits.c.waiting_since)


def _walked() -> sa.ColumnElement[int]:
    return _length(visits.c.started_at, visits.c.last_call_at)


def _served() -> sa.ColumnElement[int]:
    return _length(visits.c.ended_at, visits.c.started_at + visits.c.held)


def _length(end: sa.ColumnElement[Any], begin: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    return _not_below_0(end - begin)


def _not_below_0(value: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """The value, 0 where it is below; NULL stays NULL."""
    return sa.case((value < 0, 0), else_=value)


def _count(what: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((what, 1)))


def _whole(value: sa.ColumnElement[Any], of_nothing: int | None = 0) -> sa.ColumnElement[int]:
    """A sum as a whole number, which PostgreSQL gives as a decimal."""
    whole = sa.cast(value, sa.BigInteger)
    return whole if of_nothing is None else sa.func.coalesce(whole, of_nothing)


def _overlap(begin: Any, end: Any, since: int, until: int) -> sa.ColumnElement[int]:
    late = sa.case((begin > since, begin), else_=since)
    early = sa.case((end < until, end), else_=until)
    return _not_below_0(early - late)
