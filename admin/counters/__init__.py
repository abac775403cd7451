"""Counters: what each is called, where visitors find it, and what it serves."""

from __future__ import annotations

from admin.counters.views import render, routes
from admin.section import Section
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="counters",
    icon="counter",
    title=N_("Counters"),
    render=render,
    routes=routes,
    permissions={
        "counters": LEADERS,
        "new_counter": LEADERS,
        "add_counter": LEADERS,
        "edit_counter": LEADERS,
        "save_counter": LEADERS,
        "move_counter": LEADERS,
        "remove_counter": LEADERS,
    },
)
