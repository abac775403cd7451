"""The kiosk's labels: why a service gives no number, or only some, in the language of the request."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask_babel import get_locale, gettext, ngettext

from antrean.queueing.day import FULL, STOPPED
from antrean.queueing.errors import Refused
from antrean.queueing.stock.use import USED_UP
from antrean.web.http.errors import sentence
from antrean.web.text.outages import warned_words
from antrean.web.text.waits import reach_words, serving_words
from kiosk.cases import LookedUp
from kiosk.view_model import ServiceTile


def left_words(left: int) -> str:
    """Return the sentence that says for how many more persons a service gives numbers today."""
    return sentence(Refused("too_many_persons", left=left))


def refused_words(tile: ServiceTile) -> str:
    """Return the sentence that says why a service gives no number now; empty when it gives one."""
    if tile.state == USED_UP:
        return sentence(Refused("stock_used_up", item=tile.notice))
    code = {
        "paused": "service_paused",
        "closed": "service_closed",
        FULL: "too_many_today",
        STOPPED: "numbers_stopped",
    }.get(tile.state)
    if code is None:
        return ""
    why = "" if tile.state in (FULL, STOPPED) else tile.notice
    return sentence(Refused(code, why=why, until=tile.until, opens=tile.opens_at))


def warning_words(tile: ServiceTile, zone: ZoneInfo) -> str:
    """Return what a visitor has to know before they take a number of a service; empty for most.

    It is held up by an outage, they may not be served today, or no counter is open for it. An outage says by itself
    that nobody is called, whether a counter is open or not.
    """
    said = [warned_words(tile.notice, tile.until)] if tile.held_up else []
    if tile.reach and tile.closes_at is not None:
        said.append(reach_words(tile.reach, tile.closes_at, zone, str(get_locale())))
        if tile.ahead:
            many = ngettext("%(num)d number is ahead of you.", "%(num)d numbers are ahead of you.", tile.ahead)
            said.append(many)
    if tile.serving != "open" and not tile.held_up:
        said += [serving_words(tile.serving) + ".", gettext("Numbers are called once one opens.")]
    return " ".join(said)


def verdict_words(found: LookedUp) -> str:
    """Return in one sentence what somebody asks who looks a code up: whether it is ready."""
    if found.ticket:
        return gettext("Your number %(number)s is not done yet.", number=found.ticket)
    if not found.going_on:
        return gettext("Nothing is waiting for you under this code.")
    if not found.ready:
        return gettext("It is not ready yet.")
    if found.ready == found.going_on:
        return gettext("It is ready.") if found.ready == 1 else gettext("All %(num)d are ready.", num=found.ready)
    return gettext("%(ready)d of %(num)d are ready.", ready=found.ready, num=found.going_on)
