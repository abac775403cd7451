"""BackupWatch: starts automatic backups when they are due, and keeps their results."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from antrean.hub.async_mode import AsyncMode
from antrean.hub.processes.side_process import Ended, SideProcess
from antrean.queueing.events import DayClosed, JournalRestored
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.storage.backup.drives import Drive, Machine
from antrean.storage.backup.rounds import BackupPlaces, Copy, copies
from antrean.storage.backup.schedule import EACH, TOO_OLD, is_too_old

log = logging.getLogger(__name__)
HOUR = EACH.total_seconds()
FIRST_AFTER = 600.0  # a hub that was just started has other things to do
CLOSED_AFTER = 10.0
AGAIN_AFTER = 600.0  # after a round that failed
LONGEST = 1800.0
LIST_EACH = 60.0
DRIVES_EACH, DRIVES_FOR = 3.0, 150.0  # an open page is drawn anew each minute
ANOTHER_HUB = "another_hub"


@dataclass(frozen=True, slots=True)
class Stock:
    """The backups there are, newest first, and how the second place is: none, ok, away or failed.

    `free` and `size` are its room in bytes, 0 where nobody knows.
    """

    here: tuple[Copy, ...] = ()
    second: tuple[Copy, ...] = ()
    second_state: str = "none"
    free: int = 0
    size: int = 0

    def newest(self, until: datetime | None = None) -> Copy | None:
        """Return the newest backup of all places; those named by a clock that was ahead don't count before `until`."""
        known = (copy for copy in (*self.here, *self.second) if until is None or copy.at <= until)
        return max(known, key=lambda copy: copy.at, default=None)


