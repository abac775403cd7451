"""Looks after sessions: keeps what several hubs know of them alike, and cuts off the screens of those that ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from antrean.access.identities import Identities
from antrean.access.identity import Identity
from antrean.hub.async_mode import AsyncMode
from antrean.queueing.events import OfficeMadeMine, SecurityNoted
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.security.events import PASSWORD_CHANGED, SESSIONS_ENDED, SIGN_OUT

log = logging.getLogger(__name__)
LOOK_SECONDS = 5.0  # between two readings of the rows: other hubs end sessions too, also while the journal is away
WRITE_SECONDS = 60.0
ENDS = (SIGN_OUT, SESSIONS_ENDED, PASSWORD_CHANGED)


@dataclass(slots=True)
class SessionWatch:
    """Subscribes to the Office, and looks each second.

    `screens`: socket id -> its namespace and identity. `background` starts a task, `disconnect` ends the socket with an
    id in a namespace, `cut_all` every socket of every namespace.
    """

    identities: Identities
    mode: AsyncMode
    screens: Mapping[str, tuple[str, Identity]]
    monotonic: Callable[[], float]
    background: Callable[..., Any]
    disconnect: Callable[[str, str], None]
    cut_all: Callable[[], None]
    _looked: float = float("-inf")
    _written: float = float("-inf")

    def heard(self, entries: Sequence[JournalEntry]) -> None:
        """Read the rows again when a line says that a session ended, here or at another hub.

        With the sample office all sessions end that this hub knows, and every screen is cut off, phones too: their
        numbers are nobody's, and the office that begins gives them to others.
        """
        if any(isinstance(entry.event, OfficeMadeMine) for entry in entries):
            self.identities.sessions.end([one.id for one in self.identities.sessions.all()])
            self.background(self.cut_all)
        if any(isinstance(entry.event, SecurityNoted) and entry.event.what in ENDS for entry in entries):
            self._looked = float("-inf")

    def end(self, sessions: Collection[str]) -> None:
        """End sessions and cut off their screens."""
        self.identities.sessions.end(sessions)
        self.cut_off_soon()

    def look(self) -> None:
        """Write when sessions were used, end those whose time is over, and learn what other hubs ended."""
        now, sessions = self.monotonic(), self.identities.sessions
        if now - self._written >= WRITE_SECONDS:
            self._written = now
            sessions.write()
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self.mode.run_blocking(sessions.load)
            sessions.end_old()
            self.cut_off()

    def cut_off_soon(self) -> None:
        """Disconnect the screens of whoever is not known any more, beside the request that asks for it."""
        self.background(self.cut_off)

    def cut_off(self) -> None:
        """Disconnect the screens of whoever is not known any more."""
        valid = self.identities.still_valid
        unknown = [(sid, where) for sid, (where, identity) in list(self.screens.items()) if not valid(identity)]
        for sid, namespace in unknown:
            try:
                self.disconnect(sid, namespace)
            except Exception:
                log.exception("a screen that is not known any more could not be cut off")
