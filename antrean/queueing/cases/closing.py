"""What the close of a day does to cases: some stayed too long and expire, some ended long ago and are forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from antrean.queueing.cases import events as e
from antrean.queueing.cases.book import CaseBook
from antrean.queueing.cases.of_visits import journey_of
from antrean.queueing.journal.kinds import Event
from antrean.queueing.plan.model import OfficePlan

MOST_AT_ONCE = 500  # codes in one line


def at_close(book: CaseBook, plan: OfficePlan, day: date) -> Iterator[Event]:
    """Yield the end of cases at the close of a business day."""
    expired, forgotten = [], []
    for case in book.cases.values():
        stayed = (day - (case.ended_at or case.since).astimezone(plan.tz).date()).days
        if case.ended:
            if stayed > plan.limits.case_days:
                forgotten.append(case.code)
            continue
        journey = journey_of(plan, case.service)
        if journey is not None and journey.expires_days and stayed > journey.expires_days:
            expired.append(case.code)
    for start in range(0, len(expired), MOST_AT_ONCE):
        yield e.CasesExpired(" ".join(expired[start : start + MOST_AT_ONCE]))
    for start in range(0, len(forgotten), MOST_AT_ONCE):
        yield e.CasesForgotten(" ".join(forgotten[start : start + MOST_AT_ONCE]))
