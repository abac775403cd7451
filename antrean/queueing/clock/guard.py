"""Keeps the hub's time and the business day, also while the machine's clock can't be believed.

Two witnesses stand beside the wall clock: a monotonic clock that nobody can set, and the newest line of the journal.
"""

from __future__ import annotations

from _thread import (
    RLock,
)  # a lock of native threads even where threads are patched: the writer and the loop both use it
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from antrean.queueing.events import DATED, ClockSet

State = Literal["ok", "jumped", "wrong"]
Why = Literal["", "jumped", "backward", "too_far", "before_build", "hubs_differ"]
SMALL_SECONDS = 60.0  # a larger difference between two readings is a jump
SMALL = timedelta(seconds=SMALL_SECONDS)
STANDS_SECONDS = 600.0  # how long a new time must stand before it is believed
START_STANDS_SECONDS = 30.0  # the same after a start in doubt, as long as nothing was written
COMPANY_SECONDS = 3600.0  # for so long after its last line another process counts as present
REACH_DAYS = 14
CATCHING_UP = 0.1  # share of the passing time at which a small difference to the wall clock is caught up
SAME_DATE = timedelta(minutes=15)  # a computed date is kept for so long, if it is the same at the end


@dataclass(slots=True)
class _Doubt:
    """A difference `off` of the wall clock from the hub's time, since the reading `since` of the monotonic clock."""

    off: timedelta
    since: float
    from_start: bool = False


