"""A phone's WebSocket where one loop serves all: what it holds, and that it is heard, told and forgotten."""

from __future__ import annotations

import json
import queue
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from antrean.web.limits.connection_limit import SocketSession
from antrean.web.limits.loop_wire import LoopParts, LoopWire, Outbox
from bench.raw_follower import MASK, PING, PONG, Follower, connect, follow, masked, split
from tests.conftest import Stopwatch, small_plan
from tests.fakes.crowd_hub import CrowdHub
from tests.web.limits.test_strangers import SOCKET, until
from tests.web.live.test_fanout import numbers_in, poll_and_join


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrowdHub]:
    running = CrowdHub(tmp_path_factory.mktemp("loop_wires"), small_plan())
    yield running
    running.stop()


def all_read(follower: Follower) -> bool:
    """Whether the hub has read all that was sent to it: no byte waits at either end."""
    client, server = (f":{end[1]:04X}" for end in (follower.line.getsockname(), follower.line.getpeername()))
    waiting = 0
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _number, local, remote, _state, queues, *_more = line.split()
        sends, receives = queues.split(":")
        if local.endswith(client) and remote.endswith(server):
            waiting += int(sends, 16)
        elif local.endswith(server) and remote.endswith(client):
            waiting += int(receives, 16)
    return waiting == 0


def forgotten(hub: CrowdHub) -> None:
    until(lambda: hub.ask("/_test/sessions") == 0, "all sessions are forgotten")


def test_a_phone_that_only_follows_holds_few_pieces_of_memory_and_no_green_thread(hub: CrowdHub) -> None:
    for phone in [follow(hub.address, hub.token) for _ in range(20)]:
        phone.line.close()  # what is made once has been made
    forgotten(hub)
    blocks, threads = hub.ask("/_test/blocks"), hub.ask("/_test/green_threads")
    phones = [follow(hub.address, hub.token) for _ in range(60)]
    assert (hub.ask("/_test/blocks") - blocks) / len(phones) < 150
    assert hub.ask("/_test/green_threads") - threads < 10
    hub.ask("/_test/emit", count=1, first=3)
    for phone in phones:
        assert next(found["number"] for found in phone.events("view") if "number" in found) == 3
        phone.line.close()
    forgotten(hub)


def test_a_phone_that_does_not_answer_is_forgotten_and_one_that_does_stays(hub: CrowdHub) -> None:
    hub.ask("/_test/ping_seconds", seconds=0.5, patience=5)
    silent, answers = follow(hub.address, hub.token), follow(hub.address, hub.token)
    end = time.monotonic() + 60
    data = bytearray()
    answers.line.settimeout(0.5)
    while hub.ask("/_test/listeners") == 2 and time.monotonic() < end:
        try:
            data += answers.line.recv(1 << 16)
        except TimeoutError:
            continue
        frames, length = split(data)
        del data[:length]
        for _ping in (payload for _opcode, payload in frames if payload == b"2"):
            answers.send("3")
    hub.ask("/_test/ping_seconds", seconds=15, patience=10)
    assert hub.ask("/_test/listeners") == 1
    while silent.line.recv(1 << 16):
        pass  # until the hub closes it
    for phone in (silent, answers):
        phone.line.close()
    forgotten(hub)


def test_what_comes_in_pieces_or_all_at_once_is_heard(hub: CrowdHub) -> None:
    join = masked(0x1, b"40/mobile_ticket," + json.dumps({"token": hub.token}).encode())
    for cuts in ((1,), (2, 5), (len(join) - 1,)):
        line = Follower(connect(hub.address, SOCKET))
        for start, end in zip((0, *cuts), (*cuts, len(join)), strict=True):
            line.line.sendall(join[start:end])
            until(partial(all_read, line), "the hub has read the piece")
        assert any(packet.startswith('42/mobile_ticket,["view"') for packet in line.packets())
        line.line.close()
    line = Follower(connect(hub.address, SOCKET))
    line.line.sendall(struct.pack("!BB", 0x80 | PING, 0x82) + MASK + masked(0x1, b"hi")[-2:] + join)
    frames: list[tuple[int, bytes]] = []
    data = bytearray()
    while not any(b'["view"' in payload for _opcode, payload in frames):
        piece = line.line.recv(1 << 16)
        assert piece, "the hub closed the connection"
        data += piece
        found, length = split(data)
        del data[:length]
        frames += found
    assert (PONG, b"hi") in frames
    line.line.close()
    forgotten(hub)


def test_what_is_said_together_with_the_change_to_a_websocket_is_heard(hub: CrowdHub) -> None:
    sid = poll_and_join(hub)
    one = Follower(connect(hub.address, f"{SOCKET}&sid={sid}"))
    one.send("2probe")
    packets = one.packets()
    assert next(packets) == "3probe"
    one.line.sendall(masked(0x1, b"5") + masked(0x1, b"41/mobile_ticket,"))
    until(lambda: hub.ask("/_test/listeners") == 0, "it has left")
    one.line.close()
    forgotten(hub)


