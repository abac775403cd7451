"""Reloads staff, devices and voices when the plan changes, and disconnects revoked clients."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from antrean.access.identities import Identities
from antrean.hub.async_mode import AsyncMode
from antrean.hub.fault_log import FaultLog
from antrean.hub.voices import Voices
from antrean.queueing.events import OfficeMadeMine, PlanChanged, SecurityNoted
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.security.events import (
    DEVICE_CHANGED,
    DEVICE_PAIRED,
    DEVICE_REVOKED,
    PASSWORD_CHANGED,
    STAFF_ADDED,
    STAFF_CHANGED,
    STAFF_REMOVED,
)

AGAIN_SECONDS = 1.0
CHANGES = (PASSWORD_CHANGED, STAFF_ADDED, STAFF_CHANGED, STAFF_REMOVED, DEVICE_PAIRED, DEVICE_CHANGED, DEVICE_REVOKED)
PAIRING = "pairing this machine's print agent again"
READING = "reading staff, devices and voices again"


@dataclass(slots=True)
class PlanReloader:
    """Subscribes to the Office and reloads after each change of the plan.

    `background` starts a task, `cut_off` disconnects the screens of whoever is not known any more, `stopped` returns
    whether the hub has stopped. `pair_own_agent` gives this machine's print agent a new token when the sample office
    has ended.
    """

    identities: Identities
    voices: Voices
    mode: AsyncMode
    faults: FaultLog
    background: Callable[..., Any]
    cut_off: Callable[[], None]
    stopped: Callable[[], bool]
    pair_own_agent: Callable[[], object]

    def heard(self, entries: Sequence[JournalEntry]) -> None:
        """Reload after a change of the plan or of who may do what, and disconnect clients that are no longer valid."""
        if any(isinstance(entry.event, OfficeMadeMine) for entry in entries):
            self._pair_own_agent()
        if any(_changes(entry) for entry in entries):
            self.background(self.cut_off if self._read() else self._read_until_it_works)

    def _pair_own_agent(self) -> None:
        """Without it this machine prints nothing more; what fails here is done at the next start."""
        try:
            self.mode.run_blocking(self.pair_own_agent)
        except Exception as error:
            self.faults.note(PAIRING, error)

    def _read(self) -> bool:
        try:
            self.mode.run_blocking(self.identities.load)
            self.mode.run_blocking(self.voices.load)
        except Exception as error:
            # The change is in the journal and screens show it; a revoked client must not stay connected for ever.
            self.faults.note(READING, error)
            return False
        self.faults.passed(READING)
        return True

    def _read_until_it_works(self) -> None:
        while not self.stopped():
            time.sleep(AGAIN_SECONDS)
            if self._read():
                self.cut_off()
                return


def _changes(entry: JournalEntry) -> bool:
    event = entry.event
    return isinstance(event, PlanChanged) or (isinstance(event, SecurityNoted) and event.what in CHANGES)
