"""Replays a queue trace through the product's own estimator and scores its estimates."""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median

from antrean.queueing.estimation.formula import Estimator

FLOOR = 2.5
DAY = 24 * 60.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state that the office showed at `time` (minutes after midnight)."""

    time: int
    service_minutes: float
    open_counters: int
    waiting: int
    last_called: int


@dataclass(slots=True)
class QueueDay:
    """One queue on one day: snapshots in order, and when each ticket was first seen and when called."""

    snapshots: list[Snapshot] = field(default_factory=list)
    tickets: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One ticket that had to wait: its wait and the estimate of each way of estimating, in minutes."""

    day: str
    actual: float
    answered: bool
    point: float
    low: float
    high: float
    announced: float
    geometric: float | None


Trace = dict[str, dict[str, dict[str, QueueDay]]]


def main(argv: Sequence[str]) -> int:
    """Print the scores of a trace; see `python -m bench estimates --help`."""
    parser = argparse.ArgumentParser(prog="python -m bench estimates", description=__doc__)
    parser.add_argument("tickets", type=Path, help="office,queue,date,ticket,seen_by,called_by (.csv or .csv.gz)")
    parser.add_argument("snapshots", type=Path, help="office,queue,date,time,service_min,open_counters,…")
    parser.add_argument("--tuned-until", metavar="DATE", help="last day that was tuned on; later ones are scored apart")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args(argv)
    outcomes = list(replay(read_trace(options.tickets, options.snapshots)))
    report = {name: score(group) for name, group in split(outcomes, options.tuned_until)}
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


# -- reading -------------------------------------------------------------------------------------


def read_trace(tickets: Path, snapshots: Path) -> Trace:
    """Return the trace as day -> office -> queue."""
    trace: Trace = defaultdict(lambda: defaultdict(lambda: defaultdict(QueueDay)))
    for row in _rows(snapshots):
        queue = trace[row["date"]][row["office"]][row["queue"]]
        queue.snapshots.append(
            Snapshot(
                minutes(row["time"]),
                float(row["service_min"]),
                int(row["open_counters"]),
                int(row["waiting"]),
                int(row["last_called"]),
            )
        )
    for row in _rows(tickets):
        queue = trace[row["date"]][row["office"]][row["queue"]]
        queue.tickets[int(row["ticket"])] = (minutes(row["seen_by"]), minutes(row["called_by"]))
    for offices in trace.values():
        for queues in offices.values():
            for queue in queues.values():
                queue.snapshots.sort(key=lambda snapshot: snapshot.time)
    return trace


def minutes(clock: str) -> int:
    """Return the minutes after midnight of `HH:MM`."""
    hours, rest = clock.split(":")[:2]
    return int(hours) * 60 + int(rest)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


# -- replaying -----------------------------------------------------------------------------------


def replay(trace: Trace) -> Iterator[Outcome]:
    """Yield an outcome for every ticket that had to wait; each office learns from its own past alone."""
    memories: dict[str, dict[str, object]] = {}
    for number, day in enumerate(sorted(trace)):
        for office, queues in sorted(trace[day].items()):
            estimator = Estimator(memories.get(office))
            yield from _office_day(estimator, day, queues, number * DAY)
            memories[office] = estimator.memory()


def _office_day(estimator: Estimator, day: str, queues: dict[str, QueueDay], midnight: float) -> Iterator[Outcome]:
    """Walk through one day of an office in the order of its snapshots."""
    moments = sorted((snapshot.time, name, i) for name, q in queues.items() for i, snapshot in enumerate(q.snapshots))
    arrivals: dict[str, dict[int, list[int]]] = {name: defaultdict(list) for name in queues}
    calls: dict[str, dict[int, list[int]]] = {name: defaultdict(list) for name in queues}
    for name, queue in queues.items():
        for ticket, (seen, called) in sorted(queue.tickets.items()):
            arrivals[name][seen].append(ticket)
            calls[name][called].append(ticket)
    for time, name, i in moments:
        queue, at = queues[name], midnight + time
        snapshot = queue.snapshots[i]
        for ticket in calls[name][time]:
            if ticket not in arrivals[name][time]:
                estimator.called(f"{name}/{ticket}", name, at)
        for ticket in arrivals[name][time]:
            if queue.tickets[ticket][1] == time:
                # Seen and called within one snapshot: there was no estimate, but the call teaches the rate.
                estimator.arrived(f"{name}/{ticket}", name, at, 1, snapshot.open_counters or None)
                estimator.called(f"{name}/{ticket}", name, at)
        estimator.counters_are(name, at, snapshot.open_counters)
        estimator.queue_is(name, at, snapshot.waiting)
        for ticket in arrivals[name][time]:
            if queue.tickets[ticket][1] > time:
                yield _told(estimator, day, name, queue, i, ticket, at)


