"""Who is next, why, and how many are ahead, worked out anew and slowly: nothing of the product's calling is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from antrean.queueing.day import ServiceDay
from antrean.queueing.outages.state import Outage
from antrean.queueing.plan.model import Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket

DISCIPLINES = (
    "earliest_due_date", "first_come_first_served", "strict_priority", "interleave", "accumulating_priority",
)  # fmt: skip
LATER = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 15, 31, 62, 600))


def due(ticket: Ticket, plan: OfficePlan) -> datetime:
    """Arrival - the head start of the service - the credit of a priority visitor."""
    head_start = next(service.head_start for service in plan.services if service.code == ticket.service)
    return stood(ticket)[0] - timedelta(minutes=head_start + (plan.credit_minutes if favoured(ticket) else 0))


def overdue_after(ticket: Ticket, plan: OfficePlan) -> datetime:
    """Arrival + the promised wait of the service - the credit of a priority visitor."""
    promised = next(service.promised_wait for service in plan.services if service.code == ticket.service)
    return stood(ticket)[0] + timedelta(minutes=promised - (plan.credit_minutes if favoured(ticket) else 0))


def stood(ticket: Ticket) -> tuple[datetime, tuple[int, ...]]:
    """Since when a ticket counts as waiting, and its place among those of that moment: its own, or behind another."""
    behind = ticket.behind
    return (ticket.arrival, (ticket.seq,)) if behind is None else (behind.arrival, behind.order)


def favoured(ticket: Ticket) -> bool:
    """Whether it is called as a priority visitor's: who let others without priority go first is called as they are."""
    return ticket.priority and (ticket.behind is None or not ticket.behind.as_regular)


def rank(ticket: Ticket, plan: OfficePlan, at: datetime, streak: int) -> tuple[Any, ...]:
    """What a discipline sorts by; whoever was brought to the front comes before all others."""
    came = stood(ticket)
    if plan.discipline == "earliest_due_date":
        return (not ticket.front, due(ticket, plan), came[1])
    if plan.discipline == "first_come_first_served":
        return (not ticket.front, *came)
    if plan.discipline == "strict_priority":
        return (not ticket.front, not favoured(ticket), *came)
    if plan.discipline == "interleave":
        wanted = streak < plan.interleave
        return (not ticket.front, favoured(ticket) != wanted, *came)
    if plan.discipline != "accumulating_priority":
        raise LookupError(f"say here how {plan.discipline} ranks, without the product's own key")
    waited = at - came[0]
    if waited > timedelta(hours=1):
        return (not ticket.front, 0, timedelta(), *came)
    return (not ticket.front, 1, -waited * (4 if favoured(ticket) else 1), *came)


def alone(day: ServiceDay, plan: OfficePlan, ticket: Ticket) -> str:
    """The counter that alone calls a ticket: the one to which it was sent, as long as somebody works there."""
    serving = {counter.code for counter in plan.counters if ticket.service in (*counter.primary, *counter.overflow)}
    sits = ticket.only_at in day.counters and day.counters[ticket.only_at].state in ("open", "paused")
    return ticket.only_at if sits and ticket.only_at in serving else ""


def callable_at(day: ServiceDay, plan: OfficePlan, waiting: Sequence[Ticket], counter: Counter | None) -> list[Ticket]:
    """Those of the waiting tickets that a counter may call, besides its services; the whole office calls all."""
    return [one for one in waiting if not counter or not counter.code or alone(day, plan, one) in ("", counter.code)]


def first(
    day: ServiceDay, waiting: Sequence[Ticket], plan: OfficePlan, at: datetime, streak: int, counter: Counter
) -> Ticket | None:
    """Whom a counter calls: one of its own services, or sent to it, or an overdue one that it helps; others only when
    it has none of these.

    Of those who were brought to the front of a service, the first to arrive comes first, whatever their priority.
    """
    seen = [(ticket, alone(day, plan, ticket)) for ticket in callable_at(day, plan, waiting, counter)]
    heads = [one for one in seen if not any(_in_front_of(other[0], one[0]) for other in seen if other[1] == one[1])]
    mine = [ticket for ticket, sent in heads if ticket.service in counter.primary or sent]
    others = [ticket for ticket, sent in heads if ticket.service in counter.overflow and not sent]
    pool = mine + [ticket for ticket in others if overdue_after(ticket, plan) < at] if mine else others
    return min(pool, key=lambda ticket: rank(ticket, plan, at, streak), default=None)


def _in_front_of(one: Ticket, other: Ticket) -> bool:
    both = one.front and other.front and one.service == other.service
    return both and stood(one) < stood(other)


def stands(day: ServiceDay, plan: OfficePlan, code: str) -> str:
    """How a service stands: closed where the plan says so, else as it was paused or closed today, or is held up."""
    closed = next(service.closed for service in plan.services if service.code == code)
    today = day.services.get(code)
    if today is None and not closed and _held_up(day, code):
        return "paused"
    return "closed" if closed else "open" if today is None else today.state


