"""Services: what each is called, what visitors bring for it and pay, how it looks, and who serves it."""

from __future__ import annotations

from admin.section import Section
from admin.services.views import render, routes
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="services",
    icon="stamp",
    title=N_("Services"),
    render=render,
    routes=routes,
    permissions={
        "services": LEADERS,
        "new_service": LEADERS,
        "add_service": LEADERS,
        "edit_service": LEADERS,
        "save_service": LEADERS,
        "move_service": LEADERS,
        "remove_service": LEADERS,
        "service_groups": LEADERS,
        "add_group": LEADERS,
        "set_group": LEADERS,
        "move_group": LEADERS,
        "remove_group": LEADERS,
        "journey": LEADERS,
        "save_journey": LEADERS,
        "remove_journey": LEADERS,
        "needs": LEADERS,
        "add_need": LEADERS,
        "set_need": LEADERS,
        "remove_need": LEADERS,
    },
)
