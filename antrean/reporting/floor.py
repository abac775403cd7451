"""The floor at a moment: who waits for each service and for how long, and what each counter does. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from antrean.queueing.counters.counter import CounterState
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OPEN, OfficePlan, Service
from antrean.queueing.standstill.found import standstills
from antrean.queueing.tickets.ticket import Ticket
from antrean.reporting.figures import NONE_OF_NOTHING, Share

CALLED_LONG = timedelta(minutes=5)  # nobody came, and nobody says so
STEP = timedelta(minutes=5)  # to which the time is told by which all are called


@dataclass(frozen=True, slots=True)
class ServiceFloor:
    """A service: `waiting` tickets, `since` when the one waits that has waited longest, None where none does.

    `past` are those who have waited for longer than the promise of so many minutes. `called_by` is the range of times
    in which the last of those who wait now is called; None where nobody knows.
    """

    code: str
    waiting: int
    since: datetime | None
    promise: int
    past: Share
    called_by: tuple[datetime, datetime] | None


@dataclass(frozen=True, slots=True)
class CounterFloor:
    """A counter and what it does: `closed`, `paused`, `idle`, `called` or `serving`, and `since` when.

    `number` is called or served, for `service`; time put aside does not count. It takes longer than usual from
    `long_at` on, and twice as long from `very_at` on; None where nobody knows. `held` counts the numbers that wait
    beside it.
    """

    code: str
    does: str
    operator: str = ""
    since: datetime | None = None
    reason: str = ""
    number: str = ""
    service: str = ""
    long_at: datetime | None = None
    very_at: datetime | None = None
    held: int = 0

    def is_called_long(self, at: datetime) -> bool:
        """Whether its number is called and nobody has come for longer than `CALLED_LONG`."""
        return self.does == "called" and self.since is not None and at - self.since > CALLED_LONG


@dataclass(frozen=True, slots=True)
class Floor:
    """All services and counters, in the plan's order."""

    services: tuple[ServiceFloor, ...]
    counters: tuple[CounterFloor, ...]

    @property
    def waiting(self) -> int:
        """How many tickets wait in all."""
        return sum(one.waiting for one in self.services)

    @property
    def past(self) -> Share:
        """How many of them have waited for longer than was promised."""
        return Share(sum(one.past.part for one in self.services), sum(one.past.whole for one in self.services))


def floor_of(day: ServiceDay, plan: OfficePlan, at: datetime, usual: Mapping[str, int]) -> Floor:
    """Return the floor at a moment.

    `usual` is by service the microseconds that nine of ten were served within; a service is left out where nobody
    knows.
    """
    still = set(standstills(day, plan, at))
    return Floor(
        services=tuple(_service(day, service, at, service.code in still) for service in plan.services),
        counters=tuple(_counter(day, day.counter(one.code), usual) for one in plan.counters),
    )


def _service(day: ServiceDay, service: Service, at: datetime, stands_still: bool) -> ServiceFloor:
    waiting = list(day.waiting.of(service.code))
    if not waiting:
        return ServiceFloor(service.code, 0, None, service.promised_wait, NONE_OF_NOTHING, None)
    begun = [_waiting_since(ticket) for ticket in waiting]
    promised = at - timedelta(minutes=service.promised_wait)
    goes_on = day.service_today(service).state == OPEN and not stands_still and not day.closed
    return ServiceFloor(
        code=service.code,
        waiting=len(waiting),
        since=min(begun),
        promise=service.promised_wait,
        past=Share(sum(since < promised for since in begun), len(waiting)),
        called_by=_called_by(day, waiting, at) if goes_on else None,
    )


def _waiting_since(ticket: Ticket) -> datetime:
    return ticket.legs[-1].waiting_since if ticket.legs else ticket.arrival


def _called_by(day: ServiceDay, waiting: list[Ticket], at: datetime) -> tuple[datetime, datetime] | None:
    """Return in which five minutes at the earliest and the latest the last of them is called."""
    wait = day.waits.for_ticket(waiting[-1], len(waiting) - 1, at)
    if wait is None:
        return None
    low, high = (at + timedelta(minutes=minutes) for minutes in wait)
    return _stepped(low), max(_stepped(high + STEP - timedelta(microseconds=1)), _stepped(low))


def _stepped(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0)


def _counter(day: ServiceDay, row: CounterState, usual: Mapping[str, int]) -> CounterFloor:
    if row.state == "closed":
        return CounterFloor(row.code, "closed", held=len(row.held))
    ticket = day.tickets.get(row.ticket)
    if ticket is not None and ticket.state in ("called", "serving"):
        return _busy(row, ticket, usual)
    if row.state == "paused":
        return CounterFloor(row.code, "paused", row.operator, row.since, row.reason, held=len(row.held))
    return CounterFloor(row.code, "idle", row.operator, _idle_since(day, row), held=len(row.held))


def _busy(row: CounterState, ticket: Ticket, usual: Mapping[str, int]) -> CounterFloor:
    leg = ticket.legs[-1]
    found = CounterFloor(
        row.code, "called", row.operator, leg.called_at, row.reason, ticket.number, ticket.service, held=len(row.held)
    )
    if ticket.state == "called" or leg.started_at is None:
        return found
    begun, takes = leg.started_at + timedelta(microseconds=leg.held), usual.get(ticket.service, 0)
    found = replace(found, does="serving", since=begun)
    if not takes:
        return found
    longest = timedelta(microseconds=takes)
    return replace(found, long_at=begun + longest, very_at=begun + 2 * longest)


def _idle_since(day: ServiceDay, row: CounterState) -> datetime | None:
    """Return since when nobody has been called or served there: from its opening, or the end of its last visitor."""
    call = next((one for one in reversed(day.calls) if one.counter == row.code and not one.undone), None)
    ticket = day.tickets.get(call.number) if call is not None else None
    moments = [row.since]
    if ticket is not None:
        moments += [leg.ended_at for leg in ticket.legs if leg.counter == row.code]
        moments.append(ticket.held_at if ticket.number in row.held else None)
    return max((at for at in moments if at is not None), default=None)
