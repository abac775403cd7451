"""What staff read of a service before closing: since when it gives no numbers, and who is the last to be served."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask_babel import gettext

from antrean.queueing.cutoff.due import LastServed
from antrean.queueing.cutoff.state import Stopped
from antrean.queueing.errors import N_
from antrean.web.text.times import clock

# Why a supervisor lets a service go on, as chosen; they stand in the journal in the language in which they were read.
GO_ON_REASONS = (
    N_("We stay longer today"),
    N_("Somebody comes to help"),
    N_("We are faster than foreseen"),
)


def go_on_reasons() -> list[str]:
    """Return the ready reasons in the language of the request."""
    return [gettext(words) for words in GO_ON_REASONS]


def stopped_since(stopped: Stopped, zone: ZoneInfo, language: str) -> str:
    """Return since when, and after which number, a service gives no more numbers."""
    time = clock(stopped.at, zone, language)
    if not stopped.after:
        return gettext("No more numbers since %(time)s: those who wait take until closing", time=time)
    return gettext(
        "No more numbers since %(time)s, after %(number)s: those who wait take until closing",
        time=time, number=stopped.after,
    )  # fmt: skip


def last_words(last: LastServed) -> str:
    """Return up to which number visitors will probably be served before the service closes."""
    if not last.number:
        return gettext("Nobody who waits will be served today with a chance of %(percent)d %%", percent=last.percent)
    if last.foreseen:
        return gettext(
            "Numbers up to about %(number)s will be served today (chance: %(percent)d %%)",
            number=last.number, percent=last.percent,
        )  # fmt: skip
    return gettext(
        "The last number that will be served today: %(number)s (chance: %(percent)d %%)",
        number=last.number, percent=last.percent,
    )  # fmt: skip
