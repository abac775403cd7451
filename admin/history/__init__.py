"""History: every revision of the settings, and the way back to one; for administrators only."""

from __future__ import annotations

from admin.history.views import render, routes
from admin.section import Section
from antrean.access.identity import ADMINISTRATORS
from antrean.queueing.errors import N_

SECTION = Section(
    name="history",
    icon="history",
    title=N_("History"),
    render=render,
    routes=routes,
    permissions={
        "history": ADMINISTRATORS,
        "go_back": ADMINISTRATORS,
    },
)
