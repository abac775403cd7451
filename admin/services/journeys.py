"""The page of a service's journey: the stages through which goes what visitors apply for, in their order."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Response, jsonify, request, url_for

from admin import frame
from admin.plan_form import fields_by_plan, plan_fields, said_changes, save_plan, seen_plan
from admin.section import Routes
from admin.services.journey_form import PRESET, StageRow, field_names, read_journey, rows
from admin.setting_words import MOVER_WORDS
from antrean.queueing.plan.document import (
    LONGEST_STAGE,
    LONGEST_STAGE_WORDS,
    MOST_A_DAY,
    MOST_DAYS,
    MOST_EXPIRES,
    MOST_STAGES,
    to_document,
    written,
)
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.usual_journeys import USUAL
from antrean.web.services import services

routes = Routes()


@routes.get("/services/<service>/journey")
def journey(service: str) -> str:
    """Show the stages of a service; where it has none, those of the preset in the address, to be changed and saved."""
    plan = frame.plan()
    one = plan.service(service)
    preset = request.args.get(PRESET, "")
    offered = USUAL[preset][1] if one.journey is None and preset in USUAL else None
    shown = one.journey or offered
    here = services().office.read(
        lambda day, _plan: Counter(
            case.stage for case in day.standing.cases.cases.values() if case.service == service and not case.ended
        )
    )
    return frame.page(
        "services", "journey", plan=plan, revision=plan.revision, service=one, journey=shown, rows=rows(shown),
        blank=StageRow("0"), preset=preset if offered is not None else "", presets=USUAL, movers=MOVER_WORDS, here=here,
        most={
            "stages": MOST_STAGES, "name": LONGEST_STAGE, "words": LONGEST_STAGE_WORDS, "days": MOST_DAYS,
            "capacity": MOST_A_DAY, "expires": MOST_EXPIRES,
        },
    )  # fmt: skip


@routes.post("/services/<service>/journey")
def save_journey(service: str) -> Response:
    """Save the stages of a service, and say what changed. Refuses to lose a stage in which cases are."""
    plan = frame.plan()
    fields = fields_by_plan(field_names)
    before = seen_plan(fields).service(service).journey
    was, path = to_document(plan), f"services/{service}/journey"
    said = read_journey(fields, plan, before)
    if before is not None and said == written(before):
        return jsonify(said=said_changes(was, {}), revision=plan.revision)
    revision = save_plan("services", fields, {path: said})
    if before is None or [one["code"] for one in said["stages"]] != [one.code for one in before.stages]:
        return jsonify(next=url_for("admin.journey", service=service))  # new stages have codes from now on
    return jsonify(said=said_changes(was, {path: said}), revision=revision)


@routes.post("/services/<service>/journey/remove")
def remove_journey(service: str) -> Response:
    """Take the journey of a service away, also from those where its cases are collected. Refuses while it has cases."""
    fields, plan = plan_fields(), frame.plan()
    plan.service(service)
    save_plan("services", fields, {f"services/{service}/journey": None, **uncollected(plan, service)})
    return jsonify(next=url_for("admin.edit_service", service=service, _anchor="cases-title"))


def uncollected(plan: OfficePlan, service: str) -> dict[str, Any]:
    """Return the parts of the plan that change when the cases of a service are collected nowhere any more."""
    return {
        f"services/{one.code}/collects": [code for code in one.collects if code != service]
        for one in plan.services
        if service in one.collects
    }
