"""Rules: who is called next, what is allowed how often, and the languages of the office."""

from __future__ import annotations

from admin.rules.views import render, routes
from admin.section import Section
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="rules",
    icon="rules",
    title=N_("Rules"),
    render=render,
    routes=routes,
    permissions={"rules": LEADERS, "save_rules": LEADERS, "rules_waits": LEADERS, "rules_credit": LEADERS},
)
