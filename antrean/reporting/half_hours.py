"""A business day by service and half hour, for programs: how many came, were called and ended, and the waits.

An event belongs to the half hour of its own time, [08:00, 08:30) of the office's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from antrean.queueing.keeping.report_rows import EPOCH, LEFT, NO_SHOW, SERVED, VisitRow
from antrean.reporting.figures import Times, served, waited
from antrean.reporting.tables import Table, Value

SMALLEST = 5  # in what is published a smaller count could be of somebody whom others know
SECOND = 1_000_000  # microseconds
HEADS = (
    "business_day", "service", "half_hour", "arrived", "called", "served", "no_show", "left", "waiting_at_end",
    "wait_mean_seconds", "wait_p50_seconds", "wait_p90_seconds", "wait_longest_seconds", "service_mean_seconds",
)  # fmt: skip


@dataclass(slots=True)
class HalfHour:
    """What happened at a service in one half hour.

    `arrived` and `called` count legs of visits, by the start of waiting and the first call; a ticket that waits there
    once more arrives once more. `waits` are of those that were called in it, `services` of those that ended in it.
    `waiting` are those that wait at its end.
    """

    arrived: int = 0
    called: int = 0
    served: int = 0
    no_show: int = 0
    left: int = 0
    waiting: int = 0
    waits: list[int] = field(default_factory=list)
    services: list[int] = field(default_factory=list)


def half_hours(rows: Iterable[VisitRow], services: Sequence[str], zone: ZoneInfo) -> dict[str, dict[int, HalfHour]]:
    """Return by service what happened in each half hour, from the first to the last in which anything did anywhere.

    Half hours count from the midnight with which the business day began: 16 is [08:00, 08:30). `services` come in their
    order, then others that the rows have.
    """
    legs = list(rows)
    if not legs:
        return {}
    day = date.fromisoformat(legs[0].business_day)
    times = [at for row in legs for at in (row.waiting_since, row.called_at, row.ended_at) if at is not None]
    span = range(_place(min(times), day, zone), _place(max(times), day, zone) + 1)
    codes = dict.fromkeys((*services, *(row.service for row in legs)))
    found = {code: {place: HalfHour() for place in span} for code in codes}
    for row in legs:
        _count(found[row.service], row, day, zone)
    return found


def day_table(rows: Iterable[VisitRow], services: Sequence[str], zone: ZoneInfo, published: bool = False) -> Table:
    """Return a day as a table with one row for each service and half hour; an empty one without visits.

    In one that is `published`, counts from 1 to 4 and times of fewer than five are left empty.
    """
    legs = list(rows)
    written = [
        (legs[0].business_day, code, _clock(place), *_values(one, published))
        for code, places in half_hours(legs, services, zone).items()
        for place, one in places.items()
    ]
    return Table("half_hours", HEADS, written)


def _count(places: dict[int, HalfHour], row: VisitRow, day: date, zone: ZoneInfo) -> None:
    came = _place(row.waiting_since, day, zone)
    places[came].arrived += 1
    gone = min((at for at in (row.called_at, row.ended_at) if at is not None), default=None)
    until = _place(gone, day, zone) if gone is not None else max(places) + 1
    for place in range(came, until):
        places[place].waiting += 1
    if row.called_at is not None:
        here = places[_place(row.called_at, day, zone)]
        here.called += 1
        here.waits.append(waited(row) or 0)
    if row.ended_at is None:
        return
    here = places[_place(row.ended_at, day, zone)]
    here.served += row.outcome == SERVED
    here.no_show += row.outcome == NO_SHOW
    here.left += row.outcome == LEFT
    if (took := served(row)) is not None:
        here.services.append(took)


def _values(one: HalfHour, published: bool) -> list[Value]:
    counts = (one.arrived, one.called, one.served, one.no_show, one.left, one.waiting)
    waits, services = Times.of(one.waits), Times.of(one.services)
    least = SMALLEST if published else 1
    times = (waits.mean, waits.p50, waits.p90, waits.longest)
    return [
        *(shown(count) if published else count for count in counts),
        *(time // SECOND if waits.n >= least else None for time in times),
        services.mean // SECOND if services.n >= least else None,
    ]


def shown(count: int) -> int | None:
    """Return a count as it is published: None where it is small and not 0."""
    return None if 0 < count < SMALLEST else count


def _place(at: int, day: date, zone: ZoneInfo) -> int:
    """Return the half hour of a time, from the midnight with which the day began."""
    local = (EPOCH + timedelta(microseconds=at)).astimezone(zone)
    return (local.date() - day).days * 48 + local.hour * 2 + local.minute // 30


def _clock(place: int) -> str:
    """Return the local time at which a half hour begins, such as 08:00; of the next morning as 00:30."""
    return f"{datetime.fromtimestamp(place * 1800, UTC):%H:%M}"
