"""What the hub's worker lets a connection do: how much, for how long, and in whose turn."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from antrean.web.http.headers import HEADERS
from antrean.web.limits.connections import Connections
from bench.raw_follower import connect as upgrade
from bench.raw_follower import follow
from tests.conftest import small_plan
from tests.fakes.crowd_hub import CrowdHub

GET = b"GET /healthz HTTP/1.1\r\nHost: hub.test\r\n\r\n"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrowdHub]:
    running = CrowdHub(tmp_path_factory.mktemp("worker"), small_plan(), ANTREAN_ALLOWED_HOSTS="hub.test")
    yield running
    running.stop()


@pytest.fixture
def dial(hub: CrowdHub) -> Iterator[Callable[[], socket.socket]]:
    """Give a function that opens a connection; all are closed when the test is over."""
    lines: list[socket.socket] = []

    def connect() -> socket.socket:
        lines.append(socket.create_connection(hub.address, 60))
        return lines[-1]

    yield connect
    for line in lines:
        line.close()


def answer(line: socket.socket) -> tuple[int, bytes]:
    """Read one answer with its body; status 0 when the hub closed the connection without one."""
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            piece = line.recv(1)
        except ConnectionResetError:
            piece = b""
        if not piece:
            return 0, data
        data += piece
    head = data.lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
    body = b""
    while len(body) < length:
        piece = line.recv(length - len(body))
        assert piece, "the hub closed the connection"
        body += piece
    return int(data.split(b" ")[1]), body


def is_closed(line: socket.socket) -> bool:
    """Wait for the hub to close the connection; False when it says something first."""
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def refused(hub: CrowdHub, reason: str) -> int:
    return int(hub.ask("/_test/refusals").get(reason, 0))


def test_a_response_says_the_second_in_which_it_was_sent(dial: Callable[[], socket.socket]) -> None:
    line = dial()
    for _ in range(2):
        asked = int(time.time())
        line.sendall(GET)
        head = line.recv(1 << 16).partition(b"\r\n\r\n")[0].decode()
        said = next(field.removeprefix("Date: ") for field in head.split("\r\n") if field.startswith("Date: "))
        assert asked <= parsedate_to_datetime(said).timestamp() <= time.time()


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nHost: hub.test\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: hub.test\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"X: y\r\n" * 3_000 + b"\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"x" * 300_000,
    ],
)
def test_a_header_that_is_too_large_is_refused(hub: CrowdHub, dial: Callable[[], socket.socket], head: bytes) -> None:
    line = dial()
    line.sendall(head)
    assert answer(line)[0] == 431


CHUNKED = b"POST /pair HTTP/1.1\r\nHost: hub.test\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n: x\r\n\r\n",
        CHUNKED + b"zz\r\n",
        CHUNKED + b"2\r\nabcdef\r\n0\r\n\r\n",
    ],
)
def test_a_request_that_can_not_be_read_is_refused_without_a_word_in_the_log(
    hub: CrowdHub, dial: Callable[[], socket.socket], head: bytes
) -> None:
    before = hub.log()
    line = dial()
    line.sendall(head)
    assert answer(line)[0] == 400
    assert hub.log() == before


def head_of_refusal(line: socket.socket, said: bytes) -> list[str]:
    """Say something that is no request and return the lines of the answer's head, once the hub has closed."""
    line.sendall(said)
    data = b""
    while piece := line.recv(1 << 16):
        data += piece
    return data.partition(b"\r\n\r\n")[0].decode().split("\r\n")


def is_protected(head: list[str]) -> bool:
    expected = {f"{name}: {value}" for name, value in HEADERS}
    return (
        expected <= set(head) and "Cache-Control: no-store" in head and any("default-src 'none'" in one for one in head)
    )


@pytest.mark.parametrize(("said", "status"), [(b"nonsense\r\n\r\n", 400), (b"x" * 20_000, 431)])
def test_what_is_refused_before_the_hub_hears_of_it_carries_the_headers_of_every_response(
    dial: Callable[[], socket.socket], said: bytes, status: int
) -> None:
    head = head_of_refusal(dial(), said)
    assert head[0].startswith(f"HTTP/1.1 {status} ")
    assert is_protected(head)


