"""The formula of a wait: an interval in minutes, from today's service rates and the errors of earlier estimates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from operator import mul
from statistics import NormalDist
from typing import Any

from antrean.queueing.estimation.course import Course, Update
from antrean.queueing.estimation.half_hours import NOTHING_REMEMBERED, HalfHours, half_hour
from antrean.queueing.estimation.overtaken import NEVER, Overtaken
from antrean.queueing.estimation.quantiles import UPDATES, ErrorQuantiles
from antrean.queueing.estimation.service_rate import SHORTEST_WAIT, ServiceRate

STEP = 5
USUAL_MINUTES = 5.0
USUAL_WEIGHT = 20.0
DAYS_KEPT = 0.6
WARM_UP_MINUTES = 30.0
SOON_MINUTES = 5.0  # after joining, in which what is told goes over to what updates tell
QUIET_MINUTES = 30.0  # without an open counter and without a call nobody knows when it goes on
# log(wait) = PLACE log(place) + WEIGHTS of: one; log(minutes for each person today); log(factor);
#   exp(-minutes since the first call / 30); log(usual wait of those who join in this half hour);
#   log(usual minutes for each person in it).
# Fitted by bench/fit_estimates.py as docs/benchmarks.md tells; the office's own curves correct it as they learn.
Signs = tuple[float, float, float, float, float, float]
PLACE = 0.795
WEIGHTS: Signs = (0.354, 0.571, 0.260, 0.571, 0.10, 0.15)
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
    """Return the interval as people read it: each end at the nearest five minutes, at least five minutes apart."""
    low, high = _nearest(interval.low), _nearest(interval.high)
    if low == high:
        low = math.floor(interval.point / STEP) * STEP
        high = low + STEP
    return low, high


def _nearest(minutes: float) -> int:
    return math.floor(minutes / STEP + 0.5) * STEP


class Estimator:
    """The waits of one office: takes in what happens and returns intervals.

    Times are minutes from one fixed origin (`at.timestamp() / 60` will do) and must not go back. Queues, places
    and parties are counted in persons; the place of a ticket is the persons before it in the real calling order
    of its own service, plus one. Asking changes nothing.
    """

    spread: ErrorQuantiles
    updates: ErrorQuantiles
    _usual: dict[str, tuple[float, float]]
    _remembered: dict[str, HalfHours]
    _rates: dict[str, ServiceRate]
    _courses: dict[str, Course]
    _arrivals: dict[str, _Arrival]

    def __init__(self, memory: Mapping[str, Any] | None = None) -> None:
        """Start empty, or with the `memory()` of the day before."""
        memory = memory or {}
        self.spread = ErrorQuantiles(memory["spread"]) if "spread" in memory else ErrorQuantiles()
        self.updates = ErrorQuantiles(memory.get("updates", UPDATES))
        self._usual = {
            service: (float(minutes), float(persons)) for service, (minutes, persons) in memory.get("usual", {}).items()
        }
        self._remembered = {
            service: HalfHours.remembered(sums) for service, sums in memory.get("half_hours", {}).items()
        }
        self._rates = {}
        self._courses = {}
        self._arrivals = {}

    # -- following ---------------------------------------------------------------------------

    def queue_is(self, service: str, at: float, persons: int) -> None:
        """Take in that from now on this many persons wait in the service."""
        self._at(service, at).queue_is(at, persons)

    def counters_are(self, service: str, at: float, count: int) -> None:
        """Take in that from now on this many counters are open for the service; 0 also when it is not known."""
        self._at(service, at).counters_are(at, count)

    def arrived(
        self,
        ticket: str,
        service: str,
        at: float,
        place: int,
        counters: int | None = None,
        overtaken: Overtaken = NEVER,
    ) -> None:
        """Take in an arrival at this place. Call it before `queue_is`. A transferred ticket arrives again."""
        rate = self._at(service, at)
        rate.forward(at)  # once, for what is expected here and for `queue_is`
        clock = rate.clock(at)
        expected = _expected(_level_now(rate, clock, counters), place, self._coming(rate, at), overtaken)
        self._arrivals[ticket] = _Arrival(at, clock, place, expected, rate.gone, overtaken)

    def came_with_priority(self, service: str, at: float, persons: int) -> None:
        """Take in that a visitor came who goes before others."""
        self._rate(service).today.came_with_priority(at, persons)

    def forget(self, ticket: str) -> None:
        """Take in that the wait of a ticket is none from which to learn; its call still teaches the rate."""
        self._arrivals.pop(ticket, None)

    def called(self, ticket: str, service: str, at: float, persons: int = 1) -> None:
        """Take in a call. Call it before `queue_is`. A ticket that never `arrived` teaches the rate, but no wait."""
        rate = self._at(service, at)
        gone = rate.gone
        rate.called(at, persons)
        arrival = self._arrivals.pop(ticket, None)
        if arrival is None:
            return
        clock = rate.clock(at)
        waited = clock - arrival.clock
        rate.waited(waited, arrival.place)
        if waited >= SHORTEST_WAIT:
            rate.today.wait(arrival.at, waited)
            self.spread.learn(arrival.expected, waited)
            update = self._course(service).draw(arrival.clock, clock, arrival.place, (arrival.gone, gone))
            if update is not None:
                self._learn_update(rate, at, arrival, update)

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
        ticket: str = "",
        overtaken: Overtaken = NEVER,
    ) -> Interval | None:
        """Return the minutes still to wait at this place of the service, or None when that is not known yet.

        `place` counts persons: 1 is next. `counters` are those open for the service now, None when nobody counts
        them. `arrived_at` is given for a ticket that waits already and left out for somebody who would take one now.
        Not known yet: fewer than five calls in the last hour, or no counter open. A service of which enough waits of
        earlier days are remembered is always known, but not without an open counter when the last call is half an hour
        ago. It is not known in a pause, but a ticket that waited before keeps its estimate.
        """
        rate = self._rate(service)
        if not self._is_known(rate, at, counters):
            return None
        if rate.paused_at is not None and (arrived_at is None or arrived_at > rate.paused_at):
            return None
        return self.guess(
            service, at, place, counters=counters or None, arrived_at=arrived_at, ticket=ticket, overtaken=overtaken
        )

    def guess(
        self,
        service: str,
        at: float,
        place: int,
        *,
        counters: int | None = None,
        arrived_at: float | None = None,
        ticket: str = "",
        overtaken: Overtaken = NEVER,
    ) -> Interval:
        """Return the best guess even when too little was seen. It is for planning and scoring, not for visitors."""
        rate = self._rate(service)
        expected = _expected(_level_now(rate, rate.clock(at), counters), place, self._coming(rate, at), overtaken)
        if arrived_at is None:
            return Interval(*self.spread.around(expected))
        at = at if rate.paused_at is None else min(at, rate.paused_at)
        arrival = self._arrivals.get(ticket)
        waited = at - arrived_at if arrival is None else rate.clock(at) - arrival.clock
        return self._update(expected, waited)

    def _update(self, expected: float, waited: float) -> Interval:
        """Return the interval of who has waited so long: at first what was told on joining, soon that of updates."""
        later = self.updates.around(expected)
        if waited >= SOON_MINUTES:
            return Interval(*later)
        part = max(waited, 0.0) / SOON_MINUTES
        first = self.spread.around(expected)
        return Interval(*(a * (1.0 - part) + b * part for a, b in zip(first, later, strict=True)))

    def foreseen(self, service: str, at: float, place: int) -> Interval | None:
        """Return the minutes still to wait as far as a day can be planned on them, None before five calls today.

        The moment that they lead to is never an earlier one because time passes or others come; only a call, or a
        change of the open counters, may bring it forward. While no earlier day is remembered, it is no earlier than at
        today's pace: the weights were fitted on waits of an hour, and this looks hours ahead.
        """
        rate = self._rate(service)
        if not rate.was_known:
            return None
        pace, factor = rate.steady(at)
        expected = _expected(_level(pace, factor, rate, rate.last_call), place)
        if not rate.habits.known:
            expected = max(expected, pace * factor * place)
        return Interval(*self.spread.around(expected))

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
        half_hours = dict(self._remembered)
        for service, rate in self._rates.items():
            if rate.was_called:
                half_hours[service] = half_hours.get(service, HalfHours()).after(rate.today)
        return {
            "spread": [list(curve) for curve in self.spread.offsets],
            "updates": [list(curve) for curve in self.updates.offsets],
            "usual": usual,
            "half_hours": {service: sums.memory() for service, sums in half_hours.items()},
        }

    # -- how ---------------------------------------------------------------------------------

    def _rate(self, service: str) -> ServiceRate:
        rate = self._rates.get(service)
        if rate is None:
            minutes, persons = self._usual.get(service, (0.0, 0.0))
            usual = (minutes + USUAL_WEIGHT * USUAL_MINUTES) / (persons + USUAL_WEIGHT)
            known = self._remembered.get(service)
            rate = self._rates[service] = ServiceRate(usual, NOTHING_REMEMBERED if known is None else known.habits())
        return rate

    def _at(self, service: str, at: float) -> ServiceRate:
        """Return the rate of a service to which something happens now, after the moment before was noted."""
        rate = self._rate(service)
        if rate.queue and rate.at is not None and rate.clock(at) > rate.at:
            course = self._course(service)
            if course.is_due(rate.at):
                course.note(rate.at, rate.gone, _level(*rate.rates_then(), rate, rate.at))
        return rate

    def _course(self, service: str) -> Course:
        course = self._courses.get(service)
        if course is None:
            course = self._courses[service] = Course()
        return course

    def _learn_update(self, rate: ServiceRate, at: float, arrival: _Arrival, update: Update) -> None:
        """Learn from one moment of a wait that came true."""
        coming = rate.habits.priority[half_hour(at - update.left)]
        overtaken = arrival.overtaken.after(at - update.left - arrival.at)
        self.updates.learn(_expected(update.level, update.place, coming, overtaken), max(update.left, _LEAST))

    def _is_known(self, rate: ServiceRate, at: float, counters: int | None) -> bool:
        if counters == 0:
            quiet = rate.was_called and rate.clock(at) - rate.last_call > QUIET_MINUTES
            return rate.habits.known and not quiet
        return rate.habits.known or rate.is_known(at)

    def _coming(self, rate: ServiceRate, at: float) -> float:
        """Return how many persons with priority come in a minute, as far as is known."""
        return rate.habits.priority[half_hour(at)]


def signs(pace: float, factor: float, rate: ServiceRate, clock: float) -> Signs:
    """Return what the weights are for, apart from the place: minutes for each person, a factor, the time of the day."""
    now = rate.half_hour(clock)
    return (
        1.0,
        math.log(pace),
        math.log(factor),
        math.exp(-rate.since_first_call(clock) / WARM_UP_MINUTES),
        math.log(rate.habits.waits[now]),
        math.log(rate.habits.paces[now]),
    )


def _level_now(rate: ServiceRate, clock: float, counters: int | None) -> float:
    """Return the logarithm of the expected wait at place 1, before the correction by the office's own errors."""
    return _level(*rate.rates(clock, counters), rate, clock)


def _level(pace: float, factor: float, rate: ServiceRate, clock: float) -> float:
    """Return what one place takes, as a logarithm."""
    return math.fsum(map(mul, WEIGHTS, signs(pace, factor, rate, clock)))


def _expected(level: float, place: float, coming: float = 0.0, overtaken: Overtaken = NEVER) -> float:
    """Return the expected wait at a place, when so many a minute come who may go before.

    They are counted once: whoever comes in the minutes that they take longer is left out.
    """
    place = max(place, 1.0)
    minutes = math.exp(level + PLACE * math.log(place))
    if coming <= 0.0 or not overtaken.within:
        return minutes
    return math.exp(level + PLACE * math.log(place + coming * overtaken.minutes(minutes)))


@dataclass(frozen=True, slots=True)
class _Arrival:
    """The state when a ticket took its place at `at`; `clock` is its service's own time, `expected` is in minutes."""

    at: float
    clock: float
    place: int
    expected: float
    gone: float
    overtaken: Overtaken
