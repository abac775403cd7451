"""A kiosk that asks by the clock: one number at each due time, whoever else keeps the hub busy.

`PacedKiosk` runs this module as a process of its own. A latency counts from the time a number was due and not from the
time it was asked for: while the hub keeps one number waiting, those that should have followed wait as well and are
counted. A second member opens a connection of its own for each number, as a kiosk does after a cut.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from bench._child import Child, begins, task

KEPT_EACH, NEW_EACH = 0.05, 0.2  # seconds between two numbers
PATIENCE = 10.0  # seconds after the end in which late answers still count; then they count as missing
SERVICES = ("ktp-cetak", "kk", "akta-lahir", "ktp-rekam")


@dataclass(slots=True)
class KioskResults:
    """The results of one kiosk: latencies in ms, every number it got, and errors."""

    latencies: list[float] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    missing: int = 0  # due and not answered when patience ended; each is in the latencies with the time it waited
    reconnects: int = 0


class PacedKiosk(Child):
    """A process with a kiosk on a kept-alive connection and a kiosk with a new connection for each number."""

    def __init__(self, port: int, headers: tuple[str, str], seconds: float) -> None:
        self._seconds = seconds
        super().__init__("bench._paced_kiosk", {"port": port, "headers": headers, "seconds": seconds})

    def saw(self) -> tuple[KioskResults, KioskResults]:
        """Wait for the end. Returns the results of the kept connection and of the new ones."""
        kept, new = self.results(self._seconds + 4 * PATIENCE)
        return KioskResults(**kept), KioskResults(**new)


class Member:
    """One kiosk: asks for a number at each due time, one after another."""

    def __init__(self, port: int, headers: str, each: float, keeps: bool) -> None:
        self.seen = KioskResults()
        self._address = ("127.0.0.1", port)
        self._headers = f"Host: 127.0.0.1:{port}\r\nAccept: application/json\r\n{headers}"
        self._each = each
        self._keeps = keeps
        self._socket: socket.socket | None = None
        self._turn = 0

    def ask(self, give_up: float) -> float | None:
        """Ask for the next number, again on a new connection where one breaks; return when it was told.

        Returns None when nothing was told until `give_up` (monotonic).
        """
        self._turn += 1
        asked = {"service": SERVICES[self._turn % len(SERVICES)], "persons": 1, "language": "id"}
        body = json.dumps({**asked, "request_id": uuid.uuid4().hex}).encode()
        head = f"POST /kiosk/tickets HTTP/1.1\r\n{self._headers}Content-Type: application/json\r\n"
        wire = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        while (left := give_up - time.monotonic()) > 0:
            try:
                status, answer = self._exchange(wire, left)
            except (OSError, ValueError):
                self.close()
                self.seen.reconnects += 1
                time.sleep(0.02)
                continue
            if not self._keeps:
                self.close()
            if status == 201:
                self.seen.answers.append({"doing": "issue", "seq": answer["seq"], "number": answer["ticket"]["number"]})
            else:
                self.seen.refused.append(f"issue: {status} {answer.get('error', {}).get('code', '')}")
            return time.monotonic()
        return None

    def run(self, begin: float, seconds: float) -> None:
        """Ask at each due time until the end. Late requests are sent as soon as possible."""
        give_up = begin + seconds + PATIENCE
        for turn in range(round(seconds / self._each)):
            due = begin + turn * self._each
            time.sleep(max(0.0, due - time.monotonic()))
            told = self.ask(give_up)
            if told is None:
                self.seen.missing += 1
            self.seen.latencies.append(((told or time.monotonic()) - due) * 1000)
        self.close()

    def _exchange(self, wire: bytes, seconds: float) -> tuple[int, dict[str, Any]]:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, seconds)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(seconds)
        self._socket.sendall(wire)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._piece()
        head, _, rest = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while len(rest) < length:
            rest += self._piece()
        return int(head[9:12]), json.loads(rest)

    def _piece(self) -> bytes:
        assert self._socket is not None
        piece = self._socket.recv(65536)
        if not piece:
            raise ConnectionError("closed")
        return piece

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def main() -> None:
    """Take the task from the first line of input, say "ready", begin at the next line and tell what was seen."""
    given = task()
    port, (first, second) = given["port"], given["headers"]
    kept, new = Member(port, first, KEPT_EACH, True), Member(port, second, NEW_EACH, False)
    if kept.ask(time.monotonic() + PATIENCE) is None:
        raise SystemExit("the hub gives no number")
    if not begins():
        return
    begin = time.monotonic()
    threads = [threading.Thread(target=member.run, args=(begin, given["seconds"])) for member in (kept, new)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = KioskResults.__slots__
    json.dump([{name: getattr(one.seen, name) for name in names} for one in (kept, new)], sys.stdout)


if __name__ == "__main__":
    main()