def _told(estimator: Estimator, day: str, name: str, queue: QueueDay, i: int, ticket: int, at: float) -> Outcome:
    """Ask for the ticket's wait at the moment it was first seen, and compare."""
    snapshot = queue.snapshots[i]
    place = ticket - snapshot.last_called
    counters = snapshot.open_counters or None
    guess = estimator.guess(name, at, place, counters=counters)
    answer = estimator.estimate(name, at, place, counters=counters)
    estimator.arrived(f"{name}/{ticket}", name, at, place, counters)
    seen, called = queue.tickets[ticket]
    return Outcome(
        day,
        called - seen,
        answer is not None,
        guess.point,
        guess.low,
        guess.high,
        place * snapshot.service_minutes / max(snapshot.open_counters, 1),
        geometric_mean(queue, i, place),
    )


def geometric_mean(queue: QueueDay, i: int, place: int) -> float | None:
    """Return sqrt(wait of the last called × place ÷ calls per minute of the last hour), None without a call."""
    now = queue.snapshots[i]
    before = [s for s in queue.snapshots[: i + 1] if s.time <= now.time - 60] or queue.snapshots[:1]
    calls = now.last_called - before[-1].last_called
    last = queue.tickets.get(now.last_called)
    if calls <= 0 or last is None:
        return None
    return math.sqrt(max(last[1] - last[0], FLOOR) * place * 60.0 / calls)


# -- scoring -------------------------------------------------------------------------------------


def split(outcomes: Sequence[Outcome], tuned_until: str | None) -> Iterator[tuple[str, list[Outcome]]]:
    """Yield all outcomes, then those of the days tuned on and those of other days, where the days are given."""
    yield "all days", list(outcomes)
    if tuned_until:
        yield f"tuned on (to {tuned_until})", [o for o in outcomes if o.day <= tuned_until]
        yield f"held out (after {tuned_until})", [o for o in outcomes if o.day > tuned_until]


def score(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    """Return the figures of one group of tickets, for each way of estimating.

    The first three rows are about the same tickets: those that got an answer and for which the geometric mean
    has one as well. The last two cover every ticket that had to wait, answered or not.
    """
    same = [o for o in outcomes if o.answered and o.geometric is not None]
    return {
        "antrean": _figures(same, [o.point for o in same], outcomes, intervals=True),
        "geometric mean": _figures(same, [o.geometric or 0.0 for o in same], outcomes),
        "announced": _figures(same, [o.announced for o in same], outcomes),
        "antrean, every ticket": _figures(outcomes, [o.point for o in outcomes], outcomes, intervals=True),
        "announced, every ticket": _figures(outcomes, [o.announced for o in outcomes], outcomes),
    }


def _figures(
    tickets: Sequence[Outcome], points: Iterable[float], everybody: Sequence[Outcome], intervals: bool = False
) -> dict[str, float]:
    if not tickets:
        return {"tickets": 0, "share": 0.0}
    errors = [abs(point - ticket.actual) for point, ticket in zip(points, tickets, strict=True)]
    figures = {
        "tickets": len(tickets),
        "share": len(tickets) / len(everybody),
        "mean_error": fmean(errors),
        "median_error": median(errors),
    }
    if intervals:
        figures["inside"] = fmean(t.low <= t.actual <= t.high for t in tickets)
        figures["below"] = fmean(t.actual < t.low for t in tickets)
        figures["width"] = fmean(t.high - t.low for t in tickets)
    return figures


def table(report: dict[str, dict[str, dict[str, float]]]) -> str:
    """Return the report as text."""
    lines = []
    for group, rows in report.items():
        lines += ["", group, f"{'':26}{'tickets':>8}{'share':>7}{'mean':>7}{'median':>8}{'inside':>8}{'width':>7}"]
        for name, row in rows.items():
            cells = f"{name:26}{row['tickets']:8}{row['share']:7.0%}"
            if "mean_error" in row:
                cells += f"{row['mean_error']:7.2f}{row['median_error']:8.2f}"
            if "inside" in row:
                cells += f"{row['inside']:8.1%}{row['width']:7.1f}"
            lines.append(cells)
    lines += ["", "errors and widths in minutes; inside = share of actual waits within the 80 % interval"]
    return "\n".join(lines).strip("\n")
