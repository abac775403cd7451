"""May this happen to a ticket? One function for each wish: it returns events, or refuses and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from queueing import events as e
from queueing.calling import order
from queueing.day import ServiceDay
from queueing.errors import Invalid, Refused
from queueing.plan import CLOSED, MAX_PERSONS, PAUSED, OfficePlan
from queueing.privacy import refuse_identity_numbers
from queueing.ticket import OPEN_STATES, CounterState, Ticket

OUTCOMES = ("finished", "papers_missing", "referred")
POSITIONS = ("front", "arrival", "end")
NUMBER_DIGITS = 3


def issue_ticket(
    day: ServiceDay,
    plan: OfficePlan,
    at: datetime,
    *,
    service: str,
    persons: int,
    priority: bool,
    language: str,
    device: str,
) -> Sequence[e.Event]:
    """Give the next number of the service's series.

    Refuses a paused or closed service, with the reason that the office gives in the visitor's language, 0 or over 9
    persons, more persons than the service takes on one day, and everything once the day was closed.
    """
    wanted = plan.service(service)
    _check_persons(persons)
    day.check_open()
    if wanted.state == CLOSED:
        raise Refused("service_closed", why=wanted.notice(language))
    left = day.persons_left(wanted)
    if left == 0:
        raise Refused("too_many_today")
    if wanted.state == PAUSED:
        raise Refused("service_paused", why=wanted.notice(language))
    if left is not None and left < persons:
        raise Refused("too_many_persons", left=left)
    number = day.last_of(wanted.series) + 1
    label = f"{wanted.series}-{number:0{NUMBER_DIGITS}d}"
    newcomer = Ticket(
        number=label, service=service, series=wanted.series, persons=persons, priority=priority,
        language=language, device=device, issued_at=at, arrival=at, seq=day.seq + 1,
    )  # fmt: skip
    figure = day.ahead.newcomer(day, plan, newcomer)
    wait = day.waits.told(day, plan, at, newcomer, figure.own)
    return (
        e.TicketIssued(
            ticket=label, service=service, series=wanted.series, number=number, persons=persons,
            priority=priority, language=language, device=device, printer=plan.printer_of(device),
            people_ahead=figure.ahead, service_ahead=figure.own,
            wait_low=wait[0] if wait else None, wait_high=wait[1] if wait else None,
        ),
    )  # fmt: skip


def call_next(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, counter: str, operator: str, current: str | None = None
) -> Sequence[e.Event]:
    """Call whoever is next, completing the ticket being served. Refuses when nobody waits for this counter.

    `current` is the number that the operator saw there, "" for none: refuses when it is another by now, since a tap
    kept for a while, or from a second tablet, must not finish a visitor whom its page did not show.
    """
    row = _open_counter(day, counter, operator)
    if current is not None and current != row.ticket:
        raise no_longer_there(day, row, current)
    finish = _finish_current(day, row)
    ranked = next(order(day, plan, at, plan.counter(counter)), None)
    if ranked is None:
        raise Refused("queue_empty")
    called = e.TicketCalled(
        ranked.ticket.number, counter, operator, ranked.rule, dict(ranked.facts), row.ticket if finish else ""
    )
    return (*finish, called)


def call_ticket(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, counter: str, operator: str, reason: str
) -> Sequence[e.Event]:
    """Call a chosen waiting ticket out of order; the reason and the number of people passed over are recorded."""
    row = _open_counter(day, counter, operator)
    refuse_identity_numbers(reason)
    chosen = day.ticket(ticket)
    if chosen.state in ("called", "serving", "held"):
        raise Refused("already_called", ticket=ticket, counter=chosen.counter)
    _check_state(chosen, "waiting")
    finish = _finish_current(day, row)
    figure = day.ahead.figures(day, plan, at).get(ticket)
    facts = {"note": reason, "passed": 0 if figure is None else figure.ahead}
    return (*finish, e.TicketCalled(ticket, counter, operator, "chosen", facts, row.ticket if finish else ""))


def recall(day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, counter: str) -> Sequence[e.Event]:
    """Call the called ticket once more. Refuses too soon after the last call and beyond the limit."""
    called = _at_counter(day, ticket, counter, "called")
    limits = plan.limits
    if called.recalls >= limits.recalls:
        raise Refused("recall_limit", limit=called.recalls + 1)
    if called.last_call_at is not None:
        again = called.last_call_at + timedelta(seconds=limits.recall_gap_seconds)
        if at < again:
            raise Refused("recall_too_soon", seconds=-(-(again - at) // timedelta(seconds=1)))
    return (e.TicketRecalled(ticket, counter),)


def start(day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, counter: str) -> Sequence[e.Event]:
    """The called visitor has come."""
    _at_counter(day, ticket, counter, "called")
    return (e.TicketStarted(ticket, counter),)


def complete(
    day: ServiceDay,
    plan: OfficePlan,
    at: datetime,
    *,
    ticket: str,
    counter: str,
    outcome: str = "finished",
    persons: int | None = None,
) -> Sequence[e.Event]:
    """Finish the served ticket with its outcome and the persons really served (default: as issued)."""
    served = _at_counter(day, ticket, counter, "serving")
    if outcome not in OUTCOMES:
        raise Invalid("value_invalid", field="outcome")
    if persons is not None:
        _check_persons(persons)
    return (e.TicketCompleted(ticket, counter, outcome, served.persons if persons is None else persons),)


def no_show(day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, counter: str) -> Sequence[e.Event]:
    """Nobody came to the call."""
    _at_counter(day, ticket, counter, "called")
    return (e.TicketMarkedNoShow(ticket, counter),)


def readmit(day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str) -> Sequence[e.Event]:
    """Let a no-show wait again with the original arrival, within the plan's limits of times and minutes.

    Refuses once the day was closed.
    """
    day.check_open()
    missed = day.ticket(ticket)
    _check_state(missed, "no_show")
    if not may_come_back(missed, plan, at):
        raise Refused("readmit_limit", ticket=ticket)
    return (e.TicketReadmitted(ticket, missed.counter),)


def may_come_back(missed: Ticket, plan: OfficePlan, at: datetime) -> bool:
    """Whether a no-show is within the plan's limits of times and minutes."""
    return not past_coming_back(missed, plan, at)


