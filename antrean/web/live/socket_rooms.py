"""Keeps the rooms of each socket, so that leaving costs only as much as the number of its rooms.

The library walks all rooms of a namespace for each socket that leaves, and every socket is a room of its own: 2,000
phones that vanish together would block the loop for seconds. Used where one loop serves all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Room(dict[str, str]):
    """Who is in a room: sockets' ids, with the ids of their connections.

    The library's own, in which one finds a socket by its connection as well, are eight objects of 1 kB; every socket
    is alone in one or two rooms. It asks so only of the room of all.
    """

    __slots__ = ()

    @property
    def _fwdm(self) -> Room:
        return self


class Rooms:
    """Wraps a manager's functions for entering, leaving and disconnecting. `changed` is called when a room changes."""

    def __init__(self, manager: Any, changed: Callable[[], None]) -> None:
        self._manager = manager
        self._changed = changed
        self._of: dict[tuple[str, str], tuple[str | None, ...]] = {}
        self._enter, self._leave = manager.basic_enter_room, manager.basic_leave_room
        self._disconnect = manager.basic_disconnect
        manager.basic_enter_room, manager.basic_leave_room = self.enter, self.leave
        manager.basic_disconnect = self.disconnect

    def enter(self, sid: str, namespace: str, room: str | None, **named: Any) -> None:
        """Add a socket to a room; refuses like the library."""
        there = self._manager.rooms.get(namespace)
        made = room is not None and there is not None and room not in there
        if made:
            there[room] = Room()
        try:
            self._enter(sid, namespace, room, **named)
        finally:
            if made and not there[room]:
                del there[room]
        entered = self._of.get((namespace, sid), ())
        if room not in entered:
            self._of[namespace, sid] = (*entered, room)
        self._changed()

    def leave(self, sid: str, namespace: str, room: str | None) -> None:
        """Remove a socket from a room."""
        self._leave(sid, namespace, room)
        left = tuple(other for other in self._of.get((namespace, sid), ()) if other != room)
        if left:
            self._of[namespace, sid] = left
        else:
            self._of.pop((namespace, sid), None)
        self._changed()

    def disconnect(self, sid: str, namespace: str, **named: Any) -> None:
        """Remove a socket from all its rooms and from the library."""
        manager = self._manager
        for room in self._of.get((namespace, sid), ()):
            manager.basic_leave_room(sid, namespace, room)
        rooms, manager.rooms = manager.rooms, {namespace: {}}  # there is nothing left to walk through
        try:
            self._disconnect(sid, namespace, **named)
        finally:
            manager.rooms = rooms
