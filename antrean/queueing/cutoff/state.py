"""Which services give no more numbers today since their queue takes until closing, and which go on all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from antrean.queueing.cutoff import events as e
from antrean.queueing.errors import Refused
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event


@dataclass(frozen=True, slots=True)
class Stopped:
    """That a service gives no more numbers, since `at`, in the line `seq`; the other fields are those of its event."""

    at: datetime
    seq: int
    after: str
    percent: int
    counters: int
    closes: str


@dataclass(frozen=True, slots=True)
class WentOn:
    """A supervisor let a service go on at a time, and said why: it does not stop by itself any more today."""

    at: datetime
    reason: str


@dataclass(kw_only=True, eq=False, repr=False)
class CutOffState:
    """The services that have `stopped`, and those that `went_on` by a supervisor's word, by code."""

    stopped: dict[str, Stopped] = field(default_factory=dict)
    went_on: dict[str, WentOn] = field(default_factory=dict)

    def check_gives_numbers(self, service: str) -> None:
        """Refuse (`numbers_stopped`) a newcomer of a service that gives no more numbers."""
        if service in self.stopped:
            raise Refused("numbers_stopped")


def _stopped(day: CutOffState, event: e.NumbersStopped, entry: JournalEntry) -> None:
    day.stopped[event.service] = Stopped(entry.at, entry.seq, event.after, event.percent, event.counters, event.closes)


def _resumed(day: CutOffState, event: e.NumbersResumed, entry: JournalEntry) -> None:
    day.stopped.pop(event.service, None)
    if event.why == e.BY_SUPERVISOR:
        day.went_on[event.service] = WentOn(entry.at, event.reason)


CASES: dict[type[Event], Callable[[CutOffState, Any, JournalEntry], None]] = {
    e.NumbersStopped: _stopped,
    e.NumbersResumed: _resumed,
}
