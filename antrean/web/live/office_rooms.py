"""The Socket.IO rooms of one office: every room's key begins with the office, so that no view reaches another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from antrean.web.live.fanout import FanOut

SEPARATOR = "/"


class OfficeRooms:
    """Emits to the rooms of one office by their own names."""

    def __init__(self, fan_out: FanOut, office: str) -> None:
        self._fan_out = fan_out
        self._prefix = quote(office, safe="") + SEPARATOR

    def key(self, room: str) -> str:
        """Return the key that a room has among those of all offices."""
        return self._prefix + room

    def emit(self, event: str, data: Any, namespace: str, rooms: Sequence[str]) -> None:
        """Send a message once to everyone in the rooms."""
        prefix = self._prefix
        self._fan_out.emit(event, data, namespace, [prefix + room for room in rooms])
