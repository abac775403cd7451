"""Displays and notices: what single screens show, and the playlist."""

from __future__ import annotations

from admin.screens.views import render, routes
from admin.section import Section
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="screens",
    icon="display",
    title=N_("Displays and notices"),
    render=render,
    routes=routes,
    permissions={
        "screens": LEADERS,
        "set_screen": LEADERS,
        "set_notices": LEADERS,
        "add_interlude": LEADERS,
        "remove_interlude": LEADERS,
        "media_file": LEADERS,
    },
)
