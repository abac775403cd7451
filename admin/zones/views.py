"""The zones page: which zones the office has, what visitors are told of each, and its counters and displays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, render_template, url_for

from admin import frame
from admin.plan_form import codes_named, plan_fields, save_plan, text_names, texts_of
from admin.section import Routes, View
from admin.zones.view_model import MOST_SEATS, ZoneRow, rows
from antrean.hub.zone_use import users_of
from antrean.queueing.errors import Invalid, Refused, Unknown
from antrean.queueing.plan.codes import new_code
from antrean.queueing.plan.document import LONGEST_WAY, LONGEST_ZONE, written
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.zones import Zone
from antrean.web.http.forms import flag, whole
from antrean.web.screens.zones import displays_of
from antrean.web.services import services

routes = Routes()


def render() -> View:
    """Return the section's view: how many wait for each zone's counters. Forms are not pushed."""
    return {
        "html": {
            f"waits.{row.zone.code}": render_template("admin/zones/waits.html", row=row) for row in _rows(frame.plan())
        }
    }


@routes.get("/zones")
def zones() -> str:
    """Show every zone with its counters and displays, and a form for one more."""
    plan = frame.plan()
    return frame.page(
        "zones", plan=plan, revision=plan.revision, zones=_rows(plan), longest=LONGEST_ZONE, most=MOST_SEATS
    )


@routes.post("/zones")
def add_zone() -> Response:
    """Add a zone, by its name. Refuses a name that another zone has."""
    plan = frame.plan()
    fields = plan_fields(*text_names(plan, "name"))
    names = texts_of(fields, plan, "name", LONGEST_ZONE)
    if not names:
        raise Invalid("value_missing", field=f"name_{plan.languages[0]}")
    first = next(iter(names.values()))
    zone = Zone(new_code(first, codes_named("zones"), "zone"), names)
    save_plan("zones", fields, {f"zones/{zone.code}": written(zone)})
    return jsonify(next=url_for("admin.zones", _anchor=f"zone-{zone.code}"))


@routes.post("/zones/<code>")
def set_zone(code: str) -> Response:
    """Save a zone: its names, the way to it, its seats, its counters and its displays.

    A counter or display that is ticked here leaves the zone in which it was. Refuses a name that another zone has.
    """
    plan = frame.plan()
    displays = [f"display_{one.id}" for one, _set_to in displays_of(services())]
    boxes = [*(f"counter_{one.code}" for one in plan.counters), *displays]
    fields = plan_fields("seats", *boxes, *text_names(plan, "name", "way"))
    zone = _zone(plan, code)
    (row,) = [one for one in _rows(plan) if one.zone == zone]
    names = texts_of(fields, plan, "name", LONGEST_ZONE, zone.names)
    if not names:
        raise Invalid("value_missing", field=f"name_{plan.languages[0]}")
    changed = Zone(code, names, texts_of(fields, plan, "way", LONGEST_WAY, zone.way), whole(fields, "seats", 0))
    parts: dict[str, Any] = {f"zones/{code}": written(changed)}
    for counter in plan.counters:
        ticked = flag(fields, f"counter_{counter.code}")
        if ticked != (counter.zone == code):
            parts[f"counters/{counter.code}/zone"] = code if ticked else ""
    save_plan("zones", fields, parts)
    _place(row, {one.id: flag(fields, f"display_{one.id}") for one, _in in row.displays})
    return jsonify(next=url_for("admin.zones", _anchor=f"zone-{code}"))


@routes.post("/zones/<code>/remove")
def remove_zone(code: str) -> Response:
    """Take a zone away. Refuses (`zone_in_use`) one that counters or displays name, with their names."""
    fields, plan, hub = plan_fields(), frame.plan(), services()
    zone = _zone(plan, code)
    users = users_of(zone, plan, hub.identities.devices())
    if users:
        raise Refused("zone_in_use", zone=zone.name(plan.languages[0]), places=", ".join(users))
    save_plan("zones", fields, {f"zones/{code}": None})
    return jsonify(next=url_for("admin.zones"))


def _place(row: ZoneRow, ticked: Mapping[str, bool]) -> None:
    """Put the displays that were ticked into a zone, and those that were not out of it."""
    moved = {
        one.id: row.zone.code if ticked[one.id] else "" for one, inside in row.displays if ticked[one.id] != inside
    }
    for device, code in moved.items():
        frame.save("devices", None, services().settings.set_device_settings, device, {"zone": code})


def _rows(plan: OfficePlan) -> list[ZoneRow]:
    hub = services()
    return hub.office.read(lambda day, _plan: rows(day, plan, displays_of(hub)))


def _zone(plan: OfficePlan, code: str) -> Zone:
    found = next((one for one in plan.zones if one.code == code), None)
    if found is None:
        raise Unknown("zone_unknown")
    return found
