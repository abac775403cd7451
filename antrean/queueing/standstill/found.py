"""Whether the queue of a service stands still, computed from the day, the plan and the time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from antrean.queueing.calling.sent import can_call
from antrean.queueing.calls.call import Call
from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.port import Wait
from antrean.queueing.hours.calendar import openings_on
from antrean.queueing.plan.model import OPEN, OfficePlan, Service
from antrean.queueing.tickets.ticket import Ticket

LEAST = timedelta(minutes=15)
GAPS = 4  # of those that are usual between two calls
BREAK, GOES_ON = ANSWERS = ("break", "goes_on")
STEP = 5  # minutes to which it is told how long nobody was called


@dataclass(frozen=True, slots=True)
class Standstill:
    """A service for which nobody is called though counters are open for it and people wait.

    `since`: from then on somebody who could be called has waited, and a counter was open for the service. `counters`
    are the codes of those that are open for it. `answer` is what was answered since the last call: `break`, `goes_on`,
    or "" while nobody has.
    """

    service: str
    since: datetime
    waiting: int
    counters: tuple[str, ...]
    answer: str = ""

    def minutes(self, at: datetime) -> int:
        """Return for how long nobody was called, in whole steps of five minutes: at least so long."""
        return int((at - self.since).total_seconds() // 60) // STEP * STEP

    def told(self, at: datetime) -> NoCall:
        """Return what visitors are told of it."""
        return NoCall(self.minutes(at), self.answer == BREAK)


def standstills(day: ServiceDay, plan: OfficePlan, at: datetime) -> Mapping[str, Standstill]:
    """Return the services whose queue stands still at this moment, by code, in the plan's order."""
    found = (standstill(day, plan, service, at) for service in plan.services)
    return {one.service: one for one in found if one is not None}


def standstill(day: ServiceDay, plan: OfficePlan, service: Service, at: datetime) -> Standstill | None:
    """Return the standstill of one service, or None: of one that is paused, closed or held up by an outage, too.

    A call counts that was for the service, or that a counter made which is open for it: whoever calls others first is
    at work. What goes before a break by its hours does not count.
    """
    if day.closed or not day.waiting.count([service.code]):
        return None
    rows = [day.counters[code] for code in plan.counters_for(service.code) if code in day.counters]
    counters = {row.code: row.since for row in rows if row.state == "open" and row.since is not None}
    if not counters or day.service_today(service).state != OPEN:
        return None
    bounds = [min(counters.values())]
    if service.code in day.back_since:
        bounds.append(day.back_since[service.code])
    call = _last_call(day, counters, service.code)
    if call is not None:
        bounds.append(call.at)
    least = max(LEAST, timedelta(minutes=GAPS * (day.waits.usual_gap(service.code) or 0.0)))
    if at - max(bounds) < least:
        return None
    bounds += _breaks_ended(plan, day, service, at)
    if at - max(bounds) < least:
        return None  # without going through all who wait
    waiting = [one for one in day.waiting.of(service.code) if _for_these(one, counters, day, plan)]
    if not waiting:
        return None
    since = max(*bounds, min(one.legs[-1].waiting_since if one.legs else one.arrival for one in waiting))
    if at - since < least:
        return None
    return Standstill(service.code, since, len(waiting), tuple(counters), _answer(day, service, call))


@dataclass(frozen=True, slots=True)
class NoCall:
    """What visitors are told of a standstill: for how many minutes nobody was called, and whether it is a break."""

    minutes: int
    on_break: bool = False


def no_calls(day: ServiceDay, plan: OfficePlan, at: datetime) -> Mapping[str, NoCall]:
    """Return what is told of the services whose queue stands still, by code."""
    return {code: one.told(at) for code, one in standstills(day, plan, at).items()}


def answer_of(day: ServiceDay, plan: OfficePlan, service: Service) -> str:
    """Return what was answered for a service since its last call; "" where nobody has."""
    open_ones = {code for code in plan.counters_for(service.code) if day.counter(code).state == "open"}
    return _answer(day, service, _last_call(day, open_ones, service.code))


def waits_of_tickets(day: ServiceDay, still: Container[str], at: datetime) -> Callable[[Ticket, int], Wait]:
    """Return what says how much longer a ticket waits: nobody knows of the services whose queue stands `still`."""
    return lambda ticket, own: None if ticket.service in still else day.waits.for_ticket(ticket, own, at)


def waits_of_arrivals(day: ServiceDay, still: Container[str], at: datetime) -> Callable[[str], Wait]:
    """Return what says the same of somebody who took a number of a service now."""
    return lambda service: None if service in still else day.waits.for_arrival(service, at)


def _answer(day: ServiceDay, service: Service, call: Call | None) -> str:
    """Return what was answered since the last call of a service, or its counters; "" where nobody has."""
    said = day.standstill_answers.get(service.code)
    return said.answer if said is not None and (call is None or said.seq > call.seq) else ""


def _last_call(day: ServiceDay, counters: Collection[str], service: str) -> Call | None:
    return next((one for one in reversed(day.calls) if one.counter in counters or one.service == service), None)


def _for_these(ticket: Ticket, counters: Collection[str], day: ServiceDay, plan: OfficePlan) -> bool:
    """Whether one of these open counters may call a ticket: it was not sent to another one that calls it."""
    return not ticket.only_at or ticket.only_at in counters or not can_call(ticket, day, plan)


def _breaks_ended(plan: OfficePlan, day: ServiceDay, service: Service, at: datetime) -> list[datetime]:
    """Return when the service opened again after its breaks; of a break that lasts, the moment itself."""
    spans = openings_on(plan, day.business_day, service) if plan.hours.given else ()
    return [min(after.opens, at) for before, after in pairwise(spans) if before.closes <= at]
