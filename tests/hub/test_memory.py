"""What was freed goes back to the system, and what is closed holds nothing any more."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import time
import weakref
from collections import Counter
from pathlib import Path
from typing import Any

from antrean.hub.memory import Circles
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
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
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
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    loaded = set(told.stdout.split())
    assert "gunicorn.workers.geventlet" in loaded
    assert not loaded & {"flask", "flask_socketio", "socketio", "sqlalchemy", "antrean.storage", "app"}


def test_circles_are_freed_when_many_sockets_have_ended_and_no_crowd_is_here() -> None:
    class Node:
        pass

    def left_by_a_connection() -> weakref.ref[Node]:
        one = Node()
        one.itself = one  # type: ignore[attr-defined]
        return weakref.ref(one)

    gc.collect()
    gc.disable()
    try:
        left = left_by_a_connection()
        circles = Circles()
        circles.collect(sockets=2000, ended=3000)
        circles.collect(sockets=3, ended=100)
        assert left() is not None
        circles.collect(sockets=3, ended=3000)
        assert left() is None
        again = left_by_a_connection()
        circles.collect(sockets=3, ended=3100)
        assert again() is not None
    finally:
        gc.enable()
