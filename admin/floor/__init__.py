"""Floor: who waits, what each counter does, what needs somebody, and the day so far beside usual ones; live."""

from __future__ import annotations

from admin.floor.views import render, routes
from admin.section import Section
from antrean.access.identity import VIEWERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="floor",
    icon="coming",
    title=N_("Live floor"),
    render=render,
    routes=routes,
    permissions={"floor": VIEWERS},
)
