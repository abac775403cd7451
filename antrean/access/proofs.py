"""Proofs that somebody showed who they are a moment ago: good once, for two minutes, and kept by the hub alone."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

LASTS = 120.0  # seconds: to choose an office
MOST = 1000  # that are good at once; who signs in most often pushes out the oldest


@dataclass(frozen=True, slots=True)
class Proof:
    """Who it was, with the `mark` of the password that was right, and where they wanted to go on."""

    name: str
    mark: str
    target: str
    until: float


class Proofs:
    """The proofs that are good now, in memory: people sign in also while nothing can be written."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._good: OrderedDict[str, Proof] = OrderedDict()

    def give(self, name: str, mark: str, target: str) -> str:
        """Return the token of a new proof."""
        token, now = secrets.token_urlsafe(24), self._monotonic()
        with self._lock:
            while self._good and (len(self._good) >= MOST or next(iter(self._good.values())).until <= now):
                self._good.popitem(last=False)
            self._good[token] = Proof(name, mark, target, now + LASTS)
        return token

    def look(self, token: object) -> Proof | None:
        """Return the proof of a token without using it up, None when it is good no longer."""
        found = self._good.get(token) if isinstance(token, str) else None
        return found if found is not None and self._monotonic() < found.until else None

    def take(self, token: object) -> Proof | None:
        """Return the proof of a token and use it up, for one of several who bring it; None when it is over."""
        with self._lock:
            found = self.look(token)
            if isinstance(token, str):
                self._good.pop(token, None)
        return found
