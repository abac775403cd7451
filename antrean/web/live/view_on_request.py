"""A view for all who ask for it over HTTP: drawn ten times a second at most, whatever happens and however many ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

ASKED_PAUSE = 0.1  # seconds between two drawings; whoever asks meanwhile waits for the next, which all of them share
ASKED_KEPT = 1.0  # seconds for which a drawing is given out when nothing has happened


class AskedView:
    """One drawing for all who ask: what happened before the question is in it, and it is a second old at most.

    `render` returns the view with its seq; `stamp` is what is true of the moment in which it is given out.
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
            if self._drawn_at <= asked_at:  # nobody else who waited has had it drawn
                self._view, self._drawn_at = self._render(), self._monotonic()
        return {**self._view, **self._stamp()}
