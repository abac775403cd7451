"""The kiosk's labels: why a service gives no number, or only some, in the language of the request."""

from __future__ import annotations

from antrean.queueing.day import FULL
from antrean.queueing.errors import Refused
from antrean.web.http.errors import sentence
from kiosk.view_model import ServiceTile


def left_words(left: int) -> str:
    """Return the sentence that says for how many more persons a service gives numbers today."""
    return sentence(Refused("too_many_persons", left=left))


def refused_words(tile: ServiceTile) -> str:
    """Return the sentence that says why a service gives no number now; empty when it gives one."""
    code = {"paused": "service_paused", "closed": "service_closed", FULL: "too_many_today"}.get(tile.state)
    if code is None:
        return ""
    why = "" if tile.state == FULL else tile.notice
    return sentence(Refused(code, why=why, until=tile.until, opens=tile.opens_at))
