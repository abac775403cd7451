"""What was freed goes back to the system, and what is closed holds nothing any more."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import time
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from antrean.hub.memory import Leftovers
from antrean.web.limits.frames import Budget
from antrean.web.limits.wires import read_within

ROOT = Path(__file__).resolve().parents[2]
MB = 1 << 20


def test_freed_memory_below_what_is_still_in_use_goes_back() -> None:
    program = """
import psutil
from antrean.hub.memory import give_back
held = [b"%d" % n * 25_000 for n in range(1000, 2000)]
most = psutil.Process().memory_info().rss
held[:-1] = []
give_back()
print(most - psutil.Process().memory_info().rss)
"""
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    assert int(found.stdout) > 50 * MB


class Wire:
    """As much of eventlet's WebSocket as is used."""

    def __init__(self, line: socket.socket) -> None:
        self.socket = line

    def _send_closing_frame(self, **_how: Any) -> None:
        return


def test_a_websocket_that_is_closed_is_forgotten_at_once() -> None:
    here, there = socket.socketpair()
    with here, there:
        wire: Any = Wire(here)
        read_within(wire, Budget(lambda: 0.0, 15.0), Counter(), time.sleep)
        gc.disable()
        try:
            wire.close()
            wire.close()
            assert wire.wait() is None
            gone = weakref.ref(wire)
            del wire
            assert gone() is None
        finally:
            gc.enable()


def test_gunicorns_master_loads_nothing_that_only_its_worker_needs() -> None:
    """It reads the worker's class, serves nobody, and would hold 16 MiB of libraries all day."""
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import sys, antrean.server.eventlet_worker; print(*sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    loaded = set(told.stdout.split())
    assert "gunicorn.workers.geventlet" in loaded
    assert not loaded & {"flask", "flask_socketio", "socketio", "sqlalchemy", "antrean.storage", "app"}


class Node:
    """Something that holds itself, as what a closed connection leaves does."""


def left_by_a_connection() -> weakref.ref[Node]:
    one = Node()
    one.itself = one  # type: ignore[attr-defined]
    return weakref.ref(one)


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_what_a_crowd_left_goes_back_within_two_looks_after_the_last_has_gone(uncollected: None) -> None:
    left = left_by_a_connection()
    given: list[bool] = []
    leftovers = Leftovers(lambda: given.append(left() is None))
    leftovers.look(sockets=2000, ended=0)
    for ended in (700, 1500, 2000):  # they still go
        leftovers.look(sockets=2000 - ended, ended=ended)
    assert (left() is None, given) == (False, [])
    leftovers.look(sockets=0, ended=2000)
    assert (left() is None, given) == (True, [True])


def test_no_walk_holds_the_loop_up_while_a_crowd_is_here_or_for_a_few_sockets(uncollected: None) -> None:
    left = left_by_a_connection()
    leftovers = Leftovers(lambda: None)
    for _ in range(25):
        leftovers.look(sockets=2000, ended=3000)
    assert left() is not None
    few = Leftovers(lambda: None)
    for _ in range(25):
        few.look(sockets=3, ended=100)
    assert left() is not None


def test_where_sockets_come_and_go_without_end_memory_goes_back_each_ten_looks(uncollected: None) -> None:
    left = left_by_a_connection()
    given: list[bool] = []
    leftovers = Leftovers(lambda: given.append(left() is None))
    for look in range(1, 21):
        leftovers.look(sockets=20, ended=300 * look)
    assert given == [True, True]
    again = left_by_a_connection()
    for _ in range(9):
        leftovers.look(sockets=20, ended=6100)
    assert (again() is None, len(given)) == (False, 2)
    leftovers.look(sockets=20, ended=6100)
    assert (again() is None, len(given)) == (False, 3)
