"""What several commands ask of the day before they do anything."""

from __future__ import annotations

from antrean.queueing.command.fields import Text, Whole
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.counters.state import CountersState
from antrean.queueing.errors import Refused
from antrean.queueing.plan.model import MAX_PERSONS, Service
from antrean.queueing.tickets.state import TicketsState
from antrean.queueing.tickets.ticket import OPEN_STATES, Ticket

PERSONS = Whole(1, MAX_PERSONS, code="persons_out_of_range")
COUNTER, SERVICE, LANGUAGE, SEEN, PERSON, CODE = Text(20), Text(40), Text(10), Text(20), Text(60), Text(40)
REASON, NOTE, SHORT_REASON = Text(200, free=True), Text(80, free=True), Text(40, free=True)

_WRONG_STATE = {
    "waiting": "ticket_not_waiting",
    "called": "ticket_not_called",
    "serving": "ticket_not_serving",
    "held": "ticket_not_held",
    "no_show": "ticket_not_no_show",
    "completed": "ticket_not_completed",
}


def check_state(ticket: Ticket, *states: str) -> None:
    """Refuse a ticket in none of these states, with the code of the first."""
    if ticket.state not in states:
        raise Refused(_WRONG_STATE[states[0]], ticket=ticket.number)


def check_ongoing(ticket: Ticket) -> None:
    """Refuse (`ticket_ended`) a ticket that is neither waiting nor called, served or held."""
    if ticket.state not in OPEN_STATES:
        raise Refused("ticket_ended", ticket=ticket.number)


def check_room(day: TicketsState, service: Service, persons: int) -> None:
    """Refuse so many persons more of a service than it takes today."""
    left = day.persons_left(service)
    if left is None or persons <= left:
        return
    raise Refused("too_many_persons", left=left) if left else Refused("too_many_today")


def at_counter(day: CountersState, number: str, counter: str, *states: str) -> Ticket:
    """Return the ticket; refuses one in none of these states, or at another counter."""
    ticket = day.ticket(number)
    check_state(ticket, *states)
    if ticket.counter != counter:
        raise Refused("ticket_not_here", ticket=number)
    return ticket


def open_counter_of(day: CountersState, counter: str, operator: str) -> CounterState:
    """Return the counter's row; refuses who does not sit there, and a paused counter."""
    row = counter_of(day, counter, operator)
    if row.state == "paused":
        raise Refused("counter_paused")
    return row


def check_sits(counter: str | None) -> None:
    """Refuse an operator at no counter (""). None is for whoever needs none: a supervisor, a visitor."""
    if counter == "":
        raise Refused("not_at_counter")


def counter_of(day: CountersState, counter: str, operator: str) -> CounterState:
    """Return the row of the counter where the operator sits, open or paused; refuses who does not sit there."""
    row = day.counter(counter)
    if row.state == "closed" or row.operator != operator:
        raise Refused("not_at_counter")
    return row


def no_longer_there(day: CountersState, row: CounterState, ticket: str) -> Refused:
    """Return the refusal of a command that saw a number at a counter which has another by now, or none."""
    if row.ticket:
        return Refused("counter_busy", ticket=row.ticket)
    ongoing = ticket in day.tickets and day.tickets[ticket].state in OPEN_STATES
    return Refused("ticket_not_here" if ongoing else "ticket_ended", ticket=ticket)
