"""The trace of an office's queues: snapshots every few minutes, and the tickets that were rebuilt from them."""

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FLOOR = 2.5


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


Trace = dict[str, dict[str, dict[str, QueueDay]]]


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


def geometric_mean(queue: QueueDay, i: int, place: int) -> float | None:
    """Return sqrt(wait of the last called × place ÷ calls per minute of the last hour), None without a call."""
    now = queue.snapshots[i]
    before = [s for s in queue.snapshots[: i + 1] if s.time <= now.time - 60] or queue.snapshots[:1]
    calls = now.last_called - before[-1].last_called
    last = queue.tickets.get(now.last_called)
    if calls <= 0 or last is None:
        return None
    return math.sqrt(max(last[1] - last[0], FLOOR) * place * 60.0 / calls)
