"""The form of the rules: its fields, and what they say as parts of the plan. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields as fields_of
from typing import Any

from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.errors import Invalid
from antrean.queueing.plan.document import DAY_MINUTES, MOST_IN_A_ROW, most_of
from antrean.queueing.plan.model import DIGITS, Limits, OfficePlan
from antrean.web.http.forms import Fields, choice, whole

LIMITS = tuple(field.name for field in fields_of(Limits))
DIGITS_FIELD = "number_digits"
CALLING = ("discipline", "credit_minutes", "interleave")


def field_names(languages: Sequence[str]) -> list[str]:
    """Return the names of all fields that the form may send; `languages` are those that can be chosen."""
    return [*CALLING, DIGITS_FIELD, *LIMITS, *(f"place_{code}" for code in languages)]


def calling(fields: Mapping[str, Any], plan: OfficePlan) -> dict[str, Any]:
    """Return who is called next, as a form says it; what is not sent stays. Refuses a value out of its range."""
    return {
        "discipline": choice(fields, "discipline", tuple(DISCIPLINES), plan.discipline),
        "credit_minutes": within(fields, "credit_minutes", 0, DAY_MINUTES, plan.credit_minutes),
        "interleave": within(fields, "interleave", 1, MOST_IN_A_ROW, plan.interleave),
    }


def parts_of(fields: Fields, plan: OfficePlan, known: Sequence[str]) -> dict[str, Any]:
    """Return all parts of the plan that a form says, by their paths. `plan` is the one that its page was drawn from."""
    limits = {name: within(fields, name, 0, most_of(name), getattr(plan.limits, name)) for name in LIMITS}
    return {
        **{f"calling/{name}": value for name, value in calling(fields, plan).items()},
        DIGITS_FIELD: within(fields, DIGITS_FIELD, min(DIGITS), max(DIGITS), plan.number_digits),
        **{f"limits/{name}": value for name, value in limits.items()},
        "languages": _languages(fields, plan, known),
    }


def within(fields: Mapping[str, Any], name: str, least: int, most: int, usual: int) -> int:
    """Return a whole number in a range; refuses one beyond it."""
    found = whole(fields, name, usual)
    if not least <= found <= most:
        raise Invalid("value_invalid", field=name)
    return found


def place_of(plan: OfficePlan, language: str) -> int:
    """Return the place of a language in the office's order, from 1 on; 0 for one that it does not speak."""
    return plan.languages.index(language) + 1 if language in plan.languages else 0


def _languages(fields: Fields, plan: OfficePlan, known: Sequence[str]) -> list[str]:
    """Return the languages in their order. Refuses none, and two at one place."""
    places = {code: within(fields, f"place_{code}", 0, len(known), place_of(plan, code)) for code in known}
    spoken = sorted((place, code) for code, place in places.items() if place)
    if not spoken:
        raise Invalid("value_missing", field=f"place_{known[0]}")
    if len({place for place, _code in spoken}) < len(spoken):
        raise Invalid("language_twice")
    return [code for _place, code in spoken]
