"""The services page: a list of all, a form for one, and what adds, copies, moves and removes one."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, jsonify, request, url_for

from admin import frame
from admin.moved import said_moved
from admin.plan_form import codes_named, fields_by_plan, plan_fields, said_changes, save_moved, save_plan, seen_plan
from admin.section import Routes, View
from admin.services import groups, journeys, needs
from admin.services.form import (
    COLOURS,
    DEFAULT_PROMISE,
    ICONS,
    collectable,
    counter_parts,
    field_names,
    read_service,
    role_of,
    rows,
    without,
)
from antrean.queueing.errors import Refused
from antrean.queueing.plan.codes import LONGEST_CODE, free_letter, new_code
from antrean.queueing.plan.document import MOST_REQUIREMENTS, to_document, written
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.web.http.forms import text
from antrean.web.services import services as of_app

routes = Routes()
routes.include(groups.routes)
routes.include(needs.routes)
routes.include(journeys.routes)


def render() -> View:
    """Return the section's view. Forms are not pushed."""
    return {"html": {}}


@routes.get("/services")
def services() -> str:
    """List the services in the order of the kiosk."""
    plan = frame.plan()
    served = {code for counter in plan.counters for code in counter.services}
    closed = {one.code for one in plan.services if one.closed_on(of_app().office.business_day())}
    return frame.page("services", plan=plan, revision=plan.revision, served=served, closed=closed)


@routes.get("/new_service")
def new_service() -> str:
    """Show the form of a service that is not there yet: blank, or as a copy of another one."""
    plan, copied = frame.plan(), request.args.get("copy", "")
    return _form(plan, plan.service(copied) if copied else None, is_new=True)


@routes.post("/new_service")
def add_service() -> Response:
    """Add a service as the last one; a copy also has the hours and the journey of the one that it is copied from."""
    plan = frame.plan()
    fields = fields_by_plan(field_names, "copy")
    read = read_service(fields, plan, "", None)
    if copied := text(fields, "copy", "", most=LONGEST_CODE):
        read |= {name: value for name, value in written(plan.service(copied)).items() if name in ("hours", "journey")}
    _check_opening(read["opens_on"], None)
    code = new_code(read["names"][plan.languages[0]], codes_named("services"), "service")
    parts = {f"services/{code}": {**read, "code": code}, **counter_parts(fields, plan, plan, code)}
    save_plan("services", fields, parts)
    return jsonify(next=url_for("admin.services", _anchor=f"service-{code}"))


@routes.get("/services/<service>/settings")
def edit_service(service: str) -> str:
    """Show the form of one service."""
    plan = frame.plan()
    return _form(plan, plan.service(service), is_new=False)


@routes.post("/services/<service>/settings")
def save_service(service: str) -> Response:
    """Save what the form changes of a service, and say what that was; of its head start, also who moved.

    Whoever changed other fields of the service meanwhile loses nothing.
    """
    plan = frame.plan()
    fields = fields_by_plan(field_names)
    seen = seen_plan(fields)
    before = written(seen.service(service))
    read = read_service(fields, plan, service, seen.service(service))
    _check_opening(read["opens_on"], before["opens_on"])
    parts = {f"services/{service}/{name}": value for name, value in read.items() if value != before[name]}
    parts |= counter_parts(fields, plan, seen, service)
    was = to_document(plan)
    revision = save_plan("services", fields, parts) if parts else plan.revision
    told = [said_changes(was, parts)]
    if f"services/{service}/head_start" in parts:
        told.append(said_moved(plan))
    return jsonify(said=". ".join(told), revision=revision)


@routes.post("/services/<service>/move")
def move_service(service: str) -> Response:
    """Move a service one place up or down in the order of the kiosk."""
    fields, plan = plan_fields("to"), frame.plan()
    plan.service(service)
    save_moved("services", fields, [written(one) for one in plan.services], service)
    return jsonify(next=url_for("admin.services", _anchor=f"service-{service}"))


@routes.post("/services/<service>/remove")
def remove_service(service: str) -> Response:
    """Remove a service, also from the counters that serve it. Refuses while a number is open for it."""
    fields, plan = plan_fields(), frame.plan()
    plan.service(service)
    save_plan("services", fields, without(plan, service) | journeys.uncollected(plan, service))
    return jsonify(next=url_for("admin.services"))


def _check_opening(opens_on: str | None, before: str | None) -> None:
    """Refuse (`time_past`) a new day of opening that has begun."""
    if opens_on and opens_on != before and opens_on <= of_app().office.business_day().isoformat():
        raise Refused("time_past")


def _form(plan: OfficePlan, service: Service | None, is_new: bool) -> str:
    """Return the page of the form; a new service is without letter or daily count of the one that it is copied from."""
    code = service.code if service is not None else ""
    seen, more = rows(service)
    return frame.page(
        "services",
        "form",
        plan=plan,
        revision=plan.revision,
        service=service,
        is_new=is_new,
        letter=free_letter([one.series for one in plan.services]) if is_new or service is None else service.series,
        hue=service.hue if service is not None else len(plan.services) % len(COLOURS) + 1,
        promise=service.promised_wait if service is not None else DEFAULT_PROMISE,
        rows=seen,
        more_rows=more,
        icons=ICONS,
        colours=COLOURS,
        roles={one.code: role_of(one.primary, one.overflow, code) for one in plan.counters},
        most_documents=MOST_REQUIREMENTS,
        collected=collectable(plan, code, service),
        tomorrow=of_app().office.business_day() + timedelta(days=1),
    )
