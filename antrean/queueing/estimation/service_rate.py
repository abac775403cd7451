"""How fast one service gets through its queue today; older minutes count less."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from antrean.queueing.estimation.half_hours import NOTHING_REMEMBERED, Habits, HalfHours, half_hour

HALF_LIFE = 120.0
FULL_CALLS = 5
LAST_MINUTES = 60.0
QUIET_MINUTES = 1.0
SHORTEST_WAIT = 2.0
OWN_CALLS = 2.0
FEWEST_GAPS, MOST_TIMES_USUAL = 3, 2.0  # of the gap that is usual
# Half as many counters take 1.4 times as long, not twice: the others work faster, and a count says little about which
# services they serve. The trace alone would put it near 0.25, but its counts are unreliable: calls go on with no
# counter open.
COUNTER_ELASTICITY = 0.5
COUNTER_FACTOR = 3.0


@dataclass(slots=True)
class ServiceRate:
    """Minutes for each person called in one service, measured only while somebody waits.

    Times are minutes from any fixed origin and must not go back. Persons, not tickets, are counted: a party of
    three is three. An empty queue says how fast people come, not how fast they are served, so it is left out.
    A pause stops this service's clock: nothing ages, nothing is counted.
    `usual` is what is expected before anything was seen, in minutes for each person, and `habits` what earlier days
    showed of each half hour; `today` is what this one shows. `gone` are the persons called today. The sums were brought
    to `at`, in the service's own time; None before anything happened. `queue` are the persons who wait now.
    """

    usual: float
    habits: Habits = NOTHING_REMEMBERED
    today: HalfHours = field(default_factory=HalfHours)
    gone: float = 0.0
    paused_at: float | None = None
    seen_minutes: float = 0.0
    seen_persons: float = 0.0
    _paused_for: float = 0.0
    at: float | None = None
    queue: int = 0
    _counters: int = 0
    _busy_since: float | None = None
    _minutes: float = 0.0
    _persons: float = 0.0
    _counted: float = 0.0
    _counter_minutes: float = 0.0
    _waited: float = 0.0
    _places: float = 0.0
    _first_call: float | None = None
    _last_calls: tuple[float, ...] = ()
    _steady: tuple[float, float, float] | None = None  # since the last change: weight of `usual`, speed, minutes

    # -- following ---------------------------------------------------------------------------

    def forward(self, at: float) -> float:
        """Bring the sums to this moment and return the service's own time."""
        clock = self.clock(at)
        if self.at is None:
            self.at = clock
        elif clock > self.at:
            if self.queue:
                self.today.busy_between(self.at + self._paused_for, clock + self._paused_for)
            self.seen_minutes += math.sqrt(self.queue) * (clock - self.at)
            self._minutes, self._persons, self._counted, self._counter_minutes = self._sums(clock)
            self.at = clock
        return self.at

    def queue_is(self, at: float, persons: int) -> None:
        """Note that from now on this many persons wait."""
        clock = self.forward(at)
        self.queue = max(persons, 0)
        if not self.queue:
            self._busy_since = None
        elif self._busy_since is None:
            self._busy_since = clock

    def counters_are(self, at: float, count: int) -> None:
        """Note that from now on this many counters serve the service; 0 also when it is not known."""
        self.forward(at)
        if self._counters != max(count, 0):
            self._counters = max(count, 0)
            self._steady = self._pace(self.clock(at), self._counters)

    def called(self, at: float, persons: int = 1) -> None:
        """Note a call of a party. Call it before `queue_is` with the shorter queue."""
        clock = self.forward(at)
        self._last_calls = (*self._last_calls, clock)[-FULL_CALLS:]
        if self._first_call is None:
            self._first_call = clock
        self.gone += persons
        # A call right after the arrival at an idle counter says nothing about how long a queue takes.
        if self._busy_since is not None and clock - self._busy_since >= QUIET_MINUTES:
            weight = math.sqrt(self.queue) * persons
            self._persons += weight
            self.today.called(clock + self._paused_for, persons)
            self.seen_persons += weight
        self._steady = self._pace(self.clock(at), self._counters)

    def waited(self, minutes: float, place: int) -> None:
        """Note how long a place (1 = nobody ahead) took from arrival to call, in minutes of the service's own time."""
        self._waited += max(minutes, SHORTEST_WAIT)
        self._places += max(place, 1)

    def paused(self, at: float) -> None:
        """Stop the service's clock until `resumed`; a second pause changes nothing."""
        self.forward(at)
        if self.paused_at is None:
            self.paused_at = at

    def resumed(self, at: float) -> None:
        """Let the service's clock go on."""
        if self.paused_at is not None:
            self._paused_for += max(at - self.paused_at, 0.0)
            self.paused_at = None

    # -- asking ------------------------------------------------------------------------------

    def clock(self, at: float) -> float:
        """Return the service's own time: `at` without the minutes paused."""
        return (at if self.paused_at is None else min(at, self.paused_at)) - self._paused_for

    def is_known(self, at: float) -> bool:
        """Whether enough was seen: five calls during the last hour of the service's own time."""
        calls = self._last_calls
        return len(calls) == FULL_CALLS and self.clock(at) - calls[0] <= LAST_MINUTES

    @property
    def was_called(self) -> bool:
        """Whether anybody was called today."""
        return self._first_call is not None

    @property
    def was_known(self) -> bool:
        """Whether enough was seen at any time today."""
        return len(self._last_calls) == FULL_CALLS

    @property
    def last_call(self) -> float:
        """The service's own time of the last call; 0 before any."""
        return self._last_calls[-1] if self._last_calls else 0.0

    def half_hour(self, clock: float) -> int:
        """Return the half hour of the day of a moment of the service's own time."""
        return half_hour(clock + self._paused_for)

    def since_first_call(self, clock: float) -> float:
        """Return the minutes from the first call of the day to a moment of the service's own time, 0 before it."""
        return max(clock - self._first_call, 0.0) if self._first_call is not None else 0.0

    @property
    def usual_gap(self) -> float:
        """Minutes between two calls while people wait, as at the last call or change of counters.

        One long gap makes it hardly longer: it is no more than the middle one of the last gaps, nor twice that of
        earlier days.
        """
        if self._steady is None:
            return self.usual
        _, speed, minutes = self._steady
        gaps = [later - before for before, later in pairwise(self._last_calls)]
        middle = [median(gaps)] if len(gaps) >= FEWEST_GAPS else []
        return min(minutes * speed, self.usual * MOST_TIMES_USUAL, *middle)

    def rates(self, clock: float, open_counters: int | None) -> tuple[float, float]:
        """Return minutes for each person at a moment of the service's own time, and how much longer people waited today
        than that says (a factor).

        More open counters than there were on average shorten the first, fewer lengthen it; None is unknown.
        """
        _, speed, pace = self._pace(clock, open_counters)
        return pace * speed, self._factor(pace)

    def rates_then(self) -> tuple[float, float]:
        """Return the same two as they were at `at`, with the counters that were open."""
        return self.rates(self.clock((self.at or 0.0) + self._paused_for), self._counters or None)

    def steady(self, at: float) -> tuple[float, float]:
        """Return the same two, weighed as at the last call or change of counters: time alone never makes it faster."""
        clock = self.clock(at)
        weight, speed, least = self._steady or self._pace(clock, self._counters)
        minutes, persons, _, _ = self._sums(clock)
        pace = max((minutes + weight * self.usual) / (persons + weight), least)
        return pace * speed, self._factor(pace)

    def _factor(self, pace: float) -> float:
        return (self._waited + pace) / (self._places + 1.0) / pace

    def _pace(self, clock: float, open_counters: int | None) -> tuple[float, float, float]:
        """Return the weight of what is usual, what the number of open counters changes, and minutes for each person."""
        minutes, persons, counted, counter_minutes = self._sums(clock)
        weight = OWN_CALLS * (math.sqrt(self.queue) if self.queue else 1.0)
        speed = 1.0
        if open_counters and counted > 0.0 and counter_minutes > 0.0:
            more = open_counters * counted / counter_minutes
            speed = float(min(max(more, 1.0 / COUNTER_FACTOR), COUNTER_FACTOR) ** -COUNTER_ELASTICITY)
        return weight, speed, (minutes + weight * self.usual) / (persons + weight)

    def _sums(self, clock: float) -> Sequence[float]:
        """Return the decayed sums as they stand at this moment, without changing them."""
        if self.at is None or clock <= self.at:
            return self._minutes, self._persons, self._counted, self._counter_minutes
        kept = 0.5 ** ((clock - self.at) / HALF_LIFE)
        gone = math.sqrt(self.queue) * (1.0 - kept) * HALF_LIFE / math.log(2.0)
        known = gone if self._counters else 0.0
        return (
            self._minutes * kept + gone,
            self._persons * kept,
            self._counted * kept + known,
            self._counter_minutes * kept + known * self._counters,
        )
