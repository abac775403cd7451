"""Commands about the office as a whole: its day, its settings, who may do what, its old lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any

from antrean.queueing import events as e
from antrean.queueing.command.base import ADMINISTRATOR, HUB, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.fields import GIVEN, LIVE
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan

DAYS_A_LINE = 200  # figures of so many days are a line of some hundred kilobytes


@command("change_plan", gives=(e.PlanChanged,), wished_by=(SUPERVISOR, ADMINISTRATOR))
class ChangePlan(Command):
    """Settings were edited; `before` and `after` are the values that differ, small and without secrets."""

    what: Annotated[str, GIVEN]
    before: Annotated[Mapping[str, Any] | None, GIVEN] = None
    after: Annotated[Mapping[str, Any] | None, GIVEN] = None

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the change."""
        return (e.PlanChanged(self.what, self.before, self.after),)


@command("note_security", gives=(e.SecurityNoted,), wished_by=(HUB,))
class NoteSecurity(Command):
    """Write down what happened to who may do what: always true, on any day and in any state."""

    noted: Annotated[e.SecurityNoted, LIVE]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return what happened."""
        return (self.noted,)


@command("close_day", gives=(e.DayClosed,), wished_by=(SUPERVISOR,))
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


@command("close_ended_day", gives=(e.DayClosed,), wished_by=(HUB,))
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


@command("open_day", gives=(e.DayReopened,), wished_by=(SUPERVISOR,))
class OpenDay(Command):
    """Take back the close of today: whoever it sent away has the place again; counters are opened by their operators.

    Does nothing on a day that is open. A day that has ended can't be opened again.
    """

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the reopening."""
        return (e.DayReopened(len(day.expired)),) if day.closed else ()


@command("seal_journal", gives=(e.JournalSealed,), wished_by=(HUB,))
class SealJournal(Command):
    """Say that the lines `first` to `last` are sealed, and what the days among them were.

    Does nothing when they were sealed today already, as by another hub of the same office.
    """

    first: Annotated[int, GIVEN]
    last: Annotated[int, GIVEN]
    chain: Annotated[str, GIVEN]
    lines: Annotated[int, GIVEN]
    tickets: Annotated[int, GIVEN]
    days: Annotated[Mapping[str, Any], GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the seals, each with the figures of some days."""
        if self.last <= day.sealed:
            return ()
        rest = iter(self.days.items())
        parts = list(iter(lambda: dict(islice(rest, DAYS_A_LINE)), {})) or [{}]
        return [e.JournalSealed(self.first, self.last, self.chain, self.lines, self.tickets, part) for part in parts]


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
