"""Slip: the contents and size of slips."""

from __future__ import annotations

from admin.section import Section
from admin.slip.views import render, routes
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="slip",
    icon="document",
    title=N_("Slip"),
    render=render,
    routes=routes,
    permissions={
        "slip": LEADERS,
        "save_slip": LEADERS,
        "slip_preview": LEADERS,
    },
)
