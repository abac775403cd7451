"""Green threads by eventlet: blocking work goes to a few native threads. Only the entry point chooses this mode."""

from __future__ import annotations

import logging
import os
import posix
from collections import deque
from collections.abc import Callable
from posix import read as read_at_once  # os.read is patched, and would wait where there is nothing
from typing import Any, TypeVar

import eventlet
from eventlet import event, hubs, patcher, tpool

T = TypeVar("T")
ASIDE_SECONDS = 0.0005  # enough for a native thread to take the interpreter, and little for who waits for a page


def log_from_native_threads() -> None:
    """Give logging the locks of native threads, whatever was patched.

    A native thread that finds a green lock taken waits in a loop of its own, where nobody wakes it: the writer would
    stand still for ever because it and the loop logged a line at the same moment.
    """
    native = patcher.original("threading")
    logging.threading = native  # type: ignore[attr-defined]
    logging._lock = native.RLock()  # type: ignore[attr-defined]
    for reference in logging._handlerList:  # type: ignore[attr-defined]
        handler = reference()
        if handler is not None and handler.lock is not None:
            handler.createLock()


class GreenPromise:
    """A promise between green threads of one loop."""

    def __init__(self) -> None:
        self._event = event.Event()

    def set(self, value: Any) -> None:
        """Give the value."""
        self._event.send(value)

    def get(self, seconds: float | None = None) -> Any:
        """Wait for the value; raises TimeoutError when it has not come within so many seconds."""
        value = self._event.wait(seconds)
        if value is None and not self._event.ready():
            raise TimeoutError
        return value


class EventletThread:
    """One native thread beside the loop. What it has done is handed back to the loop by a byte in a pipe."""

    def __init__(self, name: str) -> None:
        self._asked = patcher.original("queue").SimpleQueue()
        self._done: deque[tuple[event.Event, Any, BaseException | None] | None] = deque()
        self._told, self._tell = os.pipe()
        os.set_blocking(self._told, False)
        os.set_blocking(self._tell, False)
        # Listened to as long as the thread lives: to wait for each byte anew takes two calls of the system and two
        # switches of green threads.
        self._hub = hubs.get_hub()
        self._listener = self._hub.add(self._hub.READ, self._told, self._hand_back, _passed_over, _passed_over)
        patcher.original("threading").Thread(target=self._work, name=name, daemon=True).start()

    def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run the work there, after what was given before; only this green thread waits for it."""
        done = event.Event()
        self._asked.put((done, work, arguments))
        value, error = done.wait()
        if error is not None:
            raise error
        return value  # type: ignore[no-any-return]

    def stop(self) -> None:
        """End the thread after the work it was given."""
        self._asked.put(None)

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            done, work, arguments = asked
            outcome: tuple[Any, Any, BaseException | None]
            try:
                outcome = done, work(*arguments), None
            except BaseException as error:
                outcome = done, None, error
            self._done.append(outcome)
            del asked, done, work, arguments, outcome
            self._wake()
        self._done.append(None)
        # It wakes the loop as well. A last byte might go to whatever has this number by then.
        posix.close(self._tell)

    def _wake(self) -> None:
        try:
            posix.write(self._tell, b"!")  # os.write is patched, and would wait in a loop of this thread's own
        except BlockingIOError:
            pass  # the pipe is full, so the loop will look anyway

    def _hand_back(self, _pipe: int) -> None:
        """Give the loop what has been done; the loop itself calls this when there is a byte."""
        try:
            read_at_once(self._told, 4096)
        except BlockingIOError:
            return
        while self._done:
            outcome = self._done.popleft()
            if outcome is None:
                self._hub.remove(self._listener)
                os.close(self._told)
                return
            outcome[0].send(outcome[1:])


def _passed_over(*_of_the_listener: object) -> None:
    """Do nothing: only its owner closes the pipe, and stops listening first."""


class EventletMode:
    """One loop serves everyone; an fsync or a password hash must never run on it."""

    name = "eventlet"

    def run_blocking(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run the work in a native thread; only this green thread waits for it."""
        result: T = tpool.execute(work, *arguments)
        return result

    def own_thread(self, name: str) -> EventletThread:
        """Return a new native thread by this name, which pictures and passwords can't take up."""
        return EventletThread(name)

    def promise(self) -> GreenPromise:
        """Return a new promise."""
        return GreenPromise()

    def let_others(self) -> None:
        """Let the loop go round once."""
        eventlet.sleep(0)

    def step_aside(self) -> None:
        """Leave the loop, and with it the interpreter, to others for a moment."""
        eventlet.sleep(ASIDE_SECONDS)
