"""When a service stops giving numbers before closing, when it goes on, and who is the last that will be served."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from antrean.queueing.command.base import Command
from antrean.queueing.cutoff.commands import ResumeNumbers, StopNumbers
from antrean.queueing.cutoff.events import LONGER_HOURS, MORE_COUNTERS, OTHER_RULE
from antrean.queueing.cutoff.state import Stopped
from antrean.queueing.day import ServiceDay
from antrean.queueing.hours.calendar import closes_at, is_open
from antrean.queueing.plan.model import OPEN, OfficePlan, Service
from antrean.queueing.tickets.numbers import written

USUAL_PERCENT = 80  # the chance of which an office is told that has chosen none
FARTHEST = 2000  # numbers ahead of a newcomer; nobody looks farther
# A counter that is paused for less than this is expected back: nobody is sent home for a short break of staff.
SHORT_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class LastServed:
    """Up to which number of a service visitors are called before it closes, with a chance of `percent`.

    `number` is "" where not even the next one is. `foreseen`: it was not given yet, as more numbers can be.
    """

    percent: int
    number: str
    foreseen: bool = False


def due(day: ServiceDay, plan: OfficePlan, at: datetime) -> Iterator[Command]:
    """Yield what has to be written down now of services that stop, or go on; nothing on a day that was closed.

    It asks the day's estimator, so no command may: a replay has other estimates, or none.
    """
    percent = plan.limits.served_percent
    if day.closed or not (percent or day.stopped):
        return
    for service in plan.services:
        stopped = day.stopped.get(service.code)
        if stopped is not None:
            why = _changed(day, plan, service, stopped, at)
            if why and (not percent or _is_served(day, plan, service, at)):
                yield ResumeNumbers(service=service.code, stopped_in=stopped.seq, why=why)
        elif percent and service.code not in day.went_on and _stops(day, plan, service, at):
            closes = closes_at(plan, at, service)
            yield StopNumbers(
                service=service.code,
                percent=percent,
                counters=staffed(day, plan, service),
                closes=closes.isoformat() if closes is not None else "",
            )


def last_served(day: ServiceDay, plan: OfficePlan, service: Service, at: datetime) -> LastServed | None:
    """Return the last number that will probably be called before a service closes; None where nobody can tell.

    The chance is the one that the office wants, else the usual one. Nobody can tell on a day on which nothing closes,
    before five calls, outside the hours and while the service is not open.
    """
    percent = plan.limits.served_percent or USUAL_PERCENT
    waits, code = day.waits, service.code
    if not plan.hours.given or day.closed or not is_open(plan, at, service) or day.service_today(service).state != OPEN:
        return None
    if day.last_at is None or waits.serves_arrival(code, percent, at, FARTHEST):
        return None
    figures = day.ahead.figures(day, plan, day.last_at)
    waiting = sorted((figures[ticket.number].own, ticket.number) for ticket in day.waiting.of(code))
    served = bisect_left(range(FARTHEST), True, key=lambda ahead: not waits.serves_arrival(code, percent, at, ahead))
    more = served - len(waiting)
    if more > 0:
        return LastServed(
            percent, written(service.series, day.last_of(service.series) + more, plan.number_digits), foreseen=True
        )
    called = [number for ahead, number in waiting if ahead < served]
    return LastServed(percent, called[-1] if called else "")


def staffed(day: ServiceDay, plan: OfficePlan, service: Service) -> int:
    """Return at how many counters that serve it somebody sits. One that pauses counts: nobody came when it goes on."""
    return sum(
        day.counter(counter.code).state != "closed" for counter in plan.counters if service.code in counter.services
    )


def _stops(day: ServiceDay, plan: OfficePlan, service: Service, at: datetime) -> bool:
    """Whether it would give a number now to somebody who is too unlikely to be served."""
    if not (is_open(plan, at) and is_open(plan, at, service) and day.service_state(service) == OPEN):
        return False
    return not _is_served(day, plan, service, at) and not _pauses_shortly(day, plan, service, at)


def _is_served(day: ServiceDay, plan: OfficePlan, service: Service, at: datetime) -> bool:
    return day.waits.serves_arrival(service.code, plan.limits.served_percent, at)


def _pauses_shortly(day: ServiceDay, plan: OfficePlan, service: Service, at: datetime) -> bool:
    rows = (day.counter(counter.code) for counter in plan.counters if service.code in counter.services)
    return any(row.state == "paused" and row.since is not None and at - row.since < SHORT_PAUSE for row in rows)


def _changed(day: ServiceDay, plan: OfficePlan, service: Service, stopped: Stopped, at: datetime) -> str:
    """Return what has changed for the better since it stopped; "" for nothing, however fast the queue moves."""
    if plan.limits.served_percent < stopped.percent:
        return OTHER_RULE
    closes = closes_at(plan, at, service)
    if closes is None or closes > datetime.fromisoformat(stopped.closes):
        return LONGER_HOURS
    return MORE_COUNTERS if staffed(day, plan, service) > stopped.counters else ""
