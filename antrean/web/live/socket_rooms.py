"""Keeps the rooms of each socket, so that leaving costs only as much as the number of its rooms.

The library walks all rooms of a namespace for each socket that leaves, and every socket is a room of its own: 2,000
phones that vanish together would block the loop for seconds. Used where one loop serves all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Rooms:
    """Wraps a manager's functions for entering, leaving and disconnecting. `changed` is called when a room changes."""

    def __init__(self, manager: Any, changed: Callable[[], None]) -> None:
        self._manager = manager
        self._changed = changed
        self._of: dict[tuple[str, str], set[str | None]] = {}
        self._enter, self._leave = manager.basic_enter_room, manager.basic_leave_room
        self._disconnect = manager.basic_disconnect
        manager.basic_enter_room, manager.basic_leave_room = self.enter, self.leave
        manager.basic_disconnect = self.disconnect

    def enter(self, sid: str, namespace: str, room: str | None, **named: Any) -> None:
        """Add a socket to a room; refuses like the library."""
        self._enter(sid, namespace, room, **named)
        self._of.setdefault((namespace, sid), set()).add(room)
        self._changed()

    def leave(self, sid: str, namespace: str, room: str | None) -> None:
        """Remove a socket from a room."""
        self._leave(sid, namespace, room)
        rooms = self._of.get((namespace, sid), set())
        rooms.discard(room)
        if not rooms:
            self._of.pop((namespace, sid), None)
        self._changed()

    def disconnect(self, sid: str, namespace: str, **named: Any) -> None:
        """Remove a socket from all its rooms and from the library."""
        manager = self._manager
        for room in list(self._of.get((namespace, sid), ())):
            manager.basic_leave_room(sid, namespace, room)
        rooms, manager.rooms = manager.rooms, {namespace: {}}  # there is nothing left to walk through
        try:
            self._disconnect(sid, namespace, **named)
        finally:
            manager.rooms = rooms
