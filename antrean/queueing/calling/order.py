"""Who is next at a counter, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from antrean.queueing.calling.heads import Choice, Heads
from antrean.queueing.plan.model import CLOSED, OPEN, PAUSED, Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket

if TYPE_CHECKING:
    from antrean.queueing.day import ServiceDay


@dataclass(frozen=True, slots=True)
class Ranked:
    """A waiting ticket in calling order with the rule that put it there and the facts that explain it."""

    ticket: Ticket
    rule: str
    facts: Mapping[str, Any]


def order(day: ServiceDay, plan: OfficePlan, at: datetime, counter: Counter | None = None) -> Iterator[Ranked]:
    """Yield waiting tickets in the order in which this counter (or the whole office) would call them.

    Tickets of paused or closed services are left out. Primary services come first; an overflow service joins
    when no primary ticket can be called, or with tickets that are overdue. The order does not depend on the order of
    insertion, and lazily costs one comparison of lane heads a ticket.
    """
    here = counter or Counter("", "", tuple(service.code for service in plan.services))
    heads = Heads(day.waiting, plan, at, day.priority_streak)
    while (choice := heads.choose(here)) is not None:
        ticket = choice.ticket
        passed = heads.earlier(here.primary if choice.own else here.services, ticket)
        waited = int((at - ticket.arrival).total_seconds() // 60)
        facts: dict[str, Any] = {"waited": max(waited, 0), "passed": passed}
        rule = "brought_forward" if ticket.front else plan.discipline
        if ticket.service in here.overflow:
            rule, more = _why_overflow(day, plan, here, choice)
            facts.update(more)
        if ticket.priority and rule == "earliest_due_date":
            facts["credit"] = plan.credit_minutes
        yield Ranked(ticket, rule, facts)
        heads.take(ticket)


def _why_overflow(day: ServiceDay, plan: OfficePlan, counter: Counter, choice: Choice) -> tuple[str, Mapping[str, Any]]:
    """Return why a counter takes a ticket of another service: it is overdue, or nobody of its own can be called.

    Of its own services that are not open it says how many tickets wait for them (`standing`), whether any of them is
    paused (`state`), and the notice of the first that has one, by language.
    """
    if choice.own:
        return "overflow_overdue", {}
    closed = [service for code in counter.primary if (service := plan.service(code)).state != OPEN]
    standing = [service for service in closed if day.waiting.count([service.code])]
    if not standing:
        return "overflow_empty", {}
    facts: dict[str, Any] = {
        "standing": day.waiting.count([service.code for service in standing]),
        "state": PAUSED if any(service.state == PAUSED for service in standing) else CLOSED,
    }
    notices = next((service.notices for service in standing if any(service.notices.values())), None)
    return "overflow_paused", facts if notices is None else {**facts, "notices": dict(notices)}
