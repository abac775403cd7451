"""How a ticket changes: one case for each thing that happens to it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from antrean.queueing import events as e
from antrean.queueing.calls.call import Call
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.slips.state import add_slip
from antrean.queueing.tickets.ticket import Leg, Ticket, Undo

if TYPE_CHECKING:
    from antrean.queueing.day import ServiceDay


def _issued(day: ServiceDay, event: e.TicketIssued, entry: JournalEntry) -> None:
    ticket = Ticket(
        number=event.ticket,
        service=event.service,
        series=event.series,
        persons=event.persons,
        priority=event.priority,
        language=event.language,
        device=event.device,
        issued_at=entry.at,
        arrival=entry.at,
        seq=entry.seq,
        people_ahead_at_issue=event.people_ahead,
        wait_at_issue=None if event.wait_low is None else (event.wait_low, event.wait_high or event.wait_low),
        legs=(Leg(event.service, entry.at),),
        token=event.token,
    )
    day.tickets[ticket.number] = ticket
    if ticket.token:
        day.tokens[ticket.token] = ticket
    day.last_number[event.series] = event.number
    day.issued[event.service] = day.issued.get(event.service, 0) + 1
    day.waiting.add(ticket)
    if event.printer:
        add_slip(day, ticket, 0, event.printer, entry.at)


def _called(day: ServiceDay, event: e.TicketCalled, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    day.waiting.remove(ticket)
    counter = day.counter_row(event.counter)
    counter.ticket, counter.turn = ticket.number, entry.seq
    counter.undo = _with_call(counter.undo, event, ticket)
    day.priority_streak = day.priority_streak + 1 if ticket.priority else 0
    ticket.state = "called"
    ticket.front = False
    ticket.counter, ticket.operator = event.counter, event.operator
    ticket.called_at = ticket.last_call_at = entry.at
    ticket.started_at = None
    ticket.recalls = 0
    _leg(day, ticket, counter=event.counter, called_at=entry.at)
    _log_call(day, ticket, entry, recall=False, rule=event.rule, facts=event.facts, priority=ticket.priority)


def _with_call(undo: Undo | None, event: e.TicketCalled, ticket: Ticket) -> Undo | None:
    """Return what can be taken back after a call: nothing, or it together with what the same wish finished."""
    if undo is None or undo.step != "complete" or undo.before.number != event.finished:
        return None
    return replace(undo, called=ticket.snapshot())


def _recalled(day: ServiceDay, event: e.TicketRecalled, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    ticket.recalls += 1
    ticket.last_call_at = entry.at
    first = day.call(ticket.call)
    why = {"rule": first.rule, "facts": first.facts} if first is not None else {}
    _log_call(day, ticket, entry, recall=True, **why)


def _log_call(day: ServiceDay, ticket: Ticket, entry: JournalEntry, recall: bool, **why: Any) -> None:
    ticket.call = entry.seq
    day.calls.append(Call(entry.seq, ticket.number, ticket.counter, ticket.service, entry.at, recall, **why))


def _started(day: ServiceDay, event: e.TicketStarted, entry: JournalEntry) -> None:
    ticket = _remember(day, event.counter, "start", event.ticket)
    ticket.state = "serving"
    ticket.started_at = entry.at
    ticket.seated = False
    _leg(day, ticket, started_at=entry.at)


def _completed(day: ServiceDay, event: e.TicketCompleted, entry: JournalEntry) -> None:
    ticket = _remember(day, event.counter, "complete", event.ticket)
    _leave(day, ticket, "completed", entry.at, end=event.outcome)
    ticket.outcome = event.outcome
    ticket.persons = event.persons


def _no_show(day: ServiceDay, event: e.TicketMarkedNoShow, entry: JournalEntry) -> None:
    ticket = _remember(day, event.counter, "no_show", event.ticket)
    _leave(day, ticket, "no_show", entry.at, end="no_show")


def _cancelled(day: ServiceDay, event: e.TicketCancelled, entry: JournalEntry) -> None:
    _end(day, event.ticket, "cancelled", event.reason, entry.at)


def _expired(day: ServiceDay, event: e.TicketExpired, entry: JournalEntry) -> None:
    day.expired[event.ticket] = day.tickets[event.ticket].snapshot()
    _end(day, event.ticket, "expired", event.reason, entry.at)


def _end(day: ServiceDay, number: str, state: Any, reason: str, at: datetime) -> None:
    ticket = day.tickets[number]
    if ticket.state == "waiting":
        day.waiting.remove(ticket)
    _leave(day, ticket, state, at, end=reason or state)
    ticket.outcome = reason


def _readmitted(day: ServiceDay, event: e.TicketReadmitted, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    ticket.readmits += 1
    _wait_again(day, ticket, entry.at)


def _reopened(day: ServiceDay, event: e.TicketReopened, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    ticket.outcome = ""
    ticket.front = True
    _wait_again(day, ticket, entry.at)


def _held(day: ServiceDay, event: e.TicketHeld, entry: JournalEntry) -> None:
    ticket = _remember(day, event.counter, "hold", event.ticket)
    counter = day.counter_row(event.counter)
    counter.ticket, counter.turn = "", entry.seq
    counter.held = (*counter.held, ticket.number)
    ticket.state = "held"
    ticket.held_at = entry.at
    ticket.hold_reason = event.reason


def _resumed(day: ServiceDay, event: e.TicketResumed, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    counter = day.counter_row(event.counter)
    counter.held = tuple(number for number in counter.held if number != ticket.number)
    counter.ticket, counter.turn = ticket.number, entry.seq
    counter.undo = None
    ticket.state = "serving"
    ticket.held_at, ticket.hold_reason = None, ""


def _returned(day: ServiceDay, event: e.TicketReturned, entry: JournalEntry) -> None:
    ticket = _remember(day, event.counter, "return", event.ticket)
    _leave(day, ticket, "waiting", entry.at, end="returned")
    _wait_again(day, ticket, entry.at)


def _transferred(day: ServiceDay, event: e.TicketTransferred, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    if ticket.state == "waiting":
        day.waiting.remove(ticket)
    else:
        _remember(day, event.counter, "transfer", event.ticket)
    _leave(day, ticket, "waiting", entry.at, end="transferred")
    ticket.service = event.service
    ticket.front = event.position == "front"
    if event.position == "end":
        ticket.arrival = entry.at
    _wait_again(day, ticket, entry.at)


def _persons(day: ServiceDay, event: e.PersonsChanged, entry: JournalEntry) -> None:
    day.tickets[event.ticket].persons = event.persons


def _seated(day: ServiceDay, event: e.VisitorSeated, entry: JournalEntry) -> None:
    day.tickets[event.ticket].seated = True


def _priority(day: ServiceDay, event: e.PriorityChanged, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    waits = ticket.state == "waiting"
    if waits:
        day.waiting.remove(ticket)
    ticket.priority = event.priority
    if waits:
        day.waiting.add(ticket)


def _undone(day: ServiceDay, event: e.CommandUndone, entry: JournalEntry) -> None:
    counter = day.counter_row(event.counter)
    undo, ticket = counter.undo, day.tickets[event.ticket]
    if undo is None or (event.undone == "call" and undo.called is None):
        raise LookupError("nothing to undo at " + event.counter)
    if event.undone == "call" and undo.called is not None:
        _set_back(ticket, undo.called, kept=("slips", "persons"))
        day.waiting.add(ticket)
        counter.ticket, counter.turn = "", entry.seq
        counter.undo = replace(undo, called=None)
        _take_back_call(day, ticket.number)
        return
    if ticket.state == "waiting":
        day.waiting.remove(ticket)
    _set_back(ticket, undo.before, _KEPT.get(event.undone, ("slips", "persons")))
    ticket.seated = ticket.seated and ticket.state != "serving"
    counter.held = tuple(number for number in counter.held if number != ticket.number)
    counter.ticket, counter.turn = ticket.number, ticket.call
    counter.undo = None


def _take_back_call(day: ServiceDay, number: str) -> None:
    """Mark a ticket's last call as taken back, and count the priority calls in a row again: others called meanwhile."""
    for at in reversed(range(len(day.calls))):
        if day.calls[at].number == number and not day.calls[at].recall:
            day.calls[at] = replace(day.calls[at], undone=True)
            break
    counted = (call for call in reversed(day.calls) if not call.recall and not call.undone)
    day.priority_streak = sum(1 for _ in takewhile(lambda call: call.priority, counted))


