"""Reports: how many, how long, and whether it was as promised."""

from __future__ import annotations

from admin.reports.pages import PAGES
from admin.reports.views import render, routes
from admin.section import Section
from antrean.access.identity import VIEWERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="reports",
    icon="document",
    title=N_("Reports"),
    render=render,
    routes=routes,
    permissions={"reports": VIEWERS} | {name: roles for page in PAGES for name, roles in page.permissions.items()},
)
