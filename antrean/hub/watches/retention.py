"""Old days leave the journal: sealed by a line first, then removed some lines a second, between two commits."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from antrean.hub.async_mode import AsyncMode
from antrean.hub.processes.side_process import Ended, SideProcess
from antrean.queueing.commands import SealJournal
from antrean.queueing.errors import QueueError
from antrean.queueing.journal.port import JournalDamaged, JournalError
from antrean.queueing.office import Office
from antrean.storage.database.errors import DatabaseError, in_a_line

log = logging.getLogger(__name__)
FIRST_AFTER = 1200.0  # a hub that was just started has other things to do, and a backup goes before
EACH = 86_400.0
AGAIN_AFTER = 3600.0  # after a look that failed
FIRST_WAIT, LONGEST_WAIT = 5.0, 3600.0  # after a step that failed; twice as long each time
PATIENCE = 86_400.0  # a new office has no backup yet, and a stick may be away for a day
LONGEST = 1800.0
ANOTHER_HUB = "another_hub"
DAMAGED = ("damaged", "unreadable")  # which no time mends


@dataclass(slots=True)
class Retention:
    """Has days that are more than `keep_days` days old sealed and removed, once a day; `look` runs each second.

    With 0 days nothing ever leaves. Nothing does either while the clock is in doubt. `wrong` says why old days stay;
    `code` is that of `antrean.storage.journal.sealing.NotSealed`, or failed.
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
    code: str = ""
    _wrong_since: float = 0.0
    _wait: float = 0.0
    _again: float = float("-inf")
    _due_at: float | None = None
    _left: bool = False  # lines that are sealed are still there
    _process: SideProcess = field(init=False)

    def __post_init__(self) -> None:
        """Make ready what looks for old days."""
        self._process = SideProcess("antrean.hub.processes.seal", self.root, self.mode, self.monotonic, LONGEST)

    def look(self) -> None:
        """Remove some lines that are sealed, or seal what is old, or start a look for what is."""
        now = self.monotonic()
        if not self.keep_days or self.office.guard.state != "ok" or now < self._again:
            return
        if self._due_at is None:
            self._due_at = now + FIRST_AFTER
        try:
            self._step(now)
        except JournalDamaged as damaged:
            self._failed(f"the journal is damaged: {damaged}", "damaged")
            self._wait_longer(now)
        except (DatabaseError, JournalError, QueueError) as error:
            self._failed(in_a_line(error))
            self._wait_longer(now)

    def _step(self, now: float) -> None:
        if self._left:
            self._left = self.remove() > 0
            self._wait = 0.0
            self._well()
        elif self._process.running:
            if (ended := self._process.look()) is not None:
                self._see(ended, now)
        elif self._due_at is not None and now >= self._due_at:
            self._due_at = now + AGAIN_AFTER
            self._start()

    def _wait_longer(self, now: float) -> None:
        self._wait = min(self._wait * 2, LONGEST_WAIT) or FIRST_WAIT
        self._again = now + self._wait

    def alarm(self) -> str:
        """Return the code of what somebody has to look after, "" for nothing: what is damaged, or lasts for a day."""
        lasts = self.monotonic() - self._wrong_since >= PATIENCE
        return self.code if self.code in DAMAGED or lasts else ""

    def stop(self) -> None:
        """End the process; what it was to find the next one finds."""
        self._process.stop()

    def _start(self) -> None:
        today = self.office.business_day().isoformat()
        asked = {
            **self.settings(),
            "office": self.office.read(lambda _day, plan: plan.office),
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
            self._failed(str(found["wrong"]), str(found["code"]))
            return
        self._well()
        seal = found["seal"]
        if seal is not None:
            self.office.execute(SealJournal(**seal), actor="hub")
            log.info("lines %d to %d of the journal are sealed: their days are too old", seal["first"], seal["last"])
        self._left = seal is not None or found["left"] > 0
        self._due_at = now if self._left else now + EACH  # there may be more, as when the setting was changed

    def _well(self) -> None:
        self.wrong = self.code = ""

    def _failed(self, why: str, code: str = "failed") -> None:
        if why != self.wrong:
            log.error("old days stay in the journal: %s", why)
        if not self.code:
            self._wrong_since = self.monotonic()
        self.wrong, self.code = why, code
