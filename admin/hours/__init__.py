"""Hours: the week with its breaks, seasons, special days and holidays, the hours of services, a year at a glance."""

from __future__ import annotations

from admin.hours.views import render, routes
from admin.section import Section
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="hours",
    icon="calendar",
    title=N_("Hours"),
    render=render,
    routes=routes,
    permissions={
        "hours": LEADERS,
        "set_week": LEADERS,
        "set_special_days": LEADERS,
        "remove_special_day": LEADERS,
        "take_holidays": LEADERS,
        "add_season": LEADERS,
        "set_season": LEADERS,
        "remove_season": LEADERS,
        "set_service_hours": LEADERS,
    },
)
