"""One office: every change of its queue goes through `Office.execute`, and whoever shows it reads from `Office.read`.

Two folds of the same journal are kept apart. The *deciding* day runs ahead by the batch being written and is only
touched by the thread that writes; the *shown* day holds what is committed and is only touched by the side that
answers and draws. So no screen ever shows what a power cut could take back, and no lock is held during an fsync.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from threading import Lock, RLock
from typing import TypeVar

from antrean.queueing.cases.codes import Draw, random_code
from antrean.queueing.command.base import Command
from antrean.queueing.day import ServiceDay
from antrean.queueing.decide import Decider
from antrean.queueing.errors import Unavailable
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.port import Journal as Journal
from antrean.queueing.journal.port import JournalConflict as JournalConflict
from antrean.queueing.journal.port import JournalDamaged as JournalDamaged
from antrean.queueing.journal.port import JournalError as JournalError
from antrean.queueing.journal.port import JournalLineError as JournalLineError
from antrean.queueing.keeping.day_source import KeptDays
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.request import Batch as Batch
from antrean.queueing.request import Request as Request
from antrean.queueing.results import CommandResult

T = TypeVar("T")
log = logging.getLogger(__name__)


Listener = Callable[[Sequence[JournalEntry]], None]


class Office(Decider):
    """One office: decides requests one after another, appends them in one commit, shows what is committed.

    `decide` may run in any one thread at a time; `publish` and `read` belong to the answering side; `submit` does both.
    A hub puts its writer into `executor`, so that requests share commits and no fsync holds up a screen.
    `clock` is the time of the office for everybody: the machine's as long as `guard` believes it.
    """

    def __init__(
        self,
        journal: Journal,
        load_plan: Callable[[], OfficePlan],
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] | None = None,
        built_on: date = date.min,
        kept: KeptDays | None = None,
        draw: Draw = random_code,
    ) -> None:
        """Begin without a day: the first use reads it.

        Without `monotonic`, time passes as `clock` says. No time before `built_on` is believed. `kept` are days that
        were kept, so that they need not be folded from their first line. `draw` gives the codes of new cases.
        """
        super().__init__(journal, load_plan, clock, monotonic, built_on, kept, draw)
        self.clock = self.guard.now
        self.executor: Callable[[Request], CommandResult] = self.submit
        self._lock = Lock()
        self._showing = RLock()
        self._listeners: list[Listener] = []
        self._shown_plan: OfficePlan | None = None

    def execute(self, command: Command, actor: str = "", request_id: str | None = None) -> CommandResult:
        """Execute a command, or refuse it.

        The same request_id gets the actor who first used it the first answer again and changes nothing; it refuses
        anybody else (`request_id_taken`), and another command (`request_id_reused`). Raises the command's refusal,
        `storage_unavailable` when the journal can't be written, or an InternalError when the command is at fault.
        """
        return self.executor(Request(command, actor, request_id))

    def read(self, view: Callable[[ServiceDay, OfficePlan], T]) -> T:
        """Return what `view` makes of the committed day and the plan; it reads them and keeps neither."""
        if self._shown is None or self._shown_plan is None:
            self.catch_up()
        with self._showing:
            if self._shown is None or self._shown_plan is None:
                raise Unavailable("storage_unavailable")
            return view(self._shown, self._shown_plan)

    @property
    def plan(self) -> OfficePlan:
        """The plan that is shown, without waiting for whoever reads the day or shows a batch."""
        plan = self._shown_plan
        return plan if plan is not None else self.read(lambda _day, plan: plan)

    def business_day(self) -> date:
        """Return today: the day to which whatever is written now belongs."""
        if not self.guard.started:
            self.catch_up()
        return self.guard.business_day()

    def subscribe(self, listener: Listener) -> None:
        """Have `listener` called with the entries of every batch, after the shown day has taken them in."""
        self._listeners.append(listener)

    def submit(self, request: Request) -> CommandResult:
        """Decide one request now and return its answer, or raise its refusal."""
        with self._lock:
            batch = self.decide([request])
            self.publish(batch)
        outcome = batch.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def begin(self) -> None:
        """Take in today for the first time; raises JournalError when it can't be read or is damaged."""
        with self._lock:
            self.publish(self._decide_together([]))

    def catch_up(self) -> None:
        """Take in what other processes wrote, and the new business day after midnight."""
        with self._lock:
            self.publish(self.decide([]))

    def publish(self, batch: Batch) -> None:
        """Take a decided batch into the shown day and tell the listeners.

        What can't be shown, and a listener that raises, harms nobody else: the shown day is then folded anew with the
        next batch, and the other listeners are told.
        """
        try:
            with self._showing:
                self._show(batch)
        except Exception:
            self.faults["shown"] += 1
            self._shown_is_sound = False
            log.exception("a batch could not be shown; the day is folded anew")
        if not self._shown_is_sound and batch.entries and batch.fresh_day is None:
            self._deciding = self._handed_day = None
        if batch.entries or batch.fresh_day is not None:
            for listener in self._listeners:
                try:
                    listener(batch.entries)
                except Exception:
                    self.faults["listener"] += 1
                    log.exception("a listener failed on %d entries", len(batch.entries))

    def _show(self, batch: Batch) -> None:
        if batch.fresh_day is not None:
            self._shown, self._shown_is_sound = batch.fresh_day, True
        if self._shown is not None and (batch.fresh_day is not None or batch.plan is not self._shown_plan):
            self._shown.waits.plan_is(batch.plan, self._shown, self.clock())
        self._shown_plan = batch.plan
        if self._shown is not None and self._shown_is_sound:
            for entry in batch.entries:
                if entry.seq > self._shown.seq:
                    self._shown.apply(entry)
