"""Who waits without paper, in a sentence for a supervisor; shown on *Today*."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, ngettext

from queueing.slips import Lack
from queueing.ticket import Ticket

MOST_NUMBERS = 12


def paper_alarm(waiting: Sequence[tuple[Ticket, Lack]]) -> str:
    """Return how many people wait or are called without paper, and their numbers; empty when all have theirs."""
    if not waiting:
        return ""
    numbers = ", ".join(ticket.number for ticket, _lack in waiting[:MOST_NUMBERS])
    if len(waiting) > MOST_NUMBERS:
        numbers = gettext("%(numbers)s and %(num)d more", numbers=numbers, num=len(waiting) - MOST_NUMBERS)
    said = ngettext(
        "%(num)d person without paper: %(numbers)s.", "%(num)d people without paper: %(numbers)s.", len(waiting),
        numbers=numbers,
    )  # fmt: skip
    late = sum(lack == "late" for _ticket, lack in waiting)
    if late:
        said += " " + ngettext(
            "%(num)d slip is still printed when the printer can.",
            "%(num)d slips are still printed when the printer can.",
            late,
        )
    return said
