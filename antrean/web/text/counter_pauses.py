"""Why a counter is paused, in the language of the request."""

from __future__ import annotations

from flask_babel import gettext as _


def pause_reasons() -> dict[str, str]:
    """Return the reasons for pausing a counter, by the code that is recorded."""
    return {
        "break": _("Break"),
        "prayer": _("Prayer"),
        "system": _("The system is down"),
        "meeting": _("Meeting"),
        "other": _("Something else"),
    }
