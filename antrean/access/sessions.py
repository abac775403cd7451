"""Sessions: who is signed in, kept in memory and as rows, so that a sign-in outlives the hub and can be ended."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from threading import Lock

from antrean.storage.database.errors import DatabaseError, in_a_line
from antrean.storage.sessions import SessionRows, StaffSession
from antrean.storage.settings.staff import StaffMember

log = logging.getLogger(__name__)
SESSION_HOURS = 14  # after the sign-in, however much it is used
IDLE_HOURS = 4  # after the last thing that its person did
LASTS, IDLE = timedelta(hours=SESSION_HOURS), timedelta(hours=IDLE_HOURS)
# Another hub may know of a newer use: a row is removed only when that has had time to come here.
NEWS = timedelta(minutes=10)
SURELY_OPEN = timedelta(minutes=1)  # no office locks sooner, so that most requests need not ask
MOST_ENDED = 4096  # sessions that ended and are remembered as such


class Sessions:
    """The open sessions of an office: asking memory costs no SQL. Rows are written at sign-in, at the end, by `write`.

    A row that can't be written now is written later: people sign in also while the disk is full. `clock` gives an aware
    time that setting the machine's clock does not move. `run_blocking` runs what blocks where it delays no other
    request; `load` takes no lock, as it runs there.
    """

    def __init__(self, rows: SessionRows, clock: Callable[[], datetime], run_blocking: Callable[..., None]) -> None:
        self._rows = rows
        self.clock = clock
        self.locks_after: Callable[[], int] = lambda: 0  # minutes without use, 0 for never
        self._run_blocking = run_blocking
        self._writing = Lock()
        self._counting = Lock()
        self._readings = count(1)
        self._read: tuple[int, dict[str, StaffSession]] = (0, {})  # the newest reading of the rows
        self._new: dict[str, StaffSession] = {}  # begun or changed here, until a reading that began later
        self._written: dict[str, int] = {}  # of these, when: the number of the next reading
        self._used: dict[str, datetime] = {}
        self._used_unwritten: set[str] = set()
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._ended_unwritten: set[str] = set()

    def load(self) -> None:
        """Read the rows again; blocking."""
        number = next(self._readings)
        found = {one.id: one for one in self._rows.all()}
        if number > self._read[0]:
            self._read = (number, found)

    def begin(self, member: StaffMember, browser: str = "", address: str = "") -> str:
        """Start a session and return what its browser's cookie is to say."""
        token, now = secrets.token_urlsafe(24), self.clock()
        session = StaffSession(session_id(token), member.name, member.session, now, now, browser, address)
        self._new[session.id] = session
        self.write()
        return token

    def of(self, token: str) -> StaffSession | None:
        """Return the open session whose cookie says this, or None."""
        return self.by_id(session_id(token))

    def by_id(self, session: str) -> StaffSession | None:
        """Return the open session with this id, or None."""
        found = self._known(session)
        return found if found is not None and not self._over(found) else None

    def all(self, staff: str = "") -> list[StaffSession]:
        """Return the open sessions, of one member of staff or of all, the one used last first."""
        known = map(self.by_id, {**self._read[1], **self._new})
        found = [one for one in known if one is not None and staff in ("", one.staff)]
        return sorted(found, key=lambda one: (one.used_at, one.id), reverse=True)

    def has_ended(self, token: str) -> bool:
        """Whether the rows need not be asked for it: it ended, or was looked for in vain."""
        return session_id(token) in self._ended

    def not_found(self, token: str) -> None:
        """Remember that no row has it, and none will."""
        self._remember_ended(session_id(token))

    def used(self, session: str) -> None:
        """Note that the person of a session did something now; written with the next `write`."""
        self._used[session] = self.clock()
        self._used_unwritten.add(session)

    def locked(self, session: StaffSession) -> bool:
        """Whether it only sees: its person locked it, or has not done anything for as long as the office says."""
        if session.locked or self.clock() - session.used_at < SURELY_OPEN:
            return session.locked
        return self.open_for(session) == timedelta()

    def open_for(self, session: StaffSession) -> timedelta | None:
        """Return how long it stays open when nobody does anything, nothing when that is over; None for ever."""
        minutes, unused = self.locks_after(), self.clock() - session.used_at
        return max(timedelta(), timedelta(minutes=minutes) - unused) if minutes else None

    def lock(self, session: str) -> None:
        """Lock a session until its person opens it."""
        self._change(session, locked=True)

    def unlock(self, session: str) -> None:
        """Open a locked session: its person has shown that they are there."""
        self._change(session, locked=False, wrong_pins=0)
        self.used(session)
        self.write()

    def try_pin(self, session: str, most: int) -> bool:
        """Count one PIN before it is looked at, and lock the session; False when `most` were wrong already."""
        with self._counting:
            found = self.by_id(session)
            if found is None or found.wrong_pins >= most:
                return False
            self._change(session, locked=True, wrong_pins=found.wrong_pins + 1)
            return True

    def _change(self, session: str, locked: bool, wrong_pins: int | None = None) -> None:
        if (found := self._known(session)) is not None:
            wrong = found.wrong_pins if wrong_pins is None else wrong_pins
            self._written.pop(session, None)
            self._new[session] = replace(found, locked=locked, wrong_pins=wrong)
            self.write()

    def end(self, sessions: Collection[str]) -> None:
        """End these sessions: at once here, and within seconds at other hubs of this database."""
        if not sessions:
            return
        self._ended_unwritten.update(sessions)
        for one in sessions:
            self._remember_ended(one)
        self.write()

    def end_old(self) -> None:
        """End the sessions whose time is over, and forget what readings have told since."""
        known = [self._known(one) for one in {**self._read[1], **self._new}]
        self.end([one.id for one in known if one is not None and self._over(one, NEWS)])
        for id, due in list(self._written.items()):
            if self._read[0] >= due:
                self._written.pop(id, None)
                self._new.pop(id, None)
        for id in list(self._used):
            if self._known(id) is None:
                self._used.pop(id, None)

    def go_on_with(self, session: str, member: StaffMember) -> None:
        """Let one session of a member outlast the change that ends the others, such as of the password."""
        if (found := self._known(session)) is not None:
            self._written.pop(session, None)
            self._new[session] = replace(found, mark=member.session)
        self.write()

    def write(self) -> None:
        """Write what has changed; what can't be written now stays for the next time. One of several does it at once."""
        with self._writing:
            ended = set(self._ended_unwritten)
            new = {id: one for id, one in list(self._new.items()) if id not in self._written and id not in ended}
            used = {id: at for id, at in list(self._used.items()) if id in self._used_unwritten and id not in new}
            if not (new or used or ended):
                return
            try:
                self._run_blocking(self._rows.write, list(new.values()), used, ended)
            except DatabaseError as error:
                log.warning("sessions could not be written: %s", in_a_line(error))
                return
            due = next(self._readings)  # one that began before may not have seen this
            self._written |= {id: due for id, one in new.items() if self._new.get(id) is one}
            self._ended_unwritten -= ended
            self._used_unwritten -= {id for id, at in used.items() if self._used.get(id) == at}

    def _known(self, session: str) -> StaffSession | None:
        if session in self._ended:
            return None
        found = self._new.get(session) or self._read[1].get(session)
        used = self._used.get(session)
        if found is not None and used is not None and used > found.used_at:
            return replace(found, used_at=used)
        return found

    def _remember_ended(self, session: str) -> None:
        self._ended[session] = None
        self._new.pop(session, None)
        self._written.pop(session, None)
        while len(self._ended) > MOST_ENDED:
            self._ended.popitem(last=False)

    def _over(self, session: StaffSession, later: timedelta = timedelta()) -> bool:
        """Whether its time is over. A clock that was set back while no hub ran prolongs none beyond its length."""
        now = self.clock()
        return abs(now - session.began_at) > LASTS + later or now - session.used_at > IDLE + later


def session_id(token: str) -> str:
    """Return the id of the session whose cookie says this. Its 192 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
