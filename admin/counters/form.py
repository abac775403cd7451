"""The form of one counter: its fields, and what they say as a part of the plan. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

from admin.plan_form import text_names, texts_of
from antrean.queueing.errors import Invalid
from antrean.queueing.plan.codes import new_code
from antrean.queueing.plan.document import LONGEST_COUNTER, LONGEST_FLOOR, LONGEST_WAY
from antrean.queueing.plan.model import ARROWS, Counter, OfficePlan
from antrean.web.http.forms import Fields, choice, text

ROLES = ("", "primary", "overflow")  # what the counter does for a service: nothing, serves it first, helps
LONGEST_STEM = 14  # letters of a name that its code is made of: a counter's code has 20 at most


def field_names(plan: OfficePlan) -> list[str]:
    """Return the names of all fields that the form may send."""
    return [
        "name",
        "zone",
        "arrow",
        "floor",
        *text_names(plan, "way"),
        *(f"service_{one.code}" for one in plan.services),
    ]


def read_counter(fields: Fields, plan: OfficePlan, code: str, kept: Counter | None) -> dict[str, Any]:
    """Return the counter that a form says, as it stands in the plan's document.

    `kept` is the counter as it was: words in languages that the office does not speak stay, and a field that is not
    sent. Refuses a missing name, and a zone, arrow or role that there is not.
    """
    was = kept if kept is not None else Counter(code, "", ())
    name = _line(text(fields, "name", was.name, most=LONGEST_COUNTER))
    if not name:
        raise Invalid("value_missing", field="name")
    zones = ["", was.zone, *(one.code for one in plan.zones)]
    return {
        "code": code,
        "name": name,
        **_services(fields, plan, was),
        "zone": choice(fields, "zone", zones, was.zone),
        "arrow": choice(fields, "arrow", ("", *ARROWS), was.arrow),
        "floor": _line(text(fields, "floor", was.floor, most=LONGEST_FLOOR)),
        "way": texts_of(fields, plan, "way", LONGEST_WAY, was.way),
    }


def code_for(name: str, taken: Collection[str]) -> str:
    """Return the code of a new counter: the figures in its name where nobody has them, else a code of the name."""
    figures = "".join(re.findall("[0-9]+", name))[:LONGEST_STEM]
    return new_code(figures or name[:LONGEST_STEM], taken, "counter")


def role_of(counter: Counter | None, service: str) -> str:
    """Return what a counter does for a service: `primary`, `overflow`, or nothing."""
    if counter is None:
        return ""
    return "primary" if service in counter.primary else "overflow" if service in counter.overflow else ""


def _services(fields: Fields, plan: OfficePlan, was: Counter) -> dict[str, list[str]]:
    """Return what it serves first and what it helps with; what stays keeps its place, what is new comes last."""
    roles = {one.code: role_of(was, one.code) for one in plan.services}
    roles |= {code: choice(fields, f"service_{code}", ROLES, role) for code, role in roles.items()}
    return {name: _in_order(getattr(was, name), [code for code in roles if roles[code] == name]) for name in ROLES[1:]}


def _in_order(before: Sequence[str], wanted: Sequence[str]) -> list[str]:
    return [code for code in before if code in wanted] + [code for code in wanted if code not in before]


def _line(words: str) -> str:
    return unicodedata.normalize("NFC", " ".join(words.split()))
