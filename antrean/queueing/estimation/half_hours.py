"""What a service is like at each time of the day, remembered by half hours: how long people wait, how fast it calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor
from typing import Any

HALF_HOURS, MINUTES, FIRST, DAY = 24, 30.0, 7 * 60.0, 24 * 60.0
KEPT = 0.7  # of each sum on the next working day
FEWEST_WAITS = 20.0
# What is expected before anything was seen: a wait of 15 minutes, and five minutes for each person.
USUAL_WAIT, WAIT_WEIGHT = 15.0, 3.0
USUAL_PACE, PACE_WEIGHT = 5.0, 20.0
OWN_WEIGHT = 8.0  # calls of a half hour and its neighbours that count as much as all other half hours together
_SUMS = ("waited", "waits", "in_demand", "calls", "priority")


def half_hour(at: float) -> int:
    """Return the half hour of a moment in local minutes: 0 begins at 07:00, 23 at 18:30; all others are at the ends."""
    found = floor((at % DAY - FIRST) / MINUTES)
    return 0 if found < 0 else found if found < HALF_HOURS else HALF_HOURS - 1


def _none() -> list[float]:
    return [0.0] * HALF_HOURS


@dataclass(frozen=True, slots=True)
class Habits:
    """What is usual in each half hour: minutes of wait, minutes between calls, and persons with priority a minute.

    `known` is whether enough waits are remembered to answer whoever comes first on a day.
    """

    waits: tuple[float, ...]
    paces: tuple[float, ...]
    priority: tuple[float, ...]
    known: bool


@dataclass(slots=True)
class HalfHours:
    """Sums of one service by half hour; moments are local minutes.

    `waited` are minutes from joining to the call and `waits` how many they were, by the half hour of joining, of those
    who had to wait. `in_demand` are minutes in which somebody waited, `calls` persons called meanwhile, `priority`
    persons who came with priority. `days` is of how many days.
    """

    waited: list[float] = field(default_factory=_none)
    waits: list[float] = field(default_factory=_none)
    in_demand: list[float] = field(default_factory=_none)
    calls: list[float] = field(default_factory=_none)
    priority: list[float] = field(default_factory=_none)
    days: float = 0.0

    @classmethod
    def remembered(cls, memory: Mapping[str, Any]) -> HalfHours:
        """Return the sums of a memory. Raises ValueError when a sum has not 24 half hours."""
        sums = [[float(value) for value in memory[name]] for name in _SUMS]
        if any(len(values) != HALF_HOURS for values in sums):
            raise ValueError("a service has 24 half hours")
        return cls(**dict(zip(_SUMS, sums, strict=True)), days=float(memory["days"]))

    def wait(self, joined: float, minutes: float) -> None:
        """Take in a wait of somebody who joined at this moment."""
        self.waited[half_hour(joined)] += minutes
        self.waits[half_hour(joined)] += 1.0

    def busy_between(self, begins: float, ends: float) -> None:
        """Take in that somebody waited all the time between two moments."""
        while begins < ends:
            until = min((floor(begins / MINUTES) + 1) * MINUTES, ends)
            self.in_demand[half_hour(begins)] += until - begins
            begins = until

    def called(self, at: float, persons: int) -> None:
        """Take in a call while somebody waited."""
        self.calls[half_hour(at)] += persons

    def came_with_priority(self, at: float, persons: int) -> None:
        """Take in a visitor with priority."""
        self.priority[half_hour(at)] += persons

    def after(self, day: HalfHours) -> HalfHours:
        """Return what is remembered after one more working day."""
        sums = {
            name: [before * KEPT + today for before, today in zip(getattr(self, name), getattr(day, name), strict=True)]
            for name in _SUMS
        }
        return HalfHours(**sums, days=self.days * KEPT + 1.0)

    def memory(self) -> dict[str, Any]:
        """Return the sums as plain JSON values, exact enough and short."""
        return {"days": self.days, **{name: [round(value, 3) for value in getattr(self, name)] for name in _SUMS}}

    def habits(self) -> Habits:
        """Return what these sums lead one to expect."""
        everywhere = (sum(self.in_demand) + USUAL_PACE * PACE_WEIGHT) / (sum(self.calls) + PACE_WEIGHT)
        return Habits(
            tuple(
                (_near(self.waited, b) + USUAL_WAIT * WAIT_WEIGHT) / (_near(self.waits, b) + WAIT_WEIGHT)
                for b in range(HALF_HOURS)
            ),
            tuple(
                (_smooth(self.in_demand, b) + OWN_WEIGHT * everywhere) / (_smooth(self.calls, b) + OWN_WEIGHT)
                for b in range(HALF_HOURS)
            ),
            tuple(
                _near(self.priority, b) / (len(self.priority[max(b - 1, 0) : b + 2]) * MINUTES * self.days)
                if self.days
                else 0.0
                for b in range(HALF_HOURS)
            ),
            sum(self.waits) >= FEWEST_WAITS,
        )


def _near(values: list[float], b: int) -> float:
    """Return the sum of a half hour and its neighbours."""
    return sum(values[max(b - 1, 0) : b + 2])


def _smooth(values: list[float], b: int) -> float:
    """Return a half hour's value, smoothed with ¼, ½, ¼ over itself and its neighbours."""
    return (_at(values, b - 1) + 2.0 * values[b] + _at(values, b + 1)) / 4.0


def _at(values: list[float], b: int) -> float:
    return values[b] if 0 <= b < HALF_HOURS else 0.0


NOTHING_REMEMBERED = HalfHours().habits()
