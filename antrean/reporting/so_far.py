"""The figures of a day until a moment of it: of today as it is kept up, and of earlier days cut at that time.

Pure arithmetic; times are microseconds. A promise is counted once it is known whether it was kept: at the end of a day
that is the share that reports give of the whole day.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from antrean.queueing.day import ServiceDay
from antrean.queueing.keeping.report_rows import MINUTE, NO_SHOW, SERVED, UNFINISHED, VisitRow, visits_of
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Leg
from antrean.reporting.figures import NONE_OF_NOTHING, NOTHING, Share, Times, waited


@dataclass(frozen=True, slots=True)
class SoFar:
    """How many came and were served, how long they waited for a call, and whether it was as promised, until a moment.

    `no_show` is of those whose visit ended after a call. `promise` is of those who were offered and of whom it is
    known: who was started, has ended without it, or has waited for longer than was promised.
    """

    tickets: int = 0
    persons: int = 0
    served: int = 0
    no_show: Share = NONE_OF_NOTHING
    waits: Times = NOTHING
    promise: Share = NONE_OF_NOTHING


@dataclass(frozen=True, slots=True)
class Usual:
    """The same of earlier days, each until the same time of its own: `days` of them. Counts are the mean of a day."""

    days: int = 0
    until: SoFar = field(default_factory=SoFar)


class _Visit(NamedTuple):
    """What one ticket says so far. `due` is until when the promise can still be kept, while that is open."""

    persons: int
    outcome: str
    waits: tuple[int, ...]
    offered: bool
    kept: bool
    due: int | None


class Tally:
    """Figures that visits are added to and taken from."""

    def __init__(self) -> None:
        self._waits: list[int] = []
        self._tickets = self._persons = self._served = self._absent = self._called = 0
        self._kept = self._known = 0

    def add(self, visit: _Visit) -> None:
        """Count a visit."""
        self._count(visit, 1)
        for wait in visit.waits:
            insort(self._waits, wait)

    def take(self, visit: _Visit) -> None:
        """Take a visit out that was added."""
        self._count(visit, -1)
        for wait in visit.waits:
            del self._waits[bisect_left(self._waits, wait)]

    def figures(self, late: int = 0) -> SoFar:
        """Return the figures; `late` are those whose promise can't be kept any more though it is still open."""
        return SoFar(
            tickets=self._tickets,
            persons=self._persons,
            served=self._served,
            no_show=Share(self._absent, self._called),
            waits=Times.of(self._waits),
            promise=Share(self._kept, self._known + late),
        )

    def _count(self, visit: _Visit, by: int) -> None:
        self._tickets += by
        self._persons += by * visit.persons
        self._served += by * (visit.outcome == SERVED)
        self._absent += by * (visit.outcome == NO_SHOW)
        self._called += by * (visit.outcome in (SERVED, NO_SHOW, UNFINISHED))
        if visit.offered and visit.due is None:
            self._known += by
            self._kept += by * visit.kept


class TodaySoFar:
    """Keeps the figures of a day up with it. A look works anew only on tickets that have changed since the one before.

    Promises are those of the plan as it is now.
    """

    def __init__(self) -> None:
        self._begin((None, 0))

    def figures(self, day: ServiceDay, plan: OfficePlan, at: int) -> SoFar:
        """Return the figures of the day as it is, at this moment."""
        self.follow(day, plan)
        if len(self._seen) != len(day.tickets):  # an office of one's own began, or the day was folded anew
            self._begin((day.business_day, plan.revision))
            self.follow(day, plan)
        return self._tally.figures(sum(due < at for due in self._due.values()))

    def _begin(self, of: tuple[object, int]) -> None:
        self._of = of
        self._tally = Tally()
        self._seen: dict[str, tuple[tuple[Leg, ...], str, int, _Visit]] = {}
        self._due: dict[str, int] = {}

    def follow(self, day: ServiceDay, plan: OfficePlan, most: int | None = None) -> bool:
        """Work on tickets that have changed, on so many at `most`; return whether none is left.

        A first look at a day in its afternoon has thousands of them, and others want their turn in between.
        """
        if self._of != (day.business_day, plan.revision):
            self._begin((day.business_day, plan.revision))
        seen, of = self._seen, day.business_day.isoformat()
        left = len(day.tickets) if most is None else most
        for number, ticket in day.tickets.items():
            known = seen.get(number)
            if known is not None and known[:3] == (ticket.legs, ticket.state, ticket.persons):
                continue
            if not left:
                return False
            left -= 1
            if known is not None:
                self._tally.take(known[3])
                self._due.pop(number, None)
            visit = _visit(list(visits_of(of, ticket, plan)))
            self._tally.add(visit)
            if visit.due is not None and visit.offered:
                self._due[number] = visit.due
            seen[number] = (ticket.legs, ticket.state, ticket.persons, visit)
        return True


def usual(days: Sequence[tuple[Iterable[VisitRow], int]]) -> Usual:
    """Return what was usual until a time of day, from the rows of each day, in their order, and its moment."""
    tally, late = Tally(), 0
    for rows, cut in days:
        for visit in _until(rows, cut):
            tally.add(visit)
            late += visit.offered and visit.due is not None and visit.due < cut
    found, many = tally.figures(late), len(days)
    if not many:
        return Usual()
    means = {name: round(getattr(found, name) / many) for name in ("tickets", "persons", "served")}
    return Usual(many, replace(found, **means))


def _until(rows: Iterable[VisitRow], cut: int) -> Iterator[_Visit]:
    """Yield the visits of a day as they were at a moment."""
    for _issued, of_ticket in groupby(rows, key=lambda row: row.issued):
        legs = [_at(row, cut) for row in of_ticket if row.issued_at <= cut and row.waiting_since <= cut]
        if legs:
            yield _visit(legs)


def _at(row: VisitRow, cut: int) -> VisitRow:
    """Return a leg as it was at a moment: what came later had not happened."""
    if row.ended_at is not None and row.ended_at <= cut:
        return row
    return replace(
        row,
        called_at=_before(row.called_at, cut),
        started_at=_before(row.started_at, cut),
        ended_at=None,
        outcome="",
    )


def _before(at: int | None, cut: int) -> int | None:
    return None if at is None or at > cut else at


def _visit(legs: Sequence[VisitRow]) -> _Visit:
    """Return what the legs of a ticket say; they are those until a moment, so none need be marked as its last."""
    last = legs[-1]
    started = next((leg for leg in legs if leg.started_at is not None), None)
    outcome = last.outcome if last.last else ""
    due = None
    if started is None and not outcome:
        due = last.issued_at + last.promise * MINUTE
    return _Visit(
        persons=last.persons,
        outcome=outcome,
        waits=tuple(time for leg in legs if (time := waited(leg)) is not None),
        offered=bool(last.offered),
        kept=started is not None
        and started.started_at is not None
        and started.started_at - started.issued_at <= started.promise * MINUTE,
        due=due,
    )
