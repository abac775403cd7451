"""A fresh look: reads staff and devices again for a token that memory does not know."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

LOOK_SECONDS = 0.2  # between two readings of the database


class FreshLook:
    """Reads staff and devices again when a token is unknown: seldom, and once for all requests that wait meanwhile.

    Thousands of guesses must not keep the database busy, and a device that another process paired a moment ago must be
    known although others guess.
    """

    def __init__(
        self, load: Callable[[], None], sleep: Callable[[float], None], monotonic: Callable[[], float]
    ) -> None:
        self._load = load
        self._sleep = sleep
        self._monotonic = monotonic
        self._reading = Lock()
        self._begun = self._known = float("-inf")  # when the last reading began, and when the last complete one began

    def wait(self) -> None:
        """Wait until a reading that began after this call has ended; raises what reading raises."""
        asked = self._monotonic()
        while self._known < asked:
            if not self._reading.acquire(blocking=False):
                self._sleep(LOOK_SECONDS / 2)
                continue
            try:
                if (now := self._monotonic()) - self._begun >= LOOK_SECONDS and self._known < asked:
                    self._begun = now
                    self._load()
                    self._known = now
                    return
            finally:
                self._reading.release()
            self._sleep(LOOK_SECONDS / 2)
