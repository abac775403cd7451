"""Printers: their state, their last slips, and how each is set up."""

from __future__ import annotations

from admin.printers.views import render, routes
from admin.section import Section
from antrean.access.identity import ADMINISTRATORS, LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="printers",
    icon="printer",
    title=N_("Printers"),
    render=render,
    routes=routes,
    permissions={
        "printers": LEADERS,
        "printer_command": LEADERS,
        "cancel_slip": LEADERS,
        "reprint": LEADERS,
        "set_up": LEADERS,
        "ask": ADMINISTRATORS,
        "use": ADMINISTRATORS,
        "second": ADMINISTRATORS,
        "seen": ADMINISTRATORS,
    },
)
