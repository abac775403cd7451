"""A raw TCP connection to a printer as a Link."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence

from antrean.printing.transport.allowed import Way
from antrean.printing.transport.link import ChannelLink, LinkEnded, LinkError, Monotonic
from printer_profiles import Profile

REFUSED = {errno.ECONNREFUSED: "printer_refused", errno.ECONNRESET: "connection_lost"}


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
        # Closing with unread responses makes the kernel reset the connection and drop what the printer has not
        # taken yet. So the sending side is shut down, the rest is read to its end, and then the socket is closed.
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
    """Connect to the addresses that were checked; a name looked up again could lead elsewhere."""
    failure: OSError | None = None
    for way in ways:
        try:
            return socket.create_connection(way, timeout_s)
        except OSError as error:
            failure = error
    code = REFUSED.get((failure.errno if failure is not None else 0) or 0, "printer_unreachable")
    raise LinkError(code, str(failure), nothing_sent=True) from failure
