"""Limits anonymous Socket.IO connections so that devices and staff can always connect.

A stranger is a client that is neither a paired device nor signed in. Strangers' sockets have a budget of bytes and
messages (antrean/web/limits/frames.py), a time limit for joining a screen's namespace, and a limited number of places.
When places run short, a socket that has joined nothing is closed first, of the address that has the most of them. There
is no limit for one address, because all phones of an office may share it.
"""

from __future__ import annotations

import io
import json
import logging
import math
import resource
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qs
from weakref import ref

from engineio.exceptions import SocketIsClosedError
from engineio.packet import PING, Packet
from flask import Flask

from antrean.web.limits.connections import Connection, Connections
from antrean.web.limits.frames import MOST_BYTES, Budget, Refused, checked_packet
from antrean.web.limits.loop_wire import LoopParts, LoopWire, Outbox
from antrean.web.limits.recognise import known
from antrean.web.limits.turns import Turns
from antrean.web.limits.wires import TAKE_OVER, cut, handshake, read_within, serve_native

log = logging.getLogger(__name__)
KEPT_FILES = 1500  # for kiosks, staff, pages on their way, the database
THREADED = 256  # native threads hold one each; antrean/server/gunicorn.conf.py allows twice as many
RETRY_SECONDS = 60
JOIN_SECONDS = 10.0  # for a socket to join a namespace; screens do so at once
REFUSED_SECONDS = 5.0  # for a socket to leave by itself, after it was refused for the last time
LEAVE_SECONDS = 2.0  # for a closed socket to take the last word
MOST_NAMESPACES = 8  # one socket may join; screens join one
PLACE = "antrean.place"  # in the environ of a session's first request, which all its later events carry
# Of a session's first request, what its events ask for afterwards; the rest would stay as long as its socket.
KEPT = (
    "REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL",
    "REMOTE_ADDR", "HTTP_HOST", "HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_USER_AGENT", "HTTP_ACCEPT",
    "HTTP_ACCEPT_LANGUAGE", "wsgi.url_scheme", "flask.app", PLACE,
)  # fmt: skip
REPORT_ROUNDS = 60
PINGS_AT_ONCE = 20


