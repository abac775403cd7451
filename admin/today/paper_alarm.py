"""Visitors who wait without paper, in a sentence for a supervisor; on *Today*."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, ngettext

from antrean.queueing.slips.paper import Lack
from antrean.queueing.tickets.ticket import Ticket

MOST_NUMBERS = 12


def paper_alarm(waiting: Sequence[tuple[Ticket, Lack]]) -> str:
    """Return the sentence with how many visitors wait or are called without paper, and their numbers; empty for none.

    Visitors whose slip may have come out are counted apart.
    """
    said: list[str] = []
    sure = [ticket.number for ticket, lack in waiting if lack != "uncertain"]
    if sure:
        said.append(
            ngettext(
                "%(num)d person without paper: %(numbers)s.", "%(num)d people without paper: %(numbers)s.", len(sure),
                numbers=_numbers(sure),
            )
        )  # fmt: skip
    late = sum(lack == "late" for _ticket, lack in waiting)
    if late:
        said.append(
            ngettext(
                "%(num)d slip is still printed when the printer can.",
                "%(num)d slips are still printed when the printer can.",
                late,
            )
        )
    unsure = [ticket.number for ticket, lack in waiting if lack == "uncertain"]
    if unsure:
        said.append(
            ngettext(
                "%(num)d person may be without paper: %(numbers)s.",
                "%(num)d people may be without paper: %(numbers)s.",
                len(unsure),
                numbers=_numbers(unsure),
            )
        )
    return " ".join(said)


def _numbers(found: Sequence[str]) -> str:
    numbers = ", ".join(found[:MOST_NUMBERS])
    if len(found) <= MOST_NUMBERS:
        return numbers
    return gettext("%(numbers)s and %(num)d more", numbers=numbers, num=len(found) - MOST_NUMBERS)
