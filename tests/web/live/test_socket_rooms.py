"""Which rooms a socket is in: as the library has it, and found without looking at anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from socketio import Manager, Server

from antrean.web.live.socket_rooms import Rooms

NAMESPACE = "/room"
SOCKETS, ROOMS = ("a", "b", "c"), ("everyone", "ticket:1", "ticket:2")
Step = tuple[str, str, str]


def manager() -> Any:
    server = Server(async_mode="threading")
    found: Any = server.manager
    assert isinstance(found, Manager)
    return found


def do(manager: Any, steps: list[Step]) -> list[dict[str, dict[str, str]]]:
    """Let sockets come, enter, leave and go; return who is in which room after each step."""
    seen = []
    ids: dict[str, str] = {}
    for what, socket, room in steps:
        if what == "come" and socket not in ids:
            manager.server.eio.generate_id = lambda socket=socket: f"sid-{socket}"
            ids[socket] = manager.connect(f"engine-{socket}", NAMESPACE)
        elif what == "enter" and socket in ids:
            manager.enter_room(ids[socket], NAMESPACE, room)
        elif what == "leave" and socket in ids:
            manager.leave_room(ids[socket], NAMESPACE, room)
        elif what == "close room":
            manager.close_room(room, NAMESPACE)
        elif what == "go" and socket in ids:
            manager.pre_disconnect(ids[socket], NAMESPACE)
            manager.disconnect(ids.pop(socket), NAMESPACE)
        seen.append({str(name): dict(room) for name, room in manager.rooms.get(NAMESPACE, {}).items()})
    assert not manager.pending_disconnect
    return seen


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["come", "enter", "leave", "close room", "go"]),
            st.sampled_from(SOCKETS),
            st.sampled_from(ROOMS),
        ),
        max_size=40,
    )
)
def test_rooms_are_those_of_the_library_whatever_happens(steps: list[Step]) -> None:
    kept = manager()
    rooms = Rooms(kept, lambda: None)
    steps = [*steps, *(("go", socket, "") for socket in SOCKETS)]
    assert do(kept, steps) == do(manager(), steps)
    assert rooms._of == {}


def test_who_goes_is_not_looked_for_in_others_rooms() -> None:
    kept = manager()
    Rooms(kept, lambda: None)
    first = kept.connect("engine-a", NAMESPACE)
    second = kept.connect("engine-b", NAMESPACE)
    kept.enter_room(first, NAMESPACE, "everyone")
    looked_at: list[str] = []

    class OthersRoom(dict[str, str]):
        def __contains__(self, sid: object) -> bool:
            looked_at.append(str(sid))
            return super().__contains__(sid)

    kept.rooms[NAMESPACE][second] = OthersRoom(kept.rooms[NAMESPACE][second])
    kept.disconnect(first, NAMESPACE)
    assert looked_at == []
    assert {None, second} == set(kept.rooms[NAMESPACE])


def test_every_change_is_told() -> None:
    kept = manager()
    changes: list[int] = []
    Rooms(kept, lambda: changes.append(1))
    ways: tuple[Callable[[], object], ...] = (
        lambda: kept.connect("engine-a", NAMESPACE),
        lambda: kept.enter_room(kept.sid_from_eio_sid("engine-a", NAMESPACE), NAMESPACE, "everyone"),
        lambda: kept.leave_room(kept.sid_from_eio_sid("engine-a", NAMESPACE), NAMESPACE, "everyone"),
        lambda: kept.disconnect(kept.sid_from_eio_sid("engine-a", NAMESPACE), NAMESPACE),
    )
    for change in ways:
        changes.clear()
        change()
        assert changes
