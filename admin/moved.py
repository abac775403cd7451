"""What a change of the plan did to the places of those who wait."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext, ngettext

from admin import frame
from antrean.queueing.calling.order import order
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.web.services import services


def moved(day: ServiceDay, before: OfficePlan, plan: OfficePlan, at: datetime) -> int:
    """Return how many waiting numbers have another place in a plan's order than in that of the plan before."""
    was, now = ([ranked.ticket.number for ranked in order(day, one, at)] for one in (before, plan))
    return sum(one != other for one, other in zip(was, now, strict=True))


def said_moved(before: OfficePlan) -> str:
    """Say how many of those who wait have another place now than under the plan `before`."""
    hub, here = services(), frame.plan()
    count = hub.office.read(lambda day, _plan: moved(day, before, here, hub.office.clock()))
    if not count:
        return gettext("Nobody who waits now changes places.")
    return ngettext(
        "%(num)d number that waits has another place now.",
        "%(num)d numbers that wait have another place now.",
        count,
    )
