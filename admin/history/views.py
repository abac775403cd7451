"""The history page: who changed the settings when, what differs, and going back to an earlier state."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from flask import Response, jsonify, request, url_for

from admin import frame
from admin.changes import Changed, of_documents, with_left
from admin.plan_form import ANYWAY, REVISION, changed_since, plan_fields
from admin.section import Routes, View
from antrean.hub.zone_use import refuse_zones_lost
from antrean.queueing.commands import SavePlan
from antrean.queueing.errors import Invalid, Refused, Unknown
from antrean.queueing.plan.document import plan_of, to_document
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.settings.plan import OfficeMissing, Revision
from antrean.web.http.forms import flag, request_id, whole
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text import times
from antrean.web.text.actors import actor_words, names_of_devices

routes = Routes()
PAGE = 20
MOST_DIGITS = 9


def render() -> View:
    """Return the section's view. The page lists one moment, and nothing on it changes by itself."""
    return {"html": {}}


@routes.get("/history")
def history() -> str:
    """List the revisions of the settings, newest first, each with what it changed; `before` is where it begins."""
    before = request.args.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= MOST_DIGITS):
        raise Invalid("value_invalid", field="before")
    hub, plan = services(), frame.plan()
    found = hub.mode.run_blocking(hub.settings.revisions, PAGE + 1, int(before) if before else None)
    devices = hub.mode.run_blocking(lambda: names_of_devices(hub.settings.devices()))
    with frame.in_office_language():
        rows = [
            {
                "number": one.number,
                "when": times.long_time(one.at, plan.tz, plan.languages[0]) if one.at is not None else "",
                "who": actor_words(one.actor, devices) if older is not None else "",
                "changes": _between(older, one, plan) if older is not None else None,
            }
            for one, older in zip_longest(found[:PAGE], found[1:])
        ]
    more = found[PAGE - 1].number if len(found) > PAGE else None
    return frame.page("history", revision=plan.revision, rows=rows[:PAGE], before=before, next=more)


def _between(older: Revision, newer: Revision, plan: OfficePlan) -> list[Changed]:
    """Return what a revision changed; what the office has no longer is named as it was then."""
    for one in (newer, older):
        plan = with_left(plan, plan_of(one.document))
    return of_documents(older.document, newer.document, plan)


@routes.post("/history/<int:number>")
def go_back(number: int) -> Response:
    """Set everything back to how it was at a revision, as the next one. Refuses when somebody has saved meanwhile.

    Refuses (`zone_in_use`) to lose a zone that displays name, and (`services_unserved`) to leave a service without any
    counter, until the form says that it is wanted anyway. Pictures and videos that were taken away since are gone,
    and stay out of the playlist.
    """
    fields, hub = plan_fields(), services()
    made_from = whole(fields, REVISION)
    try:
        document = to_document(hub.mode.run_blocking(hub.settings.plan_of, number))
    except OfficeMissing:
        raise Unknown("not_found") from None
    refuse_zones_lost(frame.plan(), plan_of(document), hub.identities.devices())
    document["displays"]["playlist"] = [item for item in document["displays"]["playlist"] if _is_there(item)]
    must_serve = not flag(fields, ANYWAY)
    saved = SavePlan(what="undo", parts={"": document}, made_from=made_from, must_serve=must_serve)
    try:
        hub.office.execute(saved, current_identity().actor, request_id(fields))
    except Refused as refused:
        if refused.code != "plan_changed_meanwhile":
            raise
        raise Refused(refused.code, why=changed_since(made_from, ("",))) from None
    return jsonify(next=url_for("admin.history"))


def _is_there(item: dict[str, Any]) -> bool:
    return not item["file"] or (services().media.folder / item["file"]).is_file()
