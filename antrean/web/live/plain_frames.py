"""PlainFrames: sends WebSocket frames uncompressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class PlainFrames:
    """WSGI wrapper that declines compressed WebSocket frames: each would be compressed again for every client."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Pass the request on without the offer of extensions."""
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return self._app(environ, start_response)
