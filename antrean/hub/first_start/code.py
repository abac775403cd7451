"""The one-time code that opens the first start: printed where the hub runs, so that only its owner can set it up."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from threading import Lock

from antrean.access.one_time_codes import code_id, drawn, in_groups

LENGTH = 8  # signs: 39 bits
LASTS = 30 * 60.0  # seconds
ADMITTED_LASTS = 12 * 3600.0
MOST_ADMITTED = 20  # browsers; who comes after that pushes out the one that came first


class SetUpCode:
    """The code that is good now, and the browsers that gave one.

    `tell` is given each new code, in groups. A code is good once, and for half an hour; then there is another one.
    """

    def __init__(self, monotonic: Callable[[], float], tell: Callable[[str], None]) -> None:
        self._monotonic = monotonic
        self._tell = tell
        self._lock = Lock()
        self._admitted: dict[str, float] = {}  # the hash of a browser's token -> when it was let in
        self._renew()

    @property
    def code(self) -> str:
        """The code as it is read out."""
        self.look()
        return in_groups(self._code)

    def look(self) -> None:
        """Draw and tell another code where this one has ended."""
        with self._lock:
            if self._monotonic() - self._since >= LASTS:
                self._renew()

    def take(self, code: str) -> str | None:
        """Use the code up; returns the token of the browser that gave it, None for a wrong one."""
        self.look()
        with self._lock:
            if not secrets.compare_digest(code_id(code), code_id(self._code)):
                return None
            token = secrets.token_urlsafe(32)
            while len(self._admitted) >= MOST_ADMITTED:
                del self._admitted[next(iter(self._admitted))]
            self._admitted[code_id(token)] = self._monotonic()
            self._renew()
        return token

    def admitted(self, token: str) -> bool:
        """Whether this is the token of a browser that gave a code within the last twelve hours."""
        since = self._admitted.get(code_id(token)) if token else None
        return since is not None and self._monotonic() - since < ADMITTED_LASTS

    def _renew(self) -> None:
        self._code, self._since = drawn(LENGTH), self._monotonic()
        self._tell(in_groups(self._code))
