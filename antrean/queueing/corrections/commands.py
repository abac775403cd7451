"""Commands that put right what was said of a ticket at the kiosk: how many came, with priority or not, and for what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import OPERATOR, Command, Standing, command
from antrean.queueing.command.checks import COUNTER, PERSONS, SERVICE, check_ongoing, check_room, check_sits
from antrean.queueing.command.fields import GIVEN, KEY
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.plan.model import CLOSED, OfficePlan, Service
from antrean.queueing.stock.use import check_stock
from antrean.queueing.tickets.ticket import Ticket


@command(
    "change_persons",
    gives=(e.PersonsChanged,),
    given_by=(OPERATOR,),
    refuses=(
        "not_at_counter",
        "stock_used_up",
        "ticket_ended",
        "ticket_not_here",
        "ticket_unknown",
        "too_many_persons",
        "too_many_today",
    ),
)
class ChangePersons(Command):
    """Correct the number of persons of a ticket that waits or is at this counter.

    Refuses more of them than the service takes on one day.
    """

    ticket: Annotated[str, KEY]
    persons: Annotated[int, PERSONS]
    counter: Annotated[str | None, COUNTER, GIVEN] = None  # where the operator sits, "" nowhere; None for a supervisor

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the correction, or nothing when it is so."""
        ticket = _at_hand(day, self.ticket, self.counter)
        if self.persons == ticket.persons:
            return ()
        before: Service | None = None
        for service in (one for one in plan.services if one.code in (ticket.service, ticket.then)):
            check_room(day, service, self.persons - ticket.persons)
            if self.persons > ticket.persons:
                check_stock(day, plan, service, self.persons - ticket.persons, beside=before)
            before = service
        return (e.PersonsChanged(self.ticket, self.persons, ticket.persons, self.counter or ""),)


@command(
    "change_priority",
    gives=(e.PriorityChanged,),
    given_by=(OPERATOR,),
    refuses=("not_at_counter", "priority_not_here", "ticket_ended", "ticket_not_here", "ticket_unknown"),
)
class ChangePriority(Command):
    """Give priority to a ticket that waits or is at this counter, or take it back.

    One that is at a counter has it when it waits again. Refuses to give it where the service has none.
    """

    ticket: Annotated[str, KEY]
    priority: bool = False
    counter: Annotated[str | None, COUNTER, GIVEN] = None  # where the operator sits, "" nowhere; None for a supervisor

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the change, or nothing when it is so."""
        ticket = _at_hand(day, self.ticket, self.counter)
        if ticket.priority == self.priority:
            return ()
        if self.priority and any(one.code == ticket.service and not one.priority_allowed for one in plan.services):
            raise Refused("priority_not_here")
        return (e.PriorityChanged(self.ticket, self.priority, self.counter or ""),)


@command(
    "change_service",
    gives=(e.TicketServiceChanged,),
    given_by=(OPERATOR,),
    refuses=(
        "not_at_counter",
        "same_service",
        "service_closed",
        "service_unknown",
        "stock_used_up",
        "ticket_ended",
        "ticket_not_here",
        "ticket_unknown",
        "too_many_persons",
        "too_many_today",
    ),
)
class ChangeService(Command):
    """Correct the service of a ticket that waits or is at this counter, where it stays; the number stays too.

    A waiting one keeps its arrival. To the second service of its visit: the two are done the other way round. Refuses
    a closed service, and one that takes no so many persons more today.
    """

    ticket: Annotated[str, KEY]
    service: Annotated[str, SERVICE]
    counter: Annotated[str | None, COUNTER, GIVEN] = None  # where the operator sits, "" nowhere; None for a supervisor

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the correction."""
        ticket = _at_hand(day, self.ticket, self.counter)
        target = plan.service(self.service)
        if target.code == ticket.service:
            raise Refused("same_service", ticket=self.ticket)
        today = day.service_today(target)
        if today.state == CLOSED:
            raise Refused("service_closed", why=today.reason(plan.languages[0]))
        if target.code != ticket.then:  # which counts them already
            check_room(day, target, ticket.persons)
            then = next((one for one in plan.services if one.code == ticket.then), None)
            check_stock(day, plan, target, ticket.persons, without=ticket.number, beside=then)
        return (e.TicketServiceChanged(self.ticket, self.service, ticket.service, self.counter or ""),)


def _at_hand(day: ServiceDay, number: str, counter: str | None) -> Ticket:
    """Return the ticket; refuses one that has ended, and one that is called, served or held at another counter.

    Without a counter, only who waits is put right, and no step is remembered. Refuses an operator at none, and a
    counter where nobody sits.
    """
    check_sits(counter)
    ticket = day.ticket(number)
    check_ongoing(ticket)
    if counter and day.counter(counter).state == "closed":
        raise Refused("not_at_counter")
    if ticket.state != "waiting" and ticket.counter != counter:
        raise Refused("ticket_not_here", ticket=number)
    return ticket
