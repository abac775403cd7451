"""What the fan-out relies on in the socket library, and what it does without."""

from __future__ import annotations

import inspect
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import engineio.socket
import pytest
from flask import Flask
from flask_socketio import Namespace, SocketIO, join_room

from antrean.web.limits.frames import frame
from antrean.web.live.fanout import LOOK_EVERY, MOST_CROWDS, Crowd, FanOut, Line
from bench.raw_follower import follow, split
from tests.conftest import small_plan
from tests.fakes.crowd_hub import CrowdHub
from tests.web.live.test_fanout import heard


@pytest.mark.usefixtures("open_files")
def test_a_library_that_has_changed_inside_is_used_its_own_way_after_one_warning(tmp_path: Path) -> None:
    hub = CrowdHub(tmp_path, small_plan(), CROWD_CHANGED="inside")
    try:
        crowd = [follow(hub.address, hub.token) for _ in range(3)]
        hub.ask("/_test/emit", count=10)
        assert [heard(one, 10) for one in crowd] == [list(range(1, 11))] * 3
        assert hub.ask("/_test/counts") == {"straight_way": 0}
        assert hub.log().count("the socket library has changed inside") == 1
        for one in crowd:
            one.line.close()
    finally:
        hub.stop()


class Room(Namespace):  # type: ignore[misc]  # the library has no types
    def on_connect(self) -> None:
        join_room("followers")


def test_a_library_without_its_websocket_table_is_used_its_own_way(caplog: pytest.LogCaptureFixture) -> None:
    app = Flask("small")
    socketio = SocketIO(app, async_mode="threading")
    socketio.on_namespace(Room("/room"))
    socketio.server.eio._async = {
        name: part for name, part in socketio.server.eio._async.items() if name != "websocket"
    }
    with caplog.at_level(logging.WARNING):
        fan_out = FanOut(socketio, lambda: 0.0, straight=True)
        client = socketio.test_client(app, namespace="/room")
        for number in (1, 2):
            fan_out.emit("view", {"number": number}, "/room", ["followers"])
    assert [event["args"] for event in client.get_received("/room")] == [[{"number": 1}], [{"number": 2}]]
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_native_threads_are_served_by_the_library_itself() -> None:
    app = Flask("small")
    socketio = SocketIO(app, async_mode="threading")
    socketio.on_namespace(Room("/room"))
    fan_out = FanOut(socketio, lambda: 0.0, straight=False)
    client = socketio.test_client(app, namespace="/room")
    fan_out.emit("view", {"number": 1}, "/room", ["followers"])
    assert [event["args"] for event in client.get_received("/room")] == [[{"number": 1}]]
    assert not fan_out.counts


# -- what it relies on ---------------------------------------------------------------------------


def test_the_library_asks_its_table_for_a_websocket() -> None:
    assert "self._async['websocket'](" in inspect.getsource(engineio.socket.Socket._upgrade_websocket).replace(
        "self.server._async", "self._async"
    )


def test_frames_are_those_of_the_library() -> None:
    for size in (0, 1, 125, 126, 65535, 65536):
        text = "é" * (size // 2) + "x" * (size % 2)
        ((opcode, payload),), length = split(frame(text))
        assert (opcode, payload.decode(), length) == (1, text, len(frame(text)))


def test_a_room_is_looked_up_when_anyone_has_come_or_gone_and_not_for_each_message() -> None:
    app = Flask("small")
    socketio = SocketIO(app, async_mode="threading")
    socketio.on_namespace(Room("/room"))
    fan_out = FanOut(socketio, lambda: 0.0, straight=True)
    looked_up: list[object] = []
    look_up = socketio.server.manager.get_participants

    def counted(namespace: str, rooms: list[str]) -> object:
        looked_up.append(rooms)
        return look_up(namespace, rooms)

    socketio.server.manager.get_participants = counted
    first, second = (socketio.test_client(app, namespace="/room") for _ in range(2))

    def found() -> set[str]:
        for _ in range(3):
            fan_out.emit("view", {}, "/room", ["followers"])
        return set(fan_out._crowd("/room", ["followers"]).others)

    assert (found(), len(looked_up)) == ({first.eio_sid, second.eio_sid}, 1)
    third = socketio.test_client(app, namespace="/room")
    assert (found(), len(looked_up)) == ({first.eio_sid, second.eio_sid, third.eio_sid}, 2)
    second.disconnect("/room")
    assert (found(), len(looked_up)) == ({first.eio_sid, third.eio_sid}, 3)
    for number in range(10 * MOST_CROWDS):
        fan_out.emit("view", {}, "/room", [f"ticket:{number}"])
    assert len(fan_out._crowds) <= MOST_CROWDS
    assert found() == {first.eio_sid, third.eio_sid}


def test_others_have_their_turn_while_a_big_room_is_written() -> None:
    turns: list[int] = []
    written: list[bytes] = []
    clock = iter(range(1_000_000))
    socket = SimpleNamespace(upgraded=True, upgrading=False)
    wire: Any = SimpleNamespace(counter=1)
    line = Line(socket, wire, [], lambda ready: written.append(ready) or len(ready))
    app = Flask("small")
    socketio = SocketIO(app, async_mode="threading")
    fan_out = FanOut(socketio, lambda: float(next(clock)), straight=True)
    crowd = Crowd([line] * (10 * LOOK_EVERY), [])
    fan_out._crowd = lambda namespace, rooms: crowd  # type: ignore[method-assign]
    socketio.sleep = lambda seconds: turns.append(len(written))
    socketio.start_background_task = lambda task, *given: task(*given)
    fan_out.emit("view", {}, "/room", ["followers"])
    assert len(written) == 10 * LOOK_EVERY
    assert turns == [LOOK_EVERY * turn for turn in range(1, 10)]
