"""The services page: a list of all, a form for one, and what adds, copies, moves and removes one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_babel import gettext

from admin import frame
from admin.changes import of_documents
from admin.plan_form import plan_fields, save_plan, seen_plan
from admin.section import Routes, View
from admin.services.form import (
    COLOURS,
    DEFAULT_PROMISE,
    ICONS,
    counter_parts,
    field_names,
    free_letter,
    read_service,
    role_of,
    rows,
    without,
)
from antrean.queueing.errors import Refused
from antrean.queueing.plan.codes import new_code
from antrean.queueing.plan.document import MOST_REQUIREMENTS, to_document, written
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.web.http.forms import choice
from antrean.web.services import services as of_app

routes = Routes()
MOST_SAID = 4  # changed values that the response names
UP, DOWN = "up", "down"


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
    """Add a service as the last one, and lead to its form."""
    plan = frame.plan()
    fields = plan_fields(*field_names(plan))
    read = read_service(fields, plan, "", None)
    _check_opening(read["opens_on"], None)
    code = new_code(read["names"][plan.languages[0]], [one.code for one in plan.services], "service")
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
    """Save what the form changes of a service, and say what that was.

    Whoever changed other fields of the service meanwhile loses nothing.
    """
    plan = frame.plan()
    fields = plan_fields(*field_names(plan))
    seen = seen_plan(fields)
    before = written(seen.service(service))
    read = read_service(fields, plan, service, seen.service(service))
    _check_opening(read["opens_on"], before["opens_on"])
    parts = {f"services/{service}/{name}": value for name, value in read.items() if value != before[name]}
    parts |= counter_parts(fields, plan, seen, service)
    was = to_document(plan)
    revision = save_plan("services", fields, parts) if parts else plan.revision
    return jsonify(said=_said(was, parts), revision=revision)


@routes.post("/services/<service>/move")
def move_service(service: str) -> Response:
    """Move a service one place up or down in the order of the kiosk."""
    fields, plan = plan_fields("to"), frame.plan()
    plan.service(service)
    to = choice(fields, "to", (UP, DOWN))
    every = [written(one) for one in plan.services]
    place = next(place for place, one in enumerate(every) if one["code"] == service)
    other = place + (-1 if to == UP else 1)
    if 0 <= other < len(every):
        every[place], every[other] = every[other], every[place]
        save_plan("services", fields, {"services": every})
    return jsonify(next=url_for("admin.services", _anchor=f"service-{service}"))


@routes.post("/services/<service>/remove")
def remove_service(service: str) -> Response:
    """Remove a service, also from the counters that serve it. Refuses while a number is open for it."""
    fields, plan = plan_fields(), frame.plan()
    plan.service(service)
    save_plan("services", fields, without(plan, service))
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
        letter=free_letter(plan) if is_new or service is None else service.series,
        hue=service.hue if service is not None else len(plan.services) % len(COLOURS) + 1,
        promise=service.promised_wait if service is not None else DEFAULT_PROMISE,
        rows=seen,
        more_rows=more,
        icons=ICONS,
        colours=COLOURS,
        roles={one.code: role_of(one.primary, one.overflow, code) for one in plan.counters},
        most_documents=MOST_REQUIREMENTS,
        tomorrow=of_app().office.business_day() + timedelta(days=1),
    )


def _said(was: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    plan = frame.plan()
    found = of_documents(was, to_document(plan), plan, tuple(parts)) if parts else []
    if not found:
        return gettext("Nothing was different.")
    told = [f"{one.name}: {one.before or '–'} → {one.after or '–'}" for one in found[:MOST_SAID]]
    if len(found) > MOST_SAID:
        told.append("…")
    return gettext("Saved. %(changes)s", changes="; ".join(told))
