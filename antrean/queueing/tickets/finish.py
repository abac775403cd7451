"""How one service of a visit is finished, and where the visitor goes on from there."""

from __future__ import annotations

from antrean.queueing import events as e
from antrean.queueing.tickets.ticket import Ticket


def finished(served: Ticket, outcome: str = "finished", persons: int | None = None) -> tuple[e.Event, ...]:
    """Return the end of the service at the ticket's counter, and the way on to the second one that was chosen.

    `persons` were served, None for as many as the ticket stands for; to the second service comes the whole party.
    """
    count = served.persons if persons is None else persons
    completed = e.TicketCompleted(served.number, served.counter, outcome, count)
    if not served.then:
        return (completed,)
    return (completed, e.TicketWentOn(served.number, served.counter, served.then, served.persons))
