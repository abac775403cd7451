"""The parts of `bench.fanout`: an operator, busy kiosks, the bare server, and crowds of followers."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bench.hub_process import ROOT, HubProcess, free_port

KIOSKS, TICKETS_A_SECOND = 4, 20
PAUSE = 0.15  # seconds between two calls
PATIENCE = 120.0


def first_ticket(hub: HubProcess) -> str:
    """Issue A-001 and return its follower's token."""
    status, said = Line(hub.port).post("/kiosk/tickets", hub.kiosk_headers(0), {"service": "ktp-cetak"})
    assert (status, said["ticket"]["number"]) == (201, "A-001"), said
    return str(said["ticket"]["follow_url"].split("ticket=")[-1].partition("&")[0])


class Desk:
    """An operator who calls A-001 again and again, on one kept connection."""

    def __init__(self, hub: HubProcess) -> None:
        self._operator = hub.operator_headers(0)
        self._line = Line(hub.port)

    def call(self) -> int:
        """Call A-001; return the call's seq."""
        return self._wish("call")

    def give_back(self) -> None:
        """Return A-001 to the queue."""
        self._wish("return_to_queue")

    def _wish(self, wish: str) -> int:
        status, said = self._line.post(f"/counter_panel/tickets/A-001/{wish}", self._operator, {})
        assert status == 200, said
        return int(said["seq"])


class Line:
    """A kept HTTP connection without a client library's cost."""

    def __init__(self, port: int) -> None:
        self._host = f"Host: 127.0.0.1:{port}\r\n"
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        """GET JSON; return status and JSON."""
        return self._asked(f"GET {path} HTTP/1.1\r\n{self._host}Accept: application/json\r\n\r\n".encode())

    def post(self, path: str, headers: str, asked: object) -> tuple[int, dict[str, Any]]:
        """POST JSON; return status and JSON."""
        body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
        head = f"POST {path} HTTP/1.1\r\n{self._host}{headers}Content-Type: application/json\r\n"
        return self._asked(f"{head}Accept: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    def _asked(self, wire: bytes) -> tuple[int, dict[str, Any]]:
        self._socket.sendall(wire)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        top, _, rest = answer.partition(b"\r\n\r\n")
        if top[9:12] == b"204":
            return 204, {}
        length = int(top.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(rest) < length:
            rest += self._more()
        return int(top[9:12]), json.loads(rest) if rest[:1] in b"{[" else {}

    def _more(self) -> bytes:
        data = self._socket.recv(1 << 16)
        if not data:
            raise ConnectionError("closed")
        return data


@contextmanager
def kiosks(hub: HubProcess) -> Iterator[list[float]]:
    """Let four kiosks take 20 tickets a second together. The list gets the ms of each."""
    times: list[float] = []
    over = threading.Event()

    def take(kiosk: int) -> None:
        line, headers = Line(hub.port), hub.kiosk_headers(kiosk)
        over.wait(kiosk / TICKETS_A_SECOND)
        due = time.monotonic()
        while not over.is_set():
            began = time.perf_counter()
            status, said = line.post("/kiosk/tickets", headers, {"service": "kk"})
            assert status == 201, said
            times.append((time.perf_counter() - began) * 1000)
            due += KIOSKS / TICKETS_A_SECOND
            over.wait(max(0.0, due - time.monotonic()))

    threads = [threading.Thread(target=take, args=(kiosk,)) for kiosk in range(KIOSKS)]
    for thread in threads:
        thread.start()
    try:
        yield times
    finally:
        over.set()
        for thread in threads:
            thread.join()


class Bare:
    """The bare server and its listeners."""

    def __init__(self, line: Line, heard: Heard) -> None:
        self._line = line
        self._heard = heard
        self._seq = 0

    def broadcast(self, size: int) -> float:
        """Broadcast a message of so many bytes. Returns the ms from the request to the last listener."""
        self._seq += 1
        text = f'42/mobile_ticket,["view",{{"A-001":["called",0,null,null,"1",{self._seq},"card",1,""]}}]'
        began = time.monotonic()
        self._line.post("/go", "", text.ljust(size).encode())
        took = (self._heard.last(self._seq) - began) * 1000
        time.sleep(PAUSE)
        return took


@contextmanager
def bare_server(crowd: int) -> Iterator[Bare]:
    """Yield a bare server with so many listeners."""
    port = free_port()
    server = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "bench._bare_broadcast", str(port)], cwd=ROOT)
    try:
        line = _answering(port)
        with followers(port, "", crowd) as heard:
            yield Bare(line, heard)
    finally:
        server.kill()
        server.wait()


def _answering(port: int) -> Line:
    for _ in range(600):
        try:
            return Line(port)
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise RuntimeError("the bare server did not start")


class FollowersLostError(RuntimeError):
    """Not every follower heard a call: one was cut off, or it took too long."""


class Heard:
    """The calls that the processes of followers have heard."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        self.size = 0
        self._last: dict[int, list[float]] = {}
        self._count = len(processes)
        self._news = threading.Condition()
        self._gone = False
        for process in processes:
            threading.Thread(target=self._read, args=(process,), daemon=True).start()

    def last(self, seq: int) -> float:
        """Wait until every follower has heard a call. Returns the time at which the last one did."""
        with self._news:
            enough = self._news.wait_for(lambda: self._gone or len(self._last.get(seq, ())) == self._count, PATIENCE)
            if self._gone or not enough:
                raise FollowersLostError(f"call {seq} was not heard by every follower")
            return max(self._last.pop(seq))

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            seq, at, size = line.split()
            with self._news:
                self._last.setdefault(int(seq), []).append(float(at))
                self.size = int(size)
                self._news.notify_all()
        with self._news:
            self._gone = True
            self._news.notify_all()


@contextmanager
def followers(port: int, token: str, crowd: int) -> Iterator[Heard]:
    """Let so many followers join, in up to two processes with an address each."""
    shares = [crowd // 2, crowd - crowd // 2] if crowd >= 1000 else [crowd]
    command = [sys.executable, "-m", "bench._followers", str(port), token]
    processes = [
        subprocess.Popen([*command, str(share), f"127.0.0.{place + 2}"], cwd=ROOT, text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for place, share in enumerate(shares)
    ]  # fmt: skip
    try:
        for process in processes:
            assert process.stdout is not None
            if process.stdout.readline() != "joined\n":
                raise RuntimeError("the followers could not join")
        yield Heard(processes)
    finally:
        for process in processes:
            assert process.stdin is not None
            process.stdin.close()
        for process in processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
