"""ClockWatch: accepts a clock step that has lasted long enough, and reports when the clock can't be trusted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from antrean.queueing.clock.guard import Why
from antrean.queueing.commands import STANDING, AdoptClock, BeginDay
from antrean.queueing.office import Office
from antrean.storage.clock_file import ClockMemory

log = logging.getLogger(__name__)
SAID = {
    "jumped": "the clock of this machine jumped by %s: nothing is made of it before it has stood ten minutes",
    "backward": "the clock of this machine is wrong by %s: it says a day before the newest business day",
    "too_far": "the clock of this machine is wrong by %s: it says a day more than a fortnight after the newest one",
    "before_build": "the clock of this machine is wrong by %s: it says a day before this program was built",
    "hubs_differ": "the clock of this machine is wrong by %s: another hub of this office has another date",
}


@dataclass(slots=True)
class ClockWatch:
    """`look` runs once a second beside requests; `keep` writes down what must outlive this process."""

    office: Office
    redraw: Callable[[], None]
    keep: Callable[[ClockMemory], None]
    boot: str
    _said: Why = ""
    _kept: tuple[float, str] | None = None  # None: what an earlier process kept

    def look(self) -> None:
        """Say what has changed, take the step that is due, begin the day that had to wait."""
        guard = self.office.guard
        why = guard.why
        if why != self._said:
            self._said = why
            if why:
                log.warning(SAID[why], guard.wall() + guard.offset - guard.now())
            else:
                log.warning("the clock of this machine is believed again")
            self.redraw()
        if guard.due() is not None:
            self.office.execute(AdoptClock(guard=guard, since=self.office.time.began_at), actor="hub")
        if guard.day_waits is not None:
            self._begin_day()
        self._keep()

    def _begin_day(self) -> None:
        now, date = self.office.clock(), self.office.guard.day_waits
        if self.office.read(lambda day, plan: bool(BeginDay(stays_on=date).decide(day, STANDING, plan, now))):
            self.office.execute(BeginDay(stays_on=date), actor="hub")

    def _keep(self) -> None:
        guard = self.office.guard
        offset, stays_on = guard.kept()
        wanted = (offset.total_seconds(), stays_on.isoformat() if stays_on else "")
        if wanted != self._kept:
            now = guard.now().isoformat()
            self.keep(ClockMemory(*wanted, boot=self.boot, monotonic=guard.monotonic(), at=now))
            self._kept = wanted