# What a step that is taken back leaves as it is now: paper may have come out since, the party may have been counted
# anew and not by this very step, and who waits may have been given priority or helped to a seat.
_KEPT = {
    "complete": ("slips",),
    "transfer": ("slips", "persons", "priority", "seated"),
    "return": ("slips", "persons", "priority", "seated"),
}


def _set_back(ticket: Ticket, before: Ticket, kept: Collection[str]) -> None:
    for name in Ticket.__slots__:
        if name not in kept:
            setattr(ticket, name, getattr(before, name))


def _day_reopened(day: ServiceDay, event: e.DayReopened, entry: JournalEntry) -> None:
    day.closed = False
    expired, day.expired = day.expired, {}
    for before in expired.values():
        _restore(day, day.tickets[before.number], before, entry.at)


def _restore(day: ServiceDay, ticket: Ticket, before: Ticket, at: datetime) -> None:
    """Give a ticket back what the close took. Whoever stood at a counter is first in line: nobody sits there now."""
    closed_at = ticket.ended_at
    _count_persons(day, ticket, -1)
    _set_back(ticket, before, kept=("slips",))  # those that were given up stay so; a copy may be printed
    _count_persons(day, ticket, 1)
    if before.state == "waiting":
        day.waiting.add(ticket)
    elif before.state == "held":
        counter = day.counter_row(before.counter)
        counter.held = (*counter.held, ticket.number)
    else:
        ticket.front = True
        _leg(day, ticket, ended_at=closed_at, end="returned")
        _wait_again(day, ticket, at)


