"""The attacks reach what they are aimed at, end in time, and the kiosk beside them counts honestly."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench import attacks
from bench._attackers import ATTACKS, FRAGMENT, Target, attacked, form_with_picture
from bench._paced_kiosk import Member
from bench.hub_process import ROOT, HubProcess
from bench.raw_follower import MASK
from bench.report import IncompleteError, Row
from tests.fakes.hub_process import wait_until

TAKEN = b'{"seq": 1, "ticket": {"number": "A-001"}}'
ANSWER = b"HTTP/1.1 201 CREATED\r\nContent-Length: %d\r\n\r\n%b" % (len(TAKEN), TAKEN)
HANDSHAKE = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does with each connection what the test wants."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:

        def accept() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=served, args=(line,), daemon=True).start()

        def served(line: socket.socket) -> None:
            with line:
                try:
                    serve(line)
                except OSError:
                    pass

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            accepting.join()


def request(line: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            raise ConnectionResetError
        data += piece
    return data


def let(name: str, port: int, seconds: float = 1.0, clients: int = 1, **facts: object) -> dict[str, int]:
    with ThreadPoolExecutor(1) as apart:  # what drives browsers may have a loop in this thread
        return apart.submit(asyncio.run, attacked(ATTACKS[name], Target(port, clients, facts), seconds)).result()


def test_numbers_that_were_kept_waiting_count_from_the_time_they_were_due() -> None:
    stopped = threading.Event()

    def serve(line: socket.socket) -> None:
        first = True
        while True:
            request(line)
            if first:
                stopped.wait(0.5)
            first = False
            line.sendall(ANSWER)

    with server(serve) as port:
        kiosk = Member(port, "", 0.05, True)
        kiosk.run(time.monotonic(), 0.5)
    # The first took half a second; those that were due meanwhile waited as well, each 50 ms less than the one before.
    assert len(kiosk.seen.latencies) == len(kiosk.seen.answers) == 10
    assert sum(took > 100 for took in kiosk.seen.latencies) >= 7


def test_a_number_is_asked_for_again_with_the_same_id_when_the_connection_breaks() -> None:
    asked: list[str] = []

    def serve(line: socket.socket) -> None:
        data = request(line)
        asked.append(json.loads(data.partition(b"\r\n\r\n")[2])["request_id"])
        if len(asked) > 1:
            line.sendall(ANSWER)

    with server(serve) as port:
        kiosk = Member(port, "", 0.05, True)
        assert kiosk.ask(time.monotonic() + 20) is not None
        kiosk.close()
    assert asked[0] == asked[1]
    assert kiosk.seen.reconnects == 1


def silent_for(seconds: float) -> Callable[[socket.socket], None]:
    def serve(_line: socket.socket) -> None:
        threading.Event().wait(seconds)

    return serve


def test_a_number_nobody_tells_is_missing() -> None:
    with server(silent_for(5)) as port:
        kiosk = Member(port, "", 0.05, True)
        assert kiosk.ask(time.monotonic() + 0.2) is None
        kiosk.close()


def test_fragments_have_no_end_and_their_sender_comes_back_when_it_is_cut_off() -> None:
    heads: list[bytes] = []

    def serve(line: socket.socket) -> None:
        request(line)
        line.sendall(HANDSHAKE)
        data = b""
        while len(data) < 2 * (FRAGMENT + 8):
            data += line.recv(65536)
        heads.append(data[:8] + data[FRAGMENT + 8 : FRAGMENT + 16])

    with server(serve) as port:
        did = let("fragments", port)
    assert did["handshake 101"] > 1
    assert did["cut off"] >= 1
    size = FRAGMENT.to_bytes(2, "big")
    assert heads[0] == b"\x01\xfe" + size + MASK + b"\x00\xfe" + size + MASK  # no FIN in either


def test_requests_are_piled_up_on_one_connection() -> None:
    most = 0

    def serve(line: socket.socket) -> None:
        nonlocal most
        while True:
            data = request(line)
            while not data.endswith(b"\r\n\r\n"):
                data += line.recv(65536)
            most = max(most, data.count(b"GET "))
            for _ in range(data.count(b"GET ")):
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with server(serve) as port:
        did = let("pipelining", port)
    assert most == 50
    assert did["answers 200"] >= 50


def test_an_attack_ends_at_its_time_whatever_the_hub_does() -> None:
    with server(silent_for(20)) as port:
        began = time.monotonic()
        for name in ("slow_headers", "unjoined", "readyz", "sign_ins"):
            let(name, port, seconds=0.2, clients=3)
    assert time.monotonic() - began < 10


def test_the_picture_is_one_that_a_browser_would_show() -> None:
    from io import BytesIO

    from PIL import Image

    form = form_with_picture(64)
    with Image.open(BytesIO(form[form.index(b"\x89PNG") : form.rindex(b"\r\n--edge--")])) as picture:
        picture.load()
        assert (picture.format, picture.size, picture.mode) == ("PNG", (64, 64), "RGB")


def test_every_attack_has_its_line_in_the_table() -> None:
    assert {attack.attackers for attack in attacks.TABLE} == ATTACKS.keys()
    assert len({attack.name for attack in attacks.TABLE}) == len(attacks.TABLE)


def test_some_attacks_can_be_chosen_and_an_unknown_one_is_refused() -> None:
    chosen, seconds = attacks._asked(["--only", "idle,storm", "--seconds", "2.5"])
    assert ([attack.name for attack in chosen], seconds) == (["idle", "storm"], 2.5)
    with pytest.raises(SystemExit, match="unknown: nothing"):
        attacks._asked(["--only", "idle,nothing"])
    with pytest.raises(SystemExit, match="--only"):
        attacks._asked(["--quick"])


def test_an_attack_that_breaks_has_a_row_of_its_own_and_the_others_keep_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    def attacked(attack: attacks.Attack, _seconds: float) -> tuple[list[Row], int, list[str]]:
        if attack.name == "idle":
            raise OSError("no port")
        return [Row("attacks", attack.what, 1.0, "ms")], 5, []

    monkeypatch.setattr(attacks, "attacked", attacked)
    with pytest.raises(IncompleteError) as broke:
        attacks.run(["--only", "idle,storm"])
    found = [(row.value, row.met) for row in broke.value.rows]
    assert found == [(None, False), (1.0, None), (5, None), (0, True)]


class SetTime:
    """The time of a test: it goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class HubBeside:
    """As much of a hub as is asked for its memory: a process beside it holds 50 MiB until a given second."""

    def __init__(self, time: SetTime, until: float, own: float = 110.0) -> None:
        self.time, self.until, self.own = time, until, own

    def works_beside(self) -> bool:
        return self.time.now < self.until

    def memory_kib(self) -> float:
        return (self.own + (50 if self.works_beside() else 0)) * 1024


