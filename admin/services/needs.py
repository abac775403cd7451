"""What services need, such as the ministry's server: what it is called, what visitors are told, and which services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, url_for

from admin import frame
from admin.plan_form import codes_named, fields_by_plan, plan_fields, save_plan, text_names, texts_of
from admin.section import Routes
from antrean.queueing.errors import Invalid, Refused
from antrean.queueing.plan.codes import new_code
from antrean.queueing.plan.document import LONGEST_NEED, LONGEST_NEED_WORDS, written
from antrean.queueing.plan.model import Need, OfficePlan
from antrean.web.http.forms import Fields, flag
from antrean.web.services import services

routes = Routes()


@routes.get("/needs")
def needs() -> str:
    """Show what services need, with the services that need it, and a form for one thing more."""
    plan = frame.plan()
    users = {
        need.code: [one.name(plan.languages[0]) for one in plan.services if need.code in one.needs]
        for need in plan.needs
    }
    return frame.page(
        "services", "needs", plan=plan, revision=plan.revision, users_of=users, longest=LONGEST_NEED,
        longest_words=LONGEST_NEED_WORDS,
    )  # fmt: skip


@routes.post("/needs")
def add_need() -> Response:
    """Add something that services need, by its name."""
    plan = frame.plan()
    fields = fields_by_plan(_field_names)
    need = _read(fields, plan, "", Need("", {}))
    need = Need(new_code(need.name(plan.languages[0]), codes_named("needs"), "need"), need.names, need.words)
    save_plan("services", fields, {f"needs/{need.code}": written(need), **_users(fields, plan, need.code)})
    return jsonify(next=url_for("admin.needs", _anchor=f"need-{need.code}"))


@routes.post("/needs/<code>")
def set_need(code: str) -> Response:
    """Save what it is called, what visitors are told while it is down, and which services need it."""
    plan = frame.plan()
    fields = fields_by_plan(_field_names)
    need = _read(fields, plan, code, plan.need(code))
    save_plan("services", fields, {f"needs/{code}": written(need), **_users(fields, plan, code)})
    return jsonify(next=url_for("admin.needs", _anchor=f"need-{code}"))


@routes.post("/needs/<code>/remove")
def remove_need(code: str) -> Response:
    """Take it away, also from the services that need it. Refuses while it is down."""
    fields, plan = plan_fields(), frame.plan()
    plan.need(code)
    if services().office.read(lambda day, _plan: code in day.outages):
        raise Refused("need_is_down")
    parts: dict[str, Any] = {f"needs/{code}": None}
    for one in plan.services:
        if code in one.needs:
            parts[f"services/{one.code}/needs"] = [other for other in one.needs if other != code]
    save_plan("services", fields, parts)
    return jsonify(next=url_for("admin.needs"))


def _field_names(plan: OfficePlan) -> list[str]:
    return [*text_names(plan, "name", "words"), *(f"service_{one.code}" for one in plan.services)]


def _read(fields: Fields, plan: OfficePlan, code: str, kept: Need) -> Need:
    names = texts_of(fields, plan, "name", LONGEST_NEED, kept.names)
    if plan.languages[0] not in names:
        raise Invalid("value_missing", field=f"name_{plan.languages[0]}")
    return Need(code, names, texts_of(fields, plan, "words", LONGEST_NEED_WORDS, kept.words))


def _users(fields: Fields, plan: OfficePlan, code: str) -> Mapping[str, Any]:
    """Return the parts of the plan that say which services need it, those that the form changes."""
    parts: dict[str, Any] = {}
    for one in plan.services:
        ticked = flag(fields, f"service_{one.code}")
        if ticked != (code in one.needs):
            rest = [other for other in one.needs if other != code]
            parts[f"services/{one.code}/needs"] = [*rest, code] if ticked else rest
    return parts
