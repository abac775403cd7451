"""Commands about the end of a business day: close it, and take that back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import HUB, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.fields import GIVEN
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan


@command("close_day", gives=(e.DayClosed,), given_by=(SUPERVISOR,))
class CloseDay(Command):
    """Resolve what is left open: tickets expire, slips are given up, counters close. A second run finds nothing."""

    business_day: Annotated[date | None, GIVEN] = None

    @property
    def about_day(self) -> date | None:
        """The day that is closed; None for today."""
        return self.business_day

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end of everything that is open, and of the day."""
        return closing(day)


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
        return closing(day) if day.tickets or day.counters else ()


@command("open_day", gives=(e.DayReopened,), given_by=(SUPERVISOR,))
class OpenDay(Command):
    """Take back the close of today: whoever it sent away has the place again; counters are opened by their operators.

    Does nothing on a day that is open. A day that has ended can't be opened again.
    """

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the reopening."""
        return (e.DayReopened(len(day.expired)),) if day.closed else ()


def closing(day: ServiceDay) -> tuple[e.Event, ...]:
    """Return the end of everything that is open, and of the day; nothing when it is closed and nothing is open."""
    tickets = day.open_tickets()
    counters = [row for row in day.counters.values() if row.state != "closed"]
    if day.closed and not tickets and not counters:
        return ()
    return (
        *(
            e.SlipFailed(slip.ticket, slip.copy, "day_closed", "none", uncertain=slip.state == "sending")
            for slip in day.open_slips.values()
        ),
        *(e.TicketExpired(ticket.number) for ticket in tickets),
        *(e.CounterClosed(row.code, "day_closed") for row in counters),
        e.DayClosed(len(tickets)),
    )