class ClockGuard:
    """The hub's time. It never runs backwards by itself, and goes on evenly while the wall clock jumps.

    `state` is ok; or jumped, when the wall clock jumped and its new time has not stood for ten minutes; or wrong, when
    it can't be true, and `why` says what is the matter. The business day stays while it is not ok. Any thread may ask.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] | None = None,
        built_on: date = date.min,
    ) -> None:
        """Guard `clock`, which returns an aware time, with `monotonic` seconds. Without them `clock` alone counts.

        A time before the day `built_on` can't be true.
        """
        self.built_on = built_on
        self.offset = timedelta()  # from the wall clock to the time that an administrator gave
        self.stays_on: date | None = None  # the calendar day on which the business day is another one
        self.undated: date | None = None  # the business day with numbers of a hub that did not know the date
        self.date_unknown = False  # since a start in doubt, until the wall clock or another hub says the date
        self._clock = clock
        self._monotonic = monotonic
        self._zone: tzinfo = UTC
        self._lock = RLock()
        self._started = False
        self._line = datetime.min.replace(tzinfo=UTC)
        self._seen = 0.0
        self._doubt: _Doubt | None = None
        self._floor: date | None = None
        self._newest: datetime | None = None
        self._right_until: datetime | None = None  # after this the hub's time may be behind, since it started in doubt
        self._written: date | None = None  # the newest business day of which a line is known
        self._newest_read = 0.0  # when the newest line was read, by the monotonic clock
        self._untouched = True  # no line was written since the start
        self._listened = 0.0  # when the journal was last read to its end while the clock was in doubt
        self._company_until = float("-inf")
        self._dated = (self._line, self._line, date.min)  # a date, and from when until when it holds

    @property
    def started(self) -> bool:
        """Whether the newest line of the journal is known."""
        return self._started

    @property
    def in_doubt(self) -> bool:
        """Whether the wall clock was not believed when the time was last read; costs nothing."""
        return self._doubt is not None

    # -- asking ------------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return the hub's time."""
        with self._lock:
            return self._look()[1]

    def wall(self) -> datetime:
        """Return what the machine's clock says."""
        return self._clock()

    def business_day(self) -> date:
        """Return the office's business day: it follows the hub's date, never backwards, and stands while in doubt.

        A day whose date nobody knew goes on, as it may be the very day of those who wait in it.
        """
        return self.moment()[0]

    def moment(self) -> tuple[date, datetime]:
        """Return the business day and the hub's time from one reading."""
        with self._lock:
            mono, now = self._look()
            local = self._date(now)
            ahead = self._floor is None or (local > self._floor and local != self.stays_on)
            if ahead and self._started and self._state(mono) == "ok":
                if self._floor is not None and self._floor == self.undated:
                    self.stays_on = local
                else:
                    self._floor, self.stays_on = local, None
            return local if self._floor is None else self._floor, now

    @property
    def state(self) -> State:
        """Whether the wall clock is believed."""
        with self._lock:
            mono, _now = self._look()
            return self._state(mono)

    @property
    def why(self) -> Why:
        """What is the matter with the wall clock, "" when nothing is."""
        with self._lock:
            mono, now = self._look()
            return self._why(mono, now)

    def safe_day(self) -> date | None:
        """Return the newest business day that can be true, in which a hub in doubt goes on; None when there is none."""
        with self._lock:
            return self._floor if self._floor is not None and self._floor >= self.built_on else None

    def right_until(self) -> datetime | None:
        """Return the time up to which the journal's times were right, if this hub went on from there in doubt."""
        with self._lock:
            return self._right_until

    def undated_by(self) -> timedelta:
        """Return how much later what was last written really was, at most: nobody knows when before it was read."""
        with self._lock:
            mono, now = self._look()
            by = (
                timedelta()
                if self._newest is None
                else now - self._newest - timedelta(seconds=mono - self._newest_read)
            )
            return by if by > SMALL else timedelta()

    def due(self) -> timedelta | None:
        """Return the step to take now, since the new time has stood long enough; None when there is none."""
        with self._lock:
            mono, now = self._look()
            doubt = self._doubt
            if doubt is None or mono - doubt.since < STANDS_SECONDS or self._why(mono, now) != "jumped":
                return None
            return doubt.off

    @property
    def day_waits(self) -> date | None:
        """The date on which a business day of another date goes on, if that is today; None on all other days."""
        with self._lock:
            return self.stays_on if self.stays_on == self._date(self._look()[1]) else None

    def monotonic(self) -> float:
        """Return the seconds of the monotonic clock."""
        return self._reading(self._clock())

    def kept(self) -> tuple[timedelta, date | None]:
        """Return what must outlive this process: the offset to a given time, and the date on which a day goes on."""
        with self._lock:
            return self.offset, self.stays_on

    # -- hearing -----------------------------------------------------------------------------

    def zone_is(self, zone: tzinfo) -> None:
        """Take the office's time zone, which decides the dates."""
        with self._lock:
            self._in_zone(zone)

    def recall(self, offset: timedelta, stays_on: date | None, true_now: datetime | None = None) -> None:
        """Restore what was kept, before the start. `true_now` is given where the machine has been on since."""
        with self._lock:
            self.offset = offset if true_now is None else true_now - self._clock()
            if abs(self.offset) <= SMALL:
                self.offset = timedelta()
            self.stays_on = stays_on

    def start(
        self, newest: tuple[datetime, date] | None, zone: tzinfo, goes_on: date | None = None, undated: bool = False
    ) -> None:
        """Begin with the time and the business day of the journal's newest line, None when it is empty.

        `goes_on` is the date on which that day went on when the line was written, if it had ended by then. `undated` is
        whether numbers were given in that day by a hub that did not know the date.
        """
        with self._lock:
            self._in_zone(zone)
            self._line = self._clock() + self.offset
            if newest is not None:
                self._newest, self._floor = newest
                self._line = self._newest
                self._written, self.stays_on = self._floor, goes_on or self.stays_on
                self.undated = self._floor if undated else None
            self._started = True
            self._seen = self._newest_read = self._reading(self._clock())
            self._judge()

    def heard(self, at: datetime, business_day: date, mine: bool, number: bool = False, ended: bool = False) -> None:
        """Take note of a line just written, by this process or another; `number`: a number was given.

        A number given in a day that has ended makes that day go on. So does a number of another hub that does not know
        the date: it has read every line, so none was given on the date that is known here. Another's line is never
        later than the hub's time afterwards, and one that tells it is a witness for it.
        """
        with self._lock:
            self._untouched = False
            mono, now = self._look()
            if number and not mine and self._goes_back(at, business_day, now):
                self._floor = business_day
            self._floor = business_day if self._floor is None else max(self._floor, business_day)
            self._written = business_day if self._written is None else max(self._written, business_day)
            self._newest, self._newest_read = at, mono
            if number and self._floor == business_day < self._date(at):
                self.stays_on = self._date(at)
            if mine:
                return
            if ended and self.stays_on != self._date(at):
                self._floor = max(self._floor, self._date(at))
            self.date_unknown = self.date_unknown and self.undated is not None
            self._company_until = mono + COMPANY_SECONDS
            if at > now:
                self._line = at
                self._right_until = self._right_until and at
            elif self._doubt is not None and now - at <= SMALL:
                self._doubt.since = mono

    def listened(self) -> None:
        """Take note that the journal was read to its end just now, and each of its lines was reported."""
        with self._lock:
            self._listened = self._reading(self._clock())

    def stepped(self, event: ClockSet, at: datetime, business_day: date, mine: bool) -> None:
        """Take a step that was journalled: the hub's time, and perhaps its business day, are others from now on.

        The line was written at the new time `at`. Another hub's tells it to one whose time was another before.
        """
        with self._lock:
            _mono, now = self._look()
            if not mine and abs(now - at) > SMALL:
                self._line = at
            self.undated, self._floor, self._written = None, business_day, business_day
            self.stays_on = date.fromisoformat(event.stays_on) if event.stays_on else None
            if mine and event.how == DATED:
                return
            if mine:
                self._line += timedelta(seconds=event.seconds)
            self._right_until, self.date_unknown = None, False
            self._doubt = None
            if event.how == "told":
                off = self._line - self._clock()
                self.offset = off if abs(off) > SMALL else timedelta()

    def _goes_back(self, at: datetime, business_day: date, now: datetime) -> bool:
        """Whether another hub's number shows that a day goes on over the date that is known here."""
        if self.date_unknown or (self._written is not None and self._written > business_day):
            return False
        return self.undated == business_day or business_day < self._date(at) == self._date(now)

    # -- how ---------------------------------------------------------------------------------

    def _look(self) -> tuple[float, datetime]:
        """Bring the hub's time to this moment; returns the monotonic reading and the time."""
        wall = self._clock()
        mono = self._reading(wall)
        if not self._started:
            return mono, wall + self.offset
        passed = mono - self._seen
        if self._doubt is None and not self.offset and self._monotonic is not None and passed >= 0.0:
            # The usual case, several times for each number: the same as below, but with floats.
            off_seconds = (wall - self._line).total_seconds() - passed
            if -SMALL_SECONDS <= off_seconds <= SMALL_SECONDS:
                most_seconds = passed * CATCHING_UP
                self._seen = mono
                self._line += timedelta(0, passed + min(max(off_seconds, -most_seconds), most_seconds))
                self._right_until, self.date_unknown = None, False
                return mono, self._line
        passed = self._followed(passed, wall) if self._monotonic is None else max(passed, 0.0)
        self._seen = mono
        self._line += timedelta(seconds=passed)
        if self._doubt is not None and self._doubt.from_start and self._untouched:
            self._judge()
            return mono, self._line
        if self.offset and abs(wall - self._line) <= SMALL:
            self.offset = timedelta()  # the machine agrees by itself
        off = wall + self.offset - self._line
        if self.offset:  # after a wrong correction a jump may make the wall clock right, or less wrong, by itself
            off = min(off, wall - self._line, key=abs)
        if abs(off) <= SMALL:
            most = timedelta(seconds=abs(passed) * CATCHING_UP)
            self._line += min(max(off, -most), most)
            self._doubt, self._right_until, self.date_unknown = None, None, False
        elif self._doubt is None or abs(off - self._doubt.off) > SMALL:
            self._doubt = _Doubt(off, mono)
        return mono, self._line

    def _followed(self, passed: float, wall: datetime) -> float:
        """Return how much time passed by a wall clock that is its own witness.

        None passed where it is behind the newest line or the business day, nor until it is right again.
        """
        told = wall + self.offset
        if passed < 0:
            behind = self._newest is not None and told < self._newest - SMALL
            behind = behind or (self._floor is not None and self._date(told) < self._floor)
            return 0.0 if behind or self._doubt is not None else passed
        if self._doubt is not None and self._doubt.off < timedelta() and told >= self._line - SMALL:
            return max((told - self._line).total_seconds(), 0.0)  # it was behind, and is right again
        return passed

    def _reading(self, wall: datetime) -> float:
        return wall.timestamp() if self._monotonic is None else self._monotonic()

    def _judge(self) -> None:
        """Believe the wall clock, as after a start, or doubt it and go on from the newest line."""
        if self.offset and not self._believed(self._clock() + self.offset):
            self.offset = timedelta()  # the machine's clock was set, or has lost its time, since the time was given
        told, newest = self._clock() + self.offset, self._newest
        believed = self._believed(told)
        if self._doubt is None and not believed:
            self._right_until, self.date_unknown = newest, True
            self._line += timedelta(microseconds=1)  # what is written now is later than what was
            self._doubt = _Doubt(told - self._line, self._seen, from_start=True)
        elif self._doubt is not None and abs(told - self._line - self._doubt.off) > SMALL:
            self._doubt = _Doubt(told - self._line, self._seen, from_start=True)
        elif believed and (self._doubt is None or self._listened - self._doubt.since >= START_STANDS_SECONDS):
            # That nobody wrote meanwhile is known only once the journal was read: this machine may have slept.
            # Who came before a start stands before whoever comes after it, also where the clock is a little behind.
            self._line = max(told, self._line)
            self._doubt, self._right_until, self.date_unknown = None, None, False

    def _believed(self, told: datetime) -> bool:
        if self._date(told) < self.built_on:
            return False
        if self._newest is None or self._date(self._newest) < self.built_on:
            return True
        return told >= self._line - SMALL and self._in_reach(told)

    def _in_reach(self, at: datetime) -> bool:
        """Whether a date may follow the newest business day: it is that day, or one of the fortnight after it."""
        if self._floor is None or self._date(at) == self.stays_on:
            return True
        since = self._date(at) - self._newest_date()
        return timedelta() <= since <= timedelta(days=REACH_DAYS)

    def _newest_date(self) -> date:
        """Return the newest date so far: that of the business day, or that of the hub's time."""
        reached = self._date(self._line)
        return reached if self._floor is None else max(self._floor, reached)

    def _why(self, mono: float, now: datetime) -> Why:
        doubt = self._doubt
        if doubt is None:
            return ""
        said = now + doubt.off
        if mono - doubt.since < STANDS_SECONDS and not doubt.from_start:
            return "jumped"
        if self._date(said) < self.built_on:
            return "before_build"
        if not self._in_reach(said):
            return "backward" if self._date(said) < self._newest_date() else "too_far"
        if mono < self._company_until and self._date(said) != self._date(now):
            return "hubs_differ"
        return "jumped"

    def _state(self, mono: float) -> State:
        why = self._why(mono, self._line)
        return "ok" if not why else "jumped" if why == "jumped" else "wrong"

    def _in_zone(self, zone: tzinfo) -> None:
        self._zone = zone
        self._dated = (self._line, self._line, date.min)

    def _date(self, at: datetime) -> date:
        since, until, known = self._dated
        if since <= at < until:
            return known
        local, later = at.astimezone(self._zone), (at + SAME_DATE).astimezone(self._zone)
        if (local.date(), local.utcoffset()) == (later.date(), later.utcoffset()):
            self._dated = (at, at + SAME_DATE, local.date())
        return local.date()
