"""A WebSocket of a loop that serves all: while nothing comes and nothing is to be sent, no green thread is there.

The socket library has two green threads for each WebSocket: one waits in the midst of the request for what comes, the
other for what is to be sent. With them stay the request, its headers and the stacks, three quarters of what a phone
costs. Here the request ends with the handshake. A green thread reads when there is something to read and ends with the
last whole packet; one writes when there is something to write and ends with the last.
Why so: docs/decisions/0095-the-pages-of-a-crowd-stay-for-the-next.md.
"""

from __future__ import annotations

import logging
import socket
import struct
from collections import Counter, deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engineio.exceptions import SocketIsClosedError, UnknownPacketError
from engineio.packet import NOOP, PING, PONG, UPGRADE, Packet

from antrean.web.limits.frames import CLOSE, GOODBYE, Pace, PacketReader, frame
from antrean.web.limits.wires import linger

if TYPE_CHECKING:
    from antrean.web.limits.connection_limit import SocketSession

log = logging.getLogger(__name__)
AT_ONCE = 16  # clients whose reading is begun in one round of the loop: some 2 ms, when all of them are gone
SPELL_SECONDS = 0.005  # for which begun readings are counted: about two rounds of a busy loop


class Outbox:
    """The packets that wait for one client: the library's queue, as small as it can be.

    `queue` are the packets, the oldest first. `written` is called when the first comes, where there is a WebSocket;
    a client that polls waits for it.
    """

    __slots__ = ("_come", "_done", "_parts", "_unfinished", "queue", "written")

    def __init__(self, parts: LoopParts) -> None:
        self.queue: list[Any] = []
        self.written: Callable[[], object] | None = None
        self._parts = parts
        self._come: Any = None  # the event that those wait for who poll
        self._done: Any = None
        self._unfinished = 0

    def qsize(self) -> int:
        """Return how many packets wait."""
        return len(self.queue)

    def put(self, packet: Any) -> None:
        """Add a packet; it never waits."""
        self.queue.append(packet)
        self._unfinished += 1
        if self.written is not None:
            self.written()
        if self._come is not None:
            self._come.set()
            self._come = None

    def get(self, block: bool = True, timeout: float = 0.0) -> Any:
        """Return the oldest packet, waiting up to so many seconds; refuses like the library."""
        until = self._parts.monotonic() + timeout if block and not self.queue else 0.0
        while not self.queue:
            left = until - self._parts.monotonic() if block else 0.0
            if left <= 0:
                raise self._parts.empty
            if self._come is None:
                self._come = self._parts.event()
            self._come.wait(left)
        return self.queue.pop(0)

    def task_done(self) -> None:
        """Note that a packet that was taken has been dealt with."""
        self._unfinished -= 1
        if self._unfinished <= 0 and self._done is not None:
            self._done.set()

    def join(self) -> None:
        """Wait until all have been dealt with."""
        while self._unfinished > 0:
            if self._done is None:
                self._done = self._parts.event()
            self._done.wait()
        self._done = None


class LoopParts:
    """What all WebSockets of one loop share. `counts` says what was refused, by its closing code.

    `hold` waits while a device or the staff is being served, but not for long.
    """

    def __init__(
        self, engine: Any, counts: Counter[str], monotonic: Callable[[], float], hold: Callable[[], None]
    ) -> None:
        self.engine = engine
        self.counts = counts
        self.monotonic = monotonic
        self._hold = hold
        self._due: deque[Callable[[], object]] = deque()
        self._drains = False
        self._begun, self._until = 0, 0.0
        self.sleep: Callable[[float], None] = engine.sleep
        self.event: Callable[[], Any] = engine.create_event
        self.empty: type[Exception] = engine.get_queue_empty_exception()
        self.begin: Callable[[Callable[[], object]], object] = engine.start_background_task

    def begin_reading(self, read: Callable[[], object]) -> None:
        """Begin to read what a stranger has sent, or that it is gone: at once, or a few in a round where many have.

        The loop serves whatever is ready before it looks again. When a Wi-Fi goes, two thousand phones are ready, and
        to read and to close them takes a tenth of a second and more.
        """
        now = self.monotonic()
        if now >= self._until:
            self._begun, self._until = 0, now + SPELL_SECONDS
        self._begun += 1
        if self._begun <= AT_ONCE and not self._due:
            self.begin(read)
            return
        self._due.append(read)
        if not self._drains:
            self._drains = True
            self.begin(self._drain)

    def _drain(self) -> None:
        try:
            while self._due:
                self._hold()
                for _ in range(min(AT_ONCE, len(self._due))):
                    self.begin(self._due.popleft())
                self.sleep(0)
        finally:
            self._drains = False


