"""Old days leave the journal: sealed by a line first, then removed some lines a second, between two commits."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from queueing.commands import SealJournal
from queueing.office import Office
from web.async_mode import AsyncMode
from web.side_process import Ended, SideProcess

log = logging.getLogger(__name__)
FIRST_AFTER = 1200.0  # a hub that was just started has other things to do, and a backup goes before
EACH = 86_400.0
AGAIN_AFTER = 3600.0  # after a look that failed
LONGEST = 1800.0
ANOTHER_HUB = "another_hub"


@dataclass(slots=True)
class Retention:
    """Has days that are more than `keep_days` days old sealed and removed, once a day; `look` runs each second.

    With 0 days nothing ever leaves. Nothing does either while the clock is in doubt. `wrong` says why old days stay.
    `settings` is what the process has to know besides office, day and span; `remove` takes some sealed lines out of the
    journal and returns how many are left to remove.
    """

    office: Office
    keep_days: int
    settings: Callable[[], dict[str, Any]]
    remove: Callable[[], int]
    mode: AsyncMode
    monotonic: Callable[[], float]
    root: Path
    wrong: str = ""
    _due_at: float | None = None
    _left: bool = False  # lines that are sealed are still there
    _process: SideProcess = field(init=False)

    def __post_init__(self) -> None:
        """Make ready what looks for old days."""
        self._process = SideProcess("seal_child", self.root, self.mode, self.monotonic, LONGEST)

    def look(self) -> None:
        """Remove some lines that are sealed, or seal what is old, or start a look for what is."""
        if not self.keep_days or self.office.guard.state != "ok":
            return
        now = self.monotonic()
        if self._due_at is None:
            self._due_at = now + FIRST_AFTER
        if self._left:
            self._left = self.remove() > 0
        elif self._process.running:
            if (ended := self._process.look()) is not None:
                self._see(ended, now)
        elif now >= self._due_at:
            self._due_at = now + AGAIN_AFTER
            self._start()

    def stop(self) -> None:
        """End the process; what it was to find the next one finds."""
        self._process.stop()

    def _start(self) -> None:
        today = self.office.business_day().isoformat()
        asked = {
            **self.settings(),
            "office": self.office.look(lambda _day, plan: plan.office),
            "today": today,
            "keep_days": self.keep_days,
        }
        if (ended := self._process.begin(asked)) is not None:
            self._failed(ended.wrong)

    def _see(self, ended: Ended, now: float) -> None:
        if not isinstance(found := ended.said, dict):
            self._failed(ended.wrong or "its process said nothing")
            return
        if found["code"] == ANOTHER_HUB:
            return
        if found["wrong"]:
            self._failed(str(found["wrong"]))
            return
        self.wrong = ""
        seal = found["seal"]
        if seal is not None:
            self.office.execute(SealJournal(**seal), actor="hub")
            log.info("lines %d to %d of the journal are sealed: their days are too old", seal["first"], seal["last"])
        self._left = seal is not None or found["left"] > 0
        self._due_at = now if self._left else now + EACH  # there may be more, as when the setting was changed

    def _failed(self, why: str) -> None:
        if why != self.wrong:
            log.error("old days stay in the journal: %s", why)
        self.wrong = why
