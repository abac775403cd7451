"""Two hubs on one PostgreSQL database: one queue, whichever hub a screen is connected to, with and without Redis."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from antrean.queueing.events import TicketIssued
from antrean.queueing.plan.model import OfficePlan
from tests.fakes.hub_process import PASSWORD, HubProcess, journal, wait_until
from tests.fakes.redis_server import RedisServer

pytestmark = pytest.mark.long

KIOSKS, TICKETS, CALLS = 3, 10, 6


@pytest.fixture
def hints(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.close()


@pytest.fixture
def hubs(tmp_path: Path, plan: OfficePlan, fresh_database: str, hints: RedisServer) -> Iterator[list[HubProcess]]:
    both = [HubProcess(tmp_path / name, plan, "eventlet", fresh_database, hints.url) for name in ("one", "two")]
    try:
        for hub in both:
            hub.launch()
        for hub in both:
            wait_until(hub.ready, f"the hub on {hub.url}")
        yield both
    finally:
        for hub in both:
            hub.end()


class Display:
    """A display's socket: every call it was shown, with the time it came."""

    def __init__(self, hub: HubProcess, token: str) -> None:
        self.calls: dict[int, str] = {}
        self.came: dict[str, float] = {}
        self._client = socketio.Client(reconnection=False)
        self._client.on("view", self._view, namespace="/display")
        self._client.connect(
            hub.url, auth={"token": token}, namespaces=["/display"], transports=["polling"], wait_timeout=60
        )

    def _view(self, view: dict[str, Any]) -> None:
        for call in view["calls"]:
            if call["seq"] not in self.calls:
                self.calls[call["seq"]] = call["number"]
                self.came[call["number"]] = time.monotonic()

    def close(self) -> None:
        self._client.disconnect()


class Room:
    """An operator and kiosks at hub one, kiosks and the display at hub two."""

    def __init__(self, hubs: list[HubProcess]) -> None:
        self.hubs = hubs
        self.token = hubs[0].pair("kiosk", "Kiosk 1")
        self.told: list[str] = []
        self.called: list[str] = []
        self.display = Display(hubs[1], hubs[1].pair("display", "Lobi"))
        self.operator = requests.Session()
        self.wish("/sign_in", {"name": "Ani", "password": PASSWORD})
        self.wish("/counter_panel/session", {"counter": "3"})

    def wish(self, path: str, fields: dict[str, str]) -> Any:
        answer = self.operator.post(self.hubs[0].url + path, json=fields, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def take(self, hub: HubProcess, count: int) -> None:
        with requests.Session() as kiosk:
            kiosk.headers["Authorization"] = f"Bearer {self.token}"
            for _ in range(count):
                answer = kiosk.post(hub.url + "/kiosk/tickets", json={"service": "card"}, timeout=60)
                self.told.append(answer.json()["ticket"]["number"])

    def rush(self) -> None:
        """Kiosks at both hubs take numbers at once."""
        kiosks = [
            threading.Thread(target=self.take, args=(hub, TICKETS), daemon=True)
            for hub in self.hubs
            for _ in range(KIOSKS)
        ]
        for kiosk in kiosks:
            kiosk.start()
        for kiosk in kiosks:
            kiosk.join(120)
            assert not kiosk.is_alive()

    def call(self) -> float:
        """Call and serve one visitor at hub one; return after how many seconds hub two's display showed the call."""
        number = self.wish("/counter_panel/calls", {})["ticket"]["number"]
        began = time.monotonic()
        self.called.append(number)
        wait_until(lambda: number in self.display.came, f"the call of {number} on the other hub's display")
        self.wish(f"/counter_panel/tickets/{number}/start", {})
        return self.display.came[number] - began


@pytest.fixture
def room(hubs: list[HubProcess]) -> Iterator[Room]:
    found = Room(hubs)
    yield found
    found.display.close()
    found.operator.close()


@pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)
def test_two_hubs_are_one_queue_also_while_redis_is_down(
    room: Room, hints: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    wait_until(lambda: hints.listeners() == 2, "both hubs to listen")
    heard = hints.client.pubsub(ignore_subscribe_messages=True)
    heard.subscribe("antrean:test")
    room.rush()
    with_hints = [room.call() for _ in range(CALLS)]
    said: list[int] = []
    wait_until(lambda: said.append(hint(heard)) or max(said) >= max(room.display.calls), "the hint of the last call")
    heard.close()

    hints.kill()
    room.rush()
    without = [room.call() for _ in range(CALLS)]

    hints.start()
    wait_until(lambda: hints.listeners() == 2, "both hubs to listen again")
    room.rush()
    again = [room.call() for _ in range(CALLS)]

    with capsys.disabled():
        words = ("with Redis", with_hints), ("without", without), ("with Redis again", again)
        print("\n  call to the other hub's display, median: ", end="")  # noqa: T201
        print(", ".join(f"{name} {statistics.median(times) * 1000:.0f} ms" for name, times in words))  # noqa: T201
    expected = [f"A-{number:03d}" for number in range(1, 3 * 2 * KIOSKS * TICKETS + 1)]
    assert sorted(room.told) == expected
    lines = journal(room.hubs[1])
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    issued = [line.event.ticket for line in lines if isinstance(line.event, TicketIssued)]
    assert issued == expected
    assert list(room.display.calls.values()) == room.called == expected[: 3 * CALLS]


def hint(heard: Any) -> int:
    """Return the seq of the next hint, 0 when none came for a moment."""
    message = heard.get_message(timeout=0.2)
    return int(message["data"]) if message is not None else 0
