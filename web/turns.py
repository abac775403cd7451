"""Lets strangers' work on the loop one piece at a time, so that between two pieces everybody else has a turn."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

from web.async_mode import AsyncMode, Promise


class Turns:
    """A queue for each address, served in rotation: one turn each time the loop goes round.

    The loop serves whatever is ready before it looks again, so two thousand phones that are ready at once would come
    before a kiosk that is ready a moment later. Native threads need none of this: the system shares them out.
    """

    def __init__(self, mode: AsyncMode, background: Callable[[Callable[[], None]], Any]) -> None:
        self._mode = mode
        self._background = background
        self._waiting: OrderedDict[str, deque[Promise]] = OrderedDict()
        self._running = False

    def wait(self, address: str) -> None:
        """Wait until it is this address's turn; first come, first served within it."""
        if self._mode.name != "eventlet":
            return
        promise = self._mode.promise()
        self._waiting.setdefault(address, deque()).append(promise)
        if not self._running:
            self._running = True
            self._background(self._serve)
        promise.get()

    def _serve(self) -> None:
        try:
            while self._waiting:
                address, queue = self._waiting.popitem(last=False)
                promise = queue.popleft()
                if queue:
                    self._waiting[address] = queue
                promise.set(None)
                self._mode.let_others()
        finally:
            self._running = False