def past_coming_back(missed: Ticket, plan: OfficePlan, at: datetime) -> Literal["", "late", "often"]:
    """Return which of the plan's limits keeps a no-show from waiting again; "" while none does."""
    if missed.readmits >= plan.limits.readmits:
        return "often"
    late = missed.ended_at is not None and at - missed.ended_at > timedelta(minutes=plan.limits.readmit_minutes)
    return "late" if late else ""


def reopen(day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str) -> Sequence[e.Event]:
    """Let a finished visitor wait again with the same number, before all others of the service.

    Refuses once the day was closed.
    """
    day.check_open()
    done = day.ticket(ticket)
    _check_state(done, "completed")
    return (e.TicketReopened(ticket, done.counter),)


def hold(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, counter: str, reason: str
) -> Sequence[e.Event]:
    """Put the served ticket aside, up to the plan's limit for each counter."""
    _at_counter(day, ticket, counter, "serving")
    refuse_identity_numbers(reason)
    if len(day.counter(counter).held) >= plan.limits.holds:
        raise Refused("hold_limit", limit=plan.limits.holds)
    return (e.TicketHeld(ticket, counter, reason),)


def resume(day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, counter: str) -> Sequence[e.Event]:
    """Serve a held ticket again; the counter must be free, and somebody must sit there."""
    _at_counter(day, ticket, counter, "held")
    row = day.counter(counter)
    if row.state == "closed":
        raise Refused("counter_not_open")
    if row.ticket:
        raise Refused("counter_busy", ticket=row.ticket)
    return (e.TicketResumed(ticket, counter),)


def return_to_queue(day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, counter: str) -> Sequence[e.Event]:
    """Send the called or served ticket back to where it stood: same number, original arrival."""
    _at_counter(day, ticket, counter, "called", "serving")
    return (e.TicketReturned(ticket, counter),)


