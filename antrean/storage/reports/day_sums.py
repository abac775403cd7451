"""Sums of one business day by service, as the database adds them up: for figures that machines ask for often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from antrean.queueing.keeping.report_rows import MINUTE, OUTCOMES
from antrean.storage.database.engine import reading
from antrean.storage.reports.schema import visits

WAIT_BOUNDS = (1, 5, 10, 15, 20, 30, 45, 60, 90, 120)  # minutes
SERVICE_BOUNDS = (1, 2, 3, 5, 8, 10, 15, 20, 30, 60)


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: of `n`, `total` microseconds in all; `within` are so many up to each of the bounds."""

    n: int
    total: int
    within: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ServiceSums:
    """A service on one day: tickets by how they ended, the promise, and the spread of waits and of service times.

    `outcomes`, `offered`, `kept`, `waits` and `services` are what `of_service` says of the same rows.
    """

    outcomes: dict[str, int]
    offered: int
    kept: int
    waits: Spread
    services: Spread


def sums_of_day(engine: sa.Engine, office: str, day: date) -> dict[str, ServiceSums] | None:
    """Return the sums of a day by the code of the service; services without visits are left out. Blocking.

    None while the tables can't be read, such as before they are made.
    """
    row = visits.c
    waited = _least_0(row.called_at - row.waiting_since)
    served = _least_0(row.ended_at - row.started_at - row.held)
    columns = [
        row.service,
        *(_count(sa.and_(row.last_here == 1, row.outcome == one)) for one in OUTCOMES),
        _count(sa.and_(row.last_here == 1, row.offered == 1)),
        _count(row.kept_here == 1),
        *_spread(waited, row.called_at.is_not(None), WAIT_BOUNDS),
        *_spread(served, sa.and_(row.started_at.is_not(None), row.ended_at.is_not(None)), SERVICE_BOUNDS),
    ]
    asked = sa.select(*columns).where(row.office == office, row.business_day == day.isoformat()).group_by(row.service)
    try:
        with reading(engine) as connection:
            return {found[0]: _sums([int(one or 0) for one in found[1:]]) for found in connection.execute(asked)}
    except sa.exc.SQLAlchemyError:
        return None


def _sums(values: list[int]) -> ServiceSums:
    outcomes, rest = values[: len(OUTCOMES)], values[len(OUTCOMES) :]
    size = 2 + len(WAIT_BOUNDS)
    waits, services = rest[2 : 2 + size], rest[2 + size :]
    return ServiceSums(
        dict(zip(OUTCOMES, outcomes, strict=True)),
        rest[0],
        rest[1],
        Spread(waits[0], waits[1], tuple(waits[2:])),
        Spread(services[0], services[1], tuple(services[2:])),
    )


def _spread(time: Any, known: Any, bounds: tuple[int, ...]) -> list[Any]:
    within = [_count(sa.and_(known, time <= minutes * MINUTE)) for minutes in bounds]
    return [_count(known), sa.func.sum(sa.case((known, time), else_=0)), *within]


def _least_0(time: Any) -> Any:
    """A clock that stepped back makes no time negative."""
    return sa.case((time > 0, time), else_=0)


def _count(what: Any) -> Any:
    return sa.func.sum(sa.case((what, 1), else_=0))
