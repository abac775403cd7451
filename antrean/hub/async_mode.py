"""AsyncMode: the adapter for native threads and for green threads, chosen at start."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Promise(Protocol):
    """A value that one thread sets once and another thread waits for."""

    def set(self, value: Any) -> None:
        """Give the value."""

    def get(self, seconds: float | None = None) -> Any:
        """Wait for the value; raises TimeoutError when it has not come within so many seconds."""


class OwnThread(Protocol):
    """One native thread that is reserved for one kind of work."""

    def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run the work there, after what was given before, and wait for it without holding up anyone else."""

    def stop(self) -> None:
        """End the thread after the work it was given."""


class AsyncMode(Protocol):
    """How blocking work is kept off the loop that serves requests and sockets."""

    name: str

    def run_blocking(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run blocking work in a native thread and wait for it without holding up anyone else."""

    def own_thread(self, name: str) -> OwnThread:
        """Return a new native thread by this name."""

    def promise(self) -> Promise:
        """Return a new promise."""

    def let_others(self) -> None:
        """Let other runnable threads run first."""

    def step_aside(self) -> None:
        """Let all others run for a moment, between two pieces of long work that nobody is in a hurry for.

        Native threads as well, such as the one that decides: a loop that is never idle hardly lets them have the
        interpreter.
        """


class ThreadPromise:
    """A promise between native threads."""

    def __init__(self) -> None:
        self._future: Future[Any] = Future()

    def set(self, value: Any) -> None:
        """Give the value."""
        self._future.set_result(value)

    def get(self, seconds: float | None = None) -> Any:
        """Wait for the value; raises TimeoutError when it has not come within so many seconds."""
        return self._future.result(seconds)


class CallersThread:
    """The calling thread, which is a native thread already."""

    def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run the work here."""
        return work(*arguments)

    def stop(self) -> None:
        """Do nothing: the thread ends by itself."""


class ThreadingMode:
    """Every request has a native thread already, so blocking work runs where it is."""

    name = "threading"

    def run_blocking(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run the work here."""
        return work(*arguments)

    def own_thread(self, name: str) -> OwnThread:
        """Return the calling thread."""
        return CallersThread()

    def promise(self) -> Promise:
        """Return a new promise."""
        return ThreadPromise()

    def let_others(self) -> None:
        """Do nothing: native threads go on by themselves."""

    def step_aside(self) -> None:
        """Do nothing: native threads go on by themselves."""
