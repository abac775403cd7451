"""How often something may be tried."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from queueing.errors import QueueError


class TooMany(QueueError):
    """Tried too often."""

    status = 429


class Attempts:
    """Counts attempts for each key; refuses more than `most` within `seconds`. Forgets old keys by itself.

    An attempt counts from its beginning, so that guesses sent all at once are no way around the limit.
    """

    def __init__(self, monotonic: Callable[[], float], most: int = 5, seconds: float = 60.0) -> None:
        self._monotonic = monotonic
        self._most = most
        self._seconds = seconds
        self._lock = Lock()
        self._begun: dict[str, list[float]] = {}

    def begin(self, key: str) -> None:
        """Count one attempt, or refuse it when this key has failed too often lately."""
        now = self._monotonic()
        with self._lock:
            self._begun = {old: times for old, times in self._begun.items() if now - times[-1] < self._seconds}
            recent = [at for at in self._begun.get(key, []) if now - at < self._seconds]
            if len(recent) >= self._most:
                raise TooMany("rate_limited")
            self._begun[key] = [*recent, now]

    def take_back(self, key: str) -> None:
        """Don't count the last attempt: it was no failure."""
        with self._lock:
            times = self._begun.get(key, [])[:-1]
            if times:
                self._begun[key] = times
            else:
                self._begun.pop(key, None)
