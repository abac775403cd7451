"""open_link(): from a printer's address to an open Link, over TCP, kernel devices, libusb or CUPS."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import socket
import stat
import struct
import termios
from collections.abc import Sequence
from typing import Any

from antrean.printing.transport.address import Address
from antrean.printing.transport.allowed import Allowed, Way
from antrean.printing.transport.link import ChannelLink, Link, LinkEnded, LinkError, Monotonic
from printer_profiles import Profile

LPGETSTATUS = 0x060B
REFUSED = {errno.ECONNREFUSED: "printer_refused", errno.ECONNRESET: "connection_lost"}


def open_link(address: Address, profile: Profile, monotonic: Monotonic, allowed: Allowed) -> Link:
    """An open way to the printer within the profile's limits, after this machine has allowed it.

    Refuses with LinkError (nothing was sent), with its kind NotAllowed before anything is opened.
    """
    ways = allowed.check(address)
    match address.kind:
        case "tcp":
            return TcpLink(ways, profile, monotonic)
        case "usblp":
            return UsblpLink(address, profile, monotonic)
        case "serial":
            return SerialLink(address, profile, monotonic)
        case "usb":
            from antrean.printing.transport.usb import UsbLink

            return UsbLink(address, profile, monotonic)
        case "cups":
            from antrean.printing.transport.cups import CupsLink

            return CupsLink(address, profile, monotonic)
    raise LinkError("printer_unreachable", f"{address.kind} has no wire", nothing_sent=True)


class TcpLink(ChannelLink):
    """A raw TCP connection, as on port 9100, by the first of these ways (addresses in numbers) that leads there."""

    def __init__(self, ways: Sequence[Way], profile: Profile, monotonic: Monotonic) -> None:
        limits = profile.transport
        self._socket = _connected(ways, limits.connect_timeout_s)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(self._socket.fileno(), limits.write_timeout_s, monotonic)

    def _read(self) -> bytes:
        return self._socket.recv(4096)

    def _write(self, data: bytes) -> int:
        return self._socket.send(data)

    def finish(self, patience_s: float) -> bool:
        # Closing with unread answers makes the kernel reset the connection and throw away what the printer
        # has not taken yet. So: say "no more", read to the end, then close.
        try:
            self._socket.shutdown(socket.SHUT_WR)
            self._wait_while_moving(patience_s, lambda queued: False)
        except LinkEnded:
            return True
        except (LinkError, OSError):
            return False
        finally:
            self._socket.close()
        return False

    def abort(self) -> None:
        self._socket.close()


def _connected(ways: Sequence[Way], timeout_s: float) -> socket.socket:
    """Connect to what was checked: names are not looked up again, as they may lead elsewhere by now."""
    failure: OSError | None = None
    for way in ways:
        try:
            return socket.create_connection(way, timeout_s)
        except OSError as error:
            failure = error
    code = REFUSED.get((failure.errno if failure is not None else 0) or 0, "printer_unreachable")
    raise LinkError(code, str(failure), nothing_sent=True) from failure


class DeviceLink(ChannelLink):
    """A character device opened for reading and writing; it is never created when it is not there."""

    def __init__(self, fd: int, profile: Profile, monotonic: Monotonic) -> None:
        super().__init__(fd, profile.transport.write_timeout_s, monotonic)

    def _read(self) -> bytes:
        return os.read(self._fd, 4096)

    def _write(self, data: bytes) -> int:
        return os.write(self._fd, data)

    def finish(self, patience_s: float) -> bool:
        """Waits until the kernel has handed everything over, then closes."""
        try:
            # Closing throws away what is left in the kernel: a device is given no less than a stalled write.
            return self._drained(max(patience_s, self._write_timeout_s))
        except (LinkError, OSError):
            return False
        finally:
            self.abort()

    def _drained(self, patience_s: float) -> bool:
        raise NotImplementedError

    def abort(self) -> None:
        # The number may be another file's by the second call: close it once only.
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


class UsblpLink(DeviceLink):
    """The kernel's USB printer class device, /dev/usb/lpN or a udev name for it."""

    def __init__(self, address: Address, profile: Profile, monotonic: Monotonic) -> None:
        super().__init__(_open_device(address.path), profile, monotonic)

    def _take_in(self) -> None:
        # An empty read on usblp means silence, not the end.
        try:
            said = os.read(self._fd, 4096)
            self._inbox += said
            if not said:
                select.select([], [], [], 0.01)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EINTR):
                raise LinkError("connection_lost", str(error)) from error

    def port_status(self) -> int | None:
        answer = bytearray(4)
        try:
            fcntl.ioctl(self._fd, LPGETSTATUS, answer)
        except OSError:
            return None
        return int(struct.unpack("i", answer)[0]) & 0xFF

    def _drained(self, patience_s: float) -> bool:
        self._poll.register(self._fd, select.POLLOUT)
        # A device that was pulled out is "ready to write" too, and hung up.
        return self._wait(patience_s) == select.POLLOUT


class SerialLink(DeviceLink):
    """A serial line with its speed and flow control; a printer that holds the line off is noticed."""

    def __init__(self, address: Address, profile: Profile, monotonic: Monotonic) -> None:
        import serial  # late: only sites with a serial printer need it

        limits = profile.transport
        flow = address.flow or limits.flow
        _check_device(address.path)
        try:
            self._port: Any = serial.Serial(
                address.path,
                address.baud or limits.baud,
                timeout=0,
                write_timeout=limits.write_timeout_s,
                rtscts=flow == "rtscts",
                dsrdtr=flow == "dsrdtr",
                xonxoff=flow == "xonxoff",
                exclusive=True,
            )
        except (OSError, ValueError) as error:
            raise LinkError("printer_unreachable", str(error), nothing_sent=True) from error
        self._dsr = flow == "dsrdtr"
        super().__init__(self._port.fileno(), profile, monotonic)

    def _write(self, data: bytes) -> int:
        # The kernel knows RTS/CTS and XON/XOFF but not DSR: hold back by hand, within the write limit.
        if self._dsr and not self._port.dsr:
            select.select([], [], [], 0.01)
            return 0
        return os.write(self._fd, data[:256] if self._dsr else data)

    def _drained(self, patience_s: float) -> bool:
        return self._wait_while_moving(patience_s, lambda queued: queued == 0)

    def abort(self) -> None:
        if self._port.is_open:
            # Closing a tty waits for what is queued; a printer that holds the line off would hang us.
            with contextlib.suppress(termios.error):
                termios.tcflush(self._fd, termios.TCOFLUSH)
            self._port.close()


def _check_device(path: str) -> None:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise LinkError("device_missing", str(error), nothing_sent=True) from error
    if not stat.S_ISCHR(mode):
        raise LinkError("device_missing", f"{path} is not a device", nothing_sent=True)


def _open_device(path: str) -> int:
    _check_device(path)
    try:
        return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        code = "printer_busy" if error.errno == errno.EBUSY else "printer_unreachable"
        raise LinkError(code, str(error), nothing_sent=True) from error
