"""When a service stops giving numbers before closing, when it goes on, and who is the last that will be served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from antrean.queueing.command.base import Command
from antrean.queueing.cutoff.commands import ResumeNumbers, StopNumbers
from antrean.queueing.cutoff.events import LONGER_HOURS, MORE_COUNTERS, OTHER_RULE
from antrean.queueing.cutoff.state import Stopped
from antrean.queueing.day import ServiceDay
from antrean.queueing.hours.calendar import closes_at, is_open
from antrean.queueing.plan.model import OPEN, OfficePlan, Service

# A counter that is paused for less than this is expected back: nobody is sent home for a short break of staff.
SHORT_PAUSE = timedelta(minutes=15)


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
