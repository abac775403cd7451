"""Office: who is called next, which services have a head start, and the languages of all screens."""

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
        "set_discipline": LEADERS,
        "set_head_starts": LEADERS,
        "set_languages": LEADERS,
        "set_lock": LEADERS,
        "set_vouchers": LEADERS,
        "own_office": ADMINISTRATORS,
        "make_mine": ADMINISTRATORS,
    },
)
