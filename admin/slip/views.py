"""The slip page: the contents and size of slips, with a preview made from the bytes that a printer would get."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify
from flask_babel import gettext

from admin import frame
from admin.plan_form import plan_fields, save_plan
from admin.section import Routes, View
from admin.slip import form as slip_form
from antrean.queueing.errors import Invalid
from antrean.queueing.plan.model import OfficePlan
from antrean.web.http.forms import flag, text
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text.slip_words import sample_content, slip_layout

routes = Routes()

PAPERS = {"80": "epson-tm-t82iii", "58": "generic-58"}
LARGEST_PICTURE = 48_000  # letters of base64; the page makes larger pictures smaller before it sends them


def render() -> View:
    """Return the section's view. Only another supervisor's saving changes it."""
    plan = frame.plan()
    return {"html": {}, "slip": {key: value for key, value in plan.slip.items() if key != "logo"}}


@routes.get("/slip")
def slip() -> str:
    """Show the editor."""
    plan = frame.plan()
    return frame.page(
        "slip",
        revision=plan.revision,
        form=slip_form.shown(plan.slip, plan.languages),
        languages=plan.languages,
        sizes=slip_form.SIZES,
        has_logo=bool(plan.slip.get("logo")),
        follows_cases=plan.follows_cases,
    )


@routes.post("/slip/preview")
def slip_preview() -> Response:
    """Return a sample slip with the form's settings, for both widths of paper; nothing is saved.

    Each comes with its length in millimetres and the letters that are printed as "?".
    """
    plan = frame.plan()
    fields = plan_fields("language", *_names(plan))
    language = text(fields, "language", plan.languages[0], most=10)
    if language not in plan.languages:
        raise Invalid("value_invalid", field="language")
    settings = _settings(fields, plan)
    content = sample_content(plan, settings, language, services().office.clock())
    made, pictures = services().heavy.do(
        current_identity().actor, "slip", content=content, layout=slip_layout(settings), profiles=list(PAPERS.values())
    )
    return jsonify(
        {
            paper: {
                "png": "data:image/png;base64," + base64.b64encode(png).decode("ascii"),
                "mm": mm,
                "unprintable": letters,
            }
            for paper, png, mm, letters in zip(PAPERS, pictures, made["mm"], made["unprintable"], strict=True)
        }
    )


@routes.post("/slip")
def save_slip() -> Response:
    """Save the form's settings for all slips from now on."""
    plan = frame.plan()
    fields = plan_fields(*_names(plan))
    revision = save_plan("slip", fields, {"slip": _settings(fields, plan)})
    return jsonify(said=gettext("Saved. The next slip looks like this."), revision=revision)


def _names(plan: OfficePlan) -> list[str]:
    return ["picture", "remove_logo", *slip_form.names(plan.languages)]


def _settings(fields: Mapping[str, Any], plan: OfficePlan) -> dict[str, Any]:
    return slip_form.read(fields, plan.languages, _logo(fields, plan))


def _logo(fields: Mapping[str, Any], plan: OfficePlan) -> str:
    """Return the logo to use: a new picture, the saved one, or none."""
    picture, removed = text(fields, "picture", "", most=LARGEST_PICTURE), flag(fields, "remove_logo")
    if picture:
        try:
            made, _ = services().heavy.do(
                current_identity().actor, "logo", picture=picture.partition(",")[2] or picture
            )
        except Invalid:
            raise Invalid("value_invalid", field="picture") from None
        return str(made["logo"])
    return "" if removed else str(plan.slip.get("logo", ""))
