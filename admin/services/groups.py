"""The page of groups: which ones kiosks show, in which order, and which services stand in each."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for

from admin import frame
from admin.plan_form import codes_named, fields_by_plan, plan_fields, save_moved, save_plan, text_names, texts_of
from admin.section import Routes
from admin.services.form import ICONS
from antrean.queueing.errors import Invalid, Unknown
from antrean.queueing.plan.codes import new_code
from antrean.queueing.plan.document import LONGEST_GROUP, written
from antrean.queueing.plan.groups import ServiceGroup
from antrean.queueing.plan.model import OfficePlan
from antrean.web.http.forms import Fields, choice, flag

routes = Routes()


@routes.get("/service_groups")
def service_groups() -> str:
    """Show every group with its services, and a form for one more."""
    plan = frame.plan()
    return frame.page("services", "groups", plan=plan, revision=plan.revision, longest=LONGEST_GROUP, icons=ICONS)


@routes.post("/service_groups")
def add_group() -> Response:
    """Add a group as the last one, by its name. Refuses a name that another group has."""
    plan = frame.plan()
    fields = plan_fields(*text_names(plan, "name"))
    names = _names(fields, plan, None)
    code = new_code(next(iter(names.values())), codes_named("groups"), "group")
    save_plan("groups", fields, {f"groups/{code}": written(ServiceGroup(code, names))})
    return jsonify(next=url_for("admin.service_groups", _anchor=f"group-{code}"))


@routes.post("/service_groups/<code>")
def set_group(code: str) -> Response:
    """Save a group: its names, its picture and its services.

    A service that is ticked here leaves the group in which it was. Refuses a name that another group has.
    """
    plan = frame.plan()
    fields = fields_by_plan(_field_names)
    group = _group(plan, code)
    icon = choice(fields, "icon", (*ICONS, group.icon), group.icon)
    parts: dict[str, Any] = {f"groups/{code}": written(ServiceGroup(code, _names(fields, plan, group), icon))}
    for service in plan.services:
        ticked = flag(fields, f"service_{service.code}")
        if ticked != (service.group == code):
            parts[f"services/{service.code}/group"] = code if ticked else ""
    save_plan("groups", fields, parts)
    return jsonify(next=url_for("admin.service_groups", _anchor=f"group-{code}"))


@routes.post("/service_groups/<code>/move")
def move_group(code: str) -> Response:
    """Move a group one place up or down in the order of the kiosk."""
    fields, plan = plan_fields("to"), frame.plan()
    _group(plan, code)
    save_moved("groups", fields, [written(one) for one in plan.groups], code)
    return jsonify(next=url_for("admin.service_groups"))


@routes.post("/service_groups/<code>/remove")
def remove_group(code: str) -> Response:
    """Take a group away. Its services are in none afterwards."""
    fields, plan = plan_fields(), frame.plan()
    _group(plan, code)
    freed = {f"services/{one.code}/group": "" for one in plan.services if one.group == code}
    save_plan("groups", fields, {**freed, f"groups/{code}": None})
    return jsonify(next=url_for("admin.service_groups"))


def _field_names(plan: OfficePlan) -> list[str]:
    return ["icon", *text_names(plan, "name"), *(f"service_{one.code}" for one in plan.services)]


def _names(fields: Fields, plan: OfficePlan, group: ServiceGroup | None) -> dict[str, str]:
    names = texts_of(fields, plan, "name", LONGEST_GROUP, group.names if group is not None else None)
    if not any(names.get(language) for language in plan.languages):
        raise Invalid("value_missing", field=f"name_{plan.languages[0]}")
    return names


def _group(plan: OfficePlan, code: str) -> ServiceGroup:
    found = next((one for one in plan.groups if one.code == code), None)
    if found is None:
        raise Unknown("group_unknown")
    return found
