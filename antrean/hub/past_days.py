"""PastDays: what the last business days of an office tell of its demand, read once a day by a process of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

from antrean.hub.async_mode import AsyncMode
from antrean.hub.processes.side_process import SideProcess
from antrean.queueing.errors import Unavailable
from antrean.simulation.past_day import PastDay, from_json

log = logging.getLogger(__name__)
MOST_DAYS = 5
LONGEST = 120.0
LOOK_SECONDS = 0.1
PATIENCE = 60.0  # of whoever asks while the days are being read for somebody else


@dataclass(slots=True)
class PastDays:
    """Folding five days of a large office takes seconds and memory, which the hub has for its visitors.

    `database` is the address of the journal, `root` the program's folder. `stop` ends the process.
    """

    office: str
    database: str
    mode: AsyncMode
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    root: Path
    _before: date | None = field(default=None, init=False)
    _days: tuple[PastDay, ...] = field(default=(), init=False)
    _reading: Lock = field(default_factory=Lock, init=False)
    _process: SideProcess = field(init=False)

    def __post_init__(self) -> None:
        """Make ready what the days are read by."""
        self._process = SideProcess("antrean.hub.processes.past_days", self.root, self.mode, self.monotonic, LONGEST)

    def before(self, today: date) -> tuple[PastDay, ...]:
        """Return the newest days before today that have numbers. Who asks first on a day waits for the process.

        Refuses (`too_slow`) when they can't be read now.
        """
        until = self.monotonic() + PATIENCE
        while not self._reading.acquire(blocking=False):
            if self.monotonic() > until:
                raise Unavailable("too_slow")
            self.sleep(LOOK_SECONDS)
        try:
            if self._before != today:
                self._days, self._before = self._read(today), today
            return self._days
        finally:
            self._reading.release()

    def stop(self) -> None:
        """End the process."""
        self._process.stop()

    def _read(self, today: date) -> tuple[PastDay, ...]:
        asked = {"database": self.database, "office": self.office, "before": today.isoformat(), "most": MOST_DAYS}
        ended = self._process.begin(asked)
        while ended is None and self._process.running:
            self.sleep(LOOK_SECONDS)
            ended = self._process.look()
        if ended is None or ended.wrong or ended.said is None:
            log.warning("earlier days were not read: %s", ended.wrong if ended is not None else "the hub is stopping")
            raise Unavailable("too_slow")
        return tuple(from_json(one) for one in ended.said)