@dataclass(slots=True)
class BackupWatch:
    """Has a backup made each hour in which something happened, and when a day was closed; `look` runs each second.

    A backup holds the whole database: `office` gives it time and zone, and `others` are the further offices in it.
    `wrong` and its code say why the last round made none, "" when it did; `second` how the second place was then.
    `named`: the second place stands in the machine's settings, and nobody changes it in a browser. `drives` are those
    that could be one, as far as somebody looks at them.
    """

    office: Office
    places: BackupPlaces
    settings: Callable[[], dict[str, Any]]  # what the process has to know besides place and time
    mode: AsyncMode
    monotonic: Callable[[], float]
    root: Path
    encrypted: bool = False
    named: bool = False
    machine: Machine = field(default_factory=Machine)
    drives: tuple[Drive, ...] = ()
    changed: Callable[[], None] = lambda: None  # is told when a page would show something else
    others: list[Office] = field(default_factory=list)
    stock: Stock = field(default_factory=Stock)
    code: str = ""
    wrong: str = ""
    second: str = "none"
    second_wrong: str = ""
    made: int = 0
    failed: int = 0
    _process: SideProcess = field(init=False)
    _asked: bool = False
    _unsaved: bool = True  # something was heard since the last one was begun, or before this hub was
    _began: float | None = None
    _due_at: float | None = None  # by the monotonic clock
    _lacks_news: bool = False  # a day was closed since the last one was begun
    _listed_at: float = float("-inf")
    _drives_at: float = float("-inf")
    _drives_until: float = float("-inf")

    def __post_init__(self) -> None:
        """Make ready what backups are made by."""
        self._process = SideProcess("antrean.hub.processes.backup", self.root, self.mode, self.monotonic, LONGEST)

    @property
    def running(self) -> bool:
        """Whether one is being made now, or was asked for."""
        return self._process.running or self._asked

    def ask(self) -> None:
        """Have a backup made now."""
        self._asked = True

    def show_drives(self) -> None:
        """Look for drives for a while: somebody has the page open, and may plug one in now."""
        self._drives_until = self.monotonic() + DRIVES_FOR

    def use_second(self, folder: str) -> None:
        """Have backups copied to another second place from now on, "" for none, beginning at once."""
        self.places = BackupPlaces(self.places.data, folder)
        self.second, self.second_wrong = "none", ""
        self._listed_at = float("-inf")
        if folder:
            self.ask()

    def heard(self, entries: Sequence[JournalEntry]) -> None:
        """Have one made soon when a day was closed, or was brought back from a backup."""
        self._unsaved = self._unsaved or bool(entries)
        if any(isinstance(entry.event, DayClosed | JournalRestored) for entry in entries) and self._due_at is not None:
            self._due_at = min(self._due_at, self.monotonic() + CLOSED_AFTER)
            self._lacks_news = True

    def look(self) -> None:
        """Start a process when a backup is due, and see what became of the one that runs."""
        now = self.monotonic()
        if self._due_at is None or now - self._listed_at >= LIST_EACH:
            self._list(now)
        if now < self._drives_until and now - self._drives_at >= DRIVES_EACH:
            self._list_drives(now)
        if self._process.running:
            if (ended := self._process.look()) is not None:
                self._see(ended, now)
        elif self._asked or (now >= (self._due_at or 0.0) and self._something_happened()):
            self._asked = False
            self._start(now)

    def is_too_old(self) -> bool:
        """Whether more than two hours of service are in no backup. A new office has its first in good time."""
        newest = self.stock.newest(self.office.clock())
        if newest is None and (self._began is None or self.monotonic() - self._began < TOO_OLD.total_seconds()):
            return False
        return is_too_old(newest.at if newest else None, self._last_line())

    def stop(self) -> None:
        """End the process; what it left is swept away by a later one."""
        self._process.stop()

    def _list(self, now: float) -> None:
        self.stock = self.mode.run_blocking(_stock, self.places)
        self._listed_at = now
        if self._due_at is None:
            self._began = now
            newest = self.stock.newest(self.office.clock())
            age = max(0.0, (self.office.clock() - newest.at).total_seconds()) if newest else HOUR
            self._due_at = now + max(FIRST_AFTER, HOUR - age)

    def _list_drives(self, now: float) -> None:
        before, self._drives_at = self.drives, now
        self.drives = tuple(self.mode.run_blocking(self.machine.drives, self.places.data))
        if [(one.mounted, one.writable) for one in before] != [(one.mounted, one.writable) for one in self.drives]:
            if self.stock.second_state == "away":
                self._list(now)
            self.changed()

    def _last_line(self) -> datetime | None:
        last = (office.read(lambda day, _plan: day.last_at) for office in (self.office, *self.others))
        return max((at for at in last if at is not None), default=None)

    def _something_happened(self) -> bool:
        newest, last = self.stock.newest(self.office.clock()), self._last_line()
        if newest is None or last is None:  # of a day without a line nothing is said by its last one
            return self._unsaved
        return last > newest.at

    def _start(self, now: float) -> None:
        asked = {
            **self.settings(),
            "data": str(self.places.data),
            "second": self.places.second,
            "at": self.office.clock().isoformat(),
            "zone": self.office.read(lambda _day, plan: plan.zone),
        }
        self._due_at = now + AGAIN_AFTER
        self._unsaved = self._lacks_news = False
        if (ended := self._process.begin(asked)) is not None:
            self._failed(ended.wrong)

    def _see(self, ended: Ended, now: float) -> None:
        if not isinstance(done := ended.said, dict):
            self._failed(ended.wrong or "its process said nothing")
            return
        if done["code"] == ANOTHER_HUB:
            self._unsaved = True
        elif done["wrong"]:
            self._failed(str(done["wrong"]), str(done["code"]))
        else:
            self.second, self.second_wrong = str(done["second"]), str(done["second_wrong"])
            self.made += 1
            if self.wrong:
                log.warning("backups are made again")
            self.wrong = self.code = ""
            if not self._lacks_news:
                self._due_at = now + HOUR
        self._list(now)
        self.changed()

    def _failed(self, why: str, code: str = "failed") -> None:
        self.failed += 1
        self._unsaved = True
        if why != self.wrong:
            log.error("no backup was made: %s", why)
        self.wrong, self.code = why, code


def _stock(places: BackupPlaces) -> Stock:
    here = tuple(copies(places.first))
    if not places.second:
        return Stock(here)
    if not places.second_is_there():
        return Stock(here, (), "away")
    second = Path(places.second)
    try:
        room = shutil.disk_usage(second)
    except OSError:
        return Stock(here, tuple(copies(second)), "ok")
    return Stock(here, tuple(copies(second)), "ok", room.free, room.total)
