"""DayEnd: closes business days that have ended, so that no ticket stays open for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from antrean.queueing.commands import CloseEndedDay
from antrean.queueing.errors import InternalError
from antrean.queueing.office import Office

# Longer than any row of holidays during which the machine is off.
REACH_DAYS = 14
AGAIN_SECONDS = 60.0


class DayEnd:
    """Looks once for each new business day, which is also once after every start; never while the clock is in doubt."""

    def __init__(self, office: Office, monotonic: Callable[[], float]) -> None:
        self._office = office
        self._monotonic = monotonic
        self._looked_on: date | None = None
        self._left: list[date] = []  # days that could not be closed
        self._again = 0.0

    def look(self) -> None:
        """Close what has ended and is still open; does nothing on all other calls of a day.

        A day that can't be closed for a fault of this program is tried again every minute, and the others are closed.
        """
        if self._office.guard.state != "ok":
            return
        today = self._office.read(lambda day, _plan: day.business_day)
        if today != self._looked_on:
            self._left = [today - timedelta(days=back) for back in range(1, REACH_DAYS + 1)]
        elif not self._left or self._monotonic() < self._again:
            return
        self._left = [day for day in self._left if not self._closed(day)]
        self._looked_on = today
        self._again = self._monotonic() + AGAIN_SECONDS

    def _closed(self, day: date) -> bool:
        try:
            self._office.execute(CloseEndedDay(business_day=day), "hub")
        except InternalError:
            return False  # counted and logged where it happened
        return True
