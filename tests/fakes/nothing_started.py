"""A stretch of time in which this process may open no connection and start no other process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

STARTS = frozenset({
    "socket.bind", "socket.connect", "subprocess.Popen", "os.fork", "os.posix_spawn", "os.exec",
})  # fmt: skip


class Started(BaseException):
    """Something was started; not an Exception, so that no code under test takes it for an ordinary failure."""


class _Watch:
    """Python's audit hooks stay for as long as the process lives, so there is one, and it is switched on and off."""

    def __init__(self) -> None:
        self.on = False
        self.added = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event in STARTS:
            raise Started(f"{event}{arguments!r:.200}: the fast lane starts no server, no browser and no process")


_watch = _Watch()


@contextmanager
def nothing_started() -> Iterator[None]:
    """Raise `Started` in the code that binds or connects a socket, or starts a process, in any of its threads."""
    if not _watch.added:
        sys.addaudithook(_watch)
        _watch.added = True
    _watch.on = True
    try:
        yield
    finally:
        _watch.on = False
