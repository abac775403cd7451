"""Strangers' sockets on a running hub: what they may send, for how long they may stay, and who gets in beside them."""

from __future__ import annotations

import json
import math
import socket
import struct
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from antrean.queueing.plan.model import OfficePlan
from antrean.web.limits.connection_limit import SocketSession
from antrean.web.limits.frames import Budget
from bench.raw_follower import CLOSE, MASK, Follower, connect, follow, masked, split
from tests.conftest import SetClock, Stopwatch, small_plan
from tests.fakes.crowd_hub import CrowdHub
from tests.fakes.office_hub import OfficeHub

SOCKET = "/socket.io/?EIO=4&transport=websocket"
FRAGMENT = struct.pack("!BBH", 0x01, 0xFE, 65_000) + MASK + b"x" * 65_000  # not the last one, nor is any other


@pytest.fixture(scope="module", params=["eventlet", "threading"])
def hub(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[CrowdHub]:
    running = CrowdHub(tmp_path_factory.mktemp("strangers"), small_plan(), ANTREAN_ASYNC_MODE=request.param)
    yield running
    running.stop()


def until(holds: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


def refusals(hub: CrowdHub) -> dict[str, int]:
    found: dict[str, int] = hub.ask("/_test/refusals")
    return found


def closing_code(line: socket.socket) -> int | None:
    """Return the code with which the hub closed a WebSocket, or None when it just went away."""
    data = bytearray()
    while True:
        try:
            piece = line.recv(1 << 16)
        except ConnectionResetError:
            return None
        data += piece
        frames, length = split(data)
        del data[:length]
        for opcode, payload in frames:
            if opcode == CLOSE:
                return int(struct.unpack("!H", payload[:2] or b"\x03\xed")[0])  # 1005: without a code
        if not piece:
            return None


def send_on(line: socket.socket, data: bytes, times: int) -> int:
    """Send the same again and again; return how many bytes the hub took before it closed."""
    taken = 0
    try:
        for _ in range(times):
            line.sendall(data)
            taken += len(data)
    except OSError:
        pass
    return taken


def issue(hub: CrowdHub, kiosk: str, name: str) -> str:
    """Take a number as a kiosk does."""
    request = urllib.request.Request(
        f"http://{hub.address[0]}:{hub.address[1]}/kiosk/tickets",
        json.dumps({"service": "card", "persons": 1, "language": "id", "request_id": name}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {kiosk}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(json.loads(answer.read())["ticket"]["number"])


def test_fragments_without_end_are_closed_with_their_reason_while_numbers_go_on(hub: CrowdHub) -> None:
    kiosk = hub.ask("/_test/pair", kind="kiosk")
    strangers = [connect(hub.address, SOCKET) for _ in range(30)]
    numbers = []
    for place, line in enumerate(strangers):
        send_on(line, FRAGMENT[: 1 << 14], 1)
        numbers.append(issue(hub, kiosk, f"beside-{place:04}-{time.time_ns()}"))
    assert [closing_code(line) for line in strangers] == [1009] * 30
    assert len(set(numbers)) == 30
    until(lambda: hub.ask("/_test/sessions") == 0, "the strangers' sockets are forgotten")
    for line in strangers:
        line.close()


def test_a_stranger_who_goes_on_sending_is_cut_off(hub: CrowdHub) -> None:
    line = connect(hub.address, SOCKET)
    assert send_on(line, FRAGMENT, 1000) < 1000 * len(FRAGMENT)
    line.close()


def test_a_connect_packet_in_fragments_is_heard(hub: CrowdHub) -> None:
    line = Follower(connect(hub.address, SOCKET))
    packet = ("40/mobile_ticket," + json.dumps({"token": hub.token})).encode()
    for place in range(0, len(packet), 7):
        piece = bytearray(masked(0x1 if place == 0 else 0x0, packet[place : place + 7]))
        if place + 7 < len(packet):
            piece[0] &= 0x7F
        line.line.sendall(piece)
    assert any(found.startswith('42/mobile_ticket,["view"') for found in line.packets())
    line.line.close()


@pytest.mark.parametrize(
    ("packet", "code"),
    [(b"40/mobile_ticket,[[[", None), (b"451-/mobile_ticket,[1]", 1008), (b"", 1008), (b"7", 1008), (b"4\xff", 1007)],
)
def test_a_packet_that_can_not_be_read_ends_the_connection_without_a_word_in_the_log(
    hub: CrowdHub, packet: bytes, code: int | None
) -> None:
    before = refusals(hub)
    line = connect(hub.address, SOCKET)
    line.sendall(masked(0x1, packet))
    found = closing_code(line)
    assert code is None or found == code
    line.close()
    until(lambda: sum(refusals(hub).values()) > sum(before.values()), "the packet is counted")
    assert "Traceback" not in hub.log()


def test_binary_is_refused_and_a_namespace_is_joined_once(hub: CrowdHub) -> None:
    line = connect(hub.address, SOCKET)
    line.sendall(masked(0x2, b"\x04\x00"))
    assert closing_code(line) == 1003
    twice = follow(hub.address, hub.token)
    twice.send("40/mobile_ticket," + json.dumps({"token": hub.token}))
    assert list(twice.packets())[-1:] in ([], ["1"])
    assert "Traceback" not in hub.log()
    line.close()
    twice.line.close()


def post(hub: CrowdHub, sid: str, say: bytes) -> int:
    url = f"http://{hub.address[0]}:{hub.address[1]}/socket.io/?EIO=4&transport=polling&sid={sid}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, say), timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("say", [b"4" * 5000, b"\x1e".join([b"42[]"] * 70), b"d=40", b"bAAAA", b"4\xff", b""])
def test_a_polling_session_has_the_same_budget(hub: CrowdHub, say: bytes) -> None:
    url = f"http://{hub.address[0]}:{hub.address[1]}/socket.io/?EIO=4&transport=polling"
    with urllib.request.urlopen(url, timeout=60) as answer:
        sid = json.loads(answer.read()[1:])["sid"]
    assert post(hub, sid, say) == 400
    assert post(hub, sid, b"40/mobile_ticket,") == 400
    assert "Traceback" not in hub.log()


def test_a_socket_that_joins_nothing_is_closed_and_one_that_has_joined_stays(hub: CrowdHub) -> None:
    before = refusals(hub).get("not_joined", 0)
    hub.ask("/_test/join_seconds", seconds=1)
    joined = follow(hub.address, hub.token)
    idle = [connect(hub.address, SOCKET) for _ in range(5)]
    assert [closing_code(line) is not None for line in idle] == [True] * 5
    assert refusals(hub)["not_joined"] == before + 5
    assert hub.ask("/_test/listeners") == 1
    hub.ask("/_test/join_seconds", seconds=10)
    hub.ask("/_test/emit", count=1, first=77)
    assert next(found["number"] for found in joined.events("view") if "number" in found) == 77
    joined.line.close()
    for line in idle:
        line.close()
    until(lambda: hub.ask("/_test/sessions") == 0, "all sessions are forgotten")


def test_who_has_joined_is_pinged_again_and_again_and_stays_while_it_answers(hub: CrowdHub) -> None:
    hub.ask("/_test/ping_seconds", seconds=0.1)
    phone = follow(hub.address, hub.token)
    pings, data = 0, bytearray()
    while pings < 3:
        piece = phone.line.recv(1 << 16)
        assert piece, "the hub closed the connection"
        data += piece
        frames, length = split(data)
        del data[:length]
        for _ping in (payload for _opcode, payload in frames if payload == b"2"):
            pings += 1
            phone.send("3")
    hub.ask("/_test/ping_seconds", seconds=15)
    assert hub.ask("/_test/listeners") == 1
    hub.ask("/_test/emit", count=1, first=5)
    assert next(found["number"] for found in phone.events("view") if "number" in found) == 5
    phone.line.close()
    until(lambda: hub.ask("/_test/sessions") == 0, "all sessions are forgotten")


def test_a_phone_that_waits_for_its_turn_is_not_taken_for_one_that_joins_nothing(hub: CrowdHub) -> None:
    hub.ask("/_test/join_seconds", seconds=0.3)
    hub.ask("/_test/turn_takes", seconds=2.5)
    phone = follow(hub.address, hub.token)
    hub.ask("/_test/turn_takes", seconds=0)
    hub.ask("/_test/join_seconds", seconds=10)
    phone.line.close()
    until(lambda: hub.ask("/_test/sessions") == 0, "all sessions are forgotten")


def test_a_phone_whose_turn_does_not_come_is_closed_so_that_it_comes_again(hub: CrowdHub) -> None:
    line = Follower(connect(hub.address, SOCKET))
    hub.ask("/_test/lose_turn")
    line.send("40/mobile_ticket," + json.dumps({"token": hub.token}))
    assert list(line.packets())[-1:] == ["1"]
    assert refusals(hub)["no_turn"] == 1
    assert "Traceback" not in hub.log()
    line.line.close()
    until(lambda: hub.ask("/_test/sessions") == 0, "all sessions are forgotten")


def test_when_places_are_taken_by_idle_strangers_a_phone_and_a_kiosk_get_in(hub: CrowdHub) -> None:
    kiosk = hub.ask("/_test/pair", kind="kiosk")
    most = hub.ask("/_test/most")
    hub.ask("/_test/cap", followers=2000, places=8)
    idle = [connect(hub.address, SOCKET) for _ in range(8)]
    phone = follow(hub.address, hub.token)
    line = Follower(connect(hub.address, SOCKET, headers=f"Authorization: Bearer {kiosk}\r\n"))
    line.send("40/kiosk," + json.dumps({"token": kiosk}))
    assert next(packet for packet in line.packets() if packet.startswith('42/kiosk,["view"'))  # a tick may come before
    assert refusals(hub)["made_room"] >= 1
    assert hub.ask("/_test/listeners") == 1
    hub.ask("/_test/cap", followers=2000, places=most)
    for one in (*idle, phone.line, line.line):
        one.close()
    until(lambda: hub.ask("/_test/sessions") == 0, "all sessions are forgotten")


def test_a_hundred_aborted_sockets_say_next_to_nothing_in_the_log(hub: CrowdHub) -> None:
    before = len(hub.log())
    for _ in range(100):
        line = connect(hub.address, SOCKET)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closed by a reset
        line.close()
    until(lambda: hub.ask("/_test/sessions") == 0, "all sessions are forgotten")
    assert len(hub.log()) - before < 1000


def test_what_was_refused_is_told_among_the_figures(hub: CrowdHub) -> None:
    line = connect(hub.address, SOCKET)
    line.sendall(FRAGMENT[:100])
    assert closing_code(line) == 1009
    line.close()
    with urllib.request.urlopen(f"http://{hub.address[0]}:{hub.address[1]}/metrics", timeout=60) as answer:
        figures = answer.read().decode()
    assert 'antrean_refused_total{reason="refused_1009"}' in figures


class Leaver:
    """Stands in for a session; notes that it was closed."""

    sid = "leaves"
    closed = False

    def close(self, wait: bool) -> None:
        self.closed = True


def test_a_socket_that_opens_while_another_thread_looks_at_all_keeps_none_from_being_closed(
    tmp_path: Path, plan: OfficePlan, clock: SetClock
) -> None:
    hub = OfficeHub(tmp_path, plan, clock)
    places, leaver = hub.app.extensions["antrean"].connection_limit, Leaver()

    def place(until: float) -> SocketSession:
        return SocketSession("10.0.0.1", False, Budget(time.monotonic, 15.0), until, until, session=leaver)

    class Meanwhile(float):
        def __lt__(self, now: float) -> bool:
            places._loose[f"comes {time.monotonic_ns()}"] = place(math.inf)
            return True

    places._loose["leaves"] = place(Meanwhile())
    places._loose["stays"] = place(math.inf)
    places._look()
    assert leaver.closed
    assert "stays" in places._loose
    hub.stop()


def test_a_clock_that_is_set_cuts_no_socket_and_keeps_none_that_is_gone(
    tmp_path: Path, plan: OfficePlan, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = OfficeHub(tmp_path, plan, clock)
    places, passed = hub.app.extensions["antrean"].connection_limit, Stopwatch()
    monkeypatch.setattr(places, "_monotonic", passed)
    opened = hub.app.test_client().get("/socket.io/?EIO=4&transport=polling").text
    place = places.find(json.loads(opened[1:])["sid"])
    assert place is not None
    places.joined(place, by_known=False)
    passed.seconds += 15
    places._ping(lambda _seconds: None)
    for day in (86_400.0, -86_400.0):
        monkeypatch.setattr("engineio.socket.time", SimpleNamespace(time=lambda day=day: time.time() + day))
        passed.seconds += 5
        assert place.session.check_ping_timeout()
        assert not place.session.closed
    passed.seconds += 1
    assert not place.session.check_ping_timeout()
    assert place.session.closed
    hub.stop()
