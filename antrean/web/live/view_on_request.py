"""A view that many clients request over HTTP, rendered at most ten times a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

ASKED_PAUSE = 0.1  # seconds between two renderings; requests between them wait and share the next one
ASKED_KEPT = 1.0  # seconds for which a rendered view is used again when nothing has happened


class AskedView:
    """One rendered view for all requests: it holds every event before the request, and is at most a second old.

    `render` returns the view with its seq; `stamp` returns what belongs to the moment of the response.
    """

    def __init__(
        self,
        render: Callable[[], Mapping[str, Any]],
        newest: Callable[[], int],
        stamp: Callable[[], Mapping[str, Any]],
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._render = render
        self._newest = newest
        self._stamp = stamp
        self._monotonic = monotonic
        self._sleep = sleep
        self._view: Mapping[str, Any] = {"seq": -1}
        self._drawn_at = -1e9

    def get(self) -> dict[str, Any]:
        """Return the view; waits up to `ASKED_PAUSE` when something has happened since a drawing of just now."""
        asked_at = self._monotonic()
        if self._view["seq"] != self._newest() or asked_at - self._drawn_at > ASKED_KEPT:
            if (left := self._drawn_at + ASKED_PAUSE - asked_at) > 0:
                self._sleep(left)
            if self._drawn_at <= asked_at:  # no other request that waited has rendered it
                self._view, self._drawn_at = self._render(), self._monotonic()
        return {**self._view, **self._stamp()}
