"""Kiosks and operators that ask as fast as they are answered: a process of its own, on raw kept-alive sockets.

One loop serves all connections, so that the crowd takes as little of the shared cores from the hub as Python can.
`Crowd.start()` runs this module as a process: what each connection does comes as JSON, what it saw goes back as JSON.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ANSWER_SECONDS = 30.0
PROBE_SECONDS = 0.02
SERVICES = ("ktp-cetak", "kk", "akta-lahir", "ktp-rekam")


@dataclass(slots=True)
class Seen:
    """The results of a crowd: latencies of each kind in ms, after the warm-up, and every response."""

    seconds: float = 0.0
    latencies: dict[str, list[float]] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def rate(self) -> float:
        """Return the responses a second, of all kinds."""
        return sum(len(times) for times in self.latencies.values()) / self.seconds


class Crowd:
    """Some members asking one hub for a while, each over a connection of its own.

    A kind is `empty`, `page` (a number as the kiosk's page asks for it, with its result drawn), `issue` (a number as
    plain JSON) or `operator` (call next and start, in turn), or `probe`: an empty request each 20 ms from someone who
    has nothing to do with the others.
    """

    def __init__(self, port: int, kinds: list[str], headers: list[str], seconds: float, warm: float = 0.3) -> None:
        members = [{"kind": kind, "headers": lines} for kind, lines in zip(kinds, headers, strict=True)]
        self._task = {"port": port, "members": members, "seconds": seconds, "warm": warm}
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Crowd:
        """Let the crowd begin."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.crowd"], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(self._task))
        self._process.stdin.close()
        self._process.stdin = None
        return self

    def seen(self) -> Seen:
        """Wait for the end of the crowd and return its results."""
        assert self._process is not None
        out, _ = self._process.communicate()
        if self._process.returncode:
            raise RuntimeError("the crowd broke")
        return Seen(**json.loads(out))


class Member:
    """One connection: sends its next request when the last one is answered."""

    def __init__(self, port: int, kind: str, headers: str) -> None:
        self.kind = kind
        self.sent_at = 0.0
        self.socket = socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._headers = f"Host: 127.0.0.1:{port}\r\nAccept: application/json\r\n{headers}"
        self._buffer = b""
        self._turn = 0
        self._serving = ""  # the ticket an operator has called and not begun

    def ask(self) -> None:
        """Send the next request."""
        self._turn += 1
        wire = self._next()
        self.sent_at = time.perf_counter()
        self.socket.sendall(wire)

    def _next(self) -> bytes:
        if self.kind in ("empty", "probe"):
            return f"GET /healthz HTTP/1.1\r\n{self._headers}\r\n".encode()
        asked: dict[str, Any] = {"request_id": uuid.uuid4().hex}
        if self.kind in ("issue", "page"):
            service = SERVICES[self._turn % len(SERVICES)]
            asked.update(service=service, persons=1, priority=self._turn % 10 == 0, language="id")
            return self._post("/kiosk/tickets" if self.kind == "issue" else "/kiosk/tickets?language=id", asked)
        if self._serving:
            return self._post(f"/counter_panel/tickets/{self._serving}/start", asked)
        return self._post("/counter_panel/calls", asked)

    def _post(self, path: str, asked: dict[str, Any]) -> bytes:
        body = json.dumps(asked).encode()
        head = f"POST {path} HTTP/1.1\r\n{self._headers}Content-Type: application/json\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def hear(self) -> tuple[int, dict[str, Any]] | None:
        """Read what has come. Returns status and body once the response is complete."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the hub closed the connection")
        self._buffer += piece
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(rest) < length:
            return None
        self._buffer = rest[length:]
        status, answer = int(head[9:12]), json.loads(rest[:length])
        if self.kind == "operator":
            self._serving = "" if self._serving or status != 201 else answer["ticket"]["number"]
        return status, answer

    def doing(self) -> str:
        """Return the kind of the last request."""
        return ("start" if self._serving else "call") if self.kind == "operator" else self.kind


def asked(task: dict[str, Any]) -> Seen:
    """Let all members send requests until the time is over, and wait for the last responses."""
    members = [Member(task["port"], member["kind"], member["headers"]) for member in task["members"]]
    seen = Seen()
    selector = selectors.DefaultSelector()
    for member in members:
        selector.register(member.socket, selectors.EVENT_READ, member)
        member.ask()
    begin = time.perf_counter() + task["warm"]
    end, last, asking = begin + task["seconds"], begin, len(members)
    pausing: list[tuple[float, Member]] = []
    while asking or pausing:
        wait = max(pausing[0][0] - time.perf_counter(), 0) if pausing else ANSWER_SECONDS
        ready = selector.select(wait)
        if not ready and not pausing:
            raise TimeoutError(f"no answer in {ANSWER_SECONDS:.0f} s")
        for key, _ in ready:
            member = key.data
            doing = member.doing()
            heard = member.hear()
            if heard is None:
                continue
            last = time.perf_counter()
            _note(seen, doing, heard, (last - member.sent_at) * 1000 if member.sent_at >= begin else None)
            if last >= end:
                asking -= 1
            elif member.kind == "probe":
                asking -= 1
                pausing.append((last + PROBE_SECONDS, member))
            else:
                member.ask()
        while pausing and pausing[0][0] <= time.perf_counter():
            asking += 1
            pausing.pop(0)[1].ask()
    seen.seconds = last - begin
    return seen


def _note(seen: Seen, doing: str, heard: tuple[int, dict[str, Any]], latency: float | None) -> None:
    status, answer = heard
    if latency is not None:
        seen.latencies.setdefault(doing, []).append(latency)
    if status not in (200, 201):
        seen.refused.append(f"{doing}: {status} {answer.get('error', {}).get('code', '')}")
    elif doing in ("issue", "page", "call"):
        if doing == "page" and "<svg" not in answer["html"]["result"]:
            seen.refused.append(f"no code is drawn for {answer['ticket']['number']}")
        seen.answers.append({"doing": doing, "seq": answer["seq"], "number": answer["ticket"]["number"]})


if __name__ == "__main__":
    found = asked(json.loads(sys.stdin.read()))
    json.dump({name: getattr(found, name) for name in Seen.__slots__}, sys.stdout)
