"""A Link is one open way to a printer: bytes out, answers in, both with limits, and an orderly end."""

from __future__ import annotations

import errno
import fcntl
import select
import struct
import termios
from collections.abc import Callable
from typing import Protocol

CHUNK = 2048
SLICE_S = 0.05
Monotonic = Callable[[], float]


class LinkError(Exception):
    """The printer cannot be reached or was lost. `code` is stable: printer_unreachable, printer_refused,
    printer_busy, write_stalled, connection_lost, device_missing. `nothing_sent`: no byte of the slip left."""

    def __init__(self, code: str, detail: str = "", *, nothing_sent: bool = False) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.nothing_sent = nothing_sent


class LinkEnded(LinkError):
    """The printer closed the connection in order: it has read what had reached it."""


class Link(Protocol):
    """One open connection to one printer; used by one thread, for one slip."""

    @property
    def two_way(self) -> bool:
        """Whether the way back exists at all (a CUPS queue has none)."""

    def send(self, data: bytes) -> None:
        """Hand over all bytes, reading meanwhile.

        Refuses with LinkError when nothing moves for too long; `nothing_sent` says whether any byte left.
        """

    def receive(self, timeout_s: float) -> bytes:
        """What the printer said, waiting at most so long for the first byte; empty means silence.

        With no time to wait it is still what has come so far.
        """

    def port_status(self) -> int | None:
        """The parallel-port status byte of a kernel usblp device, None elsewhere."""

    def finish(self, patience_s: float) -> bool:
        """End so that nothing already sent is lost. True when the other side took everything.

        Waits at most so long while nothing moves.
        """

    def abort(self) -> None:
        """Close at once; for when nothing of worth was sent."""


class ChannelLink:
    """The part TCP and device files share: poll for both directions, never block, never lose an answer."""

    two_way = True

    def __init__(self, fd: int, write_timeout_s: float, monotonic: Monotonic) -> None:
        self._fd = fd
        self._write_timeout_s = write_timeout_s
        self._monotonic = monotonic
        self._inbox = bytearray()
        self._poll = select.poll()
        self._left = 0  # bytes of the last send that were not taken

    def _read(self) -> bytes:
        raise NotImplementedError

    def _write(self, data: bytes) -> int:
        raise NotImplementedError

    def port_status(self) -> int | None:
        return None

    def send(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            self._send_all(view)
        except LinkError as error:
            error.nothing_sent = self._left == len(view)
            raise

    def _send_all(self, view: memoryview) -> None:
        self._left = len(view)
        give_up = self._monotonic() + self._write_timeout_s
        while view:
            self._poll.register(self._fd, select.POLLIN | select.POLLOUT)
            ready = self._wait(give_up - self._monotonic())
            if ready & (select.POLLIN | select.POLLHUP | select.POLLERR):
                self._take_in()
            if ready & select.POLLOUT:
                written = self._write_some(bytes(view[:CHUNK]))
                if written:
                    view = view[written:]
                    self._left = len(view)
                    give_up = self._monotonic() + self._write_timeout_s
            if self._monotonic() >= give_up:
                raise LinkError("write_stalled", f"{len(view)} bytes were not taken")

    def receive(self, timeout_s: float) -> bytes:
        until = self._monotonic() + timeout_s
        left = timeout_s
        while not self._inbox and left >= 0:
            self._poll.register(self._fd, select.POLLIN)
            if self._wait(left):
                self._take_in()
            left = until - self._monotonic()
        said, self._inbox = bytes(self._inbox), bytearray()
        return said

    def _wait_while_moving(self, patience_s: float, over: Callable[[int], bool]) -> bool:
        """Read until `over` says so of the bytes the kernel still holds; False when those stay for too long."""
        until, held = self._monotonic() + patience_s, _held_by_kernel(self._fd)
        while not over(held):
            self.receive(SLICE_S)
            left = _held_by_kernel(self._fd)
            if left < held:
                until = self._monotonic() + patience_s
            elif self._monotonic() >= until:
                return False
            held = left
        return True

    def _wait(self, seconds: float) -> int:
        # At least a millisecond, so that a deadline just passed does not spin.
        found = self._poll.poll(max(1, int(seconds * 1000)))
        return found[0][1] if found else 0

    def _write_some(self, data: bytes) -> int:
        try:
            return self._write(data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as error:
            raise lost(error) from error

    def _take_in(self) -> None:
        try:
            said = self._read()
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            raise lost(error) from error
        if not said:
            raise LinkEnded("connection_lost", "the printer closed the connection")
        self._inbox += said


def _held_by_kernel(fd: int) -> int:
    """Bytes that were written and have not reached the other side; sockets know the same request (SIOCOUTQ)."""
    answer = bytearray(4)
    fcntl.ioctl(fd, termios.TIOCOUTQ, answer)
    return int(struct.unpack("i", answer)[0])


def lost(error: OSError) -> LinkError:
    """The LinkError of an OSError met while reading or writing."""
    name = errno.errorcode.get(error.errno or 0, "")
    return LinkError("connection_lost", name or str(error))
