"""A step of the office's clock, taken by everything that a day holds: so every age stays what it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from antrean.queueing.state_fields import field_types, moved
from antrean.queueing.tickets.ticket import Ticket

if TYPE_CHECKING:
    from antrean.queueing.day import ServiceDay

# Tickets are moved in place, as others hold them too; the newest line tells its own time; answers keep what they said.
_APART = {"tickets", "tokens", "waiting", "open_slips", "last_at", "results", "waits", "ahead"}


def shift(day: ServiceDay, by: timedelta, after: datetime | None = None) -> None:
    """Make every time that the day holds, or every one after `after`, later or earlier; not the newest line's own."""
    for name, hint in field_types(type(day)).items():
        if name not in _APART:
            setattr(day, name, moved(getattr(day, name), by, hint, after))
    for ticket in day.tickets.values():
        later = moved(ticket, by, None, after)
        for name in Ticket.__slots__:
            setattr(ticket, name, getattr(later, name))
    for number, copy in day.open_slips:
        day.open_slips[number, copy] = next(slip for slip in day.slips_of(number) if slip.copy == copy)
