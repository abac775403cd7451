"""Forms about the plan: each says the revision that its page was drawn from, and is saved as the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from admin import frame
from admin.changes import of_documents
from antrean.queueing.commands import SavePlan
from antrean.queueing.errors import Invalid, Refused, Unavailable
from antrean.queueing.plan.document import to_document
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.parts import part
from antrean.storage.settings.plan import OfficeMissing
from antrean.web.http.forms import Fields, body, left_out, request_id, whole
from antrean.web.http.guard import current_identity
from antrean.web.services import services

REVISION = "revision"
MOST_TOLD = 5  # revisions, and values of each, that a refusal names


def plan_fields(*names: str) -> Fields:
    """Return the fields of a form about the plan, which also says the revision that its page was drawn from."""
    return body(REVISION, *names)


def seen_plan(fields: Mapping[str, Any]) -> OfficePlan:
    """Return the plan that the page of a form was drawn from; a program that names no revision sees that of now."""
    here = frame.plan()
    made_from = here.revision if left_out(fields, REVISION) else whole(fields, REVISION)
    return here if made_from == here.revision else _plan_of(made_from)


def save_plan(what: str, fields: Mapping[str, Any], parts: Mapping[str, Any], request: str | None = None) -> int:
    """Save parts of the plan by their paths as its next revision; return which revision it is now.

    `fields` are those of the request. A program that names no revision changes what is there. Refuses
    (`plan_changed_meanwhile`) a part that somebody else has changed since that revision, with who did and what.
    """
    hub, before = services(), frame.plan()
    made_from = None if left_out(fields, REVISION) else whole(fields, REVISION)
    seen = None
    if made_from is not None:
        document = _document(made_from, before)
        seen = {path: part(document, path) for path in parts}
    command = SavePlan(what=what, parts=parts, made_from=made_from, seen=seen)
    try:
        hub.office.execute(command, current_identity().actor, request or request_id(fields))
    except Unavailable:
        hub.mode.run_blocking(hub.settings.revisions, 1)  # says what it is, where the plans themselves are damaged
        raise
    except Refused as refused:
        if refused.code != "plan_changed_meanwhile" or made_from is None:
            raise
        raise Refused(refused.code, why=changed_since(made_from, tuple(parts))) from None
    return frame.plan().revision


def changed_since(revision: int, paths: Sequence[str]) -> str:
    """Return in words who has changed these parts of the plan since a revision, and what."""
    hub, here = services(), frame.plan()
    later = hub.mode.run_blocking(hub.settings.revisions, MOST_TOLD + 1)
    lines = []
    for newer, older in pairwise(later):
        if newer.number <= revision:
            break
        found = of_documents(older.document, newer.document, here, paths)
        if found:
            said = "; ".join(f"{one.name}: {one.before or '–'} → {one.after or '–'}" for one in found[:MOST_TOLD])
            lines.append(f"{newer.actor.partition(':')[2] or newer.actor}: {said}.")
    return " ".join(reversed(lines))


def _document(revision: int, here: OfficePlan) -> Mapping[str, Any]:
    """Return the document of a revision; refuses one that there is not."""
    return to_document(here if revision == here.revision else _plan_of(revision))


def _plan_of(revision: int) -> OfficePlan:
    hub = services()
    try:
        return hub.mode.run_blocking(hub.settings.plan_of, revision)
    except OfficeMissing:
        raise Invalid("value_invalid", field=REVISION) from None
