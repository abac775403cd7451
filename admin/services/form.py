"""The form of one service: its fields, what they say as a part of the plan, and what that changes. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from antrean.queueing.errors import N_, Invalid, Refused
from antrean.queueing.plan.document import (
    DAY_MINUTES,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_REASON,
    MOST_DAYS,
    MOST_PERSONS,
    MOST_REQUIREMENTS,
)
from antrean.queueing.plan.model import HUES, OfficePlan, Service
from antrean.web.http.forms import Fields, choice, flag, left_out, text, whole

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
    texts = [f"{kind}_{language}" for kind in TEXTS for language in plan.languages]
    places = range(1, MOST_REQUIREMENTS + 1)
    documents = [f"document_{place}_{language}" for place in places for language in plan.languages]
    return [
        *texts, *documents, *(f"document_{place}" for place in places),
        *(f"counter_{one.code}" for one in plan.counters),
        "series", "hue", "icon", "promised_wait", "head_start", "daily_limit", "legal_days", "ask_requirements",
        "priority_allowed", "closed", "opens_on",
    ]  # fmt: skip


def read_service(fields: Fields, plan: OfficePlan, code: str, kept: Service | None) -> dict[str, Any]:
    """Return the service that a form says, as it stands in the plan's document.

    `kept` is the service as it was: texts in languages that the office does not speak stay. Refuses a value out of its
    range, a missing name in the office's first language, and (`letter_taken`) a letter of another service.
    """
    said: dict[str, Any] = {"code": code, "series": _letter(fields, plan, code)}
    for kind, (part, most) in TEXTS.items():
        before: Mapping[str, str] = getattr(kept, part) if kept is not None else {}
        said[part] = _texts(fields, plan, kind, most, before)
    if plan.languages[0] not in said["names"]:
        raise Invalid("value_missing", field=f"name_{plan.languages[0]}")
    closed = flag(fields, "closed")
    return {
        **said,
        "icon": choice(fields, "icon", (*ICONS, *([kept.icon] if kept is not None else [])), "document"),
        "hue": _within(fields, "hue", 1, HUES, 1),
        "promised_wait": _within(fields, "promised_wait", 0, DAY_MINUTES, DEFAULT_PROMISE),
        "head_start": _within(fields, "head_start", 0, DAY_MINUTES, 0),
        "daily_limit": _optional(fields, "daily_limit", 0, MOST_PERSONS),
        "legal_days": _optional(fields, "legal_days", 1, MOST_DAYS),
        "requirements": _requirements(fields, plan, kept),
        "ask_requirements": flag(fields, "ask_requirements"),
        "priority_allowed": flag(fields, "priority_allowed"),
        "closed": closed,
        "opens_on": _day(fields, "opens_on") if closed else None,
        "closure_reasons": said["closure_reasons"] if closed else {},
    }


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


def free_letter(plan: OfficePlan) -> str:
    """Return the first letter that no service has, leaving out those that are read as a figure; "" for none."""
    used = {service.series for service in plan.services}
    singles = [chr(sign) for sign in range(ord("A"), ord("Z") + 1) if chr(sign) not in "IOQ"]
    return next((one for one in [*singles, *(f"A{one}" for one in singles)] if one not in used), "")


def _letter(fields: Fields, plan: OfficePlan, code: str) -> str:
    letter = text(fields, "series", most=4).strip().upper()
    if not LETTERS.fullmatch(letter):
        raise Invalid("value_invalid", field="series")
    other = next((one for one in plan.services if one.series == letter and one.code != code), None)
    if other is not None:
        raise Refused("letter_taken", letter=letter, service=other.name(plan.languages[0]))
    return letter


def _texts(fields: Fields, plan: OfficePlan, kind: str, most: int, before: Mapping[str, str]) -> dict[str, str]:
    """Return texts by language, in the order in which they stood."""
    given = {code: " ".join(text(fields, f"{kind}_{code}", "", most=most).split()) for code in plan.languages}
    every = {**before, **given}
    return {code: unicodedata.normalize("NFC", words) for code, words in every.items() if words}


def _requirements(fields: Fields, plan: OfficePlan, kept: Service | None) -> list[dict[str, Any]]:
    """Return the documents to bring; rows that say nothing are left out, and those that stay keep their codes."""
    known = {one.code: one for one in kept.requirements} if kept is not None else {}
    numbers = [int(code[1:]) for code in known if re.fullmatch("d[0-9]{1,6}", code)]
    fresh, found = max(numbers, default=0), list[dict[str, Any]]()
    for place in range(1, MOST_REQUIREMENTS + 1):
        code = text(fields, f"document_{place}", "", most=40)
        was = known.get(code)
        names = _texts(fields, plan, f"document_{place}", LONGEST_LINE, was.names if was is not None else {})
        if not any(names.get(language) for language in plan.languages):
            continue
        if was is None or any(one["code"] == code for one in found):
            fresh += 1
            code = f"d{fresh}"
        found.append({"code": code, "names": names})
    return found


def _within(fields: Fields, name: str, least: int, most: int, usual: int) -> int:
    number = whole(fields, name, usual)
    if not least <= number <= most:
        raise Invalid("value_invalid", field=name)
    return number


def _optional(fields: Fields, name: str, least: int, most: int) -> int | None:
    return None if left_out(fields, name) else _within(fields, name, least, most, least)


def _day(fields: Fields, name: str) -> str | None:
    """Return a day; whether it is still to come is for whoever says so."""
    written = text(fields, name, "", most=10)
    try:
        return date.fromisoformat(written).isoformat() if written else None
    except ValueError:
        raise Invalid("value_invalid", field=name) from None
