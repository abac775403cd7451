"""How requests are decided: a batch in one commit, a conflict with another process, the fault of one command.

The *deciding* day runs ahead of what is durable by the batch being written. Only the thread that writes touches it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime, timedelta

from antrean.queueing.cases.codes import Draw, random_code
from antrean.queueing.clock.guard import ClockGuard
from antrean.queueing.clock.office_time import OfficeTime
from antrean.queueing.command.decided import decided as decided_whole
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import InternalError, Invalid, QueueError, Refused, Unavailable
from antrean.queueing.events import DATED, DOUBTED, ClockSet, PlanChanged
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.port import Journal as Journal
from antrean.queueing.journal.port import JournalConflict as JournalConflict
from antrean.queueing.journal.port import JournalDamaged as JournalDamaged
from antrean.queueing.journal.port import JournalError as JournalError
from antrean.queueing.journal.port import JournalLineError as JournalLineError
from antrean.queueing.keeping.day_source import DaySource, KeptDays, NothingKept
from antrean.queueing.keeping.kept_day import twin_of
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.request import Batch as Batch
from antrean.queueing.request import Request as Request
from antrean.queueing.results import CommandResult

log = logging.getLogger(__name__)
ATTEMPTS = 5
MOST_TOLD_FAULTS = 100


class _NotWritable(Exception):
    """A batch could not be written for what it holds, and no commit was tried."""


class Decider:
    """Decides requests one after another and appends what they lead to in one commit. Used by one thread at a time.

    `faults` counts what went wrong here and harmed only the one it happened to: commands that raised anything but a
    refusal, listeners that raised, entries that could not be shown. Of the journal: how often it failed or was silent.
    """

    def __init__(
        self,
        journal: Journal,
        load_plan: Callable[[], OfficePlan],
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] | None,
        built_on: date,
        kept: KeptDays | None,
        draw: Draw = random_code,
    ) -> None:
        self.guard = ClockGuard(clock, monotonic, built_on)
        self.time = OfficeTime(self.guard)
        self._journal = journal
        self._load_plan = load_plan
        self._draw = draw
        self._shown: ServiceDay | None = None
        self._shown_is_sound = True
        self._deciding: ServiceDay | None = None
        self._plan: OfficePlan | None = None
        self._in_company = False
        self._handed_out = 0
        self._handed_day: date | None = None
        self._fresh: ServiceDay | None = None
        self._source = DaySource(journal, kept or NothingKept())
        self._told_faults: set[object] = set()
        self._holds: Mapping[str, str] = {}
        self._trouble = ""  # what the journal failed with, until it is read or written again
        self.faults: Counter[str] = Counter(command=0, listener=0, shown=0, journal=0)

    @property
    def holds(self) -> Mapping[str, str]:
        """Why every command is refused now: codes, the oldest first, each with what it is about; empty when none is."""
        trouble = {"storage_unavailable": self._trouble} if self._trouble else {}
        return {**trouble, **self._holds}

    def hold(self, code: str, what: str = "") -> None:
        """Refuse every command with `Unavailable(code)` until it is released; what others wrote is still taken in.

        `what` is one word for those who look after the machine, such as `disk_full`.
        """
        self._holds = {**self._holds, code: what}

    def release(self, code: str) -> None:
        """Let requests be decided again, unless another code still holds them."""
        self._holds = {held: what for held, what in self._holds.items() if held != code}

    def decide(self, requests: Sequence[Request]) -> Batch:
        """Decide requests one after another and make them durable in one commit.

        A clash with another process undoes the whole batch: the day is folded anew and every command decided again.
        Where others write too, this process takes turns with them, so that nobody clashes for ever. When the journal
        fails, all get `storage_unavailable`. A command that is at fault itself gets `internal_error`; the others of its
        batch get what they would have got without it. While the office is held, all get the code of the oldest hold.
        """
        held = next(iter(self._holds), None)
        if requests and held is not None:
            return replace(self.decide(()), outcomes=[Unavailable(held) for _ in requests])
        try:
            if len(requests) > 1 and any(_goes_alone(request) for request in requests):
                return self._decide_apart(requests, self._plan or self._load_plan())
            return self._decide_together(requests)
        except JournalError as error:
            self.faults["journal"] += 1
            self._trouble = error.what
        except _NotWritable as unwritable:
            self._deciding = None
            if self._plan is not None and len(requests) > 1:
                return self._decide_apart(requests, self._plan)
            if self._plan is not None:
                return Batch((), [self._at_fault(requests[0], unwritable.__cause__ or unwritable)], self._plan)
            raise
        except BaseException:
            self._deciding = None
            raise
        # What became of the write is not known, so the day is folded anew before anything else is decided.
        self._deciding = None
        if self._plan is None:
            raise Unavailable("storage_unavailable")
        return Batch((), [Unavailable("storage_unavailable") for _ in requests], self._plan)

    def newest_seq(self) -> int:
        """Return the newest seq as the journal says it now; raises `storage_unavailable` when it can't."""
        try:
            return self._journal.last_seq()
        except JournalError:
            self.faults["journal"] += 1
            raise Unavailable("storage_unavailable") from None

    def _decide_together(self, requests: Sequence[Request]) -> Batch:
        for attempt in range(ATTEMPTS):
            try:
                with self._journal.exclusive() if requests and (attempt or self._in_company) else nullcontext():
                    batch, written = self._decide(requests, clashed=attempt > 0)
                self._trouble = ""
                if any(isinstance(entry.event, PlanChanged) for entry in written):
                    # Only now: as long as this process has its turn, who loads the plan does not see what was written.
                    assert self._deciding is not None
                    batch = replace(batch, plan=self._reload_plan(self._deciding, self.guard.moment()[1]))
                return self._handed(batch)
            except JournalConflict:
                self._deciding = None
        raise JournalError("others wrote first, again and again")

    def _decide_apart(self, requests: Sequence[Request], plan: OfficePlan) -> Batch:
        """Give each command a commit of its own: one led to a line that can't be kept, or changes time or plan."""
        batches = [self._decide_alone(request, plan) for request in requests]
        return Batch(
            [entry for batch in batches for entry in batch.entries],
            [outcome for batch in batches for outcome in batch.outcomes],
            batches[-1].plan,
            next((batch.fresh_day for batch in reversed(batches) if batch.fresh_day is not None), None),
        )

    def _decide_alone(self, request: Request, plan: OfficePlan) -> Batch:
        """Decide one of several; what it raises is its own, as those before it are written already."""
        try:
            return self.decide([request])
        except Exception as error:
            return Batch((), [error], plan)

    def _decide(self, requests: Sequence[Request], clashed: bool) -> tuple[Batch, Sequence[JournalEntry]]:
        """Return what was decided, and those of its lines that were written here."""
        self._plan = plan = self._plan or self._load_plan()
        self.time.begin(self._journal, plan)
        today, now = self.guard.moment()
        if self._handed_day not in (None, today):  # others' lines about the plan may be among those that are folded
            self._plan = plan = self._load_plan()
            self.guard.zone_is(plan.tz)
            today, now = self.guard.moment()
        day = self._take_up(plan, today, now)
        news = self._journal.read(after=self._handed_out)
        self._in_company = bool(news)
        for entry in news:
            self.time.hear(entry, mine=False)
            if entry.seq > day.seq:
                day.apply(entry)
        if self.guard.in_doubt:
            self.guard.listened()
        if news:
            today, now = self.guard.moment()
            day = self._take_up(plan, today, now)  # others may have begun another day
        if any(isinstance(entry.event, PlanChanged) for entry in news):
            plan = self._reload_plan(day, now)
        written: list[JournalEntry] = []
        outcomes: list[CommandResult | Exception] = []
        spare: ServiceDay | None = None
        base = day.seq
        if requests and (step := self.time.dates(day, plan, now, [request.actor for request in requests])) is not None:
            written.append(JournalEntry(day.seq + 1, _not_before(day, now), day.business_day, step, actor="hub"))
            day.apply(written[0])
        for request in requests:
            decided = len(written)
            try:
                outcomes.append(self._grant(request, day, plan, now, written, clashed))
            except JournalDamaged as damaged:  # in the past day that it is about, and that nothing was written of yet
                self.faults["journal"] += 1
                fault = InternalError()
                fault.__cause__ = damaged
                outcomes.append(fault)
            except (JournalConflict, JournalError):
                raise
            except Exception as error:
                if isinstance(error, QueueError) and len(written) == decided:
                    outcomes.append(error)
                    continue
                outcomes.append(self._at_fault(request, error))
                del written[decided:]
                day, spare = self._without_harm(day, spare, base, written, plan, now)
        if written:
            try:
                self._journal.append(written, day.standing if day.standing.seq > base else None)
            except (JournalConflict, JournalError):
                raise
            except Exception as error:
                raise _NotWritable from error
        return Batch((*news, *written), outcomes, plan, self._fresh), written

    def _at_fault(self, request: Request, error: BaseException) -> InternalError:
        self.faults["command"] += 1
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        fault_at = request.command.name, type(error).__name__, at and (at.tb_frame.f_code.co_filename, at.tb_lineno)
        # A kiosk asks again every two seconds; where it fails is told the first time.
        told = fault_at in self._told_faults
        log.error(
            "the command %s of %a failed",
            request.command.name,
            request.actor or "nobody",
            exc_info=None if told else error,
        )
        if len(self._told_faults) >= MOST_TOLD_FAULTS:
            self._told_faults.clear()
        self._told_faults.add(fault_at)
        fault = InternalError()
        fault.__cause__ = error
        return fault

    def _without_harm(
        self, day: ServiceDay, spare: ServiceDay | None, base: int, written: Sequence[JournalEntry], plan: OfficePlan,
        now: datetime,
    ) -> tuple[ServiceDay, ServiceDay | None]:  # fmt: skip
        """Return the deciding day as if the command at fault had never been asked, and a spare day for the next fault.

        A command at fault may have changed the day before it raised. Hardly any does, so the day is compared before it
        is folded anew, which is ten times quicker, and programs repeat their requests: with the shown day, or with a
        spare one when this batch has gone further than what is shown. `base` is the seq before the batch.
        """
        shown = self._shown if self._shown_is_sound and spare is None and not written else None
        at_base = shown is not None and (shown.business_day, shown.seq) == (day.business_day, base)
        if shown is not None and at_base and day.same_as(shown):
            return day, None
        if spare is None:
            spare = self._fold(day.business_day, plan, now, until=base)
        for entry in written:
            if entry.seq > spare.seq:
                spare.apply(entry)
        if day.same_as(spare):
            return day, spare
        self._deciding = spare
        return spare, None

    def _fold(self, today: date, plan: OfficePlan, now: datetime, until: int | None = None) -> ServiceDay:
        """Return the day of the journal as it is now, or was at a seq.

        What was handed to the answering side is durable, and a copy of it takes some hundredth of folding a long day.
        Nobody changes that day meanwhile: it takes in what is decided here only afterwards.
        """
        handed = self._fresh or (self._shown if self._shown_is_sound else None)
        if handed is not None and handed.business_day == today and (until is None or handed.seq <= until):
            day = self._source.copy(handed, until)
        else:
            day = self._source.fold(today, plan, until)
        day.waits.plan_is(plan, day, now)
        return day

    def _handed(self, batch: Batch) -> Batch:
        """Note what the answering side gets with this batch, now that it is durable."""
        for entry in batch.entries:
            self.time.hear(entry, mine=True)
        if batch.entries:
            self._handed_out = batch.entries[-1].seq
        self._fresh = None
        return batch

    def _reload_plan(self, day: ServiceDay, now: datetime) -> OfficePlan:
        self._plan = self._load_plan()
        self.guard.zone_is(self._plan.tz)
        day.waits.plan_is(self._plan, day, now)
        return self._plan

    def _take_up(self, plan: OfficePlan, today: date, now: datetime) -> ServiceDay:
        """Return the deciding day, folded anew where needed; on a new business day a fresh shown day is due too."""
        if self._deciding is not None and self._deciding.business_day == today:
            return self._deciding
        if self._shown is not None and self._shown_is_sound and self._shown.business_day < today:
            self._source.ended(self._shown)
        self._deciding = self._fold(today, plan, now)
        if self._handed_day != today:
            # The shown day must not share tickets with the one that runs ahead.
            self._fresh = twin_of(self._deciding)
            self._handed_out = self._deciding.seq
            self._handed_day = today
        return self._deciding

    def _grant(
        self,
        request: Request,
        today: ServiceDay,
        plan: OfficePlan,
        now: datetime,
        written: list[JournalEntry],
        clashed: bool,
    ) -> CommandResult:
        if request.request_id is not None:
            known = today.results.get(request.request_id)
            if known is None and clashed:
                known = self._result_of_earlier_day(request.request_id)
            if known is not None:
                if not known.is_for(request.actor):
                    raise Refused("request_id_taken")
                if all(known.event_kind != event.kind for event in request.command.gives):
                    raise Invalid("request_id_reused")
                return known
        day, about = today, request.command.about_day
        if about is not None and about != today.business_day:
            if about > today.business_day:
                raise Invalid("value_invalid", field="day")
            if request.command.unless_closed and self._journal.ends_closed(about):
                return CommandResult(today.seq, now, request.command.name)
            # Earlier requests of this batch may have been about that day too.
            day = ServiceDay.fold(about, (*self._journal.read(day=about), *written))
        at = _not_before(day, now)
        events = decided_whole(request.command, day, today.standing, plan, at, self._draw)
        events = self.time.checked(today, events, request.actor)
        business_day = day.business_day
        for event in events:
            if isinstance(event, ClockSet) and event.how not in (DOUBTED, DATED):
                at = now + timedelta(seconds=event.seconds)
                business_day = plan.business_day(at) if event.from_day else business_day
            request_id = request.request_id if event is events[-1] else None
            entry = JournalEntry(today.seq + 1, at, business_day, event, request_id, request.actor)
            written.append(entry)
            today.apply(entry)
        if not events:
            return CommandResult(today.seq, at, request.command.name)
        return today.results.get(request.request_id or "") or today.result_of(written[-1])

    def _result_of_earlier_day(self, request_id: str) -> CommandResult | None:
        """Return the first answer of a request that was answered on another business day."""
        found = self._journal.read(request_id=request_id)
        if not found:
            return None
        past = found[0].business_day
        return ServiceDay.fold(past, self._journal.read(day=past)).results.get(request_id)


def _goes_alone(request: Request) -> bool:
    return request.command.moves_time or request.command.decided_alone


def _not_before(day: ServiceDay, now: datetime) -> datetime:
    """Return the time of the next line: a clock that steps back must not let late comers stand before earlier ones."""
    return max(now, day.last_at) if day.last_at is not None else now