def test_a_change_to_a_websocket_that_breaks_off_leaves_the_session_to_polling(hub: CrowdHub) -> None:
    sid = poll_and_join(hub)
    broken = Follower(connect(hub.address, f"{SOCKET}&sid={sid}"))
    broken.send("3")
    assert list(broken.packets()) == []
    assert hub.ask("/_test/listeners") == 1
    one = Follower(connect(hub.address, f"{SOCKET}&sid={sid}"))
    one.send("2probe")
    packets = one.packets()
    assert next(packets) == "3probe"
    one.send("5")
    hub.ask("/_test/emit", count=1, first=9)
    assert numbers_in([packet for packet in islice(packets, 2) if packet != "6"]) == [9]
    for line in (broken, one):
        line.line.close()
    forgotten(hub)


def test_a_session_that_is_ended_while_half_a_frame_has_come_is_forgotten_at_once(hub: CrowdHub) -> None:
    phone = follow(hub.address, hub.token)
    phone.line.sendall(masked(0x1, b"3")[:3])
    until(partial(all_read, phone), "the hub has read the half")
    hub.ask("/_test/send_away")
    assert list(phone.packets())[-1:] == ["1"]
    until(lambda: hub.ask("/_test/sessions") == 0, "it is forgotten", seconds=5)
    phone.line.close()
    assert "Traceback" not in hub.log()


# -- the library's queue -------------------------------------------------------------------------


class Waits:
    """An event; what happens while somebody waits for it is told beforehand."""

    def __init__(self, happens: list[Callable[[], object]]) -> None:
        self._happens = happens
        self.set = lambda: None

    def wait(self, _seconds: float | None = None) -> None:
        self._happens.pop(0)()


def engine(tasks: list[Callable[[], object]] | None = None, sleep: object = None, create_event: object = None) -> Any:
    """Return what `LoopParts` asks of the socket library; what is begun waits in `tasks`."""
    return SimpleNamespace(
        ping_interval=25,
        ping_timeout=20,
        sleep=sleep,
        create_event=create_event,
        get_queue_empty_exception=lambda: queue.Empty,
        start_background_task=[].append if tasks is None else tasks.append,
    )


def outbox(clock: Callable[[], float], happens: list[Callable[[], object]]) -> Outbox:
    return Outbox(LoopParts(engine(create_event=lambda: Waits(happens)), Counter(), clock, hold=lambda: None))


def test_packets_come_out_in_order_and_an_empty_queue_says_so() -> None:
    passed = Stopwatch()
    box = outbox(passed, [lambda: setattr(passed, "seconds", passed.seconds + 25)])
    for packet in "abc":
        box.put(packet)
    assert [box.get(block=False) for _ in range(3)] == ["a", "b", "c"]
    with pytest.raises(queue.Empty):
        box.get(block=False)
    with pytest.raises(queue.Empty):
        box.get(timeout=25.0)


def test_whoever_waits_goes_on_waiting_when_another_was_faster() -> None:
    box = outbox(Stopwatch(), [lambda: (box.put("a"), box.get(block=False)), lambda: box.put("b")])
    assert box.get(timeout=25.0) == "b"


def test_whoever_joins_waits_until_all_has_been_dealt_with() -> None:
    done: list[str] = []
    box = outbox(Stopwatch(), [lambda: done.append(box.get(block=False)), lambda: box.task_done()])
    box.put("a")
    box.join()
    assert done == ["a"]


# -- many at once --------------------------------------------------------------------------------


def test_a_crowd_that_goes_at_once_is_seen_to_a_few_in_each_round_of_the_loop_and_kiosks_come_between() -> None:
    """Nobody is left out or seen to twice, the first are first, and a single phone later is seen to at once."""
    passed, tasks, said = Stopwatch(), list[Callable[[], object]](), list[str]()

    def round_of_the_loop(_seconds: float = 0) -> None:
        now = [*tasks]
        tasks.clear()
        for task in now:
            task()

    parts = LoopParts(engine(tasks, sleep=round_of_the_loop), Counter(), passed, hold=lambda: said.append("kiosks"))
    for phone in range(100):
        parts.begin_reading(partial(said.append, f"phone {phone}"))
    while tasks:
        round_of_the_loop()
    assert [one for one in said if one != "kiosks"] == [f"phone {phone}" for phone in range(100)]
    between = [len(list(group)) for is_phones, group in groupby(said, lambda one: one != "kiosks") if is_phones]
    assert sum(between[1:]) == 84, "only the first are seen to before the loop has gone round"
    assert max(between) <= 16
    passed.seconds += 1
    parts.begin_reading(partial(said.append, "phone later"))
    tasks.pop(0)()
    assert (said[-1], tasks) == ("phone later", [])


def test_what_a_device_sends_is_read_before_that_of_a_crowd_that_was_ready_first() -> None:
    tasks: list[Callable[[], object]] = []
    ready: list[Callable[[], object]] = []
    parts = LoopParts(engine(tasks), Counter(), Stopwatch(), hold=lambda: None)
    line = SimpleNamespace(settimeout=lambda _seconds: None, when_readable=ready.append)

    def connected(known: bool) -> None:
        session = SimpleNamespace(connected=False, queue=SimpleNamespace(queue=[], written=None))
        LoopWire(line, cast("SocketSession", SimpleNamespace(session=session, known=known)), parts).begin()

    for _ in range(30):
        connected(known=False)
    connected(known=True)
    *crowd, device = ready
    for one in crowd:
        one()
    waiting = len(tasks)
    assert waiting < 30, "some of the crowd wait for another round"
    device()
    assert len(tasks) == waiting + 1, "the device does not"
    crowd[0]()
    assert len(tasks) == waiting + 1
