"""A day as a script: who comes when and for what, and when each counter is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import Counter, Limits, OfficePlan

NOW = timedelta()
Change = Literal["open", "pause", "resume", "close", "close_when_empty"]
End = Literal["completed", "transferred", "returned", "no_show", "cancelled"]


@dataclass(frozen=True, slots=True)
class ScriptedLeg:
    """One call of a visit and what follows it, at whatever counter and time the call is made.

    `walk` passes from the call to the start; `serve` from the start to the `end`, None when nobody came to be served.
    `patience` is how long they wait for this call before they leave, None when they stay. `again` passes from the
    end until they wait for the next leg (an absent visitor comes back late).
    """

    service: str
    walk: timedelta
    serve: timedelta | None
    end: End = "completed"
    outcome: str = "finished"
    position: str = "arrival"
    patience: timedelta | None = None
    again: timedelta = NOW


@dataclass(frozen=True, slots=True)
class Visitor:
    """One ticket as it is known before the day: who comes when, and the legs of the visit.

    `asked` is the service that was said at the kiosk, where it was put right afterwards: the number is one of its
    series. Empty where the first leg says it. `carried_over` is the line of the voucher whose place the ticket has, 0
    for none.
    """

    at: datetime
    persons: int
    priority: bool
    legs: tuple[ScriptedLeg, ...]
    language: str = "id"
    asked: str = ""
    carried_over: int = 0


@dataclass(frozen=True, slots=True)
class Shift:
    """A counter's day: when somebody sits there, and the pause before each of its calls.

    A change is (when, what, word); the word is the operator who opens, or the reason of a pause.
    `delays` are taken one after another: from the moment when the counter is free and somebody waits for it until
    the call, or until others took everybody first; after the last one `usual_delay` is taken. `calls` is how many
    it really made, where that is known.
    """

    counter: Counter
    changes: tuple[tuple[datetime, Change, str], ...]
    delays: tuple[timedelta, ...] = ()
    usual_delay: timedelta = NOW
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Standstill:
    """A stretch of the day in which nobody of a service was called. `until` is None when it lasted to the end."""

    service: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A day without its rules. `closes_at` is when the day is closed; None: after its last visitor."""

    business_day: date
    plan: OfficePlan
    visitors: tuple[Visitor, ...]
    shifts: tuple[Shift, ...]
    closes_at: datetime | None = None
    notes: tuple[str, ...] = ()
    standstills: tuple[Standstill, ...] = ()


def lasting(plan: OfficePlan) -> OfficePlan:
    """Return the plan without closed services, limits and printers, since these could refuse a scripted visit."""
    services = tuple(replace(service, closed=False, daily_limit=None) for service in plan.services)
    limits = Limits(recalls=99, recall_gap_seconds=0, holds=99, readmits=99, readmit_minutes=24 * 60)
    return replace(plan, services=services, limits=limits, printers={})


def callable_now(day: ServiceDay, services: Iterable[str]) -> int:
    """Return how many wait whom a counter of these services may call: nobody of one that is not open."""
    stopped = day.not_open()
    return day.waiting.count([code for code in services if code not in stopped])
