"""A step of the office's clock, applied to all times that a day holds, so that every age stays what it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from antrean.queueing.keeping.state_fields import field_types, moved
from antrean.queueing.slips.slip import Slip
from antrean.queueing.tickets.ticket import Ticket

# Tickets are changed in place, since other objects hold them too. The newest line has its own time. Results stay.
_APART = {"tickets", "tokens", "waiting", "open_slips", "last_at", "results", "waits", "ahead"}


class ShiftedDay(Protocol):
    """What a step of the clock changes by name. All other times of the day are found by the types of its fields."""

    @property
    def tickets(self) -> Mapping[str, Ticket]:
        """All tickets of the day by number."""

    @property
    def open_slips(self) -> dict[tuple[str, int], Slip]:
        """The slips that a print agent still has to handle, by number and copy."""

    def slips_of(self, number: str) -> tuple[Slip, ...]:
        """Return the slips of a ticket, oldest first."""


def shift(day: ShiftedDay, by: timedelta, after: datetime | None = None) -> None:
    """Move all times that the day holds, or those after `after`. The time of the newest line itself stays."""
    for name, hint in field_types(type(day)).items():
        if name not in _APART:
            setattr(day, name, moved(getattr(day, name), by, hint, after))
    for ticket in day.tickets.values():
        later = moved(ticket, by, None, after)
        for name in Ticket.__slots__:
            setattr(ticket, name, getattr(later, name))
    for number, copy in day.open_slips:
        day.open_slips[number, copy] = next(slip for slip in day.slips_of(number) if slip.copy == copy)
