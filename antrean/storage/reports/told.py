"""What visitors were told of their wait and what it was, added up by the database: few rows for years of visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from antrean.queueing.keeping.report_rows import MINUTE
from antrean.storage.database.engine import reading
from antrean.storage.reports.schema import visits


@dataclass(frozen=True, slots=True)
class ToldCount:
    """First legs of one service and half hour whose visitors were told from `low` to `high` minutes, None for nothing.

    Their true wait, from the number to the first call, was `below` the range, `inside` it (both ends are) or `above`;
    the three are of those who were told something and were called at this service. `uncalled` were not. `waited` are
    the microseconds that all who were called waited.
    """

    service: str
    half_hour: int
    low: int | None
    high: int | None
    below: int
    inside: int
    above: int
    called: int
    uncalled: int
    waited: int


def told_counts(
    engine: sa.Engine, office: str, since: date, until: date, only: Sequence[tuple[str, str | int]] = ()
) -> list[ToldCount]:
    """Return the counts of business days from `since` to `until`, both included. Blocking.

    `only` are columns of the first legs with the values that they have to have.
    """
    row = visits.c
    waited = row.called_at - row.issued_at  # of nobody who was not called, so nothing is compared with it or added
    by = (row.service, row.half_hour, row.wait_low, row.wait_high)
    asked = (
        sa.select(
            *by,
            _count(waited < row.wait_low * MINUTE),
            _count(waited > row.wait_high * MINUTE),
            sa.func.count(row.called_at),
            sa.func.count(),
            sa.func.sum(waited),
        )
        .where(
            row.office == office,
            row.business_day.between(since.isoformat(), until.isoformat()),
            row.leg == 0,
            *(row[name] == value for name, value in only),
        )
        .group_by(*by)
        .order_by(*by)
    )
    with reading(engine) as connection:
        return [_counted(*found) for found in connection.execute(asked)]


def _counted(
    service: str, half_hour: int, low: int | None, high: int | None, below: int, above: int, called: int, every: int,
    waited: int | None,
) -> ToldCount:  # fmt: skip
    inside = 0 if low is None or high is None else int(called) - int(below) - int(above)
    return ToldCount(
        service, half_hour, low, high, int(below), inside, int(above), int(called), int(every) - int(called),
        int(waited or 0),
    )  # fmt: skip


def _count(what: Any) -> Any:
    return sa.func.sum(sa.case((what, 1), else_=0))
