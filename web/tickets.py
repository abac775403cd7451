"""A ticket as other programs read it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from queueing.ticket import Ticket
from web.hub import hub


def follow_url(link: str) -> str:
    """Return the address under which the holder of a ticket's link follows it."""
    return f"{hub().base_url}/mobile_ticket/?ticket={quote(link)}"


def issued_json(ticket: Ticket) -> dict[str, Any]:
    """Return a ticket for the kiosk that gave it, with the visitor's link; nobody else is told that."""
    return {**ticket_json(ticket), "follow_url": follow_url(hub().links.of(ticket))}


def ticket_json(ticket: Ticket) -> dict[str, Any]:
    """Return the ticket with the figures its visitor was told; `wait` is in minutes, or None when not known."""
    wait = ticket.wait_told
    return {
        "number": ticket.number,
        "service": ticket.service,
        "state": ticket.state,
        "persons": ticket.persons,
        "priority": ticket.priority,
        "issued_at": ticket.issued_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "people_ahead": ticket.people_ahead_told if ticket.state == "waiting" else 0,
        "wait": {"low": wait[0], "high": wait[1]} if wait is not None and ticket.state == "waiting" else None,
        "counter": ticket.counter or None,
        "outcome": ticket.outcome or None,
    }
