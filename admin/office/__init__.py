"""Office: its name and time zone, the end of the sample, and the list of first steps."""

from __future__ import annotations

from admin.office.views import render, routes
from admin.section import Section
from antrean.access.identity import ADMINISTRATORS, LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="office",
    icon="office",
    title=N_("Office"),
    render=render,
    routes=routes,
    permissions={
        "office": LEADERS,
        "rename_office": LEADERS,
        "change_time_zone": LEADERS,
        "own_office": ADMINISTRATORS,
        "make_mine": ADMINISTRATORS,
    },
)
