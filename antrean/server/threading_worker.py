"""The gunicorn worker of threading mode: gunicorn's own, which gives headers and bodies a time in which to come."""

from __future__ import annotations

import time
from ssl import SSLError
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import _DEFER, ThreadWorker
from werkzeug.exceptions import ClientDisconnected

from antrean.web.http.errors import MAX_DRAIN
from antrean.web.http.files.media import MAX_BACKUP, MAX_UPLOAD
from antrean.web.http.headers import bare_answer
from antrean.web.limits.rate_limit import MAX_BODY
from antrean.web.limits.recognise import UPLOADS, sets_up

MOST_HEADER = 16 * 1024  # bytes, the request line included
THREAD_SECONDS = 0.5  # that a new connection which says nothing holds a thread
HEADER_SECONDS = 10.0  # for a header to be whole
BODY_SECONDS = 20.0  # for a body to be whole
UPLOAD_SECONDS = 900.0  # for a picture, a video or a backup
SEND_SECONDS = 5.0  # for a client to take a refusal


class TimedUnreader(SocketUnreader):
    """What a client sends, until a time is over or so many bytes have come; from then on it is as if it had ended."""

    def __init__(self, line: Any) -> None:
        super().__init__(line)
        self.over = False
        self._until = 0.0
        self._left = 0
        self._body = False

    def begin(self, seconds: float, most: int, body: bool) -> None:
        """Give the client so many seconds and bytes for what comes now."""
        self._until = time.monotonic() + seconds
        self._left = most
        self._body = body

    def answered(self) -> None:
        """Take note that the answer has been sent: what is still missing of the body is nobody's fault any more."""
        self._body = False

    def chunk(self) -> bytes:
        """Return the next piece, or nothing at the end. A body that breaks off is no body: refuses (400) once."""
        left = self._until - time.monotonic()
        piece = b""
        if not self.over and left > 0 and self._left > 0:
            self.sock.settimeout(left)
            try:
                piece = self.sock.recv(min(self.mxchunk, self._left))
            except TimeoutError:
                pass
        self._left -= len(piece)
        if not piece and not self.over:
            self.over = True
            if self._body:
                raise ClientDisconnected
        return piece


class HubThreadWorker(ThreadWorker):
    """One native thread for each request and each WebSocket."""

    def handle(self, conn: Any) -> Any:
        """Serve one request of a connection; False closes it."""
        if not conn.initialized and not conn.wait_for_data(THREAD_SECONDS):
            return _DEFER  # until it says something it holds no thread
        conn.data_ready = True
        conn.sock.setblocking(True)
        conn.init()
        if not isinstance(conn.parser.unreader, TimedUnreader):
            conn.parser.unreader = TimedUnreader(conn.sock)
        unreader = conn.parser.unreader
        unreader.begin(HEADER_SECONDS, MOST_HEADER + MAX_BODY, body=False)
        return super().handle(conn) and not unreader.over

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer what never became a request, or failed outside the hub."""
        if isinstance(exc, (LimitRequestHeaders, LimitRequestLine)):
            answer = bare_answer(431, "Request Header Fields Too Large")
        elif isinstance(exc, (ParseException, SSLError)):
            answer = bare_answer(400, "Bad Request")
        else:
            self.log.error("a request failed", exc_info=exc)
            answer = bare_answer(500, "Internal Server Error")
        try:
            client.settimeout(SEND_SECONDS)
            client.sendall(answer)
        except OSError as error:
            self.log.debug("a refusal could not be sent: %s", error)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Have the hub answer one request, with a new time for its body."""
        length = next((value for name, value in req.headers if name == "CONTENT-LENGTH"), "0")
        most = self._most(req) if int(length) > MAX_BODY else 0
        unreader = conn.parser.unreader
        unreader.begin(UPLOAD_SECONDS if most else BODY_SECONDS, most or MAX_DRAIN, body=True)
        answered = super().handle_request(req, conn)
        unreader.answered()
        return answered

    def _most(self, req: Any) -> int:
        """Return how many bytes may be sent there: more than a form has only to pages that take files, 0 elsewhere."""
        if not req.path.startswith("/first_start/"):
            return MAX_UPLOAD if req.path.startswith(UPLOADS) else 0
        cookie = next((value for name, value in req.headers if name == "COOKIE"), "")
        return MAX_BACKUP if sets_up(self.wsgi, cookie) else 0