def gives_numbers(day: ServiceDay, plan: OfficePlan, code: str) -> bool:
    """Whether a service gives numbers: it is open, or held up by outages that all let it, and has not stopped."""
    if code in day.stopped:
        return False
    held_up = _held_up(day, code)
    may = bool(held_up) and code not in day.services and all(one.numbers for one in held_up)
    return may or stands(day, plan, code) == "open"


def _held_up(day: ServiceDay, code: str) -> list[Outage]:
    return [one for one in day.outages.values() if code in one.services]


def callable_now(day: ServiceDay, plan: OfficePlan) -> list[Ticket]:
    """The waiting tickets of services that are open."""
    is_open = {service.code for service in plan.services if stands(day, plan, service.code) == "open"}
    return [ticket for ticket in day.tickets.values() if ticket.state == "waiting" and ticket.service in is_open]


def queue(day: ServiceDay, plan: OfficePlan, at: datetime, counter: Counter | None) -> list[tuple[Ticket, str, int]]:
    """In which order a counter, or the whole office, calls: each ticket with why, and how many it passes over."""
    here = counter or Counter("", "", tuple(service.code for service in plan.services))
    left, streak, result = callable_now(day, plan), day.priority_streak, []
    while (ticket := first(day, left, plan, at, streak, here)) is not None:
        mine = callable_at(day, plan, left, here)
        own = [other for other in mine if other.service in here.primary or alone(day, plan, other)]
        brought = "carried_over" if ticket.carried_over else "brought_forward"
        rule = brought if ticket.front else plan.discipline
        if alone(day, plan, ticket):
            rule = "sent_here"
        elif ticket.service in here.overflow:
            elsewhere = any(other.service in here.primary for other in left)
            rule = "overflow_overdue" if own else _why_it_helps(day, plan, here.primary, elsewhere)
        seen = own or [other for other in mine if other.service in here.overflow]
        earlier = [other for other in seen if stood(other) < stood(ticket)]
        result.append((ticket, rule, len(earlier)))
        left.remove(ticket)
        streak = streak + 1 if favoured(ticket) else 0
    return result


def _why_it_helps(day: ServiceDay, plan: OfficePlan, own: Iterable[str], elsewhere: bool) -> str:
    """Nobody waits for a counter's own services, or nobody of those who do can be called here."""
    shut = {code for code in own if stands(day, plan, code) != "open"}
    standing = any(ticket.state == "waiting" and ticket.service in shut for ticket in day.tickets.values())
    return "overflow_paused" if standing else "overflow_sent" if elsewhere else "overflow_empty"


def in_turn(day: ServiceDay, plan: OfficePlan) -> list[Counter]:
    """The open counters, the longest idle first, then those whose call is longest ago; all when none is open."""
    rows = [(day.counters[counter.code], counter) for counter in plan.counters if counter.code in day.counters]
    open_now = [(row.ticket != "", row.turn, counter) for row, counter in rows if row.state == "open"]
    return [counter for *_, counter in sorted(open_now, key=lambda row: row[:2])] or list(plan.counters)


def calls_to_come(day: ServiceDay, plan: OfficePlan, at: datetime) -> list[Ticket]:
    """Whom these counters call one after another when they take turns and nobody new arrives."""
    left, streak, result = callable_now(day, plan), day.priority_streak, []
    turns = in_turn(day, plan)
    while turns:
        counter = turns.pop(0)
        ticket = first(day, left, plan, at, streak, counter)
        if ticket is not None:
            result.append(ticket)
            left.remove(ticket)
            streak = streak + 1 if favoured(ticket) else 0
            turns.append(counter)
    return result


def surely_next(day: ServiceDay, plan: OfficePlan, at: datetime, ticket: Ticket) -> bool:
    """Whether every counter that may call it calls it first, now and later, whoever is called elsewhere meanwhile.

    Where all counters choose it now, nobody is called before it, and only time may pass.
    """
    waiting = callable_now(day, plan)
    counters = in_turn(day, plan)
    sent = alone(day, plan, ticket)
    serving = [one for one in counters if (one.code == sent if sent else ticket.service in one.services)]
    if ticket not in waiting or not serving:
        return False

    def chosen(counter: Counter, left: Sequence[Ticket], time: datetime, streak: int) -> Ticket | None:
        return first(day, left, plan, time, streak, counter)

    if any(chosen(counter, waiting, at, day.priority_streak) is not ticket for counter in serving):
        return False
    others = [other for other in waiting if other is not ticket]
    agreed = all(chosen(counter, waiting, at, day.priority_streak) is ticket for counter in counters)
    gone = [()] if agreed else [some for count in range(len(others) + 1) for some in combinations(others, count)]
    streaks = (day.priority_streak,) if agreed else (day.priority_streak, 0, plan.interleave)
    return all(
        chosen(counter, [one for one in waiting if one not in some], at + later, streak) is ticket
        for counter in serving
        for some in gone
        for later in LATER
        for streak in streaks
    )
