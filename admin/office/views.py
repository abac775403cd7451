"""The office page: its name, and the ways to what makes an office one's own."""

from __future__ import annotations

from flask import Response, jsonify

from admin import frame
from admin.office import mine
from admin.plan_form import plan_fields, said_changes, save_plan
from admin.section import Routes, View
from antrean.queueing.errors import N_
from antrean.queueing.names import LONGEST_NAME
from antrean.queueing.plan.document import to_document
from antrean.web.http.forms import text

WAYS = {
    "services": N_("What visitors come for, and what they bring"),
    "counters": N_("Where they are served, and who serves what"),
    "hours": N_("When the office is open"),
    "rules": N_("Who is called next, limits and languages"),
    "slip": N_("What is printed on it"),
    "voice": N_("How a number is called"),
    "people": N_("Who works here"),
}
routes = Routes()
routes.include(mine.routes)


def render() -> View:
    """Return the section's view. Forms are not pushed."""
    return {"html": {}}


@routes.get("/office")
def office() -> str:
    """Show the name of the office, and where the rest of it is set."""
    plan = frame.plan()
    return frame.page("office", plan=plan, revision=plan.revision, longest=LONGEST_NAME, ways=WAYS)


@routes.post("/office/name")
def rename_office() -> Response:
    """Give the office another name, which all screens and slips show from then on. Refuses an empty one."""
    fields, before = plan_fields("name"), to_document(frame.plan())
    parts = {"name": " ".join(text(fields, "name", most=LONGEST_NAME).split())}
    revision = save_plan("office", fields, parts)
    return jsonify(said=said_changes(before, parts), revision=revision)
