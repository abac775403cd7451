"""How the office's time was set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event

# How the clock was set.
ADOPTED, TOLD, BEGUN, DOUBTED, DATED = "adopted", "told", "begun", "doubted", "dated"


@event("clock.set", formerly="ClockSet")
@dataclass(frozen=True, slots=True)
class ClockSet(Event):
    """The office's time was set by `seconds`: every time of this day before it is that much later by the new time.

    `how` is adopted (the machine's clock stood at its new time for long enough), told (by a person), begun (a day that
    had to wait begins), doubted (nothing is set: what happens from here on may be of another date than the hub's), or
    dated (only the day's times are moved: the hub that writes it knows the time, and whoever wrote the lines before it
    did not).
    `stays_on` is the calendar day on which this business day goes on all the same, as people wait in it. `from_day` is
    the business day that was left for this one, whose times are none of the new time's; `floors` are the numbers given
    in it on the same real day, by series: none of them is given again. Times up to `after` were right and stay, as the
    clock was wrong only from a start of the hub on; a line that is doubted names such a start by it.
    """

    seconds: float
    how: str
    stays_on: str = ""
    from_day: str = ""
    floors: Mapping[str, int] | None = None
    after: str = ""
