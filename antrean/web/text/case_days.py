"""In how many days cases are ready at present, kept until one has moved: thousands are looked through for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from antrean.queueing.cases.book import CaseBook, Flows
from antrean.queueing.cases.telling import days_now
from antrean.queueing.plan.model import OfficePlan


class DaysNow:
    """The days of one office, as `days_now` works them out; every look at a case by phone or at a kiosk asks."""

    def __init__(self) -> None:
        self._kept: tuple[Flows, OfficePlan, date, Mapping[str, int]] | None = None

    def of(self, book: CaseBook, plan: OfficePlan, today: date) -> Mapping[str, int]:
        """Return the days by service, of those alone that take longer than planned."""
        kept = self._kept
        if kept is None or kept[0] is not book.flows or kept[1] is not plan or kept[2] != today:
            kept = self._kept = book.flows, plan, today, days_now(book, plan, today)
        return kept[3]
