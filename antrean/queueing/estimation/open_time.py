"""The minutes in which a service is open on one day: a break is no time in which anybody is served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Literal

from antrean.queueing.hours.calendar import openings_on
from antrean.queueing.plan.model import OfficePlan

# Whether a visitor is reached before the service closes today; "" says that they are, or that nobody can tell.
# `may_not_be_served_today`: the upper end of the interval lies beyond closing, `unlikely`: its lower end does, too.
Reach = Literal["", "may_not_be_served_today", "unlikely"]

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Breaks:
    """The breaks of one service on one day, and when it closes for that day; wall minutes since the epoch.

    `closes` is None on a day without opening hours.
    """

    breaks: tuple[Span, ...] = ()
    closes: float | None = None

    def before(self, wall: float, worked: Sequence[float] = ()) -> float:
        """Return the minutes of breaks until a moment; those in which somebody was called (`worked`) ended then."""
        return sum(max(min(wall, self._end(span, worked)) - span[0], 0.0) for span in self.breaks)

    def through(self, wall: float, minutes: float, worked: Sequence[float] = ()) -> float:
        """Return how long so many open minutes take from a moment on, with the breaks that they lead through."""
        at, left = wall, minutes
        for span in self.breaks:
            begins, ends = span[0], self._end(span, worked)
            if ends <= at:
                continue
            open_before = max(begins - at, 0.0)
            if left <= open_before:
                break
            left, at = left - open_before, ends
        return at + left - wall

    def reach(self, wall: float, low: float, high: float) -> Reach:
        """Return whether somebody is reached whose wait from a moment on is between these minutes, breaks included."""
        if self.closes is None or wall + high <= self.closes:
            return ""
        return "unlikely" if wall + low > self.closes else "may_not_be_served_today"

    def _end(self, span: Span, worked: Sequence[float]) -> float:
        begins, ends = span
        return min((one for one in worked if begins <= one < ends), default=ends)


ALWAYS_OPEN = Breaks()


@dataclass(slots=True)
class OpenTime:
    """What `Breaks` the services of a plan have on one day, worked out once."""

    day: date | None = None
    services: dict[str, Breaks] = field(default_factory=dict)
    offset: float = 0.0  # minutes by which the office's clocks are before UTC on that day

    def of(self, plan: OfficePlan, day: date, service: str) -> Breaks:
        """Return the breaks of a service on a business day."""
        if self.day != day:
            self.day, self.services = day, _breaks(plan, day)
            noon = datetime.combine(day, time(12), plan.tz).utcoffset()
            self.offset = noon.total_seconds() / 60 if noon is not None else 0.0
        return self.services.get(service, ALWAYS_OPEN)


def _breaks(plan: OfficePlan, day: date) -> dict[str, Breaks]:
    found = {}
    for service in plan.services if plan.hours.given else ():
        spans = [(one.opens.timestamp() / 60, one.closes.timestamp() / 60) for one in openings_on(plan, day, service)]
        gaps = tuple((ends, begins) for (_, ends), (begins, _) in pairwise(spans) if begins > ends)
        found[service.code] = Breaks(gaps, spans[-1][1] if spans else None)
    return found
