"""How fair a queue was: who was called before others that had waited for longer. Pure arithmetic over rows of visits.

Times are microseconds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from antrean.queueing.keeping.report_rows import VisitRow
from antrean.reporting.figures import NOTHING, Times, waited


@dataclass(frozen=True, slots=True)
class Fairness:
    """One service and class of visitors, of which so many `legs` were called.

    A leg is overtaken by each other one of its service that began to wait later and was called before it. `overtaken`
    were so at least once, `overtakings` is how often in all and `most` how often one was. `waits` are theirs, to the
    first call.
    """

    legs: int = 0
    overtaken: int = 0
    overtakings: int = 0
    most: int = 0
    waits: Times = NOTHING

    @property
    def mean(self) -> float:
        """How often one was overtaken on average; 0 of none."""
        return self.overtakings / self.legs if self.legs else 0.0


def fairness(rows: Iterable[VisitRow]) -> Mapping[tuple[str, int], Fairness]:
    """Return by service and priority (1, else 0) how fair the queue was; legs that were not called count nowhere.

    Whoever was called is compared with all others of the service on the same business day, those with priority too.
    """
    queues: dict[tuple[str, str], list[VisitRow]] = defaultdict(list)
    for row in rows:
        if row.called_at is not None:
            queues[row.business_day, row.service].append(row)
    found: dict[tuple[str, int], list[tuple[VisitRow, int]]] = defaultdict(list)
    for (_day, service), queue in sorted(queues.items()):
        for row, count in zip(queue, overtakings(queue), strict=True):
            found[service, row.priority].append((row, count))
    return {key: _of(legs) for key, legs in sorted(found.items())}


def overtakings(queue: Sequence[VisitRow]) -> list[int]:
    """Return how often each of these called legs of one queue was overtaken: n log n steps, for n legs.

    Whoever began to wait in the same moment as another one, or was called in it, overtook nobody.
    """
    order = sorted(range(len(queue)), key=lambda place: -queue[place].waiting_since)
    calls = sorted({_called(row) for row in queue})
    counts = [0] * (len(calls) + 1)  # a Fenwick tree: the calls of those who began to wait later, by their rank
    found, begin = [0] * len(queue), 0
    while begin < len(order):
        since, end = queue[order[begin]].waiting_since, begin
        while end < len(order) and queue[order[end]].waiting_since == since:
            end += 1
        same = order[begin:end]
        for place in same:
            found[place] = _sum(counts, bisect_left(calls, _called(queue[place])))
        for place in same:
            _add(counts, bisect_left(calls, _called(queue[place])) + 1)
        begin = end
    return found


def _of(legs: Sequence[tuple[VisitRow, int]]) -> Fairness:
    counts = [count for _row, count in legs]
    times = Times.of(time for row, _count in legs if (time := waited(row)) is not None)
    return Fairness(len(legs), sum(count > 0 for count in counts), sum(counts), max(counts), times)


def _called(row: VisitRow) -> int:
    return row.called_at or 0


def _add(counts: list[int], place: int) -> None:
    while place < len(counts):
        counts[place] += 1
        place += place & -place


def _sum(counts: Sequence[int], place: int) -> int:
    total = 0
    while place > 0:
        total += counts[place]
        place -= place & -place
    return total