class LoopWire:
    """One client's WebSocket, which is the lock of its sending side as well (`counter`)."""

    __slots__ = (
        "_closed", "_parts", "_place", "_said", "_waiters", "_writes", "at_end", "counter", "session", "socket",
    )  # fmt: skip

    def __init__(self, line: Any, place: SocketSession, parts: LoopParts) -> None:
        self.socket = line
        self.session = place.session
        self.at_end: Callable[[str], object] | None = None
        self._place = place
        self.counter = 1
        self._waiters: list[Any] | tuple[()] = ()
        self._parts = parts
        self._closed = False
        self._said = False  # that it is over
        self._writes = False

    def begin(self) -> None:
        """Serve the client from now on. A session that began by polling changes over first."""
        engine = self._parts.engine
        self.socket.settimeout(engine.ping_interval + engine.ping_timeout)
        if self.session.connected:
            self._parts.begin(self._change)
        else:
            self.session.connected = True
            self._opened()
            self.socket.when_readable(self._readable)

    def _opened(self) -> None:
        self.session.upgraded, self.session.upgrading = True, False
        self.session.queue.written = self._written
        if self.session.queue.queue:
            self._written()

    # -- reading ---------------------------------------------------------------------------------

    def _reader(self) -> PacketReader:
        pace = Pace(self.socket.recv, self._parts.sleep, self._parts.monotonic)
        return PacketReader(pace.receive, self._answer, self._refused, self._place.budget, self._parts.counts)

    def _change(self) -> None:
        """Follow the library's steps from polling to a WebSocket; a client that does not take them goes on polling."""
        session, reader = self.session, self._reader()
        session.upgrading = True
        try:
            first = reader.wait()
            if first != f"{PING}probe":
                raise EOFError
            self.send(Packet(PONG, "probe").encode())
            session.queue.put(Packet(NOOP))  # ends the poll that waits
            if reader.wait() != str(UPGRADE):
                raise EOFError
        except Exception as error:
            log.debug("a session goes on polling: %r", error)
            session.upgrading = False
            self._shut()
            return
        self._opened()
        if reader.under_way:
            self._hear(reader)
        else:
            self.socket.when_readable(self._readable)

    def _readable(self) -> None:
        begin = self._parts.begin if self._place.known else self._parts.begin_reading
        begin(self._read)

    def _read(self) -> None:
        self._hear(self._reader())

    def _hear(self, reader: PacketReader) -> None:
        """Hear what has come; ends with the last whole packet, and is begun again by the next piece."""
        try:
            while not self._closed and (text := reader.wait()) is not None:
                try:
                    self.session.receive(Packet(encoded_packet=text))
                except UnknownPacketError as error:
                    log.debug("a packet of no known type: %r", error)
                if not reader.under_way and not self._closed:
                    self.socket.when_readable(self._readable)
                    return
        except (OSError, EOFError, SocketIsClosedError) as error:
            log.debug("a WebSocket ended: %r", error)
        except Exception:
            log.exception("a packet of a WebSocket could not be handled")
        if self._writes:
            self.session.queue.put(None)  # it is closed with the last word to it
        else:
            self.close()

    def _answer(self, opcode: int, payload: bytes) -> None:
        self._send(struct.pack("!BB", 0x80 | opcode, len(payload)) + payload)

    def _refused(self, status: int) -> None:
        self._say(struct.pack("!H", status))
        if status != GOODBYE:
            linger(self.socket)

    # -- writing ---------------------------------------------------------------------------------

    def _written(self) -> None:
        if not self._writes and not self._closed:
            self._writes = True
            self._parts.begin(self._write)

    def _write(self) -> None:
        """Write what waits; a None among it is the library's sign of the end."""
        session = self.session
        try:
            while session.queue.queue:
                packets = session.poll()
                if not packets:
                    break
                for packet in packets:
                    self.send(packet.encode())
            else:
                self._writes = False
                return
        except Exception as error:
            log.debug("a WebSocket takes nothing more: %r", error)
        self._writes = False
        self.close()

    def send(self, text: str) -> None:
        """Send a text message."""
        self._send(frame(text))

    def _send(self, data: bytes) -> None:
        self.acquire()
        try:
            self.socket.sendall(data)
        finally:
            self.release()

    def acquire(self, blocking: bool = True) -> bool:
        """Wait for the sending side, and have it until it is released."""
        if self.counter > 0:
            self.counter = 0
            return True
        if blocking:
            turn = self._parts.event()
            self._waiters = [*self._waiters, turn]
            turn.wait()
        return blocking

    def release(self) -> None:
        """Let the next one send."""
        if self._waiters:
            first, *others = self._waiters
            self._waiters = others or ()
            first.set()
        else:
            self.counter = 1

    # -- the end ---------------------------------------------------------------------------------

    def close(self, _why: object = None) -> None:
        """Say that it is over, close it and end the session."""
        if self._closed:
            return
        self._closed = True
        self._shut()
        self.session.close(wait=False, abort=True, reason=self._parts.engine.reason.TRANSPORT_CLOSE)
        self._parts.engine.sockets.pop(self.session.sid, None)

    def _shut(self) -> None:
        self._closed = True
        try:
            self._say(b"")
            self.socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            log.debug("a WebSocket was gone before it was closed: %s", error)
        finally:
            self.socket.close()
            self.session.queue.written = None  # it holds this wire
            self._place.wire = None
            if self.at_end is not None:
                self.at_end(self.session.sid)

    def _say(self, payload: bytes) -> None:
        if self._said:
            return
        self._said = True
        try:
            self._answer(CLOSE, payload)
        except OSError as error:
            log.debug("a WebSocket was gone before it was closed: %s", error)
