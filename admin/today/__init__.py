"""Today: services, counters, the day and what is wrong."""

from __future__ import annotations

from admin.section import Section
from admin.today.views import render, routes
from antrean.access.identity import LEADERS, VIEWERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="today",
    icon="people",
    title=N_("Today"),
    render=render,
    routes=routes,
    permissions={
        "today": VIEWERS,
        "spared_visits": VIEWERS,
        "set_service": LEADERS,
        "service_command": LEADERS,
        "outages": VIEWERS,
        "outage_command": LEADERS,
        "answer_standstill": LEADERS,
        "free_counter": LEADERS,
        "close_day": LEADERS,
        "open_day": LEADERS,
    },
)