def test_a_header_a_letter_at_a_time_is_read_all_the_same(dial: Callable[[], socket.socket]) -> None:
    line = dial()
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for letter in GET:
        line.sendall(bytes([letter]))
    assert answer(line)[0] == 200


def test_whoever_says_nothing_or_not_all_of_it_is_cut_off(hub: CrowdHub, dial: Callable[[], socket.socket]) -> None:
    hub.ask("/_test/limits", first=0.3, header=0.3, body=0.3)
    slow = refused(hub, "slow")
    silent, half, no_body, drop_by_drop = dial(), dial(), dial(), dial()
    half.sendall(GET[:-4])
    no_body.sendall(b"POST /pair HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 10\r\n\r\n12345")
    chunked = b"POST /pair HTTP/1.1\r\nHost: hub.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"
    other = dial()
    other.sendall(chunked)
    try:
        for letter in GET[:-4] * 1000:  # each is quick; all together are not
            drop_by_drop.sendall(bytes([letter]))
            time.sleep(0.01)
    except OSError:
        pass
    assert [is_closed(line) for line in (silent, half, no_body, other, drop_by_drop)] == [True] * 5
    hub.ask("/_test/limits", first=10, header=10, body=20)
    assert refused(hub, "slow") >= slow + 4


def test_native_threads_wait_no_longer_for_a_header_or_a_body(tmp_path: Path) -> None:
    hub = CrowdHub(tmp_path, small_plan(), ANTREAN_ASYNC_MODE="threading")
    try:
        hub.ask("/_test/limits", first=0.3, header=0.3, body=0.3)
        lines = [socket.create_connection(hub.address, 60) for _ in range(2)]
        lines[0].sendall(GET[:-4])
        lines[1].sendall(
            b"POST /sign_in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n123"
        )
        assert is_closed(lines[0])
        assert answer(lines[1])[0] == 422
        assert is_closed(lines[1])
        hub.ask("/_test/limits", first=10, header=10, body=20)
        line = socket.create_connection(hub.address, 60)
        for _ in range(3):
            line.sendall(GET.replace(b"hub.test", b"127.0.0.1"))
            assert answer(line)[0] == 200
        hub.ask("/_test/limits", first=10, header=10, body=0.3)
        unread = socket.create_connection(hub.address, 60)
        unread.sendall(
            b"POST /sign_out HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://other.example\r\nContent-Length: 9\r\n\r\n"
        )
        assert answer(unread)[0] == 403
        assert is_closed(unread)
        nonsense = socket.create_connection(hub.address, 60)
        head = head_of_refusal(nonsense, b"nonsense\r\n\r\n")
        assert head[0] == "HTTP/1.1 400 Bad Request"
        assert is_protected(head)
        for one in (*lines, line, unread, nonsense):
            one.close()
        assert "Traceback" not in hub.log()
    finally:
        hub.stop()


def test_pipelined_requests_are_answered_in_order_and_others_go_between(
    hub: CrowdHub, dial: Callable[[], socket.socket]
) -> None:
    line = dial()
    paths = [b"/healthz", b"/nowhere"] * 25
    line.sendall(b"".join(GET.replace(b"/healthz", path) for path in paths))
    other = dial()
    other.sendall(GET)
    assert answer(other)[0] == 200
    assert [answer(line)[0] for _ in paths] == [200, 404] * 25


def test_a_body_is_read_whole_before_the_hub_hears_of_it(hub: CrowdHub, dial: Callable[[], socket.socket]) -> None:
    kiosk = hub.ask("/_test/pair", kind="kiosk")
    asked = json.dumps({"service": "card", "persons": 1, "language": "id", "request_id": "in-two-pieces"}).encode()
    line = dial()
    head = (
        f"POST /kiosk/tickets HTTP/1.1\r\nHost: hub.test\r\nAuthorization: Bearer {kiosk}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(asked)}\r\nExpect: 100-continue\r\n\r\n"
    )
    line.sendall(head.encode())
    assert line.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    line.sendall(asked[:20])
    line.sendall(asked[20:])
    status, body = answer(line)
    assert (status, json.loads(body)["ticket"]["number"][:2]) == (201, "A-")
    line.sendall(GET)
    assert answer(line)[0] == 200


