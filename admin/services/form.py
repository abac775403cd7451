"""The form of one service: its fields, what they say as a part of the plan, and what that changes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from admin.plan_form import text_names, texts_of
from antrean.queueing.errors import N_, Invalid, Refused
from antrean.queueing.plan.document import (
    DAY_MINUTES,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_TEXT,
    MOST_DAYS,
    MOST_PERSONS,
    MOST_REQUIREMENTS,
)
from antrean.queueing.plan.model import HUES, OfficePlan, Service
from antrean.web.http.forms import Fields, calendar_day, choice, flag, left_out, text, whole

ICONS = {
    "document": N_("Sheet of paper"),
    "card": N_("Card"),
    "camera": N_("Camera"),
    "family": N_("Family"),
    "birth": N_("Newborn"),
    "child": N_("Child"),
    "move": N_("House and arrow"),
    "flower": N_("Flower"),
    "rings": N_("Rings"),
    "stamp": N_("Stamp"),
    "people": N_("People"),
    "heart": N_("Heart"),
    "note": N_("Speech bubble"),
    "phone": N_("Phone"),
    "info": N_("Information"),
    "key": N_("Key"),
    "collect": N_("Hand with a card"),
}
COLOURS = (
    N_("Blue"), N_("Green"), N_("Purple"), N_("Orange"), N_("Turquoise"), N_("Violet"), N_("Olive"), N_("Red"),
)  # fmt: skip
BLANK_ROWS = 2
LEAST_ROWS = 3
DEFAULT_PROMISE = 30
ROLES = ("", "primary", "overflow")  # what a counter does for the service: nothing, serves it first, helps
# Texts of a service by language: the name of their fields, that of the part of the plan, and how long each may be.
TEXTS = {
    "name": ("names", LONGEST_NAME),
    "explanation": ("explanations", LONGEST_LINE),
    "cost": ("costs", LONGEST_LINE),
    "legal": ("legal_times", LONGEST_LINE),
    "closure": ("closure_reasons", LONGEST_REASON),
    "question": ("spare_questions", LONGEST_LINE),
    "spare": ("spare_words", LONGEST_TEXT),
}
LETTERS = re.compile("[A-Z0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Row:
    """A document that visitors bring, as a row of the form; `code` is empty for one that is new."""

    place: int
    code: str
    names: Mapping[str, str]


def rows(service: Service | None) -> tuple[list[Row], list[Row]]:
    """Return the rows of a service's documents with some that are blank, and the further ones that it may have."""
    known = service.requirements if service is not None else ()
    found = [Row(place, one.code, one.names) for place, one in enumerate(known, 1)]
    every = [*found, *(Row(place, "", {}) for place in range(len(found) + 1, MOST_REQUIREMENTS + 1))]
    seen = max(LEAST_ROWS, len(known) + BLANK_ROWS)
    return every[:seen], every[seen:]


def field_names(plan: OfficePlan) -> list[str]:
    """Return the names of all fields that the form may send."""
    places = range(1, MOST_REQUIREMENTS + 1)
    return [
        *text_names(plan, *TEXTS, *(f"document_{place}" for place in places)),
        *(f"document_{place}" for place in places),
        *(f"counter_{one.code}" for one in plan.counters),
        "series", "hue", "icon", "promised_wait", "head_start", "daily_limit", "legal_days", "ask_requirements",
        "priority_allowed", "closed", "opens_on", "group", *(f"need_{one.code}" for one in plan.needs),
        *(f"collects_{one.code}" for one in plan.services),
    ]  # fmt: skip


def read_service(fields: Fields, plan: OfficePlan, code: str, kept: Service | None) -> dict[str, Any]:
    """Return the service that a form says, as it stands in the plan's document.

    `kept` is the service as it was: texts in languages that the office does not speak stay. Refuses a value out of its
    range, a missing name in the office's first language, and (`letter_taken`) a letter of another service.
    """
    said: dict[str, Any] = {"code": code, "series": _letter(fields, plan, code)}
    for kind, (part, most) in TEXTS.items():
        before: Mapping[str, str] = getattr(kept, part) if kept is not None else {}
        said[part] = texts_of(fields, plan, kind, most, before)
    if plan.languages[0] not in said["names"]:
        raise Invalid("value_missing", field=f"name_{plan.languages[0]}")
    said |= _spares(said, plan)
    closed = flag(fields, "closed")
    opens_on = calendar_day(fields, "opens_on") if closed else None
    return {
        **said,
        "group": _group(fields, plan, kept),
        "icon": choice(fields, "icon", (*ICONS, *([kept.icon] if kept is not None else [])), "document"),
        "hue": _within(fields, "hue", 1, HUES, 1),
        "promised_wait": _within(fields, "promised_wait", 0, DAY_MINUTES, DEFAULT_PROMISE),
        "head_start": _within(fields, "head_start", 0, DAY_MINUTES, 0),
        "daily_limit": _optional(fields, "daily_limit", 0, MOST_PERSONS),
        "legal_days": _optional(fields, "legal_days", 1, MOST_DAYS),
        "requirements": _requirements(fields, plan, kept),
        "ask_requirements": flag(fields, "ask_requirements"),
        "priority_allowed": flag(fields, "priority_allowed"),
        "needs": [one.code for one in plan.needs if flag(fields, f"need_{one.code}")],
        "collects": [one.code for one in collectable(plan, code, kept) if flag(fields, f"collects_{one.code}")],
        "closed": closed,
        "opens_on": opens_on and opens_on.isoformat(),
        "closure_reasons": said["closure_reasons"] if closed else {},
    }


