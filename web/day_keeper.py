"""Keeping the day from the hub's side: when it is worth it, and the process that does it beside the hub."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from queueing.day import ServiceDay
from queueing.office import Office
from queueing.plan import OfficePlan
from storage.kept_state import kept_head, plan_id
from web.async_mode import AsyncMode

log = logging.getLogger(__name__)
FIRST_AFTER = 30.0  # a hub that was just started has other things to do
AGAIN_AFTER = 60.0
LONGEST = 300.0
MANY_LINES = 5000  # are folded at a start in some 0.2 s
SOME_LINES = 500  # fewer are not worth a process, whatever the day
LINES_A_TICKET = 4  # at least, when it has been served
END_SECONDS = 2.0


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
    _running: tuple[subprocess.Popen[bytes], float, _State] | None = None
    _wrong: str = ""

    def look(self) -> None:
        """Start a process when it is worth it, and see what became of the one that runs."""
        now = self.monotonic()
        if self._due_at is None:
            self._due_at = now + FIRST_AFTER
            head = self.mode.run_blocking(kept_head, self.file)
            if head is not None:
                self._kept = _State(date.fromisoformat(head.business_day), head.seq, head.closed, head.plan)
        if self._running is not None:
            self._see(*self._running)
        elif now >= self._due_at:
            state, tickets = self.office.look(self._state)
            if self._worth_it(state, tickets * LINES_A_TICKET):
                self._due_at = now + AGAIN_AFTER
                self._start(now, state)

    def stop(self) -> None:
        """End the process; what was kept before stays."""
        running, self._running = self._running, None
        if running is not None:
            process = running[0]
            process.kill()
            with suppress(subprocess.TimeoutExpired):
                process.wait(END_SECONDS)

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

    def _start(self, now: float, state: _State) -> None:
        asked = {
            "database": self.database,
            "data": str(self.data),
            "office": self.office.look(lambda _day, plan: plan.office),
            "business_day": state.business_day.isoformat(),
        }
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "keep_child"], cwd=self.root, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            self._failed(f"no process could be started: {error.strerror}")
            return
        self._running = process, now, state
        assert process.stdin is not None
        with suppress(BrokenPipeError), process.stdin as words:
            words.write(json.dumps(asked).encode())

    def _see(self, process: subprocess.Popen[bytes], since: float, state: _State) -> None:
        ended = process.poll()
        if ended is None:
            if self.monotonic() - since > LONGEST:
                self.stop()
                self._failed(f"it was not done after {LONGEST / 60:.0f} minutes")
            return
        self._running = None
        if ended:
            self._failed(f"its process ended with {ended}")
        else:
            self._kept, self._wrong = state, ""

    def _failed(self, why: str) -> None:
        if why != self._wrong:
            log.error("the day was not kept, so that the next start takes longer: %s", why)
        self._wrong = why
