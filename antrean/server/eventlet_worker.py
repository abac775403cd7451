"""The gunicorn worker of eventlet mode: serves connections within limits of bytes and time, and in fair turns.

gunicorn's own worker waits for ever for headers and bodies, takes 800 KB of headers, and lets go first what is ready.
Here a header has a time and a size before it is parsed, a body is read within its time before the hub handles it, and
strangers' requests are begun one in each round of the loop (antrean/web/limits/turns.py), so that a kiosk is never
behind a crowd.
"""

from __future__ import annotations

import errno
import io
import re
import time
from collections.abc import Callable
from typing import Any

import eventlet
import eventlet.greenpool
from eventlet.greenio import GreenSocket
from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.http.body import LengthReader
from gunicorn.http.errors import (
    ChunkMissingTerminator,
    InvalidChunkExtension,
    InvalidChunkSize,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.sock import ssl_wrap_socket
from gunicorn.workers.geventlet import EventletWorker

from antrean.server.eventlet_line import TakenLine
from antrean.server.one_write import OneWrite
from antrean.web.http.headers import bare_answer
from antrean.web.limits.connections import Connection, Connections
from antrean.web.limits.frames import Pace
from antrean.web.limits.rate_limit import MAX_BODY
from antrean.web.limits.recognise import UPLOADS, known
from antrean.web.limits.wires import TAKE_OVER, cut, linger

MOST_HEADER = 16 * 1024  # bytes, the request line included
FIRST_SECONDS = 10.0  # for a new connection to say something
HEADER_SECONDS = 10.0  # for a header to be whole, from its first byte
BODY_SECONDS = 20.0  # for a body to be whole
UPLOAD_SECONDS = 900.0  # for a picture, a video or a backup
SEND_SECONDS = 30.0  # for a client to take the next piece of an answer
KNOWN_IDLE_SECONDS = 75.0
STRANGER_IDLE_SECONDS = 15.0
MOST_DRAINED = 2 * 1024 * 1024  # of a body that is too large is read, so that the client receives the refusal
MOST_CHUNKED = 16 * 1024  # of a stranger's body in chunks, which may be as small as they like
ACCEPTED_AT_ONCE = 4  # connections in one round of the loop
SPARE_CONNECTIONS = 8
RECEIVE_BUFFER = 128 * 1024  # bytes the system keeps of what a client sends before anybody reads it
BAD_CHUNKS = (ChunkMissingTerminator, InvalidChunkExtension, InvalidChunkSize)
COOKIE = re.compile(rb"\r\ncookie:[ \t]*([^\r\n]*)", re.IGNORECASE)
AUTHORIZATION = re.compile(rb"\r\nauthorization:[ \t]*([^\r\n]*)", re.IGNORECASE)


class TooLarge(Exception):
    """A header or a body that goes on beyond its limit."""


class Slow(Exception):
    """A header or a body that has not come within its time."""


class Incoming(SocketUnreader):
    """What a client sends: at most `left` bytes more are taken from its socket."""

    def __init__(self, line: Any) -> None:
        super().__init__(line)
        self.left = 1 << 62

    def chunk(self) -> bytes:
        """Return the next piece; refuses what is beyond the limit."""
        if self.left <= 0:
            raise TooLarge
        piece: bytes = self.sock.recv(min(self.mxchunk, self.left))
        self.left -= len(piece)
        return piece

    def waiting(self) -> int:
        """Return how many bytes have been taken and not been used."""
        return len(self.buf.getbuffer())

    def whole_header(self) -> bytes | None:
        """Return the header if all of it has been taken; refuses one that is too large."""
        end = self.buf.getvalue().find(b"\r\n\r\n")
        if end > MOST_HEADER or (end < 0 and self.waiting() > MOST_HEADER):
            raise TooLarge
        return None if end < 0 else self.buf.getvalue()[: end + 2]

    def more(self, receive: Callable[[int], bytes]) -> bool:
        """Take the next piece; False at the end of the stream."""
        piece = receive(self.mxchunk)
        self.buf.seek(0, io.SEEK_END)
        self.buf.write(piece)
        return bool(piece)

    def some(self, most: int) -> bytes:
        """Return what there is, at least one byte, or nothing at the end of the stream."""
        if self.waiting():
            return bytes(self.read(min(most, self.waiting())))
        piece: bytes = self.sock.recv(most)
        return piece


class UploadBody(io.RawIOBase):
    """The body of an upload, which comes while the hub reads it; it ends early when its time is over."""

    def __init__(self, incoming: Incoming, size: int) -> None:
        self._incoming = incoming
        self._left = size
        self._until = time.monotonic() + UPLOAD_SECONDS

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, target: Any) -> int:
        """Read the next piece."""
        piece = b""
        with eventlet.Timeout(max(self._until - time.monotonic(), 0.001), False):
            piece = self._incoming.some(min(len(target), self._left)) if self._left else b""
        target[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)


