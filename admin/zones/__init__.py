"""Zones: the parts of the office with displays, a voice and seats of their own, and what belongs to each."""

from __future__ import annotations

from admin.section import Section
from admin.zones.views import render, routes
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="zones",
    icon="seat",
    title=N_("Zones"),
    render=render,
    routes=routes,
    permissions={"zones": LEADERS, "add_zone": LEADERS, "set_zone": LEADERS, "remove_zone": LEADERS},
)
