"""A client's connection that a WebSocket has taken over: as little as a loop can hold for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eventlet import hubs

from antrean.web.limits.connections import Connection


class TakenLine:
    """A connection without a green thread of its own: it calls back when the client has sent something.

    eventlet's own socket keeps fifteen objects of 2 kB, and a green thread that waits for it a stack of 16 kB.
    """

    __slots__ = ("_connection", "_listener", "_timeout", "_waits", "fd")

    def __init__(self, green: Any, connection: Connection) -> None:
        raw = green.fd
        kind = raw.family, raw.type, raw.proto
        self.fd = type(raw)(*kind, fileno=raw.detach())  # eventlet's socket closes its own when it is forgotten
        self.fd.setblocking(False)
        self._timeout: float | None = None
        self._waits: Callable[[], object] | None = None
        self._listener: Any = None
        self._connection: Connection | None = connection
        connection.take(self)

    def when_readable(self, call: Callable[[], object]) -> None:
        """Call once, in the loop, when there is something to read; the call must not wait."""
        self._waits = call
        # Who listens is kept with the listener. It shall be the loop, not the green thread that ends now.
        hubs.get_hub().schedule_call_global(0, self._listen)

    def _listen(self) -> None:
        if self._waits is not None and self._listener is None and self.fd.fileno() >= 0:
            hub = hubs.get_hub()
            self._listener = hub.add(hub.READ, self.fd.fileno(), self._readable, _passed_over, None)

    def _readable(self, _number: int) -> None:
        call, self._waits = self._waits, None
        self._forget()
        if call is not None:
            call()

    def _forget(self) -> None:
        if self._listener is not None:
            hubs.get_hub().remove(self._listener)
            self._listener = None

    def settimeout(self, seconds: float | None) -> None:
        """Set for how long each piece is waited for."""
        self._timeout = seconds

    def recv(self, most: int) -> bytes:
        """Return what has come, at most so many bytes; waits for the first."""
        while True:
            try:
                piece: bytes = self.fd.recv(most)
                return piece
            except BlockingIOError:
                hubs.trampoline(self.fd, read=True, timeout=self._timeout, timeout_exc=TimeoutError)

    def sendall(self, data: Any) -> None:
        """Send all of it; waits while the client does not read."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self.fd.send(rest) :]
            except BlockingIOError:
                hubs.trampoline(self.fd, write=True, timeout=self._timeout, timeout_exc=TimeoutError)

    def shutdown(self, how: int) -> None:
        """End one direction or both."""
        self.fd.shutdown(how)

    def close(self) -> None:
        """Close it; whoever waits for it is told so."""
        self._waits = None
        if self.fd.fileno() < 0:
            return
        self._forget()
        hubs.notify_opened(self.fd.fileno())  # who waits for a number that may be another connection's soon
        self.fd.close()
        connection, self._connection = self._connection, None  # it has this line, and a circle would stay
        if connection is not None:
            connection.close()


def _passed_over(*_of_the_listener: object) -> None:
    """Do nothing: only its owner closes the connection, and stops listening first."""
