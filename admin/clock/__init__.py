"""Clock: the hub's time, and how to tell it the true time."""

from __future__ import annotations

from admin.clock.views import render, routes
from admin.section import Section
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="clock",
    icon="clock",
    title=N_("Clock"),
    render=render,
    routes=routes,
    permissions={
        "clock": LEADERS,
        "tell_time": LEADERS,
    },
)
