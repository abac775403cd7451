"""Has screens drawn anew in the second in which the office or one of its services opens or closes by its hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from antrean.queueing.hours.calendar import changes_next
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan


class OpeningWatch:
    """`redraw` is called at each opening and close. The next one is worked out once for a plan, not each second."""

    def __init__(self, office: Office, redraw: Callable[[], None]) -> None:
        self._office = office
        self._redraw = redraw
        self._plan: OfficePlan | None = None
        self._next: datetime | None = None

    def look(self) -> None:
        """Redraw what changes now."""
        now, plan = self._office.clock(), self._office.read(lambda _day, plan: plan)
        due = self._next is not None and now >= self._next
        if plan is self._plan and not due:
            return
        self._plan, self._next = plan, changes_next(plan, now)
        if due:
            self._redraw()
