"""Estimated waits as text, in the language of the request."""

from __future__ import annotations

from flask_babel import gettext

Wait = tuple[int, int] | None


def wait_words(wait: Wait) -> str:
    """Return an interval in minutes, or that it is not known yet, in the language of the request."""
    if wait is None:
        return gettext("not known yet")
    return gettext("%(low)d–%(high)d minutes", low=wait[0], high=wait[1])
