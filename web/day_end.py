"""Closes the business days that have ended, so that no ticket of yesterday is left open for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from queueing import rules_office
from queueing.day import ServiceDay
from queueing.errors import InternalError
from queueing.events import Event
from queueing.office import Office
from queueing.plan import OfficePlan

# Longer than any row of holidays during which the machine is off.
REACH_DAYS = 14


def close_ended_day(day: ServiceDay, plan: OfficePlan, at: datetime) -> Sequence[Event]:
    """Close a past day on which something happened; a day without visitors stays without lines."""
    return rules_office.close_day(day, plan, at) if day.tickets or day.counters else ()


class DayEnd:
    """Looks once for each new business day, which is also once after every start."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._looked_on: date | None = None

    def look(self) -> None:
        """Close what has ended and is still open; does nothing on all other calls of a day.

        A day that can't be closed for a fault of this program stays as it is until the next look, and the others are.
        """
        today = self._office.look(lambda day, _plan: day.business_day)
        if today == self._looked_on:
            return
        for back in range(1, REACH_DAYS + 1):
            try:
                self._office.do(close_ended_day, actor="hub", business_day=today - timedelta(days=back))
            except InternalError:
                continue  # counted and logged where it happened
        self._looked_on = today
