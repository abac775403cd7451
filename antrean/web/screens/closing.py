"""Which of those who wait may not be served before their service closes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket


def beyond_closing(day: ServiceDay, plan: OfficePlan, at: datetime, services: Collection[str]) -> list[Ticket]:
    """Return the waiting tickets of these services that may not be served before closing time.

    At a moment whose date is not known nothing closes by its hours: then nobody should ask.
    """
    if day.last_at is None:
        return []
    found: list[Ticket] = []
    for code in services:
        first = day.waits.first_beyond(code, at)
        if first is not None:  # hardly ever: all places of all who wait are worked out for it
            figures = day.ahead.figures(day, plan, day.last_at)
            found += [ticket for ticket in day.waiting.of(code) if figures[ticket.number].own >= first]
    return found
