"""Who is next at a counter, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from antrean.queueing.calling.disciplines import discipline_of
from antrean.queueing.calling.heads import Choice, Heads, counter_of, service_of
from antrean.queueing.calling.queue import Queue
from antrean.queueing.plan.model import CLOSED, OPEN, PAUSED, Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Ranked:
    """A waiting ticket in calling order, with the code of the rule that decided its place and the facts for it.

    `rule` is the code of the plan's discipline, `brought_forward`, `carried_over`, `sent_here`, or one of the
    `overflow_…` codes.
    `facts` are JSON values: `waited` in minutes, `passed` for how many earlier arrivals come later, and those of the
    rule.
    """

    ticket: Ticket
    rule: str
    facts: Mapping[str, object]


def order(queue: Queue, plan: OfficePlan, at: datetime, counter: Counter | None = None) -> Iterator[Ranked]:
    """Yield waiting tickets in the order in which this counter, or the whole office, would call them.

    Tickets of paused and closed services are left out, and of a counter's order those sent to another one. Primary
    services come first, and who was sent to this counter; overflow services join when no such ticket can be called, and
    with their overdue tickets. The order does not depend on the order of insertion. Each ticket that is yielded costs
    one comparison of list heads.
    """
    here = counter or Counter("", "", tuple(service.code for service in plan.services))
    discipline = discipline_of(plan)
    heads = Heads(queue, plan, at)
    while (choice := heads.choose(here)) is not None:
        ticket = choice.ticket
        passed = heads.earlier(here, here.primary if choice.own else here.services, ticket)
        waited = int((at - ticket.arrival).total_seconds() // 60)
        facts: dict[str, object] = {"waited": max(waited, 0), "passed": passed}
        more: Mapping[str, object] = {}
        if counter_of(heads.lane_of(ticket)):
            rule = "sent_here"
        elif ticket.service in here.overflow:
            rule, more = _why_overflow(queue, plan, here, choice, heads)
        elif ticket.front:
            rule = "carried_over" if ticket.carried_over else "brought_forward"
        else:
            rule, more = discipline.code, discipline.facts(ticket, plan)
        facts.update(more)
        yield Ranked(ticket, rule, facts)
        heads.take(ticket)


def _why_overflow(
    queue: Queue, plan: OfficePlan, counter: Counter, choice: Choice, heads: Heads
) -> tuple[str, Mapping[str, object]]:
    """Return why a counter calls a ticket of an overflow service: it is overdue, or nobody of its own can be called.

    `overflow_sent`: who waits for its own services was sent to another counter.

    The facts say of its own services that are not open how many tickets wait for them (`standing`), whether one of them
    is paused or all are closed (`state`), and the reason of the first that has one, by language (`notices`).
    """
    if choice.own:
        return "overflow_overdue", {}
    primary = {code: queue.service_today(plan.service(code)) for code in counter.primary}
    standing = {code: today for code, today in primary.items() if today.state != OPEN and queue.waiting.count([code])}
    if not standing:
        sent = any(service_of(lane) in counter.primary for lane in heads.lanes_left())
        return "overflow_sent" if sent else "overflow_empty", {}
    facts: dict[str, object] = {
        "standing": queue.waiting.count(standing),
        "state": PAUSED if any(today.state == PAUSED for today in standing.values()) else CLOSED,
    }
    reasons = next((today.reasons for today in standing.values() if any(today.reasons.values())), None)
    return "overflow_paused", facts if reasons is None else {**facts, "notices": dict(reasons)}
