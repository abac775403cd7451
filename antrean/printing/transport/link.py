"""Link: one open connection to a printer, which sends, receives and ends within time limits."""

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
        """Whether the printer can send anything back (over a CUPS queue it cannot)."""

    def send(self, data: bytes) -> None:
        """Send all bytes, reading meanwhile.

        Refuses with LinkError when no byte is taken for too long; `nothing_sent` says whether any byte was sent.
        """

    def receive(self, timeout_s: float) -> bytes:
        """Return what the printer sent, waiting at most `timeout_s` for the first byte; empty when nothing came.

        With a timeout of 0 it returns what has come so far.
        """

    def port_status(self) -> int | None:
        """Return the parallel-port status byte of a USB printer, None for other links."""

    def finish(self, patience_s: float) -> bool:
        """Close so that nothing already sent is lost. Returns whether the other side took everything.

        Waits at most `patience_s` seconds while no byte is taken.
        """

    def abort(self) -> None:
        """Close at once; bytes already sent may be lost."""


class ChannelLink:
    """The common part of TCP and device files: polls in both directions, never blocks, loses no response."""

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
        """Read until `over` is true of the bytes that the kernel holds; False when no byte leaves for too long."""
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
        # At least a millisecond, so that a deadline just passed does not cause a busy loop.
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
    """Return how many written bytes have not reached the other side; sockets take the same request (SIOCOUTQ)."""
    answer = bytearray(4)
    fcntl.ioctl(fd, termios.TIOCOUTQ, answer)
    return int(struct.unpack("i", answer)[0])


def lost(error: OSError) -> LinkError:
    """Return the LinkError for an OSError while reading or writing."""
    name = errno.errorcode.get(error.errno or 0, "")
    return LinkError("connection_lost", name or str(error))
