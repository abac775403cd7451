"""CreditDays: what an office's last days would have been with other credits for priority, worked out by a child.

A step is one day with one credit: a second of work on a slow machine. Whoever asks has a few steps done and asks again
until all are, so that no request lasts long and the child is free for others in between. Days that are over do not
change, so what is done stays, as long as services and counters are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from antrean.hub.heavy.work import HeavyWork
from antrean.queueing.errors import Unavailable
from antrean.queueing.plan.document import to_document
from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.credit import TRIED, Both, Classes, DayCount, figures, from_values

MOST_DAYS = 10  # that are worked out
SHARE_DAYS = 20  # of which the share of visitors with priority is
LEAST_VISITORS = 20  # on fewer there was no business, but a test
# What a day that is run again has of the plan; with another one of these it has to be run anew.
DECIDING = ("services", "counters", "time_zone")

Step = tuple[date, int | None]  # None: as it really was


@dataclass(frozen=True, slots=True)
class Worked:
    """What was worked out of which days, newest first, and when; `counts` are those of which the share is.

    `by_credit` are the waits by credit in minutes, `were` the true ones.
    """

    at: datetime
    days: tuple[date, ...]
    counts: tuple[DayCount, ...]
    by_credit: Mapping[int, Both]
    were: Both


@dataclass(slots=True)
class CreditDays:
    """Works out the days of one office. `database` is the address of its journal; reports' tables lie beside it.

    `clock` tells when something was worked out.
    """

    office: str
    database: str
    child: HeavyWork
    monotonic: Callable[[], float]
    clock: Callable[[], datetime]
    _under: object = field(default=None, init=False)  # the parts of the plan that what is done holds for
    _today: date | None = field(default=None, init=False)
    _counts: tuple[DayCount, ...] = field(default=(), init=False)
    _done: dict[Step, Classes] = field(default_factory=dict, init=False)
    _kept: Worked | None = field(default=None, init=False)

    def known(self, plan: OfficePlan) -> Worked | None:
        """Return what was worked out last, if it holds for this plan and has the credit that is set."""
        kept = self._kept
        holds = kept is not None and self._under == _deciding(plan) and plan.credit_minutes in kept.by_credit
        return kept if holds else None

    def work(self, asker: str, plan: OfficePlan, today: date, seconds: float) -> tuple[int, int]:
        """Do steps for so many seconds; return how many are done, and of how many. Refuses as `HeavyWork.do` does."""
        under = _deciding(plan)
        if (self._under, self._today) != (under, today):
            self._begin(asker, under, today)
        credits = sorted({*TRIED, plan.credit_minutes})
        days = [one.day for one in islice(self._counts, MOST_DAYS)]
        steps: list[Step] = [(day, credit) for day in days for credit in (None, *credits)]
        until = self.monotonic() + seconds
        for step in (one for one in steps if one not in self._done):
            self._do(asker, plan, step)
            if self.monotonic() >= until:
                break
        if (self._under, self._today) != (under, today):  # somebody saved other counters meanwhile
            raise Unavailable("too_slow")
        done = sum(step in self._done for step in steps)
        if done == len(steps):
            by = {credit: figures(self._done[day, credit] for day in days) for credit in (None, *credits)}
            were = by.pop(None)
            worked = {credit: found for credit, found in by.items() if credit is not None}
            self._kept = Worked(self.clock(), tuple(days), self._counts, worked, were)
        return done, len(steps)

    def _begin(self, asker: str, under: object, today: date) -> None:
        found, _pieces = self.child.do(
            asker, "credit_days", database=self.database, office=self.office, before=today.isoformat(),
            most=SHARE_DAYS, least=LEAST_VISITORS,
        )  # fmt: skip
        counts = tuple(DayCount(date.fromisoformat(day), *numbers) for day, *numbers in found["days"])
        days = {one.day for one in islice(counts, MOST_DAYS)}
        if self._under == under:
            self._done = {step: found for step, found in self._done.items() if step[0] in days}
        else:
            self._done, self._kept = {}, None
        self._under, self._today, self._counts = under, today, counts

    def _do(self, asker: str, plan: OfficePlan, step: Step) -> None:
        day, credit = step
        done = self._done
        found, _pieces = self.child.do(
            asker, "credit_waits", database=self.database, office=self.office, day=day.isoformat(),
            plan=_slim(plan), credit=credit,
        )  # fmt: skip
        done[step] = from_values(found)


def _deciding(plan: OfficePlan) -> object:
    document = to_document(plan)
    return [document[name] for name in DECIDING]


def _slim(plan: OfficePlan) -> dict[str, Any]:
    """Return the plan as a document without what is only shown, spoken or printed."""
    return {**to_document(plan), "slip": {}, "voice": {}, "displays": {"ticker": {}, "playlist": []}}
