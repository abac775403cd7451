"""Keeps beside the socket library which rooms each socket is in, so that leaving costs what it was in.

The library walks all rooms of a namespace for each socket that goes, and every socket is a room of its own: two
thousand phones that vanish together would hold everybody up for seconds. Used where one loop serves all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Rooms:
    """Stands before a manager's entering, leaving and disconnecting. `changed` is called when a room has changed."""

    def __init__(self, manager: Any, changed: Callable[[], None]) -> None:
        self._manager = manager
        self._changed = changed
        self._of: dict[tuple[str, str], set[str | None]] = {}
        self._enter, self._leave = manager.basic_enter_room, manager.basic_leave_room
        self._disconnect = manager.basic_disconnect
        manager.basic_enter_room, manager.basic_leave_room = self.enter, self.leave
        manager.basic_disconnect = self.disconnect

    def enter(self, sid: str, namespace: str, room: str | None, **named: Any) -> None:
        """Let a socket into a room; refuses like the library."""
        self._enter(sid, namespace, room, **named)
        self._of.setdefault((namespace, sid), set()).add(room)
        self._changed()

    def leave(self, sid: str, namespace: str, room: str | None) -> None:
        """Let a socket out of a room."""
        self._leave(sid, namespace, room)
        rooms = self._of.get((namespace, sid), set())
        rooms.discard(room)
        if not rooms:
            self._of.pop((namespace, sid), None)
        self._changed()

    def disconnect(self, sid: str, namespace: str, **named: Any) -> None:
        """Let a socket out of all its rooms, and have the library forget what else it knows of it."""
        manager = self._manager
        for room in list(self._of.get((namespace, sid), ())):
            manager.basic_leave_room(sid, namespace, room)
        rooms, manager.rooms = manager.rooms, {namespace: {}}  # there is nothing left to walk through
        try:
            self._disconnect(sid, namespace, **named)
        finally:
            manager.rooms = rooms
