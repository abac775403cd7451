"""Backups: the list, one more now, and their second place; for administrators only."""

from __future__ import annotations

from admin.backups.views import render, routes
from admin.section import Section
from antrean.access.identity import ADMINISTRATORS
from antrean.queueing.errors import N_

SECTION = Section(
    name="backups",
    icon="archive",
    title=N_("Backups"),
    render=render,
    routes=routes,
    permissions={
        "backups": ADMINISTRATORS,
        "back_up": ADMINISTRATORS,
        "second_place": ADMINISTRATORS,
    },
)
