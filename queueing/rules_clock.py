"""Setting the office's time: what it does to the day, and to whoever waits in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from queueing import events as e
from queueing.day import ServiceDay
from queueing.plan import OfficePlan
from queueing.ticket import OPEN_STATES, Ticket

ADOPTED, TOLD, BEGUN = "adopted", "told", "begun"


def set_clock(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, seconds: float, how: str, stays_on: str = ""
) -> Sequence[e.Event]:
    """Set the office's time by so many seconds within this business day, which may go on on another calendar day."""
    return (e.ClockSet(seconds, how, stays_on),)


def begin_day(
    day: ServiceDay,
    plan: OfficePlan,
    at: datetime,
    *,
    seconds: float,
    how: str,
    from_day: str,
    floors: Mapping[str, int],
) -> Sequence[e.Event]:
    """Leave one business day for this one, earlier or later, giving none of the numbers again that `floors` tell."""
    return (e.ClockSet(seconds, how, "", from_day, dict(floors)),)


def of_real_day(day: ServiceDay, plan: OfficePlan, local: date, since: int, by: timedelta) -> list[Ticket]:
    """Return the tickets beyond a seq that were really given on a calendar day, if times are wrong by so much."""
    return [
        ticket
        for ticket in day.tickets.values()
        if ticket.seq > since and plan.business_day(ticket.issued_at + by) == local
    ]


def anybody_open(tickets: Iterable[Ticket]) -> bool:
    """Whether one of the tickets is still waiting, called, served or held."""
    return any(ticket.state in OPEN_STATES for ticket in tickets)


def floors_of(tickets: Iterable[Ticket]) -> dict[str, int]:
    """Return the largest number of each series among the tickets."""
    floors: dict[str, int] = {}
    for ticket in tickets:
        number = int(ticket.number.rpartition("-")[2])
        floors[ticket.series] = max(floors.get(ticket.series, 0), number)
    return floors
