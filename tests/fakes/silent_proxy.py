"""A TCP proxy that can fall silent: it keeps every connection open and swallows what either side says.

This is what a switched-off machine, a pulled cable or a firewall that forgot a connection looks like: no reset, no end,
nothing. A client without a time limit of its own waits for ever.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from types import TracebackType

LOOK_SECONDS = 0.05  # how soon a change reaches a connection on which nothing moves
CHUNK = 65_536
CONNECT_SECONDS = SEND_SECONDS = 10.0


class SilentProxy:
    """`with SilentProxy((host, port)) as proxy`: whoever connects to `proxy.port` on 127.0.0.1 reaches the target.

    What is swallowed while it is silent is lost for good; a connection that lost something stays silent for ever, since
    a stream with a hole must not go on.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._server.getsockname()[1]
        self._lock = threading.Lock()
        self._pairs: list[_Pair] = []
        self._silence_new = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="silent-proxy", daemon=True)
        self._thread.start()

    def silence(self, new: bool = False) -> None:
        """Swallow both ways on every open connection; with `new` also on those that are opened from now on."""
        with self._lock:
            self._silence_new = new
            for pair in self._pairs:
                pair.silent.set()

    def let_through(self) -> None:
        """Let new connections through, and the open ones that have lost nothing."""
        with self._lock:
            self._silence_new = False
            for pair in self._pairs:
                if not pair.lost.is_set():
                    pair.silent.clear()

    def cut(self) -> None:
        """End every open connection at once, as a stopped server does."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            pair.end()

    @property
    def connections(self) -> int:
        """How many connections are open."""
        with self._lock:
            self._pairs = [pair for pair in self._pairs if pair.alive]
            return len(self._pairs)

    def close(self) -> None:
        """Stop listening and end everything."""
        self._ended.set()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._server.close()
        self.cut()

    def __enter__(self) -> SilentProxy:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                near, _address = self._server.accept()
            except OSError:
                return
            with self._lock:
                pair = _Pair(near, self._target, self._silence_new)
                self._pairs = [one for one in self._pairs if one.alive] + [pair]
            pair.start()


class _Pair:
    """One client and its connection to the target, which is made only once the client may be heard."""

    def __init__(self, near: socket.socket, target: tuple[str, int], silent: bool) -> None:
        self.silent, self.lost, self._ended = threading.Event(), threading.Event(), threading.Event()
        if silent:
            self.silent.set()
        self._near, self._target = near, target
        self._thread = threading.Thread(target=self._work, name="silent-proxy-pair", daemon=True)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join(CONNECT_SECONDS + 10)

    def _work(self) -> None:
        with self._near, contextlib.suppress(OSError):
            while self.silent.is_set() and not self._ended.is_set():
                if _readable([self._near]):
                    self.lost.set()
                    if not self._near.recv(CHUNK):
                        return
            if self._ended.is_set():
                return
            with socket.create_connection(self._target, CONNECT_SECONDS) as far:
                self._pass_on({self._near: far, far: self._near})

    def _pass_on(self, other: dict[socket.socket, socket.socket]) -> None:
        for end in other:
            end.settimeout(SEND_SECONDS)
        listening = list(other)
        while not self._ended.is_set():
            for end in _readable(listening):
                data = end.recv(CHUNK)
                if self.silent.is_set():
                    self.lost.set()
                    if not data:  # it has given up; the other side hears nothing of that, as with a pulled cable
                        listening.remove(end)
                        end.close()
                elif not data:
                    return
                else:
                    other[end].sendall(data)


def _readable(ends: list[socket.socket]) -> list[socket.socket]:
    """Return those that have something to read, or have ended, after waiting a moment for one."""
    poll = select.poll()  # select() knows no more than 1,024 files
    for end in ends:
        poll.register(end, select.POLLIN)
    ready = {number for number, _event in poll.poll(LOOK_SECONDS * 1000)}
    return [end for end in ends if end.fileno() in ready]
