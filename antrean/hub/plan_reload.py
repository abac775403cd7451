"""Reloads staff, devices and voices when the plan changes, and disconnects revoked clients."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from antrean.access.identities import Identities
from antrean.access.identity import Identity
from antrean.hub.async_mode import AsyncMode
from antrean.hub.fault_log import FaultLog
from antrean.hub.voices import Voices
from antrean.queueing.events import PlanChanged
from antrean.queueing.journal.entry import JournalEntry

log = logging.getLogger(__name__)
AGAIN_SECONDS = 1.0
READING = "reading staff, devices and voices again"


@dataclass(slots=True)
class PlanReloader:
    """Subscribes to the Office and reloads after each change of the plan.

    `screens`: socket id -> its namespace and identity. `background` starts a task, `disconnect` ends the socket with an
    id in a namespace, `stopped` returns whether the hub has stopped.
    """

    identities: Identities
    voices: Voices
    mode: AsyncMode
    faults: FaultLog
    screens: Mapping[str, tuple[str, Identity]]
    background: Callable[..., Any]
    disconnect: Callable[[str, str], None]
    stopped: Callable[[], bool]

    def heard(self, entries: Sequence[JournalEntry]) -> None:
        """Reload after a change of the plan, and disconnect clients whose identity is no longer valid."""
        if any(isinstance(entry.event, PlanChanged) for entry in entries):
            self.background(self._disconnect_revoked if self._read() else self._read_until_it_works)

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
                self._disconnect_revoked()
                return

    def _disconnect_revoked(self) -> None:
        valid = self.identities.still_valid
        revoked = [(sid, where) for sid, (where, identity) in list(self.screens.items()) if not valid(identity)]
        for sid, namespace in revoked:
            try:
                self.disconnect(sid, namespace)
            except Exception:
                log.exception("a screen that is not known any more could not be cut off")
