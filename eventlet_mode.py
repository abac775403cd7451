"""Green threads by eventlet: blocking work goes to a few native threads. Only the entry point chooses this mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import eventlet
from eventlet import event, tpool

T = TypeVar("T")


class GreenPromise:
    """A promise between green threads of one loop."""

    def __init__(self) -> None:
        self._event = event.Event()

    def set(self, value: Any) -> None:
        """Give the value."""
        self._event.send(value)

    def get(self) -> Any:
        """Wait for the value."""
        return self._event.wait()


class EventletMode:
    """One loop serves everyone; an fsync or a password hash must never run on it."""

    name = "eventlet"

    def run_blocking(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run the work in a native thread; only this green thread waits for it."""
        return tpool.execute(work, *arguments)

    def promise(self) -> GreenPromise:
        """Return a new promise."""
        return GreenPromise()

    def let_others(self) -> None:
        """Let the loop go round once."""
        eventlet.sleep(0)