def follower_cap(wanted: int, mode: str) -> int:
    """Return how many phones may follow at once: the setting, or fewer when open files or threads are limited."""
    files, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = max(files - KEPT_FILES, files // 2) if files != resource.RLIM_INFINITY else wanted
    if mode == "threading":
        most = min(most, THREADED)
    if wanted > most:
        log.warning("max_followers is %d, but this system has room for %d", wanted, most)
    return min(wanted, most)


@dataclass(slots=True, eq=False)
class SocketSession:
    """One Engine.IO session. `until` (monotonic seconds) is when it is closed if it has joined nothing."""

    address: str
    known: bool
    budget: Budget
    until: float
    latest: float  # that `until` may become: a refused session gets less
    connection: Connection | None = None
    session: Any = None  # engineio.Socket
    wire: Any = None  # its WebSocket, once it has one
    joined: int = 0
    namespaces: set[str] = field(default_factory=set)


class ConnectionLimit:
    """All Socket.IO sessions of the hub. `counts` says how often strangers were refused, and why."""

    def __init__(
        self, app: Flask, server: Any, followers: int, turns: Turns, monotonic: Callable[[], float], native: bool
    ) -> None:
        self.most = followers + followers // 4 + 16  # strangers' sessions
        self.join_seconds = JOIN_SECONDS
        self.counts: Counter[str] = Counter()
        self.turns = turns
        self.connections: Connections | None = None  # where the worker counts them
        self._flask = app
        self._packet_class = server.packet_class
        self._engine = server.eio
        self._monotonic = monotonic
        self.native = native
        self._places: dict[str, SocketSession] = {}
        self._strangers = 0
        self.ended = 0  # sessions that there were, and that hold nothing any more
        self._loose: OrderedDict[str, SocketSession] = OrderedDict()  # sessions that have joined nothing, oldest first
        self._pings: OrderedDict[str, float] = OrderedDict()  # when each that has joined is due, the next one first
        self._asked: OrderedDict[str, float] = OrderedDict()  # until when each that was pinged may answer
        self._leaving: deque[tuple[float, SocketSession]] = deque()
        self._reported: Counter[str] = Counter()
        self._attach()

    def __len__(self) -> int:
        return len(self._places)

    def open(self, environ: dict[str, Any]) -> SocketSession | None:
        """Return a new session, or None for a stranger when all of their places are taken by followers."""
        familiar = known(self._flask, environ.get("HTTP_COOKIE", ""), environ.get("HTTP_AUTHORIZATION", ""))
        if not familiar and self._strangers >= self.most and not self._make_room():
            self.counts["no_place"] += 1
            return None
        budget = Budget(self._monotonic, self._engine.ping_interval)
        until = self._monotonic() + self.join_seconds
        address = environ.get("REMOTE_ADDR", "")
        return SocketSession(address, familiar, budget, until, until, environ.get("antrean.connection"))

    def find(self, sid: str) -> SocketSession | None:
        """Return a session by its Engine.IO id."""
        return self._places.get(sid)

    def joined(self, place: SocketSession, by_known: bool) -> None:
        """Note that a session has joined a namespace; its place is not given away from now on."""
        place.joined += 1
        if by_known and not place.known:
            place.known = True
            self._strangers -= place.session is not None
        if place.session is not None:
            self._loose.pop(place.session.sid, None)
            self._pings.setdefault(place.session.sid, self._monotonic() + self._engine.ping_interval)
        if place.connection is not None:
            place.connection.keep()

    def carried(self, place: SocketSession, connection: Connection) -> None:
        """Note which connection carries a session now. Of a stranger's one is kept, however many ask for it."""
        before = place.connection
        if place.wire is not None or not place.joined:
            return
        if before is not None and before is not connection and not place.known:
            before.loosen()
        place.connection = connection
        connection.keep()

    def left(self, place: SocketSession) -> None:
        """Note that a session has left a namespace."""
        place.joined -= 1
        session = place.session
        if place.joined <= 0 and session is not None and not session.closing and not session.closed:
            place.latest = place.until = self._monotonic() + self.join_seconds
            self._loose[session.sid] = place

    def refused(self, place: SocketSession) -> None:
        """Note that a namespace has refused a session: it is given a moment to leave."""
        place.until = min(place.latest, self._monotonic() + REFUSED_SECONDS)

    def close(self, place: SocketSession) -> None:
        """Close a session; the connection is cut when the client does not take the last packet in time."""
        self._loose.pop(place.session.sid, None)
        place.session.close(wait=False)
        self._leaving.append((self._monotonic() + LEAVE_SECONDS, place))

    def watch(self, sleep: Callable[[float], None], stopped: Callable[[], bool]) -> None:
        """Once a second close what has not joined in time; once a minute say in one line what was refused."""
        rounds = 0
        while not stopped():
            sleep(1.0)
            rounds += 1
            try:
                self._look()
                self._ping(sleep)
                if rounds % REPORT_ROUNDS == 0:
                    self._report()
            except Exception:
                log.exception("looking after sockets failed")

    def _look(self) -> None:
        now = self._monotonic()
        for place in [place for place in list(self._loose.values()) if now > place.until]:
            self.counts["not_joined"] += 1
            self.close(place)
        while self._asked and next(iter(self._asked.values())) < now:
            sid, _until = self._asked.popitem(last=False)
            silent = self._places.get(sid)
            if silent is not None and not silent.session.closed and not silent.session.check_ping_timeout():
                self._leaving.append((now + LEAVE_SECONDS, silent))
        while self._leaving and self._leaving[0][0] <= now:
            _at, place = self._leaving.popleft()
            if (wire := place.wire) is not None:
                cut(wire.socket)

    def _answered(self, sid: str) -> None:
        """Note that a session has answered its ping; the next is due after the interval."""
        place = self._places.get(sid)
        if place is not None and place.session.last_ping is not None:
            place.session.last_ping = None
            self._asked.pop(sid, None)
            self._pings[sid] = self._monotonic() + self._engine.ping_interval

    def _answers_in_time(self, of: ref[Any]) -> bool:
        """Whether a session has answered its ping, or still may; one that has not is closed. For the library."""
        session = of()
        if session is None or session.closed:
            raise SocketIsClosedError
        if session.last_ping is None or self._monotonic() - session.last_ping <= self._engine.ping_timeout:
            return True
        session.close(wait=False, abort=False, reason=self._engine.reason.PING_TIMEOUT)
        return False

    def _ping(self, sleep: Callable[[float], None]) -> None:
        """Ping the sessions that are due, a few at a time."""
        now, sent = self._monotonic(), 0
        while self._pings and next(iter(self._pings.values())) <= now:
            sid, _due = self._pings.popitem(last=False)
            place = self._places.get(sid)
            if place is None or place.session.closing or place.session.closed:
                continue
            place.session.last_ping = self._monotonic()
            self._asked[sid] = place.session.last_ping + self._engine.ping_timeout
            place.session.send(Packet(PING))
            sent += 1
            if sent % PINGS_AT_ONCE == 0:
                sleep(0)

    def _report(self) -> None:
        fresh, self._reported = self.counts - self._reported, Counter(self.counts)
        if fresh:
            what = ", ".join(f"{count} {reason}" for reason, count in sorted(fresh.items()))
            log.warning("refused in the last minute: %s", what)

    def _make_room(self) -> bool:
        """Take the oldest place of a stranger that has joined nothing, of the address that has the most of them."""
        loose = [place for place in list(self._loose.values()) if not place.known]  # a copy: threads come and go
        if not loose:
            return False
        address, _count = Counter(place.address for place in loose).most_common(1)[0]
        place = next(place for place in loose if place.address == address)
        self.counts["made_room"] += 1
        self._loose.pop(place.session.sid, None)
        place.session.close(wait=False)
        if place.wire is not None:
            cut(place.wire.socket)
        return True

    # -- the library's side ----------------------------------------------------------------------

    def _attach(self) -> None:
        handlers = self._engine.handlers
        heard = {name: handlers[name] for name in ("connect", "message", "disconnect")}
        self._engine.on("connect", lambda sid, environ: self._connect(sid, environ, heard["connect"]))
        self._engine.on("message", lambda sid, data: self._message(sid, data, heard["message"]))
        self._engine.on("disconnect", lambda sid, reason: self._disconnect(sid, reason, heard["disconnect"]))
        # A copy: the library shares this table between all servers of a process.
        stock = self._engine._async["websocket"]
        self._engine._async = {
            **self._engine._async,
            "websocket": lambda handler, server: self._websocket(handler, server, stock),
        }
        if not self.native:
            self._parts = LoopParts(self._engine, self.counts, self._monotonic, self.turns.hold)
            self._engine._async["queue"] = lambda: Outbox(self._parts)

    def _connect(self, sid: str, environ: dict[str, Any], heard: Callable[..., Any]) -> Any:
        place: SocketSession | None = environ.get(PLACE)
        if place is not None:
            place.session = self._engine.sockets[sid]
            self._places[sid] = place
            self._loose[sid] = place
            self._strangers += not place.known
            # The library's way is a green thread for each ping, which sleeps on although its socket is gone.
            place.session.last_ping = None
            place.session.schedule_ping = partial(self._answered, sid)
            # The library looks at the machine's clock: one that is set would cut everybody, or keep who is gone.
            # It does not hold the session, which would have to be collected then.
            place.session.check_ping_timeout = partial(self._answers_in_time, ref(place.session))
        return heard(sid, {key: environ[key] for key in KEPT if key in environ})

    def _disconnect(self, sid: str, reason: str, heard: Callable[..., Any]) -> None:
        place = self._places.pop(sid, None)
        self._loose.pop(sid, None)
        self._pings.pop(sid, None)
        self._asked.pop(sid, None)
        if place is not None:
            self._strangers -= not place.known
            if place.joined > 0 and not place.known:
                with suppress(TimeoutError):  # a Wi-Fi that goes takes all phones at once, and each is some work
                    self.turns.wait(place.address)
        heard(sid, reason)
        self.ended += place is not None

    def _message(self, sid: str, data: Any, heard: Callable[..., Any]) -> None:
        """Handle packets that join or leave a namespace; all other packets of a client are ignored."""
        place = self._places.get(sid)
        if place is None:
            heard(sid, data)
            return
        if not isinstance(data, str) or data[:1] not in ("0", "1"):
            self.counts["not_heard"] += 1
            return
        if not place.known:
            place.until = math.inf  # it has said what it wants: that it waits here is not its fault
            try:
                self.turns.wait(place.address)
            except TimeoutError:
                self.counts["no_turn"] += 1
                self.close(place)
                return
            place.latest = place.until = self._monotonic() + self.join_seconds
        if place.session.closed:
            return
        if self._is_sound(place, data):
            heard(sid, data)
        else:
            self.counts["malformed"] += 1
            self.close(place)

    def _is_sound(self, place: SocketSession, data: str) -> bool:
        """Whether a packet can be read, and joins or leaves a namespace as a screen does; keeps track of them."""
        try:
            namespace = self._packet_class(encoded_packet=data).namespace or "/"
        except Exception as error:  # the library says what it can't read in many ways
            log.debug("a packet that can't be read: %r", error)
            return False
        if data[0] == "1":
            place.namespaces.discard(namespace)
            return True
        if namespace in place.namespaces or len(place.namespaces) >= MOST_NAMESPACES:
            return False
        place.namespaces.add(namespace)
        return True

    def _websocket(self, handler: Callable[[Any], Any], server: Any, stock: Any) -> Any:
        def serve(environ: dict[str, Any], start_response: Any) -> Any:
            place: SocketSession | None = environ.get(PLACE)
            if place is None or not _is_websocket(environ):
                self.counts["malformed"] += 1
                start_response("400 Bad Request", [("Connection", "close"), ("Content-Length", "0")])
                return []

            def handle(wire: Any) -> Any:
                place.wire = wire
                try:
                    return handler(wire)
                finally:
                    place.wire = None  # it is about to be closed, and it knows its place

            if self.native:
                return serve_native(handle, environ, place.budget, self.counts)
            if (line := self._taken(environ)) is not None:
                place.wire = wire = LoopWire(line, place, self._parts)
                if getattr(handler, "__self__", None) is place.session:
                    wire.begin()  # the library's handler would stay with it
                else:
                    handler(wire)
                return []

            def within(wire: Any) -> Any:
                read_within(wire, place.budget, self.counts, self._engine.sleep)
                return handle(wire)

            return stock(within, server)(environ, start_response)

        return serve

    def _taken(self, environ: dict[str, Any]) -> Any:
        """Shake hands and take the connection over from the worker; None where it must stay with the request."""
        take, connection = environ.get(TAKE_OVER), environ.get("antrean.connection")
        if take is None or connection is None:
            return None
        line = environ["eventlet.input"].get_socket()
        line.sendall(handshake(environ["HTTP_SEC_WEBSOCKET_KEY"]))
        return take(line, connection)


def _is_websocket(environ: dict[str, Any]) -> bool:
    upgrade = environ.get("HTTP_UPGRADE", "").lower() == "websocket"
    return upgrade and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13" and "HTTP_SEC_WEBSOCKET_KEY" in environ


class SocketInput:
    """Holds a request's socket where eventlet's WebSocket looks for it. The socket library makes a class for each."""

    __slots__ = ("_line",)

    def __init__(self, line: Any) -> None:
        self._line = line

    def get_socket(self) -> Any:
        """Return the socket."""
        return self._line


class SocketGate:
    """WSGI wrapper before the socket library: gives every session its place, and polled packets the same budget."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], places: ConnectionLimit) -> None:
        self._inner = inner
        self._places = places

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass the request on, or answer 503 to a stranger when all places are taken."""
        if not environ["PATH_INFO"].startswith("/socket.io/"):
            environ.pop("gunicorn.socket", None)  # the socket library would make a class for each page
            return self._inner(environ, start_response)
        sid = parse_qs(environ.get("QUERY_STRING", "")).get("sid", [""])[0]
        place = self._places.find(sid) if sid else self._places.open(environ)
        if sid and (place is None or place.session.closed):
            return _refuse(start_response, "400 Bad Request", "bad_request", [])
        if place is None:
            retry = [("Retry-After", str(RETRY_SECONDS))]
            return _refuse(start_response, "503 Service Unavailable", "too_many_followers", retry)
        environ[PLACE] = place
        if not self._places.native and (line := environ.pop("gunicorn.socket", None)) is not None:
            environ["eventlet.input"] = SocketInput(line)
        if (connection := environ.get("antrean.connection")) is not None:
            self._places.carried(place, connection)
        if environ["REQUEST_METHOD"] == "POST" and not self._read(environ, place):
            return _refuse(start_response, "400 Bad Request", "bad_request", [])
        return self._inner(environ, start_response)

    def _read(self, environ: dict[str, Any], place: SocketSession) -> bool:
        """Read polled packets within the session's budget; False when it has been closed for what it sent."""
        try:
            size = environ.get("CONTENT_LENGTH", "")
            body = environ["wsgi.input"].read(min(int(size), MOST_BYTES + 1)) if size.isdecimal() else b""
            for packet in body.split(b"\x1e"):
                if packet == b"3":
                    place.budget.pong()
                else:
                    place.budget.spend(len(packet))
                    checked_packet(packet)
        except Refused as refused:
            self._places.counts[f"refused_{refused.status}"] += 1
            if place.session is not None:
                self._places.close(place)
            return False
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        return True


def _refuse(start_response: Any, status: str, code: str, headers: list[tuple[str, str]]) -> list[bytes]:
    body = json.dumps({"error": {"code": code, "message": ""}}).encode()
    described = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(status, [*described, *headers])
    return [body]
