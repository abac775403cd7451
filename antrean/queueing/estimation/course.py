"""How a service went on today, moment by moment: what people who waited would have been told at each."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from operator import itemgetter

MOMENTS = 360
APART = 1.0  # minutes between two moments
_GOLDEN = 0.6180339887498949  # its multiples, without their whole parts, lie evenly between 0 and 1


@dataclass(frozen=True, slots=True)
class Update:
    """A moment of a wait: `left` minutes before its call, at this `place`, when `level` was what one place takes."""

    left: float
    place: float
    level: float


@dataclass(slots=True)
class Course:
    """The last moments of one service, at least a minute apart; times are minutes of the service's own time.

    Each holds what `gone` was (persons called since the day began) and the `level` of the formula.
    """

    moments: list[tuple[float, float, float]] = field(default_factory=list)
    drawn: int = 0

    def is_due(self, clock: float) -> bool:
        """Whether the moment before this one should be noted."""
        return not self.moments or clock - self.moments[-1][0] >= APART

    def note(self, clock: float, gone: float, level: float) -> None:
        """Note a moment that is over."""
        self.moments.append((clock, gone, level))
        if len(self.moments) > MOMENTS:
            del self.moments[0]

    def draw(self, begins: float, ends: float, place: float, gone: tuple[float, float]) -> Update | None:
        """Return a moment of a wait between two times, each as likely as any other; None when none was noted.

        `place` is that of its beginning, `gone` those of its beginning and end: each call between them brought the
        visitor forward by the same part of the way, whoever was called.
        """
        self.drawn += 1
        at = begins + (self.drawn * _GOLDEN % 1.0) * (ends - begins)
        index = bisect_right(self.moments, at, key=itemgetter(0)) - 1
        if index < 0 or self.moments[index][0] < begins:
            return None
        _, gone_then, level = self.moments[index]
        all_gone = gone[1] - gone[0]
        part = (gone_then - gone[0]) / all_gone if all_gone > 0.0 else 0.0
        return Update(ends - at, 1.0 + (place - 1.0) * (1.0 - part), level)
