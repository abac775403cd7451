"""Looking for numbers: what a search finds and who of them can't wait again, and the whole list of those who wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Literal

from antrean.queueing.calling.order import order
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.commands import past_coming_back
from antrean.queueing.tickets.numbers import meant
from antrean.queueing.tickets.ticket import OPEN_STATES, Ticket
from counter_panel.view_model import NextTicket, TicketView, ticket_view

Barred = Literal["", "closed", "late", "often"]
MOST_KEPT = 8


def find(day: ServiceDay, plan: OfficePlan, typed: str, most: int = 8) -> tuple[TicketView, ...]:
    """Return today's tickets that `typed` may mean (`A-012`, `a12`, `12`); for an empty text, the absent ones."""
    letters, digits = _letters_and_digits(typed)
    if not letters and not digits:
        absent = [ticket for ticket in day.tickets.values() if ticket.state == "no_show"]
        absent.sort(key=lambda ticket: ticket.ended_at or ticket.arrival, reverse=True)
        return tuple(ticket_view(plan, ticket) for ticket in absent[:most])
    exact, found = set(meant(typed)), []
    for ticket in day.tickets.values():
        series, _, number = ticket.number.partition("-")
        short = number.lstrip("0")
        is_meant = ticket.number in exact or (letters in ("", series) and short == digits)
        if is_meant or (letters in ("", series) and bool(digits) and short.startswith(digits)):
            found.append((not is_meant, ticket.seq, ticket))
        elif letters == series and not digits:
            found.append((True, ticket.seq, ticket))
    found.sort(key=lambda one: one[:2])
    return tuple(ticket_view(plan, ticket) for _, _, ticket in found[:most])


def barred(day: ServiceDay, plan: OfficePlan, at: datetime, number: str) -> Barred:
    """Return why an absent or finished visitor can't be let wait again; "" for one who can, and for all others."""
    ticket = day.ticket(number)
    if ticket.state not in ("no_show", "completed"):
        return ""
    if day.closed:
        return "closed"
    return past_coming_back(ticket, plan, at) if ticket.state == "no_show" else ""


def printer_of(plan: OfficePlan, ticket: Ticket) -> str:
    """Return the printer on which a ticket's next slip comes out, "" where there is none.

    It is the one of its last slip; without one, that of the kiosk that gave it, or the one for all.
    """
    return ticket.slip.printer if ticket.slip is not None else plan.printer_of(ticket.device)


def printer_of_number(day: ServiceDay, plan: OfficePlan, number: str) -> str:
    """Return the printer on which papers for the visitor of a number come out, "" for none or an unknown number."""
    ticket = day.tickets.get(number)
    return printer_of(plan, ticket) if ticket is not None else ""


@dataclass(frozen=True, slots=True)
class KeptNumber:
    """A number of a `day` that was not served, and the line of its voucher; `now`: it can be taken up now."""

    voucher: int
    number: str
    service_name: str
    hue: int
    persons: int
    priority: bool
    day: date
    now: bool


def kept(day: ServiceDay, plan: OfficePlan, typed: str, prints: bool = False) -> tuple[KeptNumber, ...]:
    """Return the numbers that were not served and can be taken up, now or later, of those that `typed` may mean.

    Where nothing `prints`, nothing can be done for those that can't be taken up now: they are left out.
    """
    letters, digits = _letters_and_digits(typed)
    if not digits or (day.closed and not prints):
        return ()
    exact = set(meant(typed))
    those = (
        one
        for one in day.standing.vouchers.vouchers.values()
        if one.number in exact or _means(one.number, letters, digits)
    )
    held = (one for one in those if not one.is_over(day.business_day) and (prints or one.day < day.business_day))
    return tuple(islice((found for one in held if (found := kept_number(day, plan, one.line)) is not None), MOST_KEPT))


def kept_number(day: ServiceDay, plan: OfficePlan, voucher: int) -> KeptNumber | None:
    """Return a voucher as staff see it; None where it was taken up, or its service has left the plan."""
    held = day.standing.vouchers.vouchers.get(voucher)
    hue = next((one.hue for one in plan.services if held is not None and one.code == held.service), None)
    if held is None or hue is None:
        return None
    return KeptNumber(
        held.line, held.number, plan.service_name(held.service), hue, held.persons, held.priority, held.day,
        now=not day.closed and held.day < day.business_day,
    )  # fmt: skip


def _letters_and_digits(typed: str) -> tuple[str, str]:
    letters = "".join(sign for sign in typed.upper() if sign.isalpha())
    return letters, "".join(sign for sign in typed if sign.isdigit() and sign.isascii()).lstrip("0")


def _means(number: str, letters: str, digits: str) -> bool:
    series, _, figures = number.partition("-")
    return letters in ("", series) and figures.lstrip("0") == digits


def printable(day: ServiceDay, plan: OfficePlan, number: str) -> bool:
    """Whether a slip of a number can be printed again."""
    ticket = day.ticket(number)
    return ticket.state in OPEN_STATES and len(ticket.slips) <= plan.limits.copies and bool(printer_of(plan, ticket))


def waiting(
    day: ServiceDay, plan: OfficePlan, operator: str, at: datetime, typed: str = "", service: str = ""
) -> tuple[NextTicket, ...]:
    """Return all that this operator's counter can call now, in calling order; none for an operator at no counter.

    `typed` narrows it to numbers that it may mean, as in a search, `service` to one service; empty means all.
    """
    row = day.counter_of(operator)
    if row is None or row.code not in {counter.code for counter in plan.counters}:
        return ()
    those = None
    if any(sign.isalnum() for sign in typed):
        those = {ticket.number for ticket in find(day, plan, typed, most=len(day.tickets))}
    return tuple(
        NextTicket(ticket_view(plan, ranked.ticket), ranked.rule, ranked.facts)
        for ranked in order(day, plan, at, plan.counter(row.code))
        if (those is None or ranked.ticket.number in those) and service in ("", ranked.ticket.service)
    )
