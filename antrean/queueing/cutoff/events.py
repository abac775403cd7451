"""A service gives no more numbers today, since its queue takes until closing; and it gives numbers again."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("numbers.stopped")
@dataclass(frozen=True, slots=True)
class NumbersStopped(Event):
    """The service gives no more numbers today: whoever comes now is too unlikely to be served before it closes.

    `after` is the last number that was given for it, "" for none. `percent` is the chance that the office wants.
    `counters` that serve it were staffed then, and it closes at the moment `closes`, in ISO form: with more of either
    it may give numbers again.
    """

    service: str
    after: str
    percent: int
    counters: int
    closes: str


@event("numbers.resumed")
@dataclass(frozen=True, slots=True)
class NumbersResumed(Event):
    """The service gives numbers again. `why` is one of WHY; `reason` is what a supervisor said."""

    service: str
    why: str
    reason: str = ""


# Why a service gives numbers again: a supervisor said so, more counters are staffed, it closes later, or the office
# changed its rule.
BY_SUPERVISOR, MORE_COUNTERS, LONGER_HOURS, OTHER_RULE = "supervisor", "counters", "hours", "rule"
WHY = (BY_SUPERVISOR, MORE_COUNTERS, LONGER_HOURS, OTHER_RULE)
