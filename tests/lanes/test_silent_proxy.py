"""The proxy that falls silent does what the tests of outages rely on."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.fakes.hub_process import wait_until
from tests.fakes.silent_proxy import SilentProxy

SILENT_SECONDS = 0.3  # how long a test listens before it believes that nothing comes
LONG_SECONDS = 30.0


class Echo:
    """Answers everything with itself; `closed` counts the connections whose end it heard."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._server.getsockname()
        self.closed = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while data := connection.recv(1024):
                connection.sendall(data)
        self.closed += 1

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[SilentProxy]:
    with SilentProxy(echo.address) as found:
        yield found


@pytest.fixture
def client(proxy: SilentProxy) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", proxy.port), LONG_SECONDS) as found:
        yield found


def answer(client: socket.socket, said: bytes, seconds: float = LONG_SECONDS) -> bytes | None:
    """Say something; return what comes back, None when nothing comes."""
    client.settimeout(seconds)
    client.sendall(said)
    try:
        return client.recv(1024)
    except TimeoutError:
        return None


def test_it_passes_both_ways(client: socket.socket) -> None:
    assert answer(client, b"one") == b"one"
    assert answer(client, b"two") == b"two"


def test_silenced_it_swallows_and_keeps_open_while_new_connections_work(
    proxy: SilentProxy, client: socket.socket
) -> None:
    assert answer(client, b"one") == b"one"
    proxy.silence()
    assert answer(client, b"two", SILENT_SECONDS) is None
    with socket.create_connection(("127.0.0.1", proxy.port), LONG_SECONDS) as other:
        assert answer(other, b"three") == b"three"
    proxy.let_through()
    assert answer(client, b"four", SILENT_SECONDS) is None, "a stream with a hole went on"


def test_silenced_for_new_ones_too_it_accepts_and_says_nothing(proxy: SilentProxy) -> None:
    proxy.silence(new=True)
    with socket.create_connection(("127.0.0.1", proxy.port), LONG_SECONDS) as other:
        assert answer(other, b"one", SILENT_SECONDS) is None
    proxy.let_through()
    with socket.create_connection(("127.0.0.1", proxy.port), LONG_SECONDS) as other:
        assert answer(other, b"two") == b"two"


def test_a_connection_that_lost_nothing_goes_on(proxy: SilentProxy, client: socket.socket) -> None:
    assert answer(client, b"one") == b"one"
    proxy.silence()
    proxy.let_through()
    assert answer(client, b"two") == b"two"


def test_the_server_does_not_hear_that_a_silenced_client_gave_up(
    echo: Echo, proxy: SilentProxy, client: socket.socket
) -> None:
    assert answer(client, b"one") == b"one"
    proxy.silence()
    client.close()
    with socket.create_connection(("127.0.0.1", proxy.port), LONG_SECONDS) as other:
        assert answer(other, b"two") == b"two"
    wait_until(lambda: echo.closed == 1, "the end of the second connection")
    wait_until(lambda: proxy.connections == 1, "only the silenced connection to be left")
    proxy.cut()
    wait_until(lambda: echo.closed == 2, "the end of the silenced connection")


def test_cut_ends_every_open_connection(proxy: SilentProxy, client: socket.socket) -> None:
    assert answer(client, b"one") == b"one"
    proxy.cut()
    client.settimeout(LONG_SECONDS)
    assert client.recv(1024) == b""
    assert proxy.connections == 0
