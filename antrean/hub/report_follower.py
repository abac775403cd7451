"""ReportFollower: keeps the tables that reports read up to the journal while the hub runs."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from antrean.hub.async_mode import AsyncMode
from antrean.hub.processes.side_process import SideProcess
from antrean.queueing.events import (
    CallAnnounced,
    ClockSet,
    CounterClosed,
    CounterHandedOver,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    DayReopened,
    JournalRestored,
    ListRequested,
    OfficeMadeMine,
    TestSlipRequested,
    VoucherSlipRequested,
)
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping.report_rows import DayRows, rows_of
from antrean.queueing.office import Office
from antrean.queueing.slips.events import LIST, TEST, VOUCHER
from antrean.storage.reports.catch_up import chain_at, is_behind
from antrean.storage.reports.plans import PlansInForce
from antrean.storage.reports.tables import Cursor, ReportTables

log = logging.getLogger(__name__)
LONGEST = 3600.0  # five years of a large office
FIRST_AFTER = 2.0  # a hub that was just started has other things to do
AGAIN_AFTER = 60.0  # where the process failed
OF_COUNTERS = (CounterOpened, CounterClosed, CounterPaused, CounterResumed, CounterHandedOver)
LOOSE = {ListRequested: LIST, TestSlipRequested: TEST, VoucherSlipRequested: VOUCHER}  # papers of no ticket
MOST_AT_ONCE = 50  # tickets that are written in one look: a rush of numbers goes before what is written about them
OF_ALL = (ClockSet, DayReopened, JournalRestored, OfficeMadeMine)  # may change what is known of every ticket


@dataclass(slots=True)
class ReportFollower:
    """Writes what the lines of today changed, and has a process write the days that are over.

    The rows of a ticket follow from the day, so they are written anew when a line is about it: no line counts twice,
    however often the hub is killed. `engine` is that of the journal, `database` its address, `root` the program's
    folder. `look` runs twice a second.
    """

    office: Office
    code: str
    tables: ReportTables
    engine: sa.Engine
    database: str
    mode: AsyncMode
    monotonic: Callable[[], float]
    root: Path
    first_after: float = FIRST_AFTER
    cursor: Cursor = field(default_factory=Cursor)
    _heard: deque[JournalEntry] = field(default_factory=deque)  # lines, until the next look
    _touched: set[str] | None = None  # the tickets that lines were about; None: all of the day
    _spans: bool = True
    _ended: set[date] = field(default_factory=set)  # days that are over, and about which a line came
    _day: date | None = None
    _behind: bool | None = None  # None: nobody has looked yet
    _due_at: float = 0.0
    _process: SideProcess = field(init=False)
    _plans: PlansInForce = field(init=False)

    def __post_init__(self) -> None:
        """Make ready what days are written by, and listen."""
        self._plans = PlansInForce(self.engine, self.code)
        self._process = SideProcess("antrean.hub.processes.report_days", self.root, self.mode, self.monotonic, LONGEST)
        self._due_at = self.monotonic() + self.first_after
        self.office.subscribe(self.hear)

    @property
    def behind(self) -> int:
        """How many lines are not in the tables yet."""
        return max(self.office.read(lambda day, _plan: day.seq) - self.cursor.seq, 0)

    def hear(self, entries: Sequence[JournalEntry]) -> None:
        """Keep lines until the next look: the tables are written later, and so is looked what a line is about."""
        self._heard.extend(entries)

    def _note_heard(self) -> None:
        today = self.office.read(lambda day, _plan: day.business_day)
        while self._heard:
            entry = self._heard.popleft()
            if entry.business_day != today:
                self._ended.add(entry.business_day)
                continue
            if isinstance(entry.event, OfficeMadeMine):
                self._behind = True  # nothing of the sample stays, whatever its day
            if isinstance(entry.event, OF_ALL):
                self._touched = None
            self._spans = self._spans or isinstance(entry.event, (*OF_ALL, *OF_COUNTERS))
            if self._touched is not None:
                self._touched.update(_numbers(entry))
            if isinstance(entry.event, CallAnnounced):
                self._announced(entry.event.call)

    def look(self) -> None:
        """Write what has changed, and see to the days that are over."""
        if self._behind is None and self.monotonic() < self._due_at:
            return
        self._note_heard()
        if self._behind is None:
            self.cursor = self.mode.run_blocking(self.tables.make)
        today, seq = self.office.read(lambda day, _plan: (day.business_day, day.seq))
        if self._day is not None and self._day != today:
            self._ended.add(self._day)
            self._touched, self._spans = None, True
        if self._behind is None:
            self._behind = self.mode.run_blocking(is_behind, self.engine, self.code, self.tables, today)
        self._day = today
        self._see_to_ended_days(today)
        if not self._process.running and not self._behind and not self._ended and seq > self.cursor.seq:
            self._write()

    def stop(self) -> None:
        """End the process; what was written stays."""
        self._process.stop()

    def _see_to_ended_days(self, today: date) -> None:
        if self._process.running:
            ended = self._process.look()
            if ended is None:
                return
            if ended.wrong:
                log.error("days that are over were not written for reports: %s", ended.wrong)
                self._due_at = self.monotonic() + AGAIN_AFTER
                self._behind = True
            else:
                self.cursor = self.mode.run_blocking(self.tables.cursor)
                self._touched, self._spans = None, True
            return
        if (self._behind or self._ended) and self.monotonic() >= self._due_at:
            days = sorted(day.isoformat() for day in self._ended)
            asked = {"database": self.database, "office": self.code, "before": today.isoformat(), "days": days}
            began = self._process.begin(asked)
            if began is None:
                self._behind, self._ended = False, set()
            else:
                self._due_at = self.monotonic() + AGAIN_AFTER

    def _write(self) -> None:
        if self._touched is None:
            self._touched = self.office.read(lambda day, _plan: {*day.tickets, *LOOSE.values()})
        touched, spans = set(islice(self._touched, MOST_AT_ONCE)), self._spans
        self._touched, self._spans = self._touched - touched, False
        all_of_it = not self._touched
        try:
            # How far they come is asked first: what is written may be newer, and is written again then.
            issued, seq, today = self.office.read(
                lambda day, _plan: (
                    [day.tickets[one].seq for one in touched if one in day.tickets],
                    day.seq if all_of_it else 0,
                    day.business_day,
                )
            )
            plan_of = self.mode.run_blocking(self._plans.at, issued)
            rows = self.office.read(lambda day, _plan: rows_of(day, plan_of, touched, spans))
            if rows.business_day != today.isoformat():
                self._touched, self._spans = None, True
                return  # another day has begun meanwhile; the next look has the one that is over written whole
            before = self.cursor
            self.cursor = self.mode.run_blocking(self._written, rows, issued, seq)
        except BaseException:
            self._touched, self._spans = None, True
            raise
        if self.cursor.generation != before.generation:
            self._touched, self._spans = None, True  # somebody made them anew meanwhile

    def _written(self, rows: DayRows, issued: list[int], seq: int) -> Cursor:
        return self.tables.write(rows, issued, seq, chain_at(self.engine, self.code, seq) if seq else "")

    def _announced(self, call: int) -> None:
        made = self.office.read(lambda day, _plan: day.call(call))
        if made is not None and self._touched is not None:
            self._touched.add(made.number)


def _numbers(entry: JournalEntry) -> list[str]:
    """Return the numbers that a line is about; slips without a ticket have names of their own."""
    number = getattr(entry.event, "ticket", "")
    found = [LOOSE[type(entry.event)]] if type(entry.event) in LOOSE else []
    return [number, *found] if isinstance(number, str) and number else found
