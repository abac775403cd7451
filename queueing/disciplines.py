"""Who is next, and why: one key function for each calling discipline, one order for all of them.

A discipline is a function from a waiting ticket to a sort key. Within one class (same service, same priority)
every key rises with arrival, so a class is always first come, first served, and only the heads of the lanes
have to be compared. Terms after Kleinrock, *Queueing Systems* II, and Stanford, Taylor, Ziedins (Queueing
Systems 77, 2014) for accumulating priority.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from queueing.day import ServiceDay
from queueing.lanes import CLASSES
from queueing.plan import OPEN, Counter, OfficePlan, Service
from queueing.ticket import Ticket

ACCUMULATION_RATE = 4
NOBODY_WAITS_BEYOND = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A waiting ticket in calling order with the rule that put it there and the facts that explain it."""

    ticket: Ticket
    rule: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What a key may look at besides the ticket: the plan, the time, priority calls in a row until now."""

    plan: OfficePlan
    at: datetime
    streak: int = 0


Key = tuple[Any, ...]


def earliest_due_date(ticket: Ticket, context: Context) -> Key:
    """Due = arrival + promised wait of the service - credit of the class. Never changes while a ticket waits."""
    return (due(ticket, context.plan), ticket.seq)


def first_come_first_served(ticket: Ticket, context: Context) -> Key:
    """By original arrival, whatever the class."""
    return ticket.key


def strict_priority(ticket: Ticket, context: Context) -> Key:
    """Priority visitors before all others."""
    return (not ticket.priority, *ticket.key)


def interleave(ticket: Ticket, context: Context) -> Key:
    """Priority first, but after `plan.interleave` priority calls in a row one regular ticket."""
    regular_turn = context.streak >= context.plan.interleave
    return (ticket.priority == regular_turn, *ticket.key)


def accumulating_priority(ticket: Ticket, context: Context) -> Key:
    """Largest of waited time x rate of the class; a regular ticket beyond the cap goes first."""
    waited = context.at - ticket.arrival
    if waited > NOBODY_WAITS_BEYOND:
        return (0, *ticket.key)
    rate = ACCUMULATION_RATE if ticket.priority else 1
    return (1, -waited * rate, *ticket.key)


DISCIPLINES: dict[str, Callable[[Ticket, Context], Key]] = {
    discipline.__name__: discipline
    for discipline in (
        earliest_due_date,
        first_come_first_served,
        strict_priority,
        interleave,
        accumulating_priority,
    )
}


def due(ticket: Ticket, plan: OfficePlan) -> datetime:
    """Return when a ticket is due: original arrival + promised wait - the credit of a priority visitor."""
    minutes = plan.service(ticket.service).promised_wait - (plan.credit_minutes if ticket.priority else 0)
    return ticket.arrival + timedelta(minutes=minutes)


def order(day: ServiceDay, plan: OfficePlan, at: datetime, counter: Counter | None = None) -> Iterator[Ranked]:
    """Yield waiting tickets in the order in which this counter (or the whole office) would call them.

    Tickets of paused or closed services are left out. Primary services come first; an overflow service joins
    when no primary ticket waits, or with tickets that are overdue. The order does not depend on the order of
    insertion, and lazily costs one comparison of lane heads a ticket.
    """
    key = DISCIPLINES[plan.discipline]
    context = Context(plan, at, day.priority_streak)
    primary = tuple(service.code for service in plan.services) if counter is None else counter.primary
    lanes = _Heads(day, plan, primary)
    spare = _Heads(day, plan, counter.overflow if counter is not None else ())
    while True:
        first, extra = lanes.heads(), spare.heads()
        candidates = first + [ticket for ticket in extra if due(ticket, plan) < at] if first else extra
        if not candidates:
            return
        chosen = min(candidates, key=lambda ticket: (not ticket.front, *key(ticket, context)))
        rule = "brought_forward" if chosen.front else plan.discipline
        if counter is not None and chosen.service in counter.overflow:
            rule = "overflow_overdue" if first else "overflow"
        waited = int((at - chosen.arrival).total_seconds() // 60)
        passed = lanes.earlier(chosen) + (spare.earlier(chosen) if not first else 0)
        facts: dict[str, Any] = {"waited": max(waited, 0), "passed": passed}
        if chosen.priority and rule == "earliest_due_date":
            facts["credit"] = plan.credit_minutes
        yield Ranked(chosen, rule, facts)
        (spare if chosen.service in spare.services else lanes).advance(chosen)
        context = replace(context, streak=context.streak + 1 if chosen.priority else 0)


def people_ahead(day: ServiceDay, plan: OfficePlan, ticket: Ticket, at: datetime) -> int:
    """Return how many tickets of the same service are called before this one, which may be waiting or new."""
    if plan.discipline == "interleave":
        return _count_until(day, plan, ticket, at)
    key = DISCIPLINES[plan.discipline]
    context = Context(plan, at)

    def full_key(other: Ticket) -> Key:
        return (not other.front, *key(other, context))

    mine = full_key(ticket)

    def before(lane: list[Ticket]) -> int:
        # A newcomer mostly stands behind everybody: one look at the last in line instead of a search.
        if not lane or full_key(lane[-1]) < mine:
            return len(lane)
        return bisect_left(lane, mine, key=full_key)

    return sum(before(day.waiting.lane(ticket.service, cls)) for cls in CLASSES)


def places(day: ServiceDay, plan: OfficePlan, at: datetime) -> dict[str, int]:
    """Return by number what `people_ahead` says of each waiting ticket; each service is put in order once."""
    found: dict[str, int] = {}
    for service in plan.services:
        waiting = list(day.waiting.of(service.code))
        if plan.discipline == "interleave" and waiting:
            waiting = [ranked.ticket for ranked in order(day, _alone(plan, service), at)]
        else:
            key, context = DISCIPLINES[plan.discipline], Context(plan, at)
            waiting.sort(key=lambda ticket: (not ticket.front, *key(ticket, context)))
        found.update((ticket.number, place) for place, ticket in enumerate(waiting))
    return found


def _alone(plan: OfficePlan, service: Service) -> OfficePlan:
    """Return the plan with one service only, and open: the places of a paused service stand still."""
    return replace(plan, services=(replace(service, state=OPEN),))


def _count_until(day: ServiceDay, plan: OfficePlan, ticket: Ticket, at: datetime) -> int:
    """Walk the order of one service; a new ticket's place depends on whose turn comes when."""
    service = plan.service(ticket.service)
    if ticket.number in day.tickets:
        numbers = (ranked.ticket.number for ranked in order(day, _alone(plan, service), at))
        return next((index for index, number in enumerate(numbers) if number == ticket.number), 0)
    mine = day.waiting.lane(service.code, "priority" if ticket.priority else "regular")
    others = len(day.waiting.lane(service.code, "regular" if ticket.priority else "priority"))
    front = len(day.waiting.lane(service.code, "front"))
    n, streak = plan.interleave, day.priority_streak
    for forward in day.waiting.lane(service.code, "front"):
        streak = streak + 1 if forward.priority else 0
    streak = min(streak, n)
    if ticket.priority:
        before = max(0, len(mine) - (n - streak))
        turns = 0 if len(mine) < n - streak else 1 + before // n
        return front + len(mine) + min(others, turns)
    return front + len(mine) + min(others, (n - streak) + len(mine) * n)


class _Heads:
    """The first not yet taken ticket of each lane of some services."""

    def __init__(self, day: ServiceDay, plan: OfficePlan, services: tuple[str, ...]) -> None:
        self.services = services
        self._lanes = [
            lane
            for service in services
            if plan.service(service).state == OPEN
            for cls in CLASSES
            if (lane := day.waiting.lane(service, cls))
        ]
        self._taken = [0] * len(self._lanes)

    def heads(self) -> list[Ticket]:
        return [lane[taken] for lane, taken in zip(self._lanes, self._taken, strict=True) if taken < len(lane)]

    def advance(self, ticket: Ticket) -> None:
        for index, lane in enumerate(self._lanes):
            if self._taken[index] < len(lane) and lane[self._taken[index]] is ticket:
                self._taken[index] += 1

    def earlier(self, ticket: Ticket) -> int:
        """Count tickets still here that arrived before this one."""
        return sum(
            max(0, bisect_left(lane, ticket.key, key=lambda other: other.key) - taken)
            for lane, taken in zip(self._lanes, self._taken, strict=True)
        )