def test_what_follows_a_body_that_is_too_large_is_not_taken_for_a_request(
    hub: CrowdHub, dial: Callable[[], socket.socket]
) -> None:
    line = dial()
    head = (
        b"POST /sign_in HTTP/1.1\r\nHost: hub.test\r\nContent-Type: application/json\r\nContent-Length: 70000\r\n\r\n"
    )
    line.sendall(head + GET * (70_000 // len(GET) + 1))
    assert answer(line)[0] == 422
    assert is_closed(line)


def test_sockets_that_join_nothing_leave_nothing_to_be_collected(hub: CrowdHub) -> None:
    path = "/socket.io/?EIO=4&transport=websocket"
    upgrade(hub.address, path).close()  # what is made once
    until(lambda: hub.ask("/_test/sessions") == 0)
    hub.ask("/_test/collect")
    for _ in range(50):
        upgrade(hub.address, path).close()
    until(lambda: hub.ask("/_test/sessions") == 0)
    assert hub.ask("/_test/collect") < 50


def test_when_connections_run_short_idle_strangers_go_and_kiosks_and_phones_stay(
    hub: CrowdHub, dial: Callable[[], socket.socket]
) -> None:
    kiosk = hub.ask("/_test/pair", kind="kiosk")
    known = GET.replace(b"Host", f"Authorization: Bearer {kiosk}\r\nHost".encode())
    phone = follow(hub.address, hub.token)
    kept = dial()
    kept.sendall(known)
    assert answer(kept)[0] == 200
    most = hub.ask("/_test/connections", most=10)
    idle = [dial() for _ in range(30)]
    fresh = dial()
    fresh.sendall(known)
    assert answer(fresh)[0] == 200
    kept.sendall(known)
    assert answer(kept)[0] == 200
    assert is_closed(idle[0])
    assert hub.ask("/_test/listeners") == 1
    hub.ask("/_test/connections", most=most)
    phone.line.close()


def test_one_session_keeps_no_more_than_one_connection_from_making_room(
    hub: CrowdHub, dial: Callable[[], socket.socket]
) -> None:
    kiosk = hub.ask("/_test/pair", kind="kiosk")
    known = GET.replace(b"Host", f"Authorization: Bearer {kiosk}\r\nHost".encode())
    path = b"/socket.io/?EIO=4&transport=polling"

    def heard(request: bytes) -> bytes:
        """Send a request on a connection of its own and return the answer, which comes in chunks."""
        line, data = dial(), b""
        line.sendall(request)
        while not data.endswith(b"0\r\n\r\n") and (piece := line.recv(1 << 16)):
            data += piece
        return data

    opened = heard(GET.replace(b"/healthz", path))
    path += b"&sid=" + opened.partition(b'"sid":"')[2].partition(b'"')[0]

    def say(packet: str) -> bool:
        body = f"Content-Length: {len(packet)}\r\n\r\n{packet}".encode()
        return heard(GET.replace(b"GET /healthz", b"POST " + path)[:-2] + body).startswith(b"HTTP/1.1 200 ")

    assert say("40/mobile_ticket," + json.dumps({"token": hub.token}))
    most = hub.ask("/_test/connections", most=10)
    try:
        said = [say("41/nothing,") for _ in range(20)]
        fresh = dial()
        fresh.sendall(known)
        assert answer(fresh)[0] == 200
        assert all(said)
    finally:
        hub.ask("/_test/connections", most=most)


class Line:
    """Stands in for a socket; notes that it was cut."""

    def __init__(self) -> None:
        self.cut = False

    def shutdown(self, how: int) -> None:
        self.cut = True


def test_the_address_with_the_most_loose_connections_makes_room_first() -> None:
    connections = Connections(6)
    many, few = [Line() for _ in range(4)], [Line() for _ in range(2)]
    opened = [connections.open(line, "10.0.0.1") for line in many]
    others = [connections.open(line, "10.0.0.2") for line in few]
    assert opened[0] is not None
    assert opened[1] is not None
    opened[0].keep()
    opened[1].loosen()
    assert connections.open(Line(), "10.0.0.3") is not None
    assert [line.cut for line in (*many, *few)] == [False, False, True, False, False, False]
    for connection in (*opened, *others):
        if connection is not None:
            connection.keep()
    assert connections.open(Line(), "10.0.0.3") is not None  # in the place of the other newcomer
    for connection in list(connections._open):
        connection.keep()
    assert connections.open(Line(), "10.0.0.3") is None
    assert len(connections) == 6