class HubWorker(EventletWorker):
    """Accepts, reads and answers. What a stranger may do is decided in antrean/web/{places,connections}.py."""

    def run(self) -> None:
        """Serve until the master says stop, then let what is under way end within gunicorn's grace."""
        self._connections = Connections(max(self.worker_connections - SPARE_CONNECTIONS, 1))
        self._places.connections = self._connections
        acceptors = []
        for sock in self.sockets:
            listener = GreenSocket(sock)
            listener.setblocking(1)
            listener.setsockopt(util.socket.SOL_SOCKET, util.socket.SO_RCVBUF, RECEIVE_BUFFER)
            acceptors.append(eventlet.spawn(self._accept, listener))
            eventlet.sleep(0)
        while self.alive:
            self.notify()
            eventlet.sleep(1.0)
        self.notify()
        with eventlet.Timeout(self.cfg.graceful_timeout, False):
            for acceptor in acceptors:
                acceptor.kill(eventlet.StopServe())
            for acceptor in acceptors:
                acceptor.wait()
        for acceptor in acceptors:
            acceptor.kill()

    @property
    def _places(self) -> Any:
        """The places of strangers: those of the hub, and of the first start until there is an office."""
        return self.wsgi.extensions["antrean"].connection_limit

    def _accept(self, listener: Any) -> None:
        pool = eventlet.greenpool.GreenPool(self.worker_connections)
        name = listener.getsockname()
        accepted, pause = 0, -1.0
        while True:
            try:
                if pause >= 0:
                    eventlet.sleep(pause)
                    pause = -1.0
                line, address = listener.accept()
                pool.spawn_n(self._serve, name, line, address)
                accepted += 1
                if accepted % ACCEPTED_AT_ONCE == 0:
                    self._places.turns.hold()
                    eventlet.sleep(0)
            except eventlet.StopServe:
                listener.close()
                pool.waitall()
                return
            except OSError as error:
                # The client has gone, or no file is left: idle connections make room, and the queue waits.
                self.log.debug("a connection could not be taken: %s", error)
                pause = 0.0  # what fails at once, and again at once, must leave the loop to others
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    self._connections.make_room()
                    pause = 0.05

    def _serve(self, name: Any, line: Any, address: Any) -> None:
        source = address[0] if isinstance(address, tuple) else ""
        if self.cfg.is_ssl:
            line = ssl_wrap_socket(line, self.cfg)  # hands are shaken when the header is read, within its time
        connection = self._connections.open(line, source)
        if connection is None:
            self._places.counts["no_connection"] += 1
            line.close()
            return
        try:
            self._requests(name, line, address, connection)
        except Slow:
            self._places.counts["slow"] += 1
        except (TooLarge, LimitRequestHeaders, LimitRequestLine):
            self._refuse(line, 431, "Request Header Fields Too Large")
        except ParseException as error:
            self.log.debug("a request that can't be read: %r", error)
            self._refuse(line, 400, "Bad Request")
        except (StopIteration, EOFError):
            pass  # the end of the conversation
        except OSError as error:
            self.log.debug("a connection ended: %s", error)
        except Exception:
            self.log.exception("a request failed")
            self._refuse(line, 500, "Internal Server Error")
        finally:
            if not connection.taken:
                self._connections.close(connection)
                util.close(line)

    def _requests(self, name: Any, line: Any, address: Any, connection: Connection) -> None:
        incoming = Incoming(line)
        parser = RequestParser(self.cfg, line, address)
        parser.unreader = incoming
        idle = FIRST_SECONDS
        while True:
            waited = not incoming.waiting()
            header = self._header(line, incoming, idle)
            familiar = self._known(header)
            if familiar:
                connection.keep()
                if not waited:
                    eventlet.sleep(0)
            else:
                connection.loosen()
                self._places.turns.wait(connection.address)
            request = next(parser)
            self._take_body(request, line, incoming, familiar)
            line.settimeout(SEND_SECONDS)
            urgent = familiar and not request.path.startswith("/socket.io/")
            turns = self._places.turns
            if urgent:
                turns.begin(request)
            try:
                self._respond(request, name, line, address, connection)
            finally:
                if urgent:
                    turns.end(request)
            idle = KNOWN_IDLE_SECONDS if familiar else STRANGER_IDLE_SECONDS
            if not self.alive:
                return

    def _header(self, line: Any, incoming: Incoming, idle: float) -> bytes:
        """Return the next header, which is then all in the buffer that the parser reads from."""
        if not incoming.waiting():
            line.settimeout(idle)
            if not incoming.more(line.recv):
                raise EOFError
        header = incoming.whole_header()
        if header is None:
            line.settimeout(HEADER_SECONDS)
            with eventlet.Timeout(HEADER_SECONDS, Slow):
                pace = Pace(line.recv, eventlet.sleep, time.monotonic)
                while (header := incoming.whole_header()) is None:
                    if not incoming.more(pace.receive):
                        raise EOFError
        return header

    def _known(self, header: bytes) -> bool:
        cookie, authorization = COOKIE.search(header), AUTHORIZATION.search(header)
        if cookie is None and authorization is None:
            return False
        return known(
            self.wsgi,
            cookie[1].decode("latin-1") if cookie else "",
            authorization[1].decode("latin-1") if authorization else "",
        )

    def _take_body(self, request: Any, line: Any, incoming: Incoming, familiar: bool) -> None:
        """Read the body before the hub handles the request; only uploads of the staff are read by the hub itself.

        A body that is too large is thrown away as far as that is sensible; the hub sees its length and refuses.
        """
        if request._expected_100_continue:
            request._expected_100_continue = False
            line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        reader = request.body.reader
        size = reader.length if isinstance(reader, LengthReader) else None
        if size == 0:
            return
        if size is not None and size > MAX_BODY and familiar and request.path.startswith(UPLOADS):
            request.body = io.BufferedReader(UploadBody(incoming, size), 1 << 16)
            request.force_close()
            return
        if size is not None and size <= min(MAX_BODY, incoming.waiting()):
            request.body = io.BytesIO(incoming.read(size))  # it came with the header, as a short one does
            return
        line.settimeout(BODY_SECONDS)
        with eventlet.Timeout(BODY_SECONDS, Slow):
            if size is None:
                data = self._chunks(request, incoming, familiar)
            elif size <= MAX_BODY:
                pace = Pace(line.recv, eventlet.sleep, time.monotonic)
                while incoming.waiting() < size:
                    if not incoming.more(pace.receive):
                        raise EOFError
                data = incoming.read(size)
            else:
                data = self._drained(incoming, min(size, MOST_DRAINED))
                request.force_close()
        request.body = io.BytesIO(data)

    def _chunks(self, request: Any, incoming: Incoming, familiar: bool) -> bytes:
        """Return a body that came in chunks, a little more of it than is allowed when it is too large."""
        incoming.left = MOST_DRAINED if familiar else MOST_CHUNKED
        try:
            data = b""
            while piece := request.body.read(MAX_BODY + 1):
                data = data or piece
        except TooLarge:
            data = data or b" " * (MAX_BODY + 1)
        except BAD_CHUNKS as error:
            raise ParseException from error  # gunicorn raises them as errors of the connection
        finally:
            incoming.left = 1 << 62
        if len(data) > MAX_BODY:
            request.force_close()
        return data

    def _drained(self, incoming: Incoming, size: int) -> bytes:
        while size > 0 and (piece := incoming.some(min(size, 1 << 16))):
            size -= len(piece)
        return b""

    def _respond(self, request: Any, name: Any, line: Any, address: Any, connection: Connection) -> None:
        """Have the hub answer; raises StopIteration when nothing may follow on this connection."""
        response, environ = wsgi.create(request, line, address, name, self.cfg)
        environ["wsgi.multithread"] = True
        environ["antrean.connection"] = connection
        if not self.cfg.is_ssl:  # what TLS has read ahead would wake nobody
            environ[TAKE_OVER] = TakenLine
        response.sock = once = OneWrite(line)
        if not self.alive:
            response.force_close()
        body = self.wsgi(environ, response.start_response)
        if connection.taken:
            raise StopIteration
        self.is_already_handled(body)
        try:
            if isinstance(body, environ["wsgi.file_wrapper"]):
                response.write_file(body)
            else:
                for piece in body:
                    response.write(piece)
            response.close()
            once.flush()
        except OSError:
            raise
        except Exception:
            self.log.exception("an answer broke off")
            cut(line)
            raise StopIteration from None
        finally:
            if hasattr(body, "close"):
                body.close()
        if response.should_close():
            if request.must_close:
                linger(line)
            raise StopIteration

    def _refuse(self, line: Any, status: int, reason: str) -> None:
        self._places.counts[f"http_{status}"] += 1
        try:
            line.settimeout(SEND_SECONDS)
            line.sendall(bare_answer(status, reason))
        except OSError:
            return
        linger(line)
