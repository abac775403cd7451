"""How the time of counters and operators was spent: open, paused, calling, serving, idle. Pure arithmetic.

Times are microseconds. What has not ended counts until a moment that is given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from antrean.queueing.keeping.report_rows import PauseRow, SpanRow, VisitRow
from antrean.reporting.figures import NOTHING, Share, Times, served, walked

FEWEST = 5  # tickets of an operator of which figures may be shown


@dataclass(frozen=True, slots=True)
class CounterTime:
    """The time of one counter, or of one operator.

    `open` is from opening to closing, pauses included; `paused` by reason. `called` is from the first call of a leg to
    its start, or to its end where nobody came; `serving` from the start to the end, without the time put aside. `legs`
    are those that were called here, `started` those of them that were started. `services` and `walks` are their times.
    """

    open: int = 0
    paused: dict[str, int] = field(default_factory=dict)
    called: int = 0
    serving: int = 0
    legs: int = 0
    started: int = 0
    services: Times = NOTHING
    walks: Times = NOTHING

    @property
    def paused_in_all(self) -> int:
        """How long it was paused, whatever the reason."""
        return sum(self.paused.values())

    @property
    def idle(self) -> int:
        """How long it was open, not paused, and had nobody called or served; never below 0."""
        return max(self.open - self.paused_in_all - self.called - self.serving, 0)

    @property
    def occupancy(self) -> Share:
        """The time with somebody called or served, of the time open and not paused."""
        return Share(self.called + self.serving, max(self.open - self.paused_in_all, 0))


def by_counter(
    spans: Iterable[SpanRow], pauses: Iterable[PauseRow], visits: Iterable[VisitRow], until: int
) -> dict[str, CounterTime]:
    """Return the time of each counter by its code."""
    return _grouped(spans, pauses, visits, until, lambda row: row.counter)


def by_operator(
    spans: Iterable[SpanRow], pauses: Iterable[PauseRow], visits: Iterable[VisitRow], until: int
) -> dict[str, CounterTime]:
    """Return the time of each operator by name."""
    return _grouped(spans, pauses, visits, until, lambda row: row.operator)


def _grouped(
    spans: Iterable[SpanRow],
    pauses: Iterable[PauseRow],
    visits: Iterable[VisitRow],
    until: int,
    key: Callable[[SpanRow | PauseRow | VisitRow], str],
) -> dict[str, CounterTime]:
    opened: Counter[str] = Counter()
    paused: dict[str, Counter[str]] = defaultdict(Counter)
    legs: dict[str, list[VisitRow]] = defaultdict(list)
    for span in spans:
        opened[key(span)] += _length(span.opened_at, span.closed_at, until)
    for pause in pauses:
        paused[key(pause)][pause.reason] += _length(pause.begun_at, pause.ended_at, until)
    for row in visits:
        if row.called_at is not None and key(row):
            legs[key(row)].append(row)
    return {
        name: _of(opened[name], paused[name], legs[name], until) for name in sorted({*opened, *paused, *legs} - {""})
    }


def _of(opened: int, paused: Counter[str], legs: list[VisitRow], until: int) -> CounterTime:
    return CounterTime(
        open=opened,
        paused=dict(sorted(paused.items())),
        called=sum(_length(row.called_at or until, row.started_at or row.ended_at, until) for row in legs),
        serving=sum(_serving(row, until) for row in legs),
        legs=len(legs),
        started=sum(row.started_at is not None for row in legs),
        services=Times.of(time for row in legs if (time := served(row)) is not None),
        walks=Times.of(time for row in legs if (time := walked(row)) is not None),
    )


def _serving(row: VisitRow, until: int) -> int:
    return 0 if row.started_at is None else max(_length(row.started_at, row.ended_at, until) - row.held, 0)


def _length(since: int, ended: int | None, until: int) -> int:
    return max((until if ended is None else ended) - since, 0)
