"""One wish now and then on an idle hub, as in an office, beside the same wish back to back: what is the machine's own?

Beside the wish stand an empty request, a bare echo between two processes and a bare append with fdatasync, all of them
once every 0.4 s in turn. Then the same with both cores kept awake by loops that give way to everybody else (nice 19):
what is quicker then was not waiting for the hub.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench._fanout_parts import Line
from bench.disk import BLOCK
from bench.hub_process import HubProcess, fresh_hub
from bench.report import Row, percentile

EVERY_SECONDS = 0.4
TURNS, BACK_TO_BACK = 12, 200
_ECHO = """
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
line, _ = server.accept()
line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
while data := line.recv(100):
    line.sendall(data)
"""
NUMBER, EMPTY, ECHO, DISK = "a number", "an empty request", "a bare echo", "append + fdatasync"


def run(argv: list[str]) -> list[Row]:
    """Return the middle time of each thing: now and then, back to back, and with the cores kept awake."""
    with fresh_hub() as hub, _echo() as echo, (hub.folder / "idle.bin").open("ab") as file:
        hub.set_up()
        hub.start()
        things = _things(hub, echo, file.fileno())
        for do in things.values():
            do()
        now_and_then = _in_turn(things)
        with _awake():
            awake = _in_turn(things)
        rush = {name: percentile([_timed(do) for _ in range(BACK_TO_BACK)], 0.5) for name, do in things.items()}
    return [
        *(
            Row("idle", f"{name} each {EVERY_SECONDS} s, p50", now_and_then[name], "ms", "back to back", rush[name])
            for name in things
        ),
        *(
            Row("idle", f"{name} each {EVERY_SECONDS} s, the cores kept awake, p50", awake[name], "ms",
                "back to back", rush[name])
            for name in things
        ),
    ]  # fmt: skip


def _things(hub: HubProcess, echo: socket.socket, file: int) -> dict[str, Callable[[], object]]:
    line, headers = Line(hub.port), hub.page_headers(0)

    def number() -> None:
        asked = {"service": "kk", "persons": 1, "language": "id", "request_id": uuid.uuid4().hex}
        status, said = line.post("/kiosk/tickets?language=id", headers, asked)
        assert status == 201, said

    block = os.urandom(BLOCK)

    def echoed() -> None:
        echo.sendall(b"x")
        echo.recv(100)

    def synced() -> None:
        os.write(file, block)
        os.fdatasync(file)

    return {NUMBER: number, EMPTY: lambda: line.get("/healthz"), ECHO: echoed, DISK: synced}


def _in_turn(things: dict[str, Callable[[], object]]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in things}
    for _ in range(TURNS):
        for name, do in things.items():
            time.sleep(EVERY_SECONDS)
            times[name].append(_timed(do))
    return {name: percentile(found, 0.5) for name, found in times.items()}


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


@contextmanager
def _echo() -> Iterator[socket.socket]:
    """Yield a connection to a process that echoes."""
    with subprocess.Popen([sys.executable, "-c", _ECHO], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with socket.create_connection(("127.0.0.1", int(process.stdout.readline())), 10) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield line
        process.wait(10)


@contextmanager
def _awake() -> Iterator[None]:
    """Keep every core busy at the lowest priority."""
    loops = [
        subprocess.Popen([sys.executable, "-c", "import os\nos.nice(19)\nwhile True: pass"])
        for _ in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
