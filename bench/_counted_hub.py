"""The hub with its worker's objects counted: what gunicorn loads for `python -m bench._phone_memory`.

GET /_memory collects garbage and answers with the blocks and bytes that are alive; /_memory/holders with those that
each place of the source has allocated since the first request, and with what is alive by type.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import tempfile
import tracemalloc
from collections import Counter
from typing import Any

import psutil


def build() -> Any:
    """Return the hub's application behind the wrapper that counts."""
    from antrean.server import wsgi

    app: Any = wsgi.build()
    app.wsgi_app = Counted(app.wsgi_app)
    return app


class Counted:
    """WSGI wrapper that answers /_memory… and passes everything else on."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._types: Counter[str] = Counter()
        self._snapshot: Any = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if not path.startswith("/_memory"):
            return self._app(environ, start_response)
        gc.unfreeze()
        gc.collect()
        answer: dict[str, Any] = {"blocks": sys.getallocatedblocks(), "pss": _pss(), **_pools()}
        if path.endswith("holders"):
            answer.update(self._since())
        body = json.dumps(answer).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _since(self) -> dict[str, Any]:
        types = Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())
        found: dict[str, Any] = {"types": (types - self._types).most_common(60), "holders": []}
        self._types = types
        if not tracemalloc.is_tracing():
            tracemalloc.start()
        snapshot = tracemalloc.take_snapshot()
        if self._snapshot is not None:
            for one in snapshot.compare_to(self._snapshot, "lineno")[:160]:
                found["holders"].append((one.count_diff, one.size_diff, str(one.traceback)))
        self._snapshot = snapshot
        return found


def _pss() -> int:
    return int(psutil.Process().memory_full_info().pss)


def _pools() -> dict[str, int]:
    """Return the bytes of living blocks and the arenas of Python's allocator, as it writes them to file 2."""
    with tempfile.TemporaryFile() as said:
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            sys._debugmallocstats()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        said.seek(0)
        text = said.read().decode(errors="replace").replace(",", "")
    if tracemalloc.is_tracing():
        return {"bytes": 0, "arenas": 0}
    return {
        "bytes": int(re.findall(r"in allocated blocks\s*=\s*(\d+)", text)[-1]),
        "arenas": int(re.findall(r"arenas allocated current\s*=\s*(\d+)", text)[-1]),
    }
