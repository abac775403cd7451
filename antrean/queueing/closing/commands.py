"""Commands about the end of a business day: close it, and take that back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.cases.book import CaseBook
from antrean.queueing.cases.closing import at_close
from antrean.queueing.command.base import HUB, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.fields import GIVEN
from antrean.queueing.day import ServiceDay
from antrean.queueing.outages.commands import ends
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.standing import NO_CASES
from antrean.queueing.vouchers.giving import given_at_close


@command("close_day", gives=(e.DayClosed,), given_by=(SUPERVISOR,))
class CloseDay(Command):
    """Resolve what is left open: tickets expire, slips are given up, counters close. A second run finds nothing.

    Where the plan gives vouchers, each ticket that waits becomes one.
    """

    business_day: Annotated[date | None, GIVEN] = None

    @property
    def about_day(self) -> date | None:
        """The day that is closed; None for today."""
        return self.business_day

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end of everything that is open, and of the day."""
        return closing(day, plan, at, _days_on(day, plan, at), standing.cases)


@command("close_ended_day", gives=(e.DayClosed,), given_by=(HUB,))
class CloseEndedDay(Command):
    """Close a past day on which something happened; a day without visitors stays without lines."""

    unless_closed = True
    business_day: Annotated[date, GIVEN]

    @property
    def about_day(self) -> date | None:
        """The day that is closed."""
        return self.business_day

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end of everything that is open, and of the day."""
        return closing(day, plan, at, _days_on(day, plan, at), standing.cases) if day.tickets or day.counters else ()


@command("open_day", gives=(e.DayReopened, e.TicketExpired), given_by=(SUPERVISOR,))
class OpenDay(Command):
    """Take back the close of today: whoever it sent away has the place again; counters are opened by their operators.

    Vouchers that the close gave are none any more. Does nothing on a day that is open. A day that has ended can't be
    opened again. Whoever came for a service that has
    left the plan since the close is sent away again: nobody could call them.
    """

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the reopening."""
        if not day.closed:
            return ()
        gone = [number for number in day.expired if not plan.has_service(day.ticket(number).service)]
        return (e.DayReopened(len(day.expired) - len(gone)), *(e.TicketExpired(number) for number in gone))


def _days_on(day: ServiceDay, plan: OfficePlan, at: datetime) -> date:
    """Return the first day that comes after this one and is not past."""
    return max(day.business_day + timedelta(days=1), plan.business_day(at))


def closing(
    day: ServiceDay, plan: OfficePlan, at: datetime, next_day: date, cases: CaseBook = NO_CASES
) -> tuple[e.Event, ...]:
    """Return the end of everything that is open, and of the day; nothing when it is closed and nothing is open.

    Whoever still waits gets a voucher for a service day from `next_day` on, where the plan says so. Of `cases`, those
    that stayed too long expire.
    """
    tickets = day.open_tickets()
    counters = [row for row in day.counters.values() if row.state != "closed"]
    if day.closed and not tickets and not counters:
        return ()
    vouchers = given_at_close(day, plan, next_day)
    return (
        *(
            e.SlipFailed(slip.ticket, slip.copy, "day_closed", "none", uncertain=slip.state == "sending")
            for slip in day.open_slips.values()
        ),
        *(e.TicketExpired(ticket.number) for ticket in tickets),
        *vouchers,
        *ends(day, plan, at),
        *at_close(cases, plan, day.business_day),
        *(e.CounterClosed(row.code, "day_closed") for row in counters),
        e.DayClosed(len(tickets), len(vouchers)),
    )
