"""Pages drawn in slices: the hub has one loop, and a long page would hold up every kiosk while it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import current_app

SLICE_SECONDS = 0.002  # a third of what a kiosk waits for a number on a quiet hub


def drawn_in_slices(
    template: str, context: dict[str, Any], let_others: Callable[[], None], monotonic: Callable[[], float]
) -> str:
    """Return a template as `render_template` does, and let others run after every slice of some 2 ms."""
    app = current_app
    app.update_template_context(context)
    pieces = app.jinja_env.get_or_select_template(template).generate(context)
    return "".join(in_slices(pieces, let_others, monotonic))


def in_slices(pieces: Iterable[str], let_others: Callable[[], None], monotonic: Callable[[], float]) -> Iterator[str]:
    """Give the pieces, and let others run where the last slice has lasted long enough."""
    began = monotonic()
    for piece in pieces:
        yield piece
        if monotonic() - began >= SLICE_SECONDS:
            let_others()
            began = monotonic()
