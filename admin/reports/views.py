"""The start of the section *Reports*: which pages there are, and what each answers."""

from __future__ import annotations

from admin.reports import exports_page
from admin.reports.page import shown
from admin.reports.pages import PAGES
from admin.section import Routes, View

routes = Routes()
for _page in PAGES:
    routes.include(_page.routes)


def render() -> View:
    """Return the section's view: how far the long export is. Its pages are read when they are opened."""
    return {"html": {"export": exports_page.state()}}


@routes.get("/reports")
def reports() -> str:
    """Show which reports there are."""
    return shown("page")
