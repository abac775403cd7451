"""Sends a response's header together with its body."""

from __future__ import annotations

from typing import Any


class OneWrite:
    """The socket of a response whose header waits for the first piece of the body, so that both are sent in one go.

    gunicorn writes the header by itself: a call of the system, a packet and a wake-up of the client more.
    """

    def __init__(self, line: Any) -> None:
        self._line = line
        self._header: bytes | None = b""  # None once it has been sent

    def sendall(self, data: bytes) -> None:
        """Send a piece; the first one is kept for the next."""
        if self._header is None:
            self._line.sendall(data)
        elif self._header:
            header, self._header = self._header, None
            self._line.sendall(header + data)
        else:
            self._header = data

    def flush(self) -> None:
        """Send a header that no piece has followed."""
        if self._header:
            self._line.sendall(self._header)
        self._header = None

    def sendfile(self, *arguments: Any, **named: Any) -> Any:
        """Send a file after its header."""
        self.flush()
        return self._line.sendfile(*arguments, **named)
