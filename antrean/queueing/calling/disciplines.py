"""The calling disciplines: one key function each.

A discipline is a function from a waiting ticket to a sort key. Within one class (same service, same priority)
every key rises with arrival, so a class is always first come, first served, and only the heads of the lanes
have to be compared. Terms after Kleinrock, *Queueing Systems* II, and Stanford, Taylor, Ziedins (Queueing
Systems 77, 2014) for accumulating priority.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket

# Plans and calls name a discipline by the words in `DISCIPLINES`, whatever its function is called.
INTERLEAVE, ACCUMULATING_PRIORITY = "interleave", "accumulating_priority"
ACCUMULATION_RATE = 4
NOBODY_WAITS_BEYOND = timedelta(minutes=60)


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
    "earliest_due_date": earliest_due_date,
    "first_come_first_served": first_come_first_served,
    "strict_priority": strict_priority,
    INTERLEAVE: interleave,
    ACCUMULATING_PRIORITY: accumulating_priority,
}


def due(ticket: Ticket, plan: OfficePlan) -> datetime:
    """Return when a ticket is due: original arrival + promised wait - the credit of a priority visitor."""
    return ticket.arrival + plan.due_after[ticket.service, ticket.priority]


def keys(plan: OfficePlan, at: datetime) -> tuple[Callable[[Ticket], Key], Callable[[Ticket], Key]]:
    """Return the key of a waiting ticket, who was brought to the front before all others: first as long as priority
    visitors are called first, then for when a regular one has the turn. They differ for `interleave` alone.
    """
    key = DISCIPLINES[plan.discipline]

    def of(context: Context) -> Callable[[Ticket], Key]:
        return lambda ticket: (not ticket.front, *key(ticket, context))

    usual = of(Context(plan, at, min(plan.interleave - 1, 0)))
    return usual, of(Context(plan, at, plan.interleave)) if plan.discipline == INTERLEAVE else usual


def regular_turn(plan: OfficePlan, streak: int) -> bool:
    """Whether a regular visitor has the turn, after so many priority calls in a row."""
    return plan.discipline == INTERLEAVE and streak >= plan.interleave


def stays_before(ticket: Ticket, other: Ticket, plan: OfficePlan, at: datetime) -> bool:
    """Whether a waiting ticket is called before another one however long both wait and whoever is called meanwhile."""
    if ticket.front != other.front:
        return ticket.front
    if plan.discipline == INTERLEAVE:
        return ticket.priority == other.priority and ticket.key < other.key
    if plan.discipline == ACCUMULATING_PRIORITY:
        beyond = at - ticket.arrival > NOBODY_WAITS_BEYOND
        return ticket.key < other.key and (ticket.priority >= other.priority or beyond)
    usual, _regular = keys(plan, at)
    return usual(ticket) < usual(other)
