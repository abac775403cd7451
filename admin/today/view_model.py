"""What the page of today shows, computed from the day and the plan alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from antrean.queueing.day import FULL, ServiceDay
from antrean.queueing.plan.model import OfficePlan, Service


@dataclass(frozen=True, slots=True)
class ServiceNow:
    """A service: `waiting` counts tickets; `reason` says why it is not open, in the office's first language.

    `until` is when a pause is expected to end, such as 11:30; "" when nobody knows, or that time is past. `longer`: the
    plan closes it, until `opens_on` or until somebody opens it.

    `full`: it is open or paused, and takes no more visitors today.
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


@dataclass(frozen=True, slots=True)
class Today:
    """All services and counters in the plan's order; whether the day was closed, and how many numbers are open.

    `expired` counts the numbers that the close ended.
    """

    services: tuple[ServiceNow, ...]
    counters: tuple[CounterNow, ...]
    closed: bool = False
    open_tickets: int = 0
    expired: int = 0


def today_view(day: ServiceDay, plan: OfficePlan, at: datetime) -> Today:
    """Return the state of services and counters at this moment."""
    return Today(
        services=tuple(_service(day, plan, service, at) for service in plan.services),
        counters=tuple(_counter(day, counter.code, counter.name) for counter in plan.counters),
        closed=day.closed,
        open_tickets=len(day.open_tickets()),
        expired=len(day.expired),
    )


def _service(day: ServiceDay, plan: OfficePlan, service: Service, at: datetime) -> ServiceNow:
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
