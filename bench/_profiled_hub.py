"""The hub with its worker profiled: what gunicorn loads for `python -m bench profile`.

GET /_profile/start begins, GET /_profile/stop ends and answers with the statistics. Green threads share one native
thread, so each has a profile of its own that runs while it does; the thread that decides has one as well.
"""

from __future__ import annotations

import cProfile
import json
import pstats
from collections import defaultdict
from typing import Any


def build() -> Any:
    """Return the hub's application behind the wrapper that starts and stops the profile."""
    from antrean.server import wsgi

    app: Any = wsgi.build()
    app.wsgi_app = Profiled(app)
    return app


class Profiled:
    """WSGI wrapper that answers /_profile/… and passes everything else on."""

    def __init__(self, app: Any) -> None:
        self._app = app.wsgi_app
        self._office = app.extensions["antrean"].office
        self._decide = self._office.decide
        self._profiles: dict[Any, cProfile.Profile] = {}
        self._deciding = cProfile.Profile()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if not environ["PATH_INFO"].startswith("/_profile/"):
            return self._app(environ, start_response)
        answer: list[Any] | None = None
        if environ["PATH_INFO"].endswith("stop"):
            answer = self._stop()
        else:
            self._start()
        body = json.dumps(answer).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _start(self) -> None:
        import greenlet

        self._profiles = defaultdict(cProfile.Profile)
        self._deciding = cProfile.Profile()
        self._office.decide = self._decide_profiled
        greenlet.settrace(self._switched)

    def _switched(self, event: str, args: Any) -> None:
        left, entered = args
        if left in self._profiles:
            self._profiles[left].disable()
        self._profiles[entered].enable()

    def _decide_profiled(self, wishes: Any) -> Any:
        return self._deciding.runcall(self._decide, wishes)

    def _stop(self) -> list[Any]:
        import greenlet

        greenlet.settrace(None)
        self._office.decide = self._decide
        for profile in self._profiles.values():
            profile.disable()
        whole = pstats.Stats(self._deciding)
        for profile in self._profiles.values():
            if profile.getstats():
                whole.add(profile)
        return [
            [list(function), calls, own, [[list(caller), part[2]] for caller, part in callers.items()]]
            for function, (_, calls, own, _total, callers) in whole.stats.items()  # type: ignore[attr-defined]
        ]
