"""What the hub itself must hear of: staff, devices and voices are read again when the plan has changed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from antrean.queueing.events import PlanChanged
from antrean.queueing.journal.entry import JournalEntry
from antrean.web.services import Services

log = logging.getLogger(__name__)
AGAIN_SECONDS = 1.0
READING = "reading staff, devices and voices again"


class PlanNews:
    """Listens at the office's door for edited settings. `cut` ends the socket with an id in a namespace."""

    def __init__(
        self, services: Services, app: Flask, run: Callable[..., Any], cut: Callable[[str, str], None]
    ) -> None:
        self._hub = services
        self._app = app
        self._run = run
        self._cut = cut

    def heard(self, entries: Sequence[JournalEntry]) -> None:
        """Read staff, devices and voices again after a change; whoever is not known any more sees nothing more."""
        if any(isinstance(entry.event, PlanChanged) for entry in entries):
            self._run(self._cut_off_strangers if self._read() else self._read_until_it_works)

    def _read(self) -> bool:
        try:
            self._hub.mode.run_blocking(self._hub.identities.load)
            self._hub.mode.run_blocking(self._hub.voices.load)
        except Exception as error:
            # The change is in the journal, and screens must hear of it; who is revoked must not stay for ever.
            self._hub.faults.note(READING, error)
            return False
        self._hub.faults.passed(READING)
        return True

    def _read_until_it_works(self) -> None:
        while not self._hub.stopped:
            time.sleep(AGAIN_SECONDS)
            if self._read():
                self._cut_off_strangers()
                return

    def _cut_off_strangers(self) -> None:
        valid = self._hub.identities.still_valid
        strangers = [(sid, where) for sid, (where, identity) in list(self._hub.screens.items()) if not valid(identity)]
        for sid, namespace in strangers:
            try:
                self._cut(sid, namespace)
            except Exception:
                log.exception("a screen that is not known any more could not be cut off")
