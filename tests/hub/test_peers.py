"""Hints between hubs through a real Redis: heard, heard again after it fell silent, and never piling up."""

from __future__ import annotations

import logging
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis

import antrean.hub.peers
from antrean.hub.fault_log import FaultLog
from antrean.hub.peers import LISTENING, PeerNotifier
from antrean.queueing.events import PlanChanged
from antrean.queueing.journal.entry import JournalEntry
from tests.conftest import CI
from tests.fakes.hub_process import free_port, wait_until
from tests.fakes.silent_proxy import SilentProxy


@pytest.fixture
def proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SilentProxy]:
    """Give a proxy before a Redis of our own; what waits for it waits shorter than in a hub."""
    if shutil.which("redis-server") is None:
        assert not CI, "redis-server is missing"
        pytest.skip("redis-server is missing")
    monkeypatch.setattr(antrean.hub.peers, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(antrean.hub.peers, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(antrean.hub.peers, "LISTEN_SECONDS", 0.2)
    monkeypatch.setattr(antrean.hub.peers, "SILENT_SECONDS", 0.6)
    monkeypatch.setattr(antrean.hub.peers, "SHARE_SECONDS", 0.1)
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port)
    try:
        wait_until(lambda: _answers(client), "Redis")
        with SilentProxy(("127.0.0.1", port)) as running:
            yield running
    finally:
        client.close()
        server.kill()
        server.wait(30)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


class Side:
    """As much of a hub as hints need: it writes lines, and counts how often it is woken."""

    def __init__(self, port: int) -> None:
        self.woken = 0
        self.listeners: list[Callable[..., Any]] = []
        self.faults = FaultLog(logging.getLogger("hub"))
        self.stopped = False
        office: Any = SimpleNamespace(subscribe=self.listeners.append)
        writer: Any = SimpleNamespace(nudge=self._nudge)
        url = f"redis://127.0.0.1:{port}/0"
        self.here: set[str] = set()
        self.heard: set[str] = set()
        self.people: set[str] = set()
        self.notifier = PeerNotifier(
            url,
            "test",
            office,
            writer,
            lambda: (self.here, self.people),
            self.heard.update,
            self.faults,
            lambda: self.stopped,
        )
        self.threads: list[threading.Thread] = []
        self.notifier.start(self._run)

    def writes(self, seq: int) -> None:
        at = datetime(2026, 11, 24, 3, tzinfo=UTC)
        for listener in self.listeners:
            listener([JournalEntry(seq, at, date(2026, 11, 24), PlanChanged("notices"))])

    def stop(self) -> None:
        self.stopped = True
        self.notifier._something.set()
        for thread in self.threads:
            thread.join(30)
        self.notifier._redis.close()

    def _nudge(self) -> None:
        self.woken += 1

    def _run(self, task: Callable[[], None]) -> None:
        self.threads.append(threading.Thread(target=task, daemon=True))
        self.threads[-1].start()


@pytest.fixture
def sides(proxy: SilentProxy) -> Iterator[tuple[Side, Side]]:
    both = Side(proxy.port), Side(proxy.port)
    yield both
    for side in both:
        side.stop()


def heard(teller: Side, listener: Side, start: int) -> bool:
    """Whether the other side hears of lines that are written again and again."""
    before = listener.woken
    for seq in range(start, start + 50):
        teller.writes(seq)
        threading.Event().wait(0.01)
        if listener.woken > before:
            return True
    return False


def test_a_hub_hears_again_after_its_connection_fell_silent(sides: tuple[Side, Side], proxy: SilentProxy) -> None:
    one, two = sides
    wait_until(lambda: heard(one, two, 1), "a hint")
    proxy.silence()
    wait_until(lambda: heard(one, two, 10_000), "a hint on a new connection")
    wait_until(lambda: heard(two, one, 20_000), "a hint the other way")


def test_each_hub_knows_which_devices_and_staff_are_at_the_other(sides: tuple[Side, Side], proxy: SilentProxy) -> None:
    one, two = sides
    one.here.add("display")
    one.people.add("Ani")
    wait_until(lambda: {"display", "Ani"} <= two.heard, "what the other hub has")
    two.heard.clear()
    proxy.silence()
    wait_until(lambda: "display" in two.heard, "the same on a new connection")


def test_nothing_piles_up_while_redis_is_silent(sides: tuple[Side, Side], proxy: SilentProxy) -> None:
    one, two = sides
    wait_until(lambda: heard(one, two, 1), "a hint")
    proxy.silence(new=True)
    for seq in range(10_000, 10_200):
        one.writes(seq)
    wait_until(lambda: one.faults.counts[LISTENING] > 0, "the silence to be noticed")
    assert len(one.threads) == 3
    assert proxy.connections <= 8
    proxy.let_through()
    wait_until(lambda: heard(one, two, 20_000), "hints again")
