"""What is put right of a ticket after it was issued. `counter` is where; lines of earlier releases do not say it."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("ticket.persons_changed", formerly="PersonsChanged")
@dataclass(frozen=True, slots=True)
class PersonsChanged(Event):
    """The party is larger or smaller than was said at the kiosk; it was `before`, 0 where that is not known."""

    ticket: str
    persons: int = 1
    before: int = 0
    counter: str = ""


@event("ticket.priority_changed", formerly="PriorityChanged")
@dataclass(frozen=True, slots=True)
class PriorityChanged(Event):
    """Staff gave or took back the priority; the reason is never stored."""

    ticket: str
    priority: bool = False
    counter: str = ""


@event("ticket.service_changed")
@dataclass(frozen=True, slots=True)
class TicketServiceChanged(Event):
    """The visitor came for another service than was chosen at the kiosk; number, arrival and counter stay."""

    ticket: str
    service: str = ""
    before: str = ""
    counter: str = ""
