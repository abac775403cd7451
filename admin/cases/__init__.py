"""Cases: what visitors applied for, stage by stage, how long it stays there, and moving it on."""

from __future__ import annotations

from admin.cases.views import has_cases, render, routes
from admin.section import Section
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="cases",
    icon="archive",
    title=N_("Cases"),
    render=render,
    routes=routes,
    permissions={
        "cases": LEADERS,
        "cases_at_stage": LEADERS,
        "one_case": LEADERS,
        "move_listed_cases": LEADERS,
        "take_back_listed_cases": LEADERS,
        "move_typed_cases": LEADERS,
        "key_in_typed_cases": LEADERS,
        "move_case": LEADERS,
        "take_back_case": LEADERS,
        "withdraw_case": LEADERS,
    },
    shown=has_cases,
)
