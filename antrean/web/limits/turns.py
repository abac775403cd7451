"""Turns: runs strangers' work on the loop one piece at a time, so that other work runs between two pieces."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

from antrean.hub.async_mode import AsyncMode, Promise

URGENT_SECONDS = 0.1  # for which a request of a device or the staff holds strangers up
HOLD_SECONDS = 0.02  # strangers have a turn at least so often
PAUSE_SECONDS = 0.001
LONGEST_SECONDS = 60.0  # that anybody waits for a turn


class Turns:
    """A queue for each address, served in rotation: one turn each time the loop goes round.

    The loop serves whatever is ready before it looks again, so two thousand phones that are ready at once would come
    before a kiosk that is ready a moment later. While a device or the staff is being served (`begin`, `end`), strangers
    wait a little: a number goes through several rounds of the loop. While it waits for the journal (`unanswered` says
    how many requests do) the loop has nothing to do for it, and strangers go on, with a pause before each turn: the
    thread that decides needs the interpreter, and a loop that is never idle hardly lets go of it. Native threads need
    none of this: the system shares them out.
    """

    def __init__(
        self,
        mode: AsyncMode,
        background: Callable[[Callable[[], None]], Any],
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
        unanswered: Callable[[], int],
    ) -> None:
        self._mode = mode
        self._background = background
        self._sleep = sleep
        self._monotonic = monotonic
        self._unanswered = unanswered
        self._waiting: OrderedDict[str, deque[Promise]] = OrderedDict()
        self._running = False
        self._urgent: dict[object, float] = {}  # requests that are being served -> until when they are urgent

    def begin(self, request: object) -> None:
        """Note that a request of a device or the staff is being served."""
        self._urgent[request] = self._monotonic() + URGENT_SECONDS

    def end(self, request: object) -> None:
        """Note that it has been answered."""
        del self._urgent[request]

    def hold(self) -> None:
        """Wait while a device or the staff is being served, but not for long."""
        until = self._monotonic() + HOLD_SECONDS
        while self._urgent and (now := self._monotonic()) < until:
            waits_for_journal = sum(now < end for end in self._urgent.values()) <= self._unanswered()
            self._sleep(PAUSE_SECONDS)
            if waits_for_journal:
                return

    def wait(self, address: str) -> None:
        """Wait until it is this address's turn; first come, first served within it. Raises TimeoutError."""
        if self._mode.name != "eventlet":
            return
        promise = self._mode.promise()
        self._waiting.setdefault(address, deque()).append(promise)
        if not self._running:
            self._running = True
            self._background(self._serve)
        promise.get(LONGEST_SECONDS)

    def _serve(self) -> None:
        try:
            while self._waiting:
                self.hold()
                address, queue = self._waiting.popitem(last=False)
                promise = queue.popleft()
                if queue:
                    self._waiting[address] = queue
                promise.set(None)
                self._mode.let_others()
        finally:
            self._running = False
