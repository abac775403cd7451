"""First steps: what a new office still lacks, from its first printer to the first number that is called."""

from __future__ import annotations

from admin.first_steps.views import render, routes
from admin.frame import is_new
from admin.section import Section
from antrean.access.identity import ADMINISTRATORS, LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="first_steps",
    icon="check",
    title=N_("First steps"),
    render=render,
    routes=routes,
    permissions={
        "first_steps": LEADERS,
        "show_first_steps": ADMINISTRATORS,
        "pair_own_agent": ADMINISTRATORS,
    },
    shown=is_new,
)