def collectable(plan: OfficePlan, code: str, service: Service | None) -> list[Service]:
    """Return the other services whose cases can be collected at a service, in its order and then in the plan's."""
    order = service.collects if service is not None else ()
    found = [one for one in plan.services if one.journey is not None and one.code != code]
    return sorted(found, key=lambda one: order.index(one.code) if one.code in order else len(order))


def counter_parts(fields: Fields, plan: OfficePlan, seen: OfficePlan, service: str) -> dict[str, list[str]]:
    """Return the parts of the plan that say which counters serve the service, those that the form changes."""
    parts: dict[str, list[str]] = {}
    before = {counter.code: counter for counter in seen.counters}
    for counter in plan.counters:
        was = before.get(counter.code, counter)
        role = choice(fields, f"counter_{counter.code}", ROLES, role_of(was.primary, was.overflow, service))
        if role == role_of(was.primary, was.overflow, service):
            continue
        for name in ("primary", "overflow"):
            codes = list(getattr(was, name))
            wanted = [code for code in codes if code != service] + ([service] if role == name else [])
            if wanted != codes:
                parts[f"counters/{counter.code}/{name}"] = wanted
    return parts


def role_of(primary: Sequence[str], overflow: Sequence[str], service: str) -> str:
    """Return what a counter does for a service: `primary`, `overflow`, or nothing."""
    return "primary" if service in primary else "overflow" if service in overflow else ""


def without(plan: OfficePlan, service: str) -> dict[str, Any]:
    """Return the parts of the plan that change when a service goes: itself, and the counters that serve it."""
    parts: dict[str, Any] = {f"services/{service}": None}
    for counter in plan.counters:
        for name in ("primary", "overflow"):
            codes = getattr(counter, name)
            if service in codes:
                parts[f"counters/{counter.code}/{name}"] = [code for code in codes if code != service]
    return parts


def _spares(said: Mapping[str, Any], plan: OfficePlan) -> dict[str, Any]:
    """Return the question whether the visit is needed, and the words that say why it is not.

    Refuses one without the other. Where none is left in a language that the office speaks, nothing is asked: those in
    others, which nobody sees here, go as well.
    """
    kinds = {"question": "spare_questions", "spare": "spare_words"}
    found = {
        part: said[part] if any(said[part].get(language) for language in plan.languages) else {}
        for part in kinds.values()
    }
    for kind, part in kinds.items():
        if not found[part] and any(found.values()):
            raise Invalid("value_missing", field=f"{kind}_{plan.languages[0]}")
    return found


def _group(fields: Fields, plan: OfficePlan, kept: Service | None) -> str:
    """Return the group that a form says; one without that field leaves the service where it is."""
    before = kept.group if kept is not None else ""
    return choice(fields, "group", ("", before, *(one.code for one in plan.groups)), before)


def _letter(fields: Fields, plan: OfficePlan, code: str) -> str:
    letter = text(fields, "series", most=4).strip().upper()
    if not LETTERS.fullmatch(letter):
        raise Invalid("value_invalid", field="series")
    other = next((one for one in plan.services if one.series == letter and one.code != code), None)
    if other is not None:
        raise Refused("letter_taken", letter=letter, service=other.name(plan.languages[0]))
    return letter


def _requirements(fields: Fields, plan: OfficePlan, kept: Service | None) -> list[dict[str, Any]]:
    """Return the documents to bring; rows that say nothing are left out, and those that stay keep their codes.

    A new one gets a code with the plan's revision in it: no document before it ever had that code, so what the journal
    says of one that is gone never becomes another's.
    """
    known = {one.code: one for one in kept.requirements} if kept is not None else {}
    unused = (code for place in count(1) if (code := f"d{plan.revision}-{place}") not in known)
    found = list[dict[str, Any]]()
    for place in range(1, MOST_REQUIREMENTS + 1):
        code = text(fields, f"document_{place}", "", most=40)
        was = known.get(code)
        names = texts_of(fields, plan, f"document_{place}", LONGEST_LINE, was.names if was is not None else None)
        if not any(names.get(language) for language in plan.languages):
            continue
        if was is None or any(one["code"] == code for one in found):
            code = next(unused)
        found.append({"code": code, "names": names})
    return found


def _within(fields: Fields, name: str, least: int, most: int, usual: int) -> int:
    number = whole(fields, name, usual)
    if not least <= number <= most:
        raise Invalid("value_invalid", field=name)
    return number


def _optional(fields: Fields, name: str, least: int, most: int) -> int | None:
    return None if left_out(fields, name) else _within(fields, name, least, most, least)
