"""What gunicorn loads: the hub in the async mode of its settings."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from antrean.config import load_config
from antrean.hub.start.start_error import starting
from antrean.lean_imports import CLIENT, MESSAGE_QUEUES, import_socket_library

if TYPE_CHECKING:
    from flask import Flask  # importing it before the patch of eventlet would bind unpatched modules


def build() -> Flask:
    """Return the hub's application; ends with exit code 3 and a sentence when it can't be started."""
    with starting():
        return _build()


def _build() -> Flask:
    config = load_config()
    mode = None
    if config.async_mode == "eventlet":
        os.environ.setdefault("EVENTLET_THREADPOOL_SIZE", "4")
        # The writer's thread comes back to a loop that is busy after each statement, look at a file and commit, some
        # dozen times for a number; each time it would wait 5 ms for its turn.
        sys.setswitchinterval(0.0001)
        import eventlet

        eventlet.monkey_patch()
        from antrean.server.eventlet_mode import EventletMode, log_from_native_threads

        log_from_native_threads()
        mode = EventletMode()
    import_socket_library((*MESSAGE_QUEUES, *CLIENT))  # of 9 MiB, in a hub
    from app import create_app

    gc.collect()  # what the imports left, before there is a day of half a million objects
    return create_app(config, mode)
