"""Who came in by the sample office does nothing in the office that follows it: requests under way end before, or not.

A request that began in the sample and whose fields are read is waited for when the sample ends; one whose fields come
later is refused. Reading fields is the first thing that a request does that changes anything. Of several offices each
has a gate, and a request is counted at that of the office it is about, once that is known: none holds up another one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from flask import Flask
from flask.globals import app_ctx

from antrean.queueing.errors import Forbidden, Refused
from antrean.web.services import Services, offices

PATIENCE = 20.0  # seconds; a password waits for its check at most 15
LOOK = 0.02


class SampleGate:
    """Counts the requests of the sample that are under way."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._ending = False

    def enter(self) -> bool:
        """Count a request in; False while the sample ends."""
        with self._lock:
            if not self._ending:
                self._inside += 1
            return not self._ending

    def leave(self) -> None:
        """Count a request out."""
        with self._lock:
            self._inside -= 1

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Keep all others out until what ends the sample is done, and wait for those who are in; the caller is one.

        Refuses (`office_busy`) when they take too long, or somebody else ends it.
        """
        with self._lock:
            if self._ending:
                raise Refused("office_busy")
            self._ending = True
        try:
            until = time.monotonic() + PATIENCE
            while self._inside > 1:
                if time.monotonic() > until:
                    raise Refused("office_busy")
                time.sleep(LOOK)
            yield
        finally:
            self._ending = False


def samples() -> set[str]:
    """Return the codes of the offices that are a sample now."""
    return {one.config.office for one in offices() if one.office.plan.demo}


def watch_the_sample(app: Flask) -> None:
    """Note which offices were a sample when a request began, before anything else looks at it."""

    @app.before_request
    def _began() -> None:
        if found := samples():
            app_ctx.g.samples = found

    @app.teardown_request
    def _ended(_error: BaseException | None) -> None:
        for gate in app_ctx.g.pop("in_samples", {}).values():
            gate.leave()


def enter_sample() -> None:
    """Note that the fields of this request are read, and count it in where it is known which office it is about.

    Refuses (`sign_in_required`) one that began in a sample and comes too late.
    """
    app_ctx.g.fields_read = True
    every = offices()
    if every.is_entered():
        entered(every.current())


def entered(office: Services) -> None:
    """Count this request in when it is about an office that was a sample as it began, and its fields are read.

    Refuses (`sign_in_required`) one that comes too late.
    """
    code, noted = office.config.office, app_ctx.g  # one look through Flask's name for it
    if code not in noted.get("samples", ()) or "fields_read" not in noted:
        return
    inside: dict[str, SampleGate] = noted.setdefault("in_samples", {})
    if code in inside:
        return
    if not office.sample_gate.enter():
        raise Forbidden("sign_in_required")
    inside[code] = office.sample_gate
    if not office.office.plan.demo:
        raise Forbidden("sign_in_required")
