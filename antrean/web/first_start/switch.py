"""The switch: a hub that begins without an office serves the first start, and its office once that is there."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event, Lock, Thread
from typing import Any

from flask import Flask, Request

from antrean.config import Config
from antrean.hub.async_mode import AsyncMode
from antrean.hub.first_start.backups import BackupDesk
from antrean.hub.first_start.code import ADMITTED_LASTS, SetUpCode
from antrean.hub.first_start.draft import Draft, digest_of, forget_draft, keep_draft, read_draft
from antrean.hub.first_start.making import awaits_office
from antrean.queueing.errors import Unavailable, Unknown
from antrean.storage.database.errors import DatabaseError
from antrean.storage.settings.offices import FIRST_OFFICE
from antrean.web.limits.connections import Connections
from antrean.web.limits.rate_limit import RateLimiter
from antrean.web.limits.recognise import HUB, SETTING_UP
from antrean.web.limits.turns import Turns

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
FIRST_START = SETTING_UP
ADMITTED = int(ADMITTED_LASTS)  # seconds
WSGI = Callable[..., Iterable[bytes]]


@dataclass(slots=True)
class Places:
    """What the worker of the eventlet mode asks of a hub for each connection, before there is one."""

    turns: Turns
    counts: Counter[str] = field(default_factory=Counter)
    connections: Connections | None = None


class FirstStart:
    """What the pages of the first start share: the code, the draft, and the way to the hub."""

    def __init__(
        self,
        app: Flask,
        config: Config,
        mode: AsyncMode,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        tell: Callable[[str], None],
        hub: Callable[[], Flask],
    ) -> None:
        self.config = config
        self.mode = mode
        self.clock = clock
        self.office = next(iter(config.offices), FIRST_OFFICE)
        self._app = app
        turns = Turns(mode, _beside, time.sleep, monotonic, unanswered=lambda: 0)
        self.connection_limit = Places(turns)
        self.code = SetUpCode(monotonic, tell)
        self.attempts = RateLimiter(monotonic)
        # Name and hash of the first administrator: the hash is kept nowhere else until the office is made.
        self.administrator = ("", "")
        self.backups = BackupDesk(config, mode, clock)
        self._make_hub = hub
        self._hub: Flask | None = None
        self._hub_lock = Lock()
        self._drafting = Lock()
        self._stopped = Event()

    def draft(self) -> Draft:
        """Return what has been told so far. Without its password an administrator has to be told again."""
        draft = self.mode.run_blocking(read_draft, self.config.data)
        name, hashed = self.administrator
        if hashed and name == draft.administrator:
            return draft
        return replace(draft, done=tuple(step for step in draft.done if step != "administrator"))

    def change(self, change: Callable[[Draft], Draft], password_hash: str = "") -> Draft:
        """Keep what `change` makes of the draft; no other change comes between.

        With `password_hash` it is that of the administrator whom the changed draft names. Refuses (`draft_not_kept`)
        where the disk takes nothing; then all is as before.
        """
        with self._drafting:
            draft = change(self.draft())
            try:
                self.mode.run_blocking(keep_draft, self.config.data, draft)
            except OSError as error:
                log.error("the first start's answers can't be kept: %s", error)
                raise Unavailable("draft_not_kept") from error
            if password_hash:
                self.administrator = (draft.administrator, password_hash)
        return draft

    def as_of_now(self) -> tuple[Draft, str, str]:
        """Return the draft, its administrator's password hash ("" where it has to be told again), and their digest."""
        with self._drafting:
            draft, (name, hashed) = self.draft(), self.administrator
        hashed = hashed if name == draft.administrator else ""
        return draft, hashed, digest_of(draft, hashed)

    def asks_for_backup(self) -> bool:
        """Whether an office has been here, and nobody has said that a new one is wanted."""
        return not self.draft().anew and self.mode.run_blocking(self.backups.has_been_here)

    def let_in(self, request: Request) -> bool:
        """Whether the browser of a request gave a code."""
        return self.code.admitted(request.cookies.get(FIRST_START, ""))

    def hub(self) -> Flask:
        """Return the hub, which is made at first; refuses (StartError) what keeps one from starting."""
        with self._hub_lock:
            if self._hub is None:
                hub = self._make_hub()
                hub.extensions["antrean"].connection_limit.connections = self.connection_limit.connections
                self._app.extensions.update(hub.extensions)
                self._app.extensions[HUB] = self._hub = hub
                self.administrator = ("", "")
                self.mode.run_blocking(forget_draft, self.config.data)
                self.mode.run_blocking(self.backups.sweep)
                self._stopped.set()
            return self._hub

    def made(self) -> Flask | None:
        """Return the hub if it is there."""
        return self._hub

    def refuse_made(self) -> None:
        """Refuse (`office_made`) to go on where the office is there by now."""
        if self._hub is not None or not self.mode.run_blocking(awaits_office, self.config):
            raise Unknown("office_made")

    def look(self) -> None:
        """Renew a code that has ended, and serve an office that was made or restored beside the hub."""
        self.code.look()
        try:
            if not self.mode.run_blocking(awaits_office, self.config):
                self.hub()
        except DatabaseError as error:
            log.warning("the database can't be looked at: %s", error)

    def begin(self) -> None:
        """Look each second, beside requests, until the office is there."""
        self.mode.run_blocking(self.backups.sweep)
        _beside(self._watch)

    def stop(self) -> None:
        """End the looking, and the hub if there is one."""
        self._stopped.set()
        if self._hub is not None:
            self._hub.extensions["antrean"].stop()

    def _watch(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("the office can't be served yet")
                time.sleep(LOOK_SECONDS)


def _beside(work: Callable[[], None]) -> None:
    Thread(target=work, name="first start", daemon=True).start()


class Switch:
    """WSGI: passes requests on to the first start, and to the hub once that is there."""

    def __init__(self, first: FirstStart, inner: WSGI) -> None:
        self._first = first
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass a request on."""
        hub = self._first.made()
        return (self._inner if hub is None else hub.wsgi_app)(environ, start_response)
