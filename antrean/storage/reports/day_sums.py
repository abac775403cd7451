"""Sums of one business day by service, as the database adds them up: for figures that machines ask for often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

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
    try:
        with reading(engine) as connection:
            found = connection.execute(_statement(), {"office": office, "day": day.isoformat()})
            return {row[0]: _sums([int(one or 0) for one in row[1:]]) for row in found}
    except sa.exc.SQLAlchemyError:
        return None


@cache
def _statement() -> sa.TextClause:
    """Return the query, as text: to put so many expressions together takes longer than to answer them."""
    # A clock that stepped back makes no time negative.
    waited = "CASE WHEN called_at > waiting_since THEN called_at - waiting_since ELSE 0 END"
    took = "ended_at - started_at - held"
    served = f"CASE WHEN {took} > 0 THEN {took} ELSE 0 END"
    columns = [
        "service",
        *(_count(f"last_here = 1 AND outcome = '{one}'") for one in OUTCOMES),
        _count("last_here = 1 AND offered = 1"),
        _count("kept_here = 1"),
        *_spread(waited, "called_at IS NOT NULL", WAIT_BOUNDS),
        *_spread(served, "started_at IS NOT NULL AND ended_at IS NOT NULL", SERVICE_BOUNDS),
    ]
    mine = "office = :office AND business_day = :day"
    return sa.text(f"SELECT {', '.join(columns)} FROM {visits.name} WHERE {mine} GROUP BY service")


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


def _spread(time: str, known: str, bounds: tuple[int, ...]) -> list[str]:
    within = [_count(f"{known} AND {time} <= {minutes * MINUTE}") for minutes in bounds]
    return [_count(known), f"SUM(CASE WHEN {known} THEN {time} ELSE 0 END)", *within]


def _count(what: str) -> str:
    return f"SUM(CASE WHEN {what} THEN 1 ELSE 0 END)"
