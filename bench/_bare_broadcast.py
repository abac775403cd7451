"""The limit of a fan-out: eventlet's WebSocket server writing one ready frame to every client, and nothing else.

`python -m bench._bare_broadcast PORT`. POST /go with a text sends it to everyone.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import Any

from antrean.web.limits.frames import frame


def main(port: int) -> None:
    """Serve until killed."""
    import eventlet
    from eventlet import websocket, wsgi

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    clients: set[Any] = set()

    def stay(wire: Any) -> None:
        clients.add(wire)
        wire.send("joined")
        try:
            while wire.wait() is not None:
                pass
        finally:
            clients.discard(wire)

    join = websocket.WebSocketWSGI(stay)

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != "/go":
            environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)  # like the hub: a packed frame can't be shared
            return join(environ, start_response)
        ready = frame(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
        for wire in clients:
            wire.socket.fd.send(ready)
        start_response("200 OK", [("Content-Length", "2"), ("Content-Type", "text/plain")])
        return [b"ok"]

    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        wsgi.server(eventlet.listen(("127.0.0.1", port), backlog=2048), application, log=nowhere, max_size=20_000)


if __name__ == "__main__":
    main(int(sys.argv[1]))
