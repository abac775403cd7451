"""FinishedDays: what past business days of an office did for its campaign, read by a process of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

from antrean.hub.async_mode import AsyncMode
from antrean.hub.processes.side_process import Ended, SideProcess
from antrean.queueing.errors import Unavailable
from antrean.queueing.keeping.finished_day import FinishedDay, from_json

log = logging.getLogger(__name__)
LONGEST = 120.0
LOOK_SECONDS = 0.1
PATIENCE = 60.0  # of whoever asks; days that were read meanwhile are known to the next one

Span = tuple[date, date]  # from the first day on, to before the other


@dataclass(slots=True)
class FinishedDays:
    """Days that are over change no more, so each is read once: folding one of a large office takes a second or two.

    `database` is the address of the journal, `root` the program's folder. `stop` ends the process.
    """

    office: str
    database: str
    mode: AsyncMode
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    root: Path
    _known: dict[date, FinishedDay] = field(default_factory=dict, init=False)
    _asked: Span | None = field(default=None, init=False)
    _whole: Span | None = field(default=None, init=False)
    _reading: Lock = field(default_factory=Lock, init=False)
    _process: SideProcess = field(init=False)

    def __post_init__(self) -> None:
        """Make ready what the days are read by."""
        self._process = SideProcess(
            "antrean.hub.processes.finished_days", self.root, self.mode, self.monotonic, LONGEST
        )

    def between(self, first: date, today: date) -> dict[date, FinishedDay]:
        """Return the days from `first` on and before today; a day without lines is left out.

        Refuses (`too_slow`) while they can't be read, or not within a minute: then the next one who asks goes on.
        """
        until = self.monotonic() + PATIENCE
        while not self._reading.acquire(blocking=False):
            self._wait(until)
        try:
            while not self._is_whole(first, today):
                self._read(first, today, until)
        finally:
            self._reading.release()
        return {day: found for day, found in self._known.items() if first <= day < today}

    def stop(self) -> None:
        """End the process."""
        self._process.stop()

    def _is_whole(self, first: date, today: date) -> bool:
        return first >= today or (self._whole is not None and self._whole[0] <= first and self._whole[1] == today)

    def _read(self, first: date, today: date, until: float) -> None:
        """Read some days that are not known yet, newest first, or wait for a process whose asker lost patience."""
        ended = None if self._process.running else self._begin(first, today)
        while ended is None and self._process.running:
            self._wait(until)
            ended = self._process.look()
        if ended is None or ended.wrong or ended.said is None:
            log.warning("finished days were not read: %s", ended.wrong if ended is not None else "the hub is stopping")
            raise Unavailable("too_slow")
        self._known |= {date.fromisoformat(day): from_json(found) for day, found in ended.said["days"].items()}
        if ended.said["all"]:
            self._whole = self._asked

    def _begin(self, first: date, today: date) -> Ended | None:
        self._asked = (first, today)
        asked = {
            "database": self.database,
            "office": self.office,
            "first": first.isoformat(),
            "before": today.isoformat(),
            "known": [day.isoformat() for day in self._known],
        }
        return self._process.begin(asked)

    def _wait(self, until: float) -> None:
        if self.monotonic() > until:
            raise Unavailable("too_slow")
        self.sleep(LOOK_SECONDS)
