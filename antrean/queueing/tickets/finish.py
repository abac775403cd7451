"""How one service of a visit is finished, and where the visitor goes on from there."""

from __future__ import annotations

from antrean.queueing import events as e
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket


def finished(
    served: Ticket,
    plan: OfficePlan,
    outcome: str = "finished",
    persons: int | None = None,
    missing: str = "",
    come_on: str = "",
    not_collected: str = "",
) -> tuple[e.Event, ...]:
    """Return the end of the service at the ticket's counter, and the way on to the second one that was chosen.

    A second service that has left the plan meanwhile is left out: nobody could call for it. `persons` were served, None
    for as many as the ticket stands for; to the second service comes the whole party. `missing` are the codes of the
    documents that were missing, with a space between; `come_on` is when the visitor was told to bring them.
    `not_collected` are the codes of the cases that could not be handed out.
    """
    count = served.persons if persons is None else persons
    completed = e.TicketCompleted(served.number, served.counter, outcome, count, missing, come_on, not_collected)
    if not plan.has_service(served.then):
        return (completed,)
    return (completed, e.TicketWentOn(served.number, served.counter, served.then, served.persons))
