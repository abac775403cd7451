"""Tickets that were sent to one counter: which of them it alone calls."""

from __future__ import annotations

from antrean.queueing.calling.queue import Queue
from antrean.queueing.plan.model import OPEN, Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket


def callable_by(counter: Counter, queue: Queue, plan: OfficePlan) -> int:
    """Return how many waiting tickets of open services a counter may call: those sent to another one are not for it."""
    services = [code for code in counter.services if queue.service_today(plan.service(code)).state == OPEN]
    elsewhere = sum(
        ticket.only_at != counter.code and can_call(ticket, queue, plan)
        for code in services
        for ticket in queue.waiting.sent(code)
    )
    return queue.waiting.count(services) - elsewhere


def can_call(ticket: Ticket, queue: Queue, plan: OfficePlan) -> bool:
    """Whether the counter to which a waiting ticket was sent calls it, now or after a pause.

    Where nobody sits there, or it no longer serves the service, every counter of the service may call the ticket: it
    keeps its place.
    """
    sits = queue.counter(ticket.only_at).state != "closed"
    return sits and any(one.code == ticket.only_at and ticket.service in one.services for one in plan.counters)
