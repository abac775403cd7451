"""The hub with the socket library's own emit instead of web/live/fanout.py: what gunicorn loads to compare."""

from __future__ import annotations

from typing import Any


def build() -> Any:
    """Return the hub's application with the library's own emit for every room."""
    from antrean.server import wsgi

    app = wsgi.build()
    app.extensions["antrean"].fan_out.straight = False
    return app
