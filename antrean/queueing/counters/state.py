"""How counters change: one case for each event that opens, pauses or closes one, or brings or takes away a visitor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from antrean.queueing.closing.events import DayReopened
from antrean.queueing.counters import events as e
from antrean.queueing.counters.counter import CounterState, State
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.tickets import events as t
from antrean.queueing.tickets.state import TicketsState
from antrean.queueing.tickets.ticket import CORRECTIONS, Ticket


@dataclass(kw_only=True, eq=False, repr=False)
class CountersState(TicketsState):
    """The counters of a day; its cases run after those of the tickets."""

    counters: dict[str, CounterState] = field(default_factory=dict)

    def counter(self, code: str) -> CounterState:
        """Return the counter's state today; a counter nobody opened is closed."""
        return self.counters.get(code) or CounterState(code)

    def counter_of(self, operator: str) -> CounterState | None:
        """Return the counter where the operator sits, or None."""
        for counter in self.counters.values():
            if counter.operator == operator and counter.state != "closed":
                return counter
        return None

    def current(self, counter: str) -> Ticket | None:
        """Return the ticket called or served at a counter, or None."""
        number = self.counter(counter).ticket
        return self.tickets[number] if number else None

    def counter_row(self, code: str) -> CounterState:
        """Return the counter's row for changing; only the cases of this file do that."""
        return self.counters.setdefault(code, CounterState(code))


def _opened(day: CountersState, event: e.CounterOpened, entry: JournalEntry) -> None:
    _set(day, event.counter, "open", event.operator, "", entry)


def _paused(day: CountersState, event: e.CounterPaused, entry: JournalEntry) -> None:
    _set(day, event.counter, "paused", None, event.reason, entry)


def _resumed(day: CountersState, event: e.CounterResumed, entry: JournalEntry) -> None:
    _set(day, event.counter, "open", None, "", entry)


def _closed(day: CountersState, event: e.CounterClosed, entry: JournalEntry) -> None:
    _set(day, event.counter, "closed", "", event.reason, entry)


def _handed_over(day: CountersState, event: e.CounterHandedOver, entry: JournalEntry) -> None:
    _set(day, event.counter, "open", event.operator, "", entry)
    counter = day.counter_row(event.counter)
    counter.handed_by = event.before
    for number in (counter.ticket, *counter.held):
        if number:
            day.tickets[number].operator = event.operator


def _set(day: CountersState, code: str, state: State, operator: str | None, reason: str, entry: JournalEntry) -> None:
    counter = day.counter_row(code)
    counter.state, counter.reason, counter.since = state, reason, entry.at
    if operator is not None:
        counter.operator, counter.handed_by = operator, ""
    if state == "open" and not counter.ticket:
        counter.turn = entry.seq


def _ticket_called(day: CountersState, event: t.TicketCalled, entry: JournalEntry) -> None:
    counter = day.counter_row(event.counter)
    counter.ticket, counter.turn, counter.handed_by = event.ticket, entry.seq, ""


def _ticket_ended(day: CountersState, event: Any, entry: JournalEntry) -> None:
    _leave(day, day.tickets[event.ticket].counter, event.ticket, entry.seq)


def _ticket_moved(day: CountersState, event: t.TicketReturned | t.TicketTransferred, entry: JournalEntry) -> None:
    _leave(day, event.counter, event.ticket, entry.seq)


def _leave(day: CountersState, code: str, number: str, seq: int) -> None:
    counter = day.counters.get(code)
    if counter is None:
        return
    if counter.ticket == number:
        counter.ticket, counter.turn = "", seq
    counter.held = _without(counter.held, number)


def _ticket_held(day: CountersState, event: t.TicketHeld, entry: JournalEntry) -> None:
    counter = day.counter_row(event.counter)
    counter.ticket, counter.turn = "", entry.seq
    counter.held = (*counter.held, event.ticket)


def _ticket_resumed(day: CountersState, event: t.TicketResumed, entry: JournalEntry) -> None:
    counter = day.counter_row(event.counter)
    counter.held = _without(counter.held, event.ticket)
    counter.ticket, counter.turn = event.ticket, entry.seq


def _undone(day: CountersState, event: t.CommandUndone, entry: JournalEntry) -> None:
    if event.undone in CORRECTIONS:
        return
    counter = day.counter_row(event.counter)
    if event.undone == "call":
        counter.ticket, counter.turn = "", entry.seq
        return
    counter.held = _without(counter.held, event.ticket)
    counter.ticket, counter.turn = event.ticket, day.tickets[event.ticket].call


def _day_reopened(day: CountersState, event: DayReopened, entry: JournalEntry) -> None:
    """Put the tickets that were held when the day was closed beside their counters again."""
    for ticket in day.tickets.values():
        if ticket.state == "held":
            counter = day.counter_row(ticket.counter)
            if ticket.number not in counter.held:
                counter.held = (*counter.held, ticket.number)


def _without(numbers: tuple[str, ...], number: str) -> tuple[str, ...]:
    return tuple(one for one in numbers if one != number)


CASES: dict[type[Event], Callable[[CountersState, Any, JournalEntry], None]] = {
    e.CounterOpened: _opened,
    e.CounterPaused: _paused,
    e.CounterResumed: _resumed,
    e.CounterHandedOver: _handed_over,
    e.CounterClosed: _closed,
    t.TicketCalled: _ticket_called,
    t.TicketCompleted: _ticket_ended,
    t.TicketMarkedNoShow: _ticket_ended,
    t.TicketCancelled: _ticket_ended,
    t.TicketExpired: _ticket_ended,
    t.TicketReturned: _ticket_moved,
    t.TicketTransferred: _ticket_moved,
    t.TicketHeld: _ticket_held,
    t.TicketResumed: _ticket_resumed,
    t.CommandUndone: _undone,
    DayReopened: _day_reopened,
}
