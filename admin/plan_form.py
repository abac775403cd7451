"""Forms about the plan: each says the revision that its page was drawn from, and is saved as the next one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from flask_babel import gettext

from admin import frame
from admin.changes import of_documents
from antrean.queueing.commands import SavePlan
from antrean.queueing.errors import Invalid, Refused, Unavailable
from antrean.queueing.plan.document import to_document
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.parts import part
from antrean.storage.settings.plan import OfficeMissing
from antrean.web.http.forms import Fields, body, choice, flag, left_out, only, request_id, text, whole
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text.actors import actor_words, names_of_devices

REVISION = "revision"
ANYWAY = "anyway"  # said by whoever was warned that a service would be left without a counter
MOST_SAID = 4  # changed values that a response names
MOST_TOLD = 5  # revisions, and values of each, that a refusal names
UP, DOWN = "up", "down"


def codes_named(part: str) -> set[str]:
    """Return the codes that counters, services, zones, groups or stock items (`part`) have, or had earlier."""
    return services().mode.run_blocking(services().settings.codes_named, part)


def plan_fields(*names: str) -> Fields:
    """Return the fields of a form about the plan, which also says the revision that its page was drawn from."""
    return body(REVISION, ANYWAY, *names)


def fields_by_plan(names: Callable[[OfficePlan], Sequence[str]], *more: str) -> Fields:
    """Return the fields of a form whose fields follow from the plan, such as one for each service.

    Fields of what has left the plan since the page of the form was drawn are no error: whoever typed the others keeps
    them.
    """
    fields = body(more=True)
    return only(fields, (REVISION, ANYWAY, *more, *names(frame.plan()), *names(seen_plan(fields))))


def text_names(plan: OfficePlan, *names: str) -> list[str]:
    """Return the names of the fields of texts that are written in each language of the office."""
    return [f"{name}_{language}" for name in names for language in plan.languages]


def texts_of(
    fields: Mapping[str, Any],
    plan: OfficePlan,
    name: str,
    most: int,
    kept: Mapping[str, str] | None = None,
    lines: bool = False,
) -> dict[str, str]:
    """Return what was typed in each language, its blanks made single, in the order of `kept`, the texts as they were.

    A language without words is left out. Texts in languages that the office does not speak stay. With `lines`, a text
    keeps its lines as they were typed.
    """
    typed = {code: text(fields, f"{name}_{code}", "", most=most) for code in plan.languages}
    given = {code: words.strip() if lines else " ".join(words.split()) for code, words in typed.items()}
    every = {**(kept or {}), **given}
    return {code: unicodedata.normalize("NFC", words) for code, words in every.items() if words}


def seen_plan(fields: Mapping[str, Any]) -> OfficePlan:
    """Return the plan that the page of a form was drawn from; a program that names no revision sees that of now."""
    here = frame.plan()
    made_from = here.revision if left_out(fields, REVISION) else whole(fields, REVISION)
    return here if made_from == here.revision else _plan_of(made_from)


def save_plan(what: str, fields: Mapping[str, Any], parts: Mapping[str, Any], request: str | None = None) -> int:
    """Save parts of the plan by their paths as its next revision; return which revision it is now.

    `fields` are those of the request. A program that names no revision changes what is there. Refuses
    (`plan_changed_meanwhile`) a part that somebody else has changed since that revision, with who did and what, and
    (`services_unserved`) to leave a service without any counter, until the form says that it is wanted anyway.
    """
    hub, before = services(), frame.plan()
    made_from = None if left_out(fields, REVISION) else whole(fields, REVISION)
    seen = None
    if made_from is not None:
        document = _document(made_from, before)
        seen = {path: part(document, path) for path in parts}
    wanted = flag(fields, ANYWAY)
    command = SavePlan(what=what, parts=parts, made_from=made_from, seen=seen, must_serve=not wanted)
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


def save_moved(what: str, fields: Fields, entries: Sequence[Mapping[str, Any]], code: str) -> None:
    """Save the entries of a list of the plan with one of them a place up or down, as the field `to` says.

    `what` names the list. At its end nothing moves and nothing is saved.
    """
    to, every = choice(fields, "to", (UP, DOWN)), list(entries)
    place = next(place for place, one in enumerate(every) if one["code"] == code)
    other = place + (-1 if to == UP else 1)
    if 0 <= other < len(every):
        every[place], every[other] = every[other], every[place]
        save_plan(what, fields, {what: every})


def said_changes(was: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    """Return in words what a form has saved; `was` is the document before, `parts` are those that it saved."""
    plan = frame.plan()
    found = of_documents(was, to_document(plan), plan, tuple(parts)) if parts else []
    if not found:
        return gettext("Nothing was different.")
    told = [f"{one.name}: {one.before or '–'} → {one.after or '–'}" for one in found[:MOST_SAID]]
    if len(found) > MOST_SAID:
        told.append("…")
    return gettext("Saved. %(changes)s", changes="; ".join(told))


def changed_since(revision: int, paths: Sequence[str]) -> str:
    """Return in words who has changed these parts of the plan since a revision, and what."""
    hub, here = services(), frame.plan()
    later = hub.mode.run_blocking(hub.settings.revisions, MOST_TOLD + 1)
    devices = names_of_devices(hub.identities.devices())
    lines = []
    for newer, older in pairwise(later):
        if newer.number <= revision:
            break
        found = of_documents(older.document, newer.document, here, paths)
        if found:
            said = "; ".join(f"{one.name}: {one.before or '–'} → {one.after or '–'}" for one in found[:MOST_TOLD])
            lines.append(f"{actor_words(newer.actor, devices)}: {said}.")
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
