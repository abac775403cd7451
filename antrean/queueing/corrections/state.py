"""How a correction changes a ticket: one case for each, and for one that is taken back at the counter that made it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from antrean.queueing.corrections import events as e
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.tickets.events import CommandUndone
from antrean.queueing.tickets.state import TicketsState, counting
from antrean.queueing.tickets.ticket import CORRECTIONS, Ticket, Undo


def _persons(day: TicketsState, event: e.PersonsChanged, entry: JournalEntry) -> None:
    _correct(day, event, "persons", event.persons)


def _priority(day: TicketsState, event: e.PriorityChanged, entry: JournalEntry) -> None:
    _correct(day, event, "priority", event.priority)


def _service(day: TicketsState, event: e.TicketServiceChanged, entry: JournalEntry) -> None:
    _correct(day, event, "service", event.service)


def _correct(
    day: TicketsState, event: e.PersonsChanged | e.PriorityChanged | e.TicketServiceChanged, name: str, value: Any
) -> None:
    ticket = day.tickets[event.ticket]
    if event.counter:
        _forget_elsewhere(day, event.counter, ticket, name)
        day.undo[event.counter] = Undo(name, ticket.snapshot())
    _put(day, ticket, name, value)


def _forget_elsewhere(day: TicketsState, counter: str, ticket: Ticket, name: str) -> None:
    """Let no other counter take back what this overrules; another service overrules each way the ticket came here."""
    for code, undo in list(day.undo.items()):
        if code != counter and undo.before.number == ticket.number and name in (undo.step, "service"):
            del day.undo[code]


def _put(day: TicketsState, ticket: Ticket, name: str, value: Any) -> None:
    waits = ticket.state == "waiting"
    if waits:
        day.waiting.remove(ticket)
    if name == "service" and ticket.then == value:
        ticket.then = ticket.service  # both are wanted still, the other way round
    setattr(ticket, name, value)
    if name == "service":
        ticket.legs = (*ticket.legs[:-1], replace(ticket.legs[-1], service=value))
    if waits:
        day.waiting.add(ticket)


def _undone(day: TicketsState, event: CommandUndone, entry: JournalEntry) -> None:
    if event.undone in CORRECTIONS:
        before = day.undo.pop(event.counter).before
        _put(day, day.tickets[event.ticket], event.undone, getattr(before, event.undone))


CASES: dict[type[Event], Callable[[TicketsState, Any, JournalEntry], None]] = {
    e.PersonsChanged: counting(_persons),
    e.PriorityChanged: _priority,
    e.TicketServiceChanged: counting(_service),
    CommandUndone: counting(_undone),
}
