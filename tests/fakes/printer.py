"""A printer on a real TCP port, failing in the ways real ones fail."""

from __future__ import annotations

import socket
import struct
import threading
import time

from printer_profiles import load_profile
from tests.fakes.engine import AUTO, Engine
from tests.fakes.hub_process import free_port, listen


class FakePrinter:
    """An Engine behind a real TCP port on loopback; `with FakePrinter() as printer: … printer.address`.

    `single_session`: a second client is reset. `stall`: connections are taken, nothing is ever read.
    `bytes_per_s`: a slow drain. `reset_after`: the connection is reset after so many bytes (power cut).
    `deaf_sessions`: so many of the next sessions get no answer to anything. `chatty`: sends automatic status with
    everything it takes, wanted or not. `babbles`: sends this without end.
    """

    def __init__(self, profile_id: str = "epson-tm-t82iii", engine: Engine | None = None) -> None:
        self.engine = engine or Engine(cutter=load_profile(profile_id).cut.mode != "none")
        self.profile_id = profile_id
        self.single_session, self.stall, self.chatty = True, False, False
        self.babbles = b""
        self.deaf_sessions = 0
        self.bytes_per_s: int | None = None
        self.reset_after: int | None = None
        self.sessions = 0
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._client: socket.socket | None = None
        self._listening: socket.socket | None = None
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()
        self.port = free_port()  # not the system's to give away while the plug is out
        self._open_port(self.port)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}?profile={self.profile_id}"

    @property
    def numbers(self) -> list[str]:
        with self._lock:
            return self.engine.numbers

    def __enter__(self) -> FakePrinter:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.power_off()
        for thread in self._threads:
            thread.join(5)

    def power_off(self) -> None:
        """The port is closed (connections are refused), a client is reset, held data is lost."""
        with self._lock:
            listening, self._listening = self._listening, None
            client, self._client = self._client, None
            self.engine.clear()
        if listening:
            listening.shutdown(socket.SHUT_RDWR)
            listening.close()
        if client:
            _reset(client)

    def power_on(self) -> None:
        """Listen again on the same port."""
        self._open_port(self.port)

    def wait_free(self) -> None:
        """Return when the last client's end has been noticed and the next one is let in."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._client is None, 60)

    def wait_busy(self) -> None:
        """Return when a client has been let in."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._client is not None, 60)

    def become(self, condition: str) -> None:
        """Change the condition; a connected client hears what the printer then says."""
        with self._lock:
            said = self.engine.become(condition)
            if said and self._client:
                self._client.sendall(said)

    def _open_port(self, port: int) -> None:
        listening = listen(port)
        self._listening = listening
        thread = threading.Thread(target=self._accept, args=(listening,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listening: socket.socket) -> None:
        while not self._stop.is_set():
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with self._lock:
                busy = self._client is not None and self.single_session
                if not busy:
                    self._client = client
                    self.sessions += 1
                    self._changed.notify_all()
            if busy:
                _reset(client)
                continue
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        taken = 0
        with self._lock:
            deaf, self.deaf_sessions = self.deaf_sessions > 0, max(0, self.deaf_sessions - 1)
        try:
            while self.babbles and not self._stop.is_set():
                client.sendall(self.babbles)
            while not self._stop.is_set():
                if self.stall:
                    self._stop.wait(0.02)
                    continue
                data = client.recv(256 if self.bytes_per_s or self.reset_after else 65536)
                if not data:
                    break
                if self.bytes_per_s:
                    time.sleep(len(data) / self.bytes_per_s)  # the mechanism's own pace
                taken += len(data)
                if self.reset_after is not None and taken >= self.reset_after:
                    self.reset_after = None
                    with self._lock:
                        self.engine.clear()
                    _reset(client)
                    return
                with self._lock:
                    said = self.engine.receive(data)
                if self.chatty:
                    said += AUTO[self.engine.condition]
                if said and not deaf:
                    client.sendall(said)
        except OSError:
            pass
        finally:
            with self._changed:
                if self._client is client:
                    self._client = None
                self._changed.notify_all()
            client.close()


def _reset(client: socket.socket) -> None:
    """Close with RST, as a power cut or a refused second session looks."""
    try:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.shutdown(socket.SHUT_RD)
    except OSError:
        pass
    client.close()
