"""Connections: limits the connections that one loop serves, and closes idle strangers to make room."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from antrean.web.limits.wires import cut


class Connection:
    """One client's connection. Loose ones may be closed to make room: strangers' that hold no place of a screen."""

    __slots__ = ("_all", "address", "line", "taken")

    def __init__(self, line: Any, address: str, all_: Connections) -> None:
        self.line = line
        self.address = address
        self._all = all_
        self.taken = False  # by a WebSocket, which closes it: not by whoever answered the request

    def take(self, line: Any) -> None:
        """Note that a WebSocket has it from now on."""
        self.line = line
        self.taken = True

    def close(self) -> None:
        """Forget it; it has ended."""
        self._all.close(self)

    def keep(self) -> None:
        """Never close it to make room."""
        self._all.keep(self)

    def loosen(self) -> None:
        """Let it be closed to make room, after others of its address that have been idle for longer."""
        self._all.loosen(self)


class Connections:
    """At most `most` connections. `open` makes room for one more, or says that there is none."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.made_room = 0
        self._open: set[Connection] = set()
        self._loose: dict[str, OrderedDict[Connection, None]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def open(self, line: Any, address: str) -> Connection | None:
        """Return the connection, or None when all others are the office's own."""
        if len(self._open) >= self.most and not self.make_room():
            return None
        connection = Connection(line, address, self)
        self._open.add(connection)
        self.loosen(connection)
        return connection

    def close(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        self._open.discard(connection)
        self.keep(connection)

    def keep(self, connection: Connection) -> None:
        """Take a connection out of those that make room."""
        loose = self._loose.get(connection.address)
        if loose is not None and connection in loose:
            del loose[connection]
            if not loose:
                del self._loose[connection.address]

    def loosen(self, connection: Connection) -> None:
        """Put a connection last among those of its address that make room."""
        if connection in self._open:
            loose = self._loose.setdefault(connection.address, OrderedDict())
            loose[connection] = None
            loose.move_to_end(connection)

    def make_room(self) -> bool:
        """Close the connection that has been loose longest, of the address that has the most; False without one."""
        if not self._loose:
            return False
        most = max(self._loose.values(), key=len)
        connection = next(iter(most))
        self.made_room += 1
        self.close(connection)
        cut(connection.line)
        return True