def transfer(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, counter: str, service: str, position: str
) -> Sequence[e.Event]:
    """Move the called or served ticket to another service; the number stays."""
    moved = _at_counter(day, ticket, counter, "called", "serving")
    target = plan.service(service)
    if position not in POSITIONS:
        raise Invalid("value_invalid", field="position")
    if target.code == moved.service:
        raise Refused("same_service", ticket=ticket)
    if target.state == CLOSED:
        raise Refused("service_closed", why=target.notice(plan.languages[0]))
    return (e.TicketTransferred(ticket, counter, service, position),)


def cancel(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, reason: str, counter: str | None = None
) -> Sequence[e.Event]:
    """Take a waiting or called ticket out of the queue. `counter` is where the operator sits, None for the visitor.

    Refuses an operator to whose counter it was not called.
    """
    refuse_identity_numbers(reason)
    given_up = day.ticket(ticket)
    if given_up.state not in ("waiting", "called"):
        raise Refused("ticket_not_waiting", ticket=ticket)
    if given_up.state == "called" and counter is not None and given_up.counter != counter:
        raise Refused("ticket_not_here", ticket=ticket)
    return (e.TicketCancelled(ticket, reason),)


def change_persons(day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, persons: int) -> Sequence[e.Event]:
    """Correct the number of persons of an open ticket."""
    _check_persons(persons)
    _check_open(day.ticket(ticket))
    return (e.PersonsChanged(ticket, persons),)


def change_priority(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, priority: bool
) -> Sequence[e.Event]:
    """Give a waiting ticket priority or take it back."""
    _check_state(day.ticket(ticket), "waiting")
    return (e.PriorityChanged(ticket, priority),)


# -- shared checks ---------------------------------------------------------------------------


def no_longer_there(day: ServiceDay, row: CounterState, ticket: str) -> Refused:
    """Return the refusal of a wish that saw a number at a counter which has another by now, or none."""
    if row.ticket:
        return Refused("counter_busy", ticket=row.ticket)
    open_elsewhere = ticket in day.tickets and day.tickets[ticket].state in OPEN_STATES
    return Refused("ticket_not_here" if open_elsewhere else "ticket_ended", ticket=ticket)


def _finish_current(day: ServiceDay, row: CounterState) -> tuple[e.Event, ...]:
    if not row.ticket:
        return ()
    current = day.tickets[row.ticket]
    if current.state != "serving":
        raise Refused("counter_busy", ticket=current.number)
    return (e.TicketCompleted(current.number, row.code, "finished", current.persons),)


def _open_counter(day: ServiceDay, counter: str, operator: str) -> CounterState:
    row = day.counter(counter)
    if row.state == "closed" or row.operator != operator:
        raise Refused("not_at_counter")
    if row.state == "paused":
        raise Refused("counter_paused")
    return row


def _at_counter(day: ServiceDay, number: str, counter: str, *states: str) -> Ticket:
    ticket = day.ticket(number)
    _check_state(ticket, *states)
    if ticket.counter != counter:
        raise Refused("ticket_not_here", ticket=number)
    return ticket


_WRONG_STATE = {
    "waiting": "ticket_not_waiting",
    "called": "ticket_not_called",
    "serving": "ticket_not_serving",
    "held": "ticket_not_held",
    "no_show": "ticket_not_no_show",
    "completed": "ticket_not_completed",
}


def _check_state(ticket: Ticket, *states: str) -> None:
    if ticket.state not in states:
        raise Refused(_WRONG_STATE[states[0]], ticket=ticket.number)


def _check_open(ticket: Ticket) -> None:
    if ticket.state not in OPEN_STATES:
        raise Refused("ticket_ended", ticket=ticket.number)


def _check_persons(persons: int) -> None:
    if isinstance(persons, bool) or not isinstance(persons, int) or not 1 <= persons <= MAX_PERSONS:
        raise Invalid("persons_out_of_range")
