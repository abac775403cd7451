"""How long counters were open and paused in some business days, added up by the database; blocking."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from antrean.queueing.keeping.report_rows import MINUTE
from antrean.storage.database.engine import reading
from antrean.storage.reports import schema
from antrean.storage.reports.wanted import HALF_HOURS, Wanted

DAY_LONG = HALF_HOURS * 30 * MINUTE


class CounterReader:
    """The times of an office's counters."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self.engine = engine
        self.office = office

    def opened(self, wanted: Wanted, until: int) -> dict[str, int]:
        """Return for how many microseconds each counter was open; what has not ended counts until this moment.

        Of what is wanted only counter and operator count: nobody opens a counter for one service or language alone.
        """
        return self._lengths(schema.spans, "opened_at", "closed_at", wanted, until)

    def paused(self, wanted: Wanted, until: int) -> dict[str, int]:
        """Return for how many microseconds each counter was paused, as `opened` does."""
        return self._lengths(schema.pauses, "begun_at", "ended_at", wanted, until)

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

    def _lengths(self, table: sa.Table, begin: str, end: str, wanted: Wanted, until: int) -> dict[str, int]:
        length = sa.func.coalesce(table.c[end], until) - table.c[begin]
        only = tuple((name, value) for name, value in wanted.only if name in ("counter", "operator"))
        asked = sa.select(table.c.counter, _whole(sa.func.sum(_not_below_0(length))))
        asked = asked.where(*self._mine(table, Wanted(wanted.since, wanted.until, only))).group_by(table.c.counter)
        with reading(self.engine) as connection:
            return {row[0]: row[1] for row in connection.execute(asked)}


def _not_below_0(value: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """The value, 0 where it is below; NULL stays NULL."""
    return sa.case((value < 0, 0), else_=value)


def _whole(value: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """A sum as a whole number, which PostgreSQL gives as a decimal; 0 of nothing."""
    return sa.func.coalesce(sa.cast(value, sa.BigInteger), 0)


def _overlap(begin: Any, end: Any, since: int, until: int) -> sa.ColumnElement[int]:
    late = sa.case((begin > since, begin), else_=since)
    early = sa.case((end < until, end), else_=until)
    return _not_below_0(early - late)
