"""Character devices as Links: the kernel's USB printer class and serial lines."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import stat
import struct
import termios
from typing import Any

from antrean.printing.transport.address import Address
from antrean.printing.transport.link import ChannelLink, LinkError, Monotonic
from printer_profiles import Profile

LPGETSTATUS = 0x060B


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