@pytest.mark.parametrize(
    ("until", "own", "told", "waited"),
    [
        (40.0, 110.0, 110.0, 40.0),  # it comes back as soon as the process has ended
        (40.0, 140.0, 140.0, 54.5),  # what the attack left has its whole time after the last look that saw it
        (1e9, 110.0, 160.0, 75.0),  # one that never ends counts
    ],
)
def test_a_process_that_works_beside_the_hub_is_not_taken_for_what_an_attack_left(
    monkeypatch: pytest.MonkeyPatch, until: float, own: float, told: float, waited: float
) -> None:
    clock = SetTime()
    monkeypatch.setattr(attacks, "time", clock)
    hub: Any = HubBeside(clock, until, own)
    assert (attacks._memory_back(hub, 105.0), clock.now) == (told, waited)


def test_a_hub_says_whether_a_process_works_beside_it() -> None:
    hub = HubProcess(Path())
    child = "import subprocess, sys; subprocess.run([sys.executable, '-m', 'antrean.hub.processes.keep'])"
    with subprocess.Popen([sys.executable, "-c", child], cwd=ROOT, stdin=subprocess.PIPE) as beginning:
        hub._process = beginning  # it reads what it is to do from standard input, and waits for that
        try:
            wait_until(hub.works_beside, "the process that was begun beside the hub is not seen")
        finally:
            for process in hub.processes():
                process.kill()
    hub._process = None
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as idle:
        hub._process = idle
        assert not hub.works_beside()
