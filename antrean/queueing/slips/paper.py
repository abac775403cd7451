"""Whose slip is still of use, and who waits without paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.events import LIST, TEST, VOUCHER
from antrean.queueing.slips.slip import Slip
from antrean.queueing.tickets.state import TicketsState
from antrean.queueing.tickets.ticket import Ticket

# Why a visitor has no paper: not printed yet after a while, nobody knows, it surely did not come out, staff took it
# back; "" where there is paper, where it is just being printed, or where none was asked for.
Lack = Literal["", "late", "uncertain", "failed", "cancelled"]
AWAITED = ("waiting", "called")


def of_use(day: ServiceDay, plan: OfficePlan, at: datetime, slip: Slip) -> bool:
    """Whether a slip that nobody has begun to print is still worth its paper, however long it has waited.

    Its ticket is still to be served, or it was asked for while its ticket was served or held. A test slip and a list of
    documents are of use to whoever stands there: for the plan's `slip_seconds`. The paper of a voucher is of use while
    the voucher can be redeemed.
    """
    if slip.ticket == VOUCHER:
        held = day.standing.vouchers.vouchers.get(slip.voucher)
        return held is not None and not held.is_over(day.business_day)
    if slip.ticket in (TEST, LIST):
        return at - slip.asked_at <= timedelta(seconds=plan.limits.slip_seconds)
    ticket = day.tickets[slip.ticket]
    if ticket.state in AWAITED:
        return True
    return ticket.state in ("serving", "held") and ticket.started_at is not None and slip.asked_at > ticket.started_at


def lack_of_paper(plan: OfficePlan, at: datetime, ticket: Ticket) -> Lack:
    """Return why the visitor of a ticket that waits or is called has no paper; "" for all other tickets.

    One paper that came out is enough, whatever became of the others.
    """
    if ticket.state not in AWAITED or not ticket.slips or any(slip.state == "printed" for slip in ticket.slips):
        return ""
    newest = ticket.slips[-1]
    if newest.open:
        return "late" if at - newest.asked_at > timedelta(seconds=plan.limits.slip_seconds) else ""
    if any(slip.state == "uncertain" for slip in ticket.slips):
        return "uncertain"
    return "cancelled" if newest.reason == "cancelled" else "failed"


def without_paper(day: TicketsState, plan: OfficePlan, at: datetime) -> Iterator[tuple[Ticket, Lack]]:
    """Give the tickets whose visitors wait or are called without paper, and why, in the order of their issue.

    Those whose slip staff took back are left out: somebody knows of them.
    """
    for ticket in day.tickets.values():
        lack = lack_of_paper(plan, at, ticket)
        if lack not in ("", "cancelled"):
            yield ticket, lack


def lacks(day: TicketsState, plan: OfficePlan, at: datetime, numbers: Iterable[str]) -> dict[str, Lack]:
    """Return why their visitors have no paper, by number, for those of these tickets of which that is so."""
    found = {number: lack_of_paper(plan, at, day.tickets[number]) for number in numbers}
    return {number: lack for number, lack in found.items() if lack}
