"""Audit: who did what and when; for administrators only."""

from __future__ import annotations

from admin.audit.views import render, routes
from admin.section import Section
from antrean.access.identity import ADMINISTRATORS
from antrean.queueing.errors import N_

SECTION = Section(
    name="audit",
    icon="search",
    title=N_("Audit"),
    render=render,
    routes=routes,
    permissions={
        "audit": ADMINISTRATORS,
    },
)