def _remember(day: ServiceDay, counter: str, wish: str, number: str) -> Ticket:
    ticket = day.tickets[number]
    day.counter_row(counter).undo = Undo(wish, ticket.snapshot())
    return ticket


def _leave(day: ServiceDay, ticket: Ticket, state: Any, at: datetime, end: str) -> None:
    counter = day.counter_row(ticket.counter) if ticket.counter else None
    if counter is not None:
        if counter.ticket == ticket.number:
            counter.ticket, counter.turn = "", day.seq
        counter.held = tuple(number for number in counter.held if number != ticket.number)
    ticket.state = state
    ticket.ended_at = at
    ticket.held_at, ticket.hold_reason = None, ""
    _leg(day, ticket, ended_at=at, end=end)


def _wait_again(day: ServiceDay, ticket: Ticket, at: datetime) -> None:
    ticket.state = "waiting"
    ticket.counter = ticket.operator = ""
    ticket.ended_at = ticket.started_at = None
    ticket.legs = (*ticket.legs, Leg(ticket.service, at))
    day.waiting.add(ticket)


def _leg(day: ServiceDay, ticket: Ticket, **changes: Any) -> None:
    ticket.legs = (*ticket.legs[:-1], replace(ticket.legs[-1], **changes))


Case = Callable[["ServiceDay", Any, JournalEntry], None]


def _counting(case: Case) -> Case:
    """Keep the persons of each service right over what may change a ticket's persons or service, or cancels it."""

    def counted(day: ServiceDay, event: Any, entry: JournalEntry) -> None:
        before = day.tickets.get(event.ticket)
        if before is not None:
            _count_persons(day, before, -1)
        case(day, event, entry)
        _count_persons(day, day.tickets[event.ticket], 1)

    return counted


def _count_persons(day: ServiceDay, ticket: Ticket, sign: int) -> None:
    if ticket.state != "cancelled":
        day.persons[ticket.service] = day.persons.get(ticket.service, 0) + sign * ticket.persons


CASES: dict[type[e.Event], Case] = {
    e.TicketIssued: _counting(_issued),
    e.TicketCalled: _called,
    e.TicketRecalled: _recalled,
    e.TicketStarted: _started,
    e.TicketCompleted: _counting(_completed),
    e.TicketMarkedNoShow: _no_show,
    e.TicketReadmitted: _readmitted,
    e.TicketReopened: _reopened,
    e.TicketHeld: _held,
    e.TicketResumed: _resumed,
    e.TicketReturned: _returned,
    e.TicketTransferred: _counting(_transferred),
    e.TicketCancelled: _counting(_cancelled),
    e.TicketExpired: _expired,
    e.PersonsChanged: _counting(_persons),
    e.PriorityChanged: _priority,
    e.VisitorSeated: _seated,
    e.CommandUndone: _counting(_undone),
    e.DayReopened: _day_reopened,
}
