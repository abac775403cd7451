"""The formula of a wait: an interval in minutes, from today's service rates and the errors of earlier estimates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from antrean.queueing.estimation.quantiles import ErrorQuantiles
from antrean.queueing.estimation.service_rate import SHORTEST_WAIT, ServiceRate

STEP = 5
USUAL_MINUTES = 5.0
USUAL_WEIGHT = 20.0
DAYS_KEPT = 0.6
WARM_UP_MINUTES = 30.0
# log(wait) = LEVEL + WORK * log(work ahead) + WAITED * log(factor) + WARM_UP * exp(-minutes since first call / 30);
# fitted on the days named in docs/benchmarks.md, corrected by the office's own curves as it learns.
LEVEL, WORK, WAITED, WARM_UP = 0.49, 0.84, 0.38, 0.73
_BELL, _LEAST = NormalDist(), 0.01


@dataclass(frozen=True, slots=True)
class Interval:
    """Minutes still to wait: in 8 of 10 cases between `low` and `high`; as often longer as shorter than `point`."""

    low: float
    point: float
    high: float

    def within(self, percent: int) -> float:
        """Return the minutes in which the wait is over with this chance, of 1 to 99 %.

        Waits are spread as logarithms are: each half of the interval is one half of a bell curve of its own.
        """
        edge: float = _BELL.inv_cdf(percent / 100.0) / _BELL.inv_cdf(0.9)
        outer = self.high if edge >= 0.0 else self.low
        return self.point * math.exp(abs(edge) * math.log(max(outer, _LEAST) / max(self.point, _LEAST)))


def rounded(interval: Interval) -> tuple[int, int]:
    """Return the interval as people read it: whole steps of five minutes, outwards, at least one step apart."""
    low = math.floor(interval.low / STEP) * STEP
    high = math.ceil(interval.high / STEP) * STEP
    return low, max(high, low + STEP)


class Estimator:
    """The waits of one office: takes in what happens and returns intervals.

    Times are minutes from one fixed origin (`at.timestamp() / 60` will do) and must not go back. Queues, places
    and parties are counted in persons; the place of a ticket is the persons before it in the real calling order
    of its own service, plus one. Asking changes nothing.
    """

    spread: ErrorQuantiles
    _usual: dict[str, tuple[float, float]]
    _rates: dict[str, ServiceRate]
    _arrivals: dict[str, _Arrival]
    _first_call: float | None

    def __init__(self, memory: Mapping[str, Any] | None = None) -> None:
        """Start empty, or with the `memory()` of the day before."""
        memory = memory or {}
        self.spread = ErrorQuantiles(memory["spread"]) if "spread" in memory else ErrorQuantiles()
        self._usual = {
            service: (float(minutes), float(persons)) for service, (minutes, persons) in memory.get("usual", {}).items()
        }
        self._rates = {}
        self._arrivals = {}
        self._first_call = None

    # -- following ---------------------------------------------------------------------------

    def queue_is(self, service: str, at: float, persons: int) -> None:
        """Take in that from now on this many persons wait in the service."""
        self._rate(service).queue_is(at, persons)

    def counters_are(self, service: str, at: float, count: int) -> None:
        """Take in that from now on this many counters are open for the service; 0 also when it is not known."""
        self._rate(service).counters_are(at, count)

    def arrived(
        self,
        ticket: str,
        service: str,
        at: float,
        place: int,
        counters: int | None = None,
    ) -> None:
        """Take in an arrival at this place. Call it before `queue_is`. A transferred ticket arrives again."""
        rate = self._rate(service)
        rate.forward(at)  # once, for what is expected here and for `queue_is`
        expected = self._expected(rate, at, place, counters)
        self._arrivals[ticket] = _Arrival(rate.clock(at), place, expected)

    def forget(self, ticket: str) -> None:
        """Take in that the wait of a ticket is none from which to learn; its call still teaches the rate."""
        self._arrivals.pop(ticket, None)

    def called(self, ticket: str, service: str, at: float, persons: int = 1) -> None:
        """Take in a call. Call it before `queue_is`. A ticket that never `arrived` teaches the rate, but no wait."""
        rate = self._rate(service)
        rate.called(at, persons)
        if self._first_call is None:
            self._first_call = at
        arrival = self._arrivals.pop(ticket, None)
        if arrival is None:
            return
        waited = rate.clock(at) - arrival.clock
        rate.waited(waited, arrival.place)
        if waited >= SHORTEST_WAIT:
            self.spread.learn(arrival.expected, waited)

    def paused(self, service: str, at: float) -> None:
        """Take in a pause: the clock of the service stops, its estimates stay as they are."""
        self._rate(service).paused(at)

    def resumed(self, service: str, at: float) -> None:
        """Take in the end of a pause."""
        self._rate(service).resumed(at)

    # -- asking ------------------------------------------------------------------------------

    def estimate(
        self,
        service: str,
        at: float,
        place: int,
        *,
        counters: int | None = None,
        arrived_at: float | None = None,
    ) -> Interval | None:
        """Return the minutes still to wait at this place of the service, or None when that is not known yet.

        `place` counts persons: 1 is next. `counters` are those open for the service now, None when nobody counts
        them. `arrived_at` is given for a ticket that waits already and left out for somebody who would take one now.
        Not known yet: fewer than five calls in the last hour, no counter open, or a pause; a ticket that waited
        before the pause keeps its estimate.
        """
        rate = self._rate(service)
        if counters == 0 or not rate.is_known(at):
            return None
        if rate.paused_at is not None and (arrived_at is None or arrived_at > rate.paused_at):
            return None
        return self.guess(service, at, place, counters=counters)

    def guess(
        self,
        service: str,
        at: float,
        place: int,
        *,
        counters: int | None = None,
    ) -> Interval:
        """Return the best guess even when too little was seen. It is for planning and scoring, not for visitors."""
        low, point, high = self.spread.around(self._expected(self._rate(service), at, place, counters))
        return Interval(low, point, high)

    def foreseen(self, service: str, at: float, place: int) -> Interval | None:
        """Return the minutes still to wait as far as a day can be planned on them, None before five calls today.

        The moment that they lead to is never an earlier one because time passes or others come; only a call, or a
        change of the open counters, may bring it forward.
        """
        rate = self._rate(service)
        if not rate.was_known:
            return None
        since = rate.last_call - self._first_call if self._first_call is not None else 0.0
        low, point, high = self.spread.around(_expected(*rate.steady(at), place, since))
        return Interval(low, point, high)

    def usual_gap(self, service: str) -> float | None:
        """Return the minutes between two calls as they were at the last one; None of a service not seen yet."""
        rate = self._rates.get(service)
        return None if rate is None else rate.usual_gap

    def memory(self) -> dict[str, Any]:
        """Return what the next day's estimator starts with, as plain JSON values."""
        usual = {service: list(sums) for service, sums in self._usual.items()}
        for service, rate in self._rates.items():
            minutes, persons = self._usual.get(service, (0.0, 0.0))
            usual[service] = [minutes * DAYS_KEPT + rate.seen_minutes, persons * DAYS_KEPT + rate.seen_persons]
        return {"spread": [list(curve) for curve in self.spread.offsets], "usual": usual}

    # -- how ---------------------------------------------------------------------------------

    def _rate(self, service: str) -> ServiceRate:
        rate = self._rates.get(service)
        if rate is None:
            minutes, persons = self._usual.get(service, (0.0, 0.0))
            usual = (minutes + USUAL_WEIGHT * USUAL_MINUTES) / (persons + USUAL_WEIGHT)
            rate = self._rates[service] = ServiceRate(usual)
        return rate

    def _expected(self, rate: ServiceRate, at: float, place: int, counters: int | None) -> float:
        """Return the expected wait in minutes, before the correction by the office's own errors."""
        if rate.paused_at is not None:
            at = min(at, rate.paused_at)
        since = rate.clock(at) - self._first_call if self._first_call is not None else 0.0
        return _expected(*rate.rates(at, counters), place, since)


def _expected(minutes: float, factor: float, place: int, since: float) -> float:
    """Return the expected wait at a place from minutes for each person, a factor, and minutes since the first call."""
    work = max(place, 1) * minutes
    warm_up = math.exp(-max(since, 0.0) / WARM_UP_MINUTES)
    return math.exp(LEVEL + WORK * math.log(work) + WAITED * math.log(factor) + WARM_UP * warm_up)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """The state when a ticket took its place; `clock` is its service's own time, `expected` is in minutes."""

    clock: float
    place: int
    expected: float
