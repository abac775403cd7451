"""Sends one message to everyone in a room: encoded once, framed once, the same bytes written to every WebSocket.

The stock way gives each client a queue entry, a green thread's turn and a frame of its own. With thousands of phones
that is most of what a hub does. Here a client that keeps up gets the ready frame straight on its socket. One that is
behind goes through the library's own queue, in order, where a newer message of the same event takes the place of one
that has not been written yet: each is whole, so nothing is lost by it and nothing piles up. What is used of the
library's inside is checked when a client joins; if it has changed, everything goes the stock way after one warning.
Why so: docs/decisions/0006-one-frame-for-a-room.md.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from engineio.packet import MESSAGE, Packet
from flask_socketio import SocketIO
from socketio.packet import EVENT

from antrean.web.limits.frames import frame
from antrean.web.limits.loop_wire import LoopWire
from antrean.web.live.socket_rooms import Rooms

log = logging.getLogger(__name__)
AT_ONCE = 200  # a room of up to so many is written in one go; a bigger one by a task that lets others in between
TURN_SECONDS = 0.004
LOOK_EVERY = 32  # clients between two looks at the clock
PATIENCE_SECONDS = 25.0
MOST_CROWDS = 200  # kept; each ticket that is called has a room of its own


@dataclass(frozen=True, slots=True)
class Message:
    """One message for a room, as text of an Engine.IO packet's data and as a ready frame."""

    event: str
    namespace: str
    rooms: Sequence[str]
    data: str
    frame: bytes


class Latest(Packet):
    """A packet in the queue of a client that is behind. What it says is settled when the library takes it out."""

    def __init__(self, data: str, at: float, taken: Callable[[], object]) -> None:
        super().__init__(MESSAGE, data)
        self.at = at
        self._taken = taken

    def encode(self, b64: bool = False) -> Any:
        """Return the newest text; from here on a newer message needs a packet of its own."""
        self._taken()
        return super().encode(b64)


@dataclass(slots=True)
class Line:
    """A client's WebSocket: the library's object and ours, and the few things that each write asks for.

    With 10,000 clients every attribute read is a cache miss; keep them few.
    """

    socket: Any  # engineio.Socket
    wire: LoopWire  # taken by the green thread that writes, and by those that wait for it
    queued: Sized  # packets in the library's queue
    send: Callable[[bytes], int]  # what the socket took, at once
    changed: bool = False  # whether the change from polling is over, or there was none; that stays so

    def has_changed(self) -> bool:
        """Look whether the change to a WebSocket is over."""
        self.changed = self.socket.upgraded and not self.socket.upgrading
        return self.changed


@dataclass(frozen=True, slots=True)
class Crowd:
    """The clients in some rooms: lines that can be written to directly, and the Engine.IO ids of the others."""

    lines: Sequence[Line]
    others: Sequence[str]


def line_for(socket: Any, wire: Any) -> Line | None:
    """Return the line of a client that can be written to straight, or None for one that can't (TLS).

    Raises when anything that `FanOut` relies on is not there.
    """
    if not isinstance(wire, LoopWire):
        return None
    _ = (socket.sid, socket.upgraded, socket.upgrading, socket.closing, socket.closed)
    return Line(socket, wire, socket.queue.queue, wire.socket.fd.send)


