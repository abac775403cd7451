"""Who worked at which counter from when to when, and the pauses in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from antrean.queueing.counters import events as e
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause at a counter and why, by the line that began it; without an end while it lasts."""

    seq: int
    reason: str
    begun_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """An operator's time at a counter, by the line that began it; without an end while it lasts."""

    seq: int
    counter: str
    operator: str
    opened_at: datetime
    closed_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    def resumed(self, at: datetime) -> Span:
        """Return it with its last pause ended, if one lasts."""
        *before, last = self.pauses or (None,)
        if last is None or last.ended_at is not None:
            return self
        return replace(self, pauses=(*before, replace(last, ended_at=at)))


@dataclass(kw_only=True, eq=False, repr=False)
class SpansState:
    """The spans of a day in the order in which they began. Nothing is decided on them: reports read them."""

    spans: list[Span] = field(default_factory=list)


def _last_of(day: SpansState, counter: str) -> int | None:
    """Return the place of the span that lasts at a counter; None where nobody sits."""
    for place in reversed(range(len(day.spans))):
        if day.spans[place].counter == counter:
            return place if day.spans[place].closed_at is None else None
    return None


def _close(day: SpansState, counter: str, at: datetime) -> None:
    place = _last_of(day, counter)
    if place is not None:
        day.spans[place] = replace(day.spans[place].resumed(at), closed_at=at)


def _opened(day: SpansState, event: e.CounterOpened | e.CounterHandedOver, entry: JournalEntry) -> None:
    _close(day, event.counter, entry.at)
    day.spans.append(Span(entry.seq, event.counter, event.operator, entry.at))


def _paused(day: SpansState, event: e.CounterPaused, entry: JournalEntry) -> None:
    place = _last_of(day, event.counter)
    if place is not None:
        span = day.spans[place].resumed(entry.at)
        day.spans[place] = replace(span, pauses=(*span.pauses, Pause(entry.seq, event.reason, entry.at)))


def _resumed(day: SpansState, event: e.CounterResumed, entry: JournalEntry) -> None:
    place = _last_of(day, event.counter)
    if place is not None:
        day.spans[place] = day.spans[place].resumed(entry.at)


def _closed(day: SpansState, event: e.CounterClosed, entry: JournalEntry) -> None:
    _close(day, event.counter, entry.at)


CASES: dict[type[Event], Callable[[SpansState, Any, JournalEntry], None]] = {
    e.CounterOpened: _opened,
    e.CounterHandedOver: _opened,
    e.CounterPaused: _paused,
    e.CounterResumed: _resumed,
    e.CounterClosed: _closed,
}
