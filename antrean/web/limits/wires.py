"""A client's WebSocket: read within a budget, closed with a reason and without log noise.

With native threads the object is ours, as small as it can be: the library's reads without a limit in a thread of its
own. In eventlet mode it is ours as well (antrean/web/limits/loop_wire.py). Only under TLS the socket library's own is
kept for writing, and its reading and its end are replaced.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from antrean.web.limits.frames import CLOSE, GOODBYE, Budget, Pace, PacketReader, frame

log = logging.getLogger(__name__)
ACCEPT_KEY = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
TAKE_OVER = "antrean.take_over"  # in the environ where a WebSocket may keep the connection: how it does
LINGER_SECONDS = 1.0
LINGER_BYTES = 1 << 18


def linger(line: Any) -> None:
    """Say that nothing more comes and read for a moment what is still sent.

    A connection closed with unread bytes is reset, and the client may never see why it was closed.
    """
    until, left = time.monotonic() + LINGER_SECONDS, LINGER_BYTES
    try:
        line.shutdown(socket.SHUT_WR)
        while left > 0 and (wait := until - time.monotonic()) > 0:
            line.settimeout(wait)
            piece = line.recv(1 << 16)
            if not piece:
                return
            left -= len(piece)
    except (OSError, EOFError):
        pass  # reset, too slow, or gone


def cut(line: Any) -> None:
    """End a connection at once, also while other threads read from it or write to it."""
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def over(close_data: object = None) -> None:
    """Wait for nothing more, and close nothing again: what a wire that is closed does."""
    del close_data


def read_within(wire: Any, budget: Budget, counts: Counter[str], sleep: Callable[[float], None]) -> None:
    """Give eventlet's WebSocket a `wait` that keeps to the budget and a `close` that says nothing to the log."""

    def end(status: int) -> None:
        wire._send_closing_frame(close_data=(status, ""), ignore_send_errors=True)
        if status != GOODBYE:
            linger(wire.socket)

    def close(close_data: tuple[int, str] | None = None) -> None:
        try:
            wire._send_closing_frame(close_data=close_data, ignore_send_errors=True)
            wire.socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            log.debug("a WebSocket was gone before it was closed: %s", error)
        finally:
            wire.socket.close()
            # Both hold the wire, and a circle would keep all that the connection held until a whole collection.
            wire.wait, wire.close = over, over

    def answer(opcode: int, payload: bytes) -> None:
        wire.send(payload, control_code=opcode)

    pace = Pace(wire.socket.recv, sleep, time.monotonic)
    wire.wait = PacketReader(pace.receive, answer, end, budget, counts).wait
    wire.close = close


class NativeWire:
    """A WebSocket on a socket that blocks: one thread reads, others may write."""

    def __init__(self, line: socket.socket, budget: Budget, counts: Counter[str]) -> None:
        self.socket = line
        self._writing = Lock()
        self._closed = False
        self.wait = PacketReader(line.recv, self._control, self._end, budget, counts).wait

    def send(self, message: str) -> None:
        """Send a text message."""
        with self._writing:
            self.socket.sendall(frame(message))

    def close(self) -> None:
        """Send a close frame unless one was sent, and wake the reading thread."""
        self._say(GOODBYE)
        cut(self.socket)

    def _control(self, opcode: int, payload: bytes) -> None:
        with self._writing:
            self.socket.sendall(struct.pack("!BB", 0x80 | opcode, len(payload)) + payload)

    def _end(self, status: int) -> None:
        self._say(status)
        if status != GOODBYE:
            linger(self.socket)

    def _say(self, status: int) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            self._control(CLOSE, struct.pack("!H", status))
        except OSError as error:
            log.debug("a WebSocket was gone before it was closed: %s", error)


def handshake(key: str) -> bytes:
    """Return the response to a request for a WebSocket."""
    accept = base64.b64encode(hashlib.sha1(key.encode() + ACCEPT_KEY, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def serve_native(
    handler: Callable[[Any], object], environ: dict[str, Any], budget: Budget, counts: Counter[str]
) -> Iterable[bytes]:
    """Shake hands on the request's own socket and let the handler have it, then tell the server it is done with."""
    line = environ.get("werkzeug.socket") or environ["gunicorn.socket"]
    line.sendall(handshake(environ["HTTP_SEC_WEBSOCKET_KEY"]))
    wire = NativeWire(line, budget, counts)
    try:
        handler(wire)
    finally:
        del wire.wait
    if "gunicorn.socket" in environ:
        raise StopIteration  # gunicorn's sign that the connection has been used up
    raise ConnectionError  # werkzeug's
