"""A clock that several processes read, and only a test moves: a moment in a file; and a hub that goes by it."""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

CLOCK = "TEST_CLOCK_FILE"  # the variable that names the file
MOMENT = struct.Struct("d")  # seconds since 1970: written and read at once, so that nobody sees half of it


class ClockFile:
    """The clock, where it is read and where it is set. It stands until it is moved."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_bytes(bytes(MOMENT.size))
        with path.open("r+b") as file:
            self._held = mmap.mmap(file.fileno(), MOMENT.size)

    def __call__(self) -> datetime:
        seconds: float = MOMENT.unpack_from(self._held)[0]
        return datetime.fromtimestamp(seconds, UTC)

    def set(self, moment: datetime) -> None:
        MOMENT.pack_into(self._held, 0, moment.timestamp())


def build() -> Any:
    """Return what gunicorn loads: the hub as it is, but for its clock, by which time passes for it as well."""
    if os.environ["ANTREAN_ASYNC_MODE"] == "eventlet":
        import eventlet  # before anything of the hub is imported, as the product does

        eventlet.monkey_patch()
    import app
    from antrean.server import wsgi

    clock: Callable[[], datetime] = ClockFile(Path(os.environ[CLOCK]))
    vars(app)["create_app"] = partial(app.create_app, clock=clock)
    return wsgi.build()
