"""Estimated waits as text, in the language of the request."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from antrean.queueing.counters.serving import Serving
from antrean.queueing.estimation.open_time import Reach
from antrean.queueing.standstill.found import NoCall
from antrean.web.text.times import clock

Wait = tuple[int, int] | None


def wait_words(wait: Wait) -> str:
    """Return an interval in minutes, or that it is not known yet, in the language of the request."""
    if wait is None:
        return gettext("not known yet")
    return gettext("%(low)d–%(high)d minutes", low=wait[0], high=wait[1])


def reach_words(reach: Reach, closes: datetime, zone: ZoneInfo, language: str) -> str:
    """Return that somebody may not be served today, with the closing time; "" where they are, or nobody can tell."""
    if not reach:
        return ""
    time = clock(closes, zone, language)
    if reach == "unlikely":
        return gettext("You will probably not be served today: closing time is %(time)s.", time=time)
    return gettext("You may not be served today: closing time is %(time)s.", time=time)


def serving_words(serving: Serving) -> str:
    """Return that no counter is open for a service; "" while one is."""
    if serving == "open":
        return ""
    return gettext("No counter is open yet") if serving == "none_yet" else gettext("No counter is open now")


def no_call_words(told: NoCall) -> str:
    """Return for how long nobody was called of a service whose queue stands still, in the language of the request."""
    many = told.minutes
    if told.on_break:
        return ngettext("Break, no call for %(num)d minute", "Break, no call for %(num)d minutes", many)
    return ngettext("No call for %(num)d minute", "No call for %(num)d minutes", many)