class FanOut:
    """Emits to rooms. `straight` false means the stock way: native threads, or a library we do not know.

    `counts` says how often messages were encoded, written straight, queued, replaced in a queue, and cut off.
    """

    def __init__(
        self,
        socketio: SocketIO,
        monotonic: Callable[[], float],
        straight: bool,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.straight = straight
        self.counts: Counter[str] = Counter()
        self._socketio = socketio
        self._monotonic = monotonic
        self._patience = patience
        self._lines: dict[str, Line] = {}
        self._crowds: dict[tuple[str, ...], Crowd] = {}  # as found for the last messages, until anyone comes or goes
        self._queued: WeakKeyDictionary[Any, dict[tuple[str, str], Latest]] = WeakKeyDictionary()
        self._tasks: dict[str, dict[tuple[str, ...], Message]] = {}
        if straight:
            self._attach()

    def emit(self, event: str, data: Any, namespace: str, rooms: Sequence[str]) -> None:
        """Send a message once to everyone in the rooms. Many are written to by a task; a newer message overtakes there.

        Refuses no rooms at all.
        """
        if not self.straight:
            self._socketio.emit(event, data, namespace=namespace, to=list(rooms))
            return
        try:
            crowd = self._crowd(namespace, rooms)
            size = len(crowd.lines) + len(crowd.others)
            message = self._encoded(event, data, namespace, rooms) if size else None
        except Exception as error:
            self._give_up(error)
            self._socketio.emit(event, data, namespace=namespace, to=list(rooms))
            return
        if message is None:
            return
        if size <= AT_ONCE:
            self._write(message, crowd)
        elif namespace in self._tasks:
            self._tasks[namespace][event, *rooms] = message
        else:
            self._tasks[namespace] = {(event, *rooms): message}
            self._socketio.start_background_task(self._write_big, namespace)

    def tell(self, sid: str, event: str, text: str, namespace: str) -> None:
        """Send a message to one socket, with its data as JSON already."""
        server = self._socketio.server
        packet = Packet(MESSAGE, f'{EVENT}{namespace},["{event}",{text}]')
        server._send_eio_packet(server.manager.eio_sid_from_sid(sid, namespace), packet)

    def crowds(self, namespace: str, prefix: str) -> dict[str, list[str]]:
        """Return who is in each room, of whichever office, whose name begins so: ids of sockets, the newest last."""
        rooms = self._socketio.server.manager.rooms.get(namespace, {})
        named = ((room, members) for room, members in rooms.items() if room)
        return {room: list(members) for room, members in named if room.rpartition("/")[2].startswith(prefix)}

    def send_away(self, sid: str, namespace: str) -> None:
        """End a socket's part in a namespace; it is told so, and may come back."""
        self._socketio.server.disconnect(sid, namespace)

    # -- the library's side ----------------------------------------------------------------------

    def _attach(self) -> None:
        try:
            engine: Any = self._socketio.server.eio
            stock = engine._async["websocket"]
            # A copy: the library shares this table between all servers of a process.
            engine._async = {**engine._async, "websocket": lambda handler, server: self._opened(stock, handler, server)}
            Rooms(self._socketio.server.manager, self._crowds.clear)
        except Exception as error:
            self._give_up(error)

    def _opened(self, stock: Any, handler: Callable[[Any], Any], server: Any) -> Any:
        """Stand in for the library's WebSocket class: note the client's line for as long as it lasts."""

        def noted(wire: Any) -> Any:
            socket = None
            try:
                socket = handler.__self__  # type: ignore[attr-defined]
                if self.straight and (line := line_for(socket, wire)) is not None:
                    self._lines[socket.sid] = line
                    self._crowds.clear()
            except Exception as error:
                self._give_up(error)
            if isinstance(wire, LoopWire):
                wire.at_end = self._gone
                return wire.begin()
            try:
                return handler(wire)
            finally:
                self._gone(getattr(socket, "sid", ""))

        return stock(noted, server)

    def _gone(self, sid: str) -> None:
        self._lines.pop(sid, None)
        self._crowds.clear()

    def _give_up(self, error: Exception) -> None:
        if self.straight:
            self.straight = False
            self._lines.clear()
            self._crowds.clear()
            log.warning("the socket library has changed inside (%r): rooms are served its own, slower way", error)

    def _crowd(self, namespace: str, rooms: Sequence[str]) -> Crowd:
        """Return the clients in any of the rooms, each once. Computed again only when a client has joined or left."""
        crowd = self._crowds.get((namespace, *rooms))
        if crowd is None:
            found = self._socketio.server.manager.get_participants(namespace, list(rooms))
            members = [engine_sid for _sid, engine_sid in found]
            lines = self._lines
            crowd = Crowd(
                [lines[member] for member in members if member in lines],
                [member for member in members if member not in lines],
            )
            if len(self._crowds) >= MOST_CROWDS:
                self._crowds.clear()
            self._crowds[namespace, *rooms] = crowd
        return crowd

    def _encoded(self, event: str, data: Any, namespace: str, rooms: Sequence[str]) -> Message:
        # Said to hold no bytes: else the library walks through all of it to see, which takes longer than writing it.
        packet = self._socketio.server.packet_class(EVENT, namespace=namespace, data=[event, data], binary=False)
        text = packet.encode()
        if not isinstance(text, str):
            raise TypeError("a message is no text")
        self.counts["encoded"] += 1
        return Message(event, namespace, rooms, text, frame(Packet(MESSAGE, text).encode()))

    # -- writing ---------------------------------------------------------------------------------

    def _write_big(self, namespace: str) -> None:
        """Write what is due to the big rooms of a namespace, one message after another."""
        due = self._tasks[namespace]
        try:
            while due:
                message = due.pop(next(iter(due)))
                self._write(message, self._crowd(namespace, message.rooms), TURN_SECONDS)
        finally:
            del self._tasks[namespace]

    def _write(self, message: Message, crowd: Crowd, turn: float | None = None) -> None:
        """Write to all of a crowd; with a `turn` (seconds) let others have the loop when it is over."""
        for member in crowd.others:
            self._queue(member, message)
        began, straight = self._monotonic(), 0
        ready, size = message.frame, len(message.frame)
        for start in range(0, len(crowd.lines), LOOK_EVERY):
            if start and turn is not None and self._monotonic() - began > turn:
                self._socketio.sleep(0)
                began = self._monotonic()
            for line in crowd.lines[start : start + LOOK_EVERY]:
                try:
                    # A client is behind until all that was meant for it before has been written. One that is leaving
                    # stays so: the library's last word to it is in the queue until there is no descriptor any more.
                    behind = line.queued or line.wire.counter <= 0
                    if behind or not (line.changed or line.has_changed()):
                        self._queue(line.socket.sid, message)
                        continue
                    sent = line.send(ready)
                    straight += 1
                    if sent < size:
                        line.wire.acquire(blocking=False)
                        self._socketio.start_background_task(self._write_rest, line.wire, memoryview(ready)[sent:])
                except BlockingIOError:
                    self._queue(line.socket.sid, message)
                except OSError:
                    pass  # gone; the library's reader is told so too and tidies up
                except (AttributeError, TypeError) as error:
                    # Nothing of this message has gone to this client, and the others still want it.
                    self._give_up(error)
                    self._socketio.server.eio.send_packet(line.socket.sid, Packet(MESSAGE, message.data))
        self.counts["straight"] += straight

    def _write_rest(self, wire: LoopWire, rest: memoryview) -> None:
        """Finish a frame that the socket took in part; until then its lock keeps everyone else off the stream."""
        try:
            wire.socket.sendall(rest)
        except Exception:
            self._cut(wire)
        finally:
            wire.release()

    def _queue(self, member: str, message: Message) -> None:
        socket = self._socketio.server.eio.sockets.get(member)
        if socket is None or socket.closing or socket.closed:
            return
        queued = self._queued.setdefault(socket, {})
        key = (message.namespace, message.event)
        waiting = queued.get(key)
        if waiting is None:
            self.counts["queued"] += 1
            queued[key] = Latest(message.data, self._monotonic(), lambda: queued.pop(key, None))
            socket.send(queued[key])
            return
        self.counts["replaced"] += 1
        waiting.data = message.data
        line = self._lines.get(member)
        if line is not None and self._monotonic() - waiting.at > self._patience:
            self.counts["cut"] += 1
            self._cut(line.wire)

    def _cut(self, wire: Any) -> None:
        """End the connection of a client that has stopped reading; it may come back and gets the whole view."""
        try:
            wire.socket.shutdown(2)
        except OSError:
            pass
