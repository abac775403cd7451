"""SecurityLog: writes sign-ins, failures, pairings and changes of access to the journal and to the log.

Signing in works without the journal: what can't be written now waits, so many at most, and is written when it can be.
What waits is kept in a file, so that a hub that is killed loses what happened in its last two seconds and no more.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Lock

from antrean.hub.async_mode import AsyncMode
from antrean.queueing.commands import NoteSecurity
from antrean.queueing.errors import QueueError, Unavailable
from antrean.queueing.events import SecurityNoted
from antrean.queueing.office import Office
from antrean.queueing.security.events import FAILURES, OTHERS
from antrean.storage.database.errors import DatabaseError, in_a_line
from antrean.storage.journal.security import SecurityRecords
from antrean.storage.journal.waiting_lines import WaitingLine, new_id, read_waiting, write_waiting

log = logging.getLogger(__name__)
HUB = "hub"
MINUTE = 60.0
MOST_FAILURES = 6  # lines a minute about failures, and one more for all others
MOST_NOTED = 60  # lines a minute about everything else, and one more for all others
MOST_ADDRESSES = 5  # that are kept of one line
MOST_UNWRITTEN = 200
AGAIN_SECONDS = 5.0  # until what could not be written is tried again
MOST_TRIED = 20  # times that the office refuses one line although it can write


@dataclass(slots=True)
class _Minute:
    """Equal events within a minute of the first, written as one line."""

    began: float
    noted: SecurityNoted
    addresses: set[str] = field(default_factory=set)
    count: int = 0
    id: str = field(default_factory=new_id)

    def add(self, address: str) -> None:
        self.count += 1
        if address and len(self.addresses) < MOST_ADDRESSES:
            self.addresses.add(address)

    def line(self) -> WaitingLine:
        return WaitingLine(replace(self.noted, count=self.count), HUB, tuple(sorted(self.addresses)), self.id)


class SecurityLog:
    """Tells of everything that happens to who may do what. `counts` says how often, by what it was.

    Attempts that failed, by one name or from one address, are one line a minute with their number, written when the
    minute is over; of more names and addresses than a few only the number is told. `lost` counts lines that could not
    be written and found no place to wait, or that the office refused again and again. `folder` is where those that
    wait are kept.
    """

    def __init__(
        self,
        office: Office,
        records: SecurityRecords,
        mode: AsyncMode,
        monotonic: Callable[[], float],
        folder: Path,
    ) -> None:
        self._office = office
        self._folder = folder
        self._records = records
        self._mode = mode
        self._monotonic = monotonic
        self._lock = Lock()  # held for no longer than it takes to look at what is below
        self._writing = Lock()  # held by the one who writes
        self._minutes: dict[tuple[str, str], _Minute] = {}
        self._noted_since, self._noted = float("-inf"), 0
        self._unwritten: deque[WaitingLine] = deque()
        self._again = float("-inf")
        self._saved: list[WaitingLine] = []
        self._forgot_on: date | None = None
        self.counts: Counter[str] = Counter()
        self.lost = 0

    def begin(self) -> None:
        """Take up what a hub before this one could not write any more; blocking."""
        self._saved = read_waiting(self._folder)
        for line in self._saved:
            self._keep(replace(line))
            self._log(line)

    def note(self, noted: SecurityNoted, actor: str, address: str = "") -> None:
        """Tell of something that one person or device did; returns when it is written, or can't be written now."""
        with self._lock:
            self.counts[noted.what] += 1
            now = self._monotonic()
            if now - self._noted_since >= MINUTE:
                self._noted_since, self._noted = now, 0
            self._noted += 1
            if self._noted > MOST_NOTED:
                self._minute(now, OTHERS, "noted", SecurityNoted(OTHERS)).add("")
                return
            line = WaitingLine(noted, actor, (address,) if address else ())
            self._keep(line)
        self._log(line)
        self.write()

    def failed(self, what: str, person: str = "", address: str = "") -> None:
        """Count an attempt that failed; `person` is the name of a member of staff, "" where there is none of it."""
        assert what in FAILURES
        with self._lock:
            self.counts[what] += 1
            now = self._monotonic()
            key = f"name {person}" if person else f"address {address}"
            if (what, key) not in self._minutes and self._full():
                what, key, person = OTHERS, "failed", ""
            self._minute(now, what, key, SecurityNoted(what, person)).add(address)

    def look(self) -> None:
        """Write the minutes that are over, and what could not be written before; the hub looks each second."""
        now = self._monotonic()
        with self._lock:
            over = [key for key, minute in self._minutes.items() if now - minute.began >= MINUTE]
            lines = [self._minutes.pop(key).line() for key in over]
            for line in lines:
                self._keep(line)
        for line in lines:
            self._log(line)
        if self._unwritten and (lines or now >= self._again):
            self.write()
        self._save()
        self._forget()

    def stop(self) -> None:
        """Tell the log of the minutes that are not over, and keep them: the next hub writes their lines."""
        with self._lock:
            lines = [minute.line() for minute in self._minutes.values()]
        for line in lines:
            self._log(line)
        try:
            write_waiting(self._folder, self._waiting())
        except OSError as error:
            log.error("%d lines are lost: %s", len(self._waiting()), error)

    def _waiting(self) -> list[WaitingLine]:
        """Return what is not in the journal yet, as it is now."""
        with self._lock:
            minutes = [minute.line() for minute in self._minutes.values()]
        return [*map(replace, self._unwritten.copy()), *minutes]

    def _save(self) -> None:
        """Keep what is not in the journal, when it is something else than before."""
        waiting = self._waiting()
        if waiting != self._saved:
            self._mode.run_blocking(write_waiting, self._folder, waiting)
            self._saved = waiting

    def _full(self) -> bool:
        return sum(minute.noted.what in FAILURES for minute in self._minutes.values()) >= MOST_FAILURES

    def _minute(self, now: float, what: str, key: str, noted: SecurityNoted) -> _Minute:
        return self._minutes.setdefault((what, key), _Minute(now, noted))

    def _keep(self, line: WaitingLine) -> None:
        if len(self._unwritten) < MOST_UNWRITTEN:
            self._unwritten.append(line)
            return
        self.lost += 1
        log.error("a line about %s is not in the journal: too many wait to be written", line.noted.what)

    def _log(self, line: WaitingLine) -> None:
        noted = line.noted
        of = [noted.person, noted.role, noted.device, noted.device_kind]
        said = " ".join(part for part in (noted.what, *of) if part)
        times = f", {noted.count} times" if noted.count > 1 else ""
        source = f" from {', '.join(line.addresses)}" if line.addresses else ""
        log.warning("%s by %s%s%s", said, line.actor, source, times)

    def write(self) -> None:
        """Write what waits, oldest first, until it can't be written; one of several who ask at once does it."""
        while self._unwritten and self._writing.acquire(blocking=False):
            try:
                if not self._write_first():
                    return
            finally:
                self._writing.release()

    def _write_first(self) -> bool:
        line = self._unwritten[0]
        try:
            self._write(line)
        except Unavailable:
            self._again = self._monotonic() + AGAIN_SECONDS
            return False
        except QueueError as refused:
            self._again = self._monotonic() + AGAIN_SECONDS
            self._refused(line, refused)
            return False
        self._unwritten.popleft()
        return True

    def _refused(self, line: WaitingLine, why: QueueError) -> None:
        """Let a line that the office refused wait behind the others; say so once, and again when it is given up."""
        line.tried += 1
        given_up = line.tried >= MOST_TRIED
        if line.tried == 1 or given_up:
            log.error("a line about %s %s: %s", line.noted.what, "is lost" if given_up else "has to wait", why)
        if given_up:
            self.lost += 1
            self._unwritten.popleft()
        else:
            self._unwritten.rotate(-1)

    def _write(self, line: WaitingLine) -> None:
        noted = replace(line.noted, address=self._kept(line)) if line.addresses else line.noted
        self._office.execute(NoteSecurity(noted=noted), actor=line.actor, request_id=line.id)

    def _kept(self, line: WaitingLine) -> str:
        """Keep a line's addresses and return their name, "" when they can't be kept: the line counts for more."""
        if self._office.holds:
            return ""
        try:
            self._mode.run_blocking(self._records.keep, line.id, line.addresses, self._office.clock())
        except DatabaseError as error:
            log.error("an address could not be kept: %s", in_a_line(error))
            return ""
        return line.id

    def _forget(self) -> None:
        """Once a day, remove addresses that were kept long enough; never by a clock that may be ahead."""
        if self._office.guard.state != "ok":
            return
        today = self._office.read(lambda day, _plan: day.business_day)
        if today != self._forgot_on:
            self._mode.run_blocking(self._records.forget, self._office.clock())
            self._forgot_on = today
