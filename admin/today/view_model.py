"""What the page of today shows, computed from the day and the plan alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from antrean.queueing.cutoff.due import LastServed, last_served
from antrean.queueing.cutoff.state import Stopped
from antrean.queueing.day import FULL, ServiceDay
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.stock.use import promised_of_counted, used_up
from antrean.web.screens.closing import beyond_closing

FEW_COUNTERS = 8  # that are read at one glance: in the plan's order, nothing folded
CALLED_LONG = timedelta(minutes=10)  # nobody came, and nobody says so


@dataclass(frozen=True, slots=True)
class ServiceNow:
    """A service: `waiting` counts tickets; `reason` says why it is not open, in the office's first language.

    `until` is when a pause is expected to end, such as 11:30; "" when nobody knows, or that time is past. `longer`: the
    plan closes it, until `opens_on` or until somebody opens it.

    `full`: it is open or paused, and takes no more visitors today. `used_up` names what it uses and has no more of.
    `beyond_closing` counts the waiting numbers that may not be served before it closes. `stopped`: it gives no more
    numbers, since those who wait take until closing; `last_served` is up to which number they will probably be called.
    """

    code: str
    series: str
    name: str
    hue: int
    state: str
    reason: str
    closure_reasons: Mapping[str, str]
    waiting: int
    until: str = ""
    longer: bool = False
    opens_on: date | None = None
    full: bool = False
    used_up: str = ""
    beyond_closing: int = 0
    stopped: Stopped | None = None
    last_served: LastServed | None = None


@dataclass(frozen=True, slots=True)
class CounterNow:
    """A counter: its operator, since when, and the number called or served; `held` counts the tickets on hold."""

    code: str
    name: str
    state: str
    operator: str
    since: datetime | None
    number: str
    number_state: str
    number_since: datetime | None
    held: int

    def needs_a_look(self, at: datetime) -> bool:
        """Whether it is paused, holds numbers though nobody sits there, or calls a number that nobody answers."""
        if self.state == "closed":
            return self.held > 0
        called = self.number_since if self.number_state == "called" else None
        return self.state == "paused" or (called is not None and at - called >= CALLED_LONG)


@dataclass(frozen=True, slots=True)
class CountersNow:
    """The counters as they are listed: few of them all in `first`, in the plan's order.

    Of many, `first` are those that need a look, then those that are `working`, then those that are `closed`.
    """

    first: tuple[CounterNow, ...]
    working: tuple[CounterNow, ...] = ()
    closed: tuple[CounterNow, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Today:
    """All services and counters in the plan's order; whether the day was closed, and how many numbers are open.

    `expired` counts the numbers that the close ended, `kept` those of them that keep their place for another
    day, and `keeps` those that a close now would let keep it.
    """

    services: tuple[ServiceNow, ...]
    counters: tuple[CounterNow, ...]
    closed: bool = False
    open_tickets: int = 0
    expired: int = 0
    kept: int = 0
    keeps: int = 0


def today_view(day: ServiceDay, plan: OfficePlan, at: datetime, date_known: bool = True) -> Today:
    """Return the state of services and counters at this moment; without a known date nothing closes by its hours."""
    late = beyond_closing(day, plan, at, [service.code for service in plan.services]) if date_known else []
    beyond = Counter(ticket.service for ticket in late)
    given = promised_of_counted(day, plan)
    return Today(
        services=tuple(
            replace(
                _service(day, plan, service, at, beyond[service.code], given),
                last_served=last_served(day, plan, service, at) if date_known else None,
            )
            for service in plan.services
        ),
        counters=tuple(_counter(day, counter.code, counter.name) for counter in plan.counters),
        closed=day.closed,
        open_tickets=len(day.open_tickets()),
        expired=len(day.expired),
        kept=len(day.standing.vouchers.given_on(day.business_day)) if day.closed else 0,
        keeps=day.waiting.count() if plan.limits.voucher_days else 0,
    )


def listed(counters: Sequence[CounterNow], at: datetime) -> CountersNow:
    """Return the counters as they are listed at this moment."""
    if len(counters) <= FEW_COUNTERS:
        return CountersNow(tuple(counters))
    rest = [one for one in counters if not one.needs_a_look(at)]
    return CountersNow(
        first=tuple(one for one in counters if one.needs_a_look(at)),
        working=tuple(one for one in rest if one.state != "closed"),
        closed=tuple(one for one in rest if one.state == "closed"),
        many=True,
    )


def _service(
    day: ServiceDay, plan: OfficePlan, service: Service, at: datetime, beyond_closing: int, given: Mapping[str, int]
) -> ServiceNow:
    language, today = plan.languages[0], day.service_today(service)
    return ServiceNow(
        code=service.code,
        series=service.series,
        name=service.name(language),
        hue=service.hue,
        state=today.state,
        reason=today.reason(language),
        closure_reasons=today.reasons,
        waiting=day.waiting.count([service.code]),
        until=day.expected_end(service, plan.tz, at),
        longer=service.closed_on(day.business_day),
        opens_on=service.opens_on,
        full=day.service_state(service) == FULL,
        used_up=used_up(day, plan, service, language, given),
        beyond_closing=beyond_closing,
        stopped=day.stopped.get(service.code),
    )


def _counter(day: ServiceDay, code: str, name: str) -> CounterNow:
    row = day.counter(code)
    ticket = day.tickets.get(row.ticket)
    since = None if ticket is None else ticket.started_at if ticket.state == "serving" else ticket.called_at
    return CounterNow(
        code=code,
        name=name,
        state=row.state,
        operator=row.operator,
        since=row.since,
        number=row.ticket,
        number_state=ticket.state if ticket is not None else "",
        number_since=since,
        held=len(row.held),
    )
