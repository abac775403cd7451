"""Imports the Socket.IO library without the packages that it would load only because they are installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import cast

# The library tries to import whatever one of its ways could need, and does without what can't be imported.
MESSAGE_QUEUES = ("redis", "valkey")  # hubs notify each other by antrean/hub/peers.py and not by the library's queue
CLIENT = ("requests", "websocket")  # only the print agent is a client


def import_socket_library(unused: Sequence[str]) -> None:
    """Import `socketio` as if these packages were not installed; afterwards they can be imported as ever.

    Does nothing when the library, or for a package when this, has been imported before.
    """
    with _hidden(name for name in unused if name not in sys.modules):
        import_module("socketio")


@contextmanager
def _hidden(names: Iterator[str]) -> Iterator[None]:
    """Let each import of these packages fail meanwhile."""
    modules = cast(dict[str, ModuleType | None], sys.modules)
    hidden = dict.fromkeys(names)  # None is the import system's own mark of what can't be imported
    modules.update(hidden)
    try:
        yield
    finally:
        for name in hidden:
            del modules[name]
