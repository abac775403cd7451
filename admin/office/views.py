"""The office page: its name and time zone, and the ways to what makes an office one's own."""

from __future__ import annotations

from flask import Response, jsonify
from flask_babel import gettext

from admin import frame
from admin.office import mine
from admin.plan_form import plan_fields, said_changes, save_plan
from admin.section import Routes, View
from antrean.queueing.errors import N_
from antrean.queueing.names import LONGEST_NAME
from antrean.queueing.plan.document import to_document
from antrean.web.first_start.forms import OF_INDONESIA, time_zones
from antrean.web.http.forms import choice, text

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
    """Show the name and the time zone of the office, and where the rest of it is set."""
    plan = frame.plan()
    return frame.page(
        "office", plan=plan, revision=plan.revision, longest=LONGEST_NAME, ways=WAYS, zones=_zones(plan.zone)
    )


@routes.post("/office/name")
def rename_office() -> Response:
    """Give the office another name, which all screens and slips show from then on. Refuses an empty one."""
    fields, before = plan_fields("name"), to_document(frame.plan())
    parts = {"name": " ".join(text(fields, "name", most=LONGEST_NAME).split())}
    revision = save_plan("office", fields, parts)
    return jsonify(said=said_changes(before, parts), revision=revision)


@routes.post("/office/time_zone")
def change_time_zone() -> Response:
    """Give the office another time zone, by which its dates and times go from then on.

    Refuses what is none, (`time_zone_numbers`) while the day has numbers, and (`time_zone_date`) one in which it is
    another date now.
    """
    fields, plan = plan_fields("time_zone"), frame.plan()
    parts = {"time_zone": choice(fields, "time_zone", [code for code, _ in _zones(plan.zone)])}
    revision = save_plan("office", fields, parts)
    return jsonify(said=said_changes(to_document(plan), parts), revision=revision)


def _zones(here: str) -> list[tuple[str, str]]:
    """Return the time zones that can be chosen, each with its words; that of the office, `here`, is among them."""
    known = time_zones()
    codes = known if here in known else (here, *known)
    return [(code, f"{gettext(OF_INDONESIA[code][0])} – {code}" if code in OF_INDONESIA else code) for code in codes]
