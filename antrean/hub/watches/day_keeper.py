"""DayKeeper: decides when the state of the day is worth keeping, and runs the process that keeps it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from antrean.hub.async_mode import AsyncMode
from antrean.hub.processes.side_process import Ended, SideProcess
from antrean.queueing.day import ServiceDay
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.journal.kept_state import kept_head, plan_id

log = logging.getLogger(__name__)
FIRST_AFTER = 30.0  # a hub that was just started has other things to do
AGAIN_AFTER = 60.0
LONGEST = 300.0
MANY_LINES = 5000  # are folded at a start in some 0.2 s
SOME_LINES = 500  # fewer are not worth a process, whatever the day
LINES_A_TICKET = 4  # at least, when it has been served


class _State(NamedTuple):
    """A day at one of its lines, and the plan by which it is folded."""

    business_day: date
    seq: int
    closed: bool
    plan: str


@dataclass(slots=True)
class DayKeeper:
    """Has the day kept each 5,000 lines, when another day has begun, when it was closed, and when the plan was changed.

    `look` runs often. `file` is where it is kept; `database` the address of the journal; `root` the program's folder.
    """

    office: Office
    data: Path
    file: Path
    database: str
    mode: AsyncMode
    monotonic: Callable[[], float]
    root: Path
    _kept: _State | None = None
    _plan: tuple[OfficePlan, str] | None = None
    _due_at: float | None = None
    _keeping: _State | None = None  # what the process that runs was begun for
    _wrong: str = ""
    _process: SideProcess = field(init=False)

    def __post_init__(self) -> None:
        """Make ready what the day is kept by."""
        self._process = SideProcess("antrean.hub.processes.keep", self.root, self.mode, self.monotonic, LONGEST)

    def look(self) -> None:
        """Start a process when it is worth it, and see what became of the one that runs."""
        now = self.monotonic()
        if self._due_at is None:
            self._due_at = now + FIRST_AFTER
            head = self.mode.run_blocking(kept_head, self.file)
            if head is not None:
                self._kept = _State(date.fromisoformat(head.business_day), head.seq, head.closed, head.plan)
        if self._process.running:
            if (ended := self._process.look()) is not None:
                self._see(ended)
        elif now >= self._due_at:
            state, tickets = self.office.read(self._state)
            if self._worth_it(state, tickets * LINES_A_TICKET):
                self._due_at = now + AGAIN_AFTER
                self._start(state)

    def stop(self) -> None:
        """End the process; what was kept before stays."""
        self._process.stop()

    def _state(self, day: ServiceDay, plan: OfficePlan) -> tuple[_State, int]:
        if self._plan is None or self._plan[0] is not plan:
            self._plan = plan, plan_id(plan)
        return _State(day.business_day, day.seq, day.closed, self._plan[1]), len(day.tickets)

    def _worth_it(self, state: _State, lines_of_day: int) -> bool:
        kept = self._kept
        lines = state.seq - (kept.seq if kept is not None else 0)
        if kept is None or state.business_day != kept.business_day:
            return lines >= SOME_LINES
        # What was folded by another plan is of no use to a start.
        by_another = state.plan != kept.plan and lines_of_day >= SOME_LINES
        return by_another or lines >= MANY_LINES or (state.closed and not kept.closed and lines >= SOME_LINES)

    def _start(self, state: _State) -> None:
        asked = {
            "database": self.database,
            "data": str(self.data),
            "office": self.office.read(lambda _day, plan: plan.office),
            "business_day": state.business_day.isoformat(),
        }
        self._keeping = state
        if (ended := self._process.begin(asked)) is not None:
            self._failed(ended.wrong)

    def _see(self, ended: Ended) -> None:
        if ended.wrong:
            self._failed(ended.wrong)
        else:
            self._kept, self._wrong = self._keeping, ""

    def _failed(self, why: str) -> None:
        if why != self._wrong:
            log.error("the day was not kept, so that the next start takes longer: %s", why)
        self._wrong = why
