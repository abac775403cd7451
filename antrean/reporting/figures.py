"""The figures of reports, from rows of visits: how many, how long, and whether it was as promised. Pure arithmetic.

Times are microseconds. A share is a pair of counts, so that whoever shows it can say of how many it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from antrean.queueing.keeping.report_rows import LEFT, NO_SHOW, SENT_ON, SERVED, UNFINISHED, ServedRow, VisitRow


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took: of how many, in all, and the times that 50, 90, 95 and 100 percent stayed within.

    These are times that somebody really had (nearest rank: of n in order, the one at place ceil(n × percent / 100)).
    """

    n: int = 0
    total: int = 0
    p50: int = 0
    p90: int = 0
    p95: int = 0
    longest: int = 0

    @property
    def mean(self) -> int:
        """The mean, rounded down; 0 of none."""
        return self.total // self.n if self.n else 0

    @classmethod
    def of(cls, times: Iterable[int]) -> Times:
        """Return the figures of these times; of none, zeros."""
        found = sorted(times)
        if not found:
            return cls()
        return cls(len(found), sum(found), rank(found, 50), rank(found, 90), rank(found, 95), found[-1])


@dataclass(frozen=True, slots=True)
class Share:
    """So many `part` of `whole`."""

    part: int = 0
    whole: int = 0

    @property
    def percent(self) -> float | None:
        """The share in percent; None of nothing."""
        return 100 * self.part / self.whole if self.whole else None


NOTHING, NONE_OF_NOTHING = Times(), Share()


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """The tickets of an office, or of one service, in some days; those still open are in none of the outcomes.

    - `tickets`, `persons`: each ticket once, with the persons whom its last leg there had.
    - `served`, `no_show`, `left`, `unfinished`, `sent_on`: as the rows have them.
    - `promise`: started within the promise, of those that were `offered`; who left or did not come was not.
    - `waits`: of each leg that was called, from the start of its waiting to its first call.
    - `walks`: of each leg that was started, from its last call to the start.
    - `services`: of each leg that was started and ended, without the time for which it was put aside (`holds`).
    - `missing`: legs that ended because papers were missing.
    """

    tickets: int = 0
    persons: int = 0
    served: int = 0
    no_show: int = 0
    left: int = 0
    unfinished: int = 0
    sent_on: int = 0
    promise: Share = NONE_OF_NOTHING
    waits: Times = NOTHING
    walks: Times = NOTHING
    services: Times = NOTHING
    holds: int = 0
    missing: int = 0

    @property
    def open(self) -> int:
        """How many are still open."""
        return self.tickets - self.served - self.no_show - self.left - self.unfinished - self.sent_on


def of_office(rows: Iterable[VisitRow]) -> VisitFigures:
    """Return the figures of whole visits: a ticket that was sent on is one ticket."""
    legs = list(rows)
    last = [row for row in legs if row.last]
    return _figures(legs, last, sum(row.kept for row in last))


def of_service(rows: Iterable[VisitRow]) -> VisitFigures:
    """Return the figures of one service, from its rows: a ticket that two services had is one of both."""
    legs = list(rows)
    last = [row for row in legs if row.last_here]
    return _figures(legs, last, sum(row.kept_here for row in last))


def _figures(legs: Sequence[VisitRow], last: Sequence[VisitRow], kept: int) -> VisitFigures:
    outcomes = [row.outcome for row in last]
    return VisitFigures(
        tickets=len(last),
        persons=sum(row.persons for row in last),
        served=outcomes.count(SERVED),
        no_show=outcomes.count(NO_SHOW),
        left=outcomes.count(LEFT),
        unfinished=outcomes.count(UNFINISHED),
        sent_on=outcomes.count(SENT_ON),
        promise=Share(kept, sum(row.offered for row in last)),
        waits=Times.of(time for row in legs if (time := waited(row)) is not None),
        walks=Times.of(time for row in legs if (time := walked(row)) is not None),
        services=Times.of(time for row in legs if (time := served(row)) is not None),
        holds=sum(row.held for row in legs),
        missing=sum(bool(row.missing) for row in legs),
    )


def waited(row: VisitRow) -> int | None:
    """Return how long a leg waited for its first call; None of one that was not called."""
    return None if row.called_at is None else max(row.called_at - row.waiting_since, 0)


def walked(row: VisitRow) -> int | None:
    """Return how long the visitor took from the last call to the counter; None of one who was not started."""
    if row.started_at is None or row.last_call_at is None:
        return None
    return max(row.started_at - row.last_call_at, 0)


def served(row: VisitRow | ServedRow) -> int | None:
    """Return how long a leg was served, without the time put aside; None of one that has not ended, or not begun."""
    if row.started_at is None or row.ended_at is None:
        return None
    return max(row.ended_at - row.started_at - row.held, 0)


def rank(ordered: Sequence[int], percent: int) -> int:
    """Return the time, of these in order, that so many percent did not exceed: one that somebody had."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
