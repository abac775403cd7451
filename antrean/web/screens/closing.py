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
    figures = day.ahead.figures(day, plan, day.last_at)
    tickets = [ticket for code in services for ticket in day.waiting.of(code)]
    return [ticket for ticket in tickets if day.waits.reach_of_ticket(ticket, figures[ticket.number].own, at)]
