"""What can happen to a counter."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("counter.opened", formerly="CounterOpened")
@dataclass(frozen=True, slots=True)
class CounterOpened(Event):
    """An operator sat down at a counter."""

    counter: str
    operator: str


@event("counter.paused", formerly="CounterPaused")
@dataclass(frozen=True, slots=True)
class CounterPaused(Event):
    """The counter takes no calls for now."""

    counter: str
    reason: str = ""


@event("counter.resumed", formerly="CounterResumed")
@dataclass(frozen=True, slots=True)
class CounterResumed(Event):
    """The paused counter takes calls again."""

    counter: str


@event("counter.handed_over")
@dataclass(frozen=True, slots=True)
class CounterHandedOver(Event):
    """Another operator goes on at a counter, with its visitor and the numbers on hold there; `before` sat there."""

    counter: str
    operator: str = ""
    before: str = ""


@event("counter.closed", formerly="CounterClosed")
@dataclass(frozen=True, slots=True)
class CounterClosed(Event):
    """The operator left the counter."""

    counter: str
    reason: str = ""
