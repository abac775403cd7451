"""Letting others go first: whom a waiting ticket may let go.

It is about tickets of one service, in the order in which they are called. Nobody gains by it: a ticket is placed behind
others of its own class or of a lesser one, so that a regular visitor does not come among those with priority.
"""

from __future__ import annotations

from collections.abc import Mapping

from antrean.queueing.calling.ahead import Figure
from antrean.queueing.calling.waiting_lists import WaitingLists
from antrean.queueing.tickets.ticket import Ticket


def others_behind(ticket: Ticket, waiting: WaitingLists, figures: Mapping[str, Figure]) -> list[Ticket]:
    """Return whom a waiting ticket may let go first, in the order in which they are called.

    Those sent to another counter than it are left out, as are those of all counters where it was sent to one: others
    call them, in an order of their own.
    """
    mine = figures[ticket.number].own
    behind = [
        other
        for other in waiting.of(ticket.service)
        if figures[other.number].own > mine and other.only_at == ticket.only_at and _gains_nothing(ticket, other)
    ]
    return sorted(behind, key=lambda other: figures[other.number].own)


def _gains_nothing(ticket: Ticket, other: Ticket) -> bool:
    """Whether a ticket called as the other one is not called before those of its own class.

    Those in front come in the order of arrival, whatever their priority.
    """
    return ticket.front if other.front else other.goes_ahead <= ticket.goes_ahead
