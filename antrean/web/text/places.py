"""Where a counter is, in words of each language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flask_babel import force_locale, gettext

from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.texts import in_language


def ways_to(plan: OfficePlan, counter: str) -> Mapping[str, str]:
    """Return by language where a counter is: its floor, and its own words or else those of its zone; empty for none."""
    found = next((one for one in plan.counters if one.code == counter), None)
    if found is None:
        return {}
    way = plan.way_to(counter)
    if not found.floor and not way:
        return {}
    if not found.floor:
        return dict(way)
    return {
        code: " · ".join(filter(None, (floor_words(found.floor, code), in_language(way, code))))
        for code in plan.languages
    }


@lru_cache(maxsize=200)
def floor_words(floor: str, language: str) -> str:
    """Return a floor in a language, such as “Lantai 2”."""
    with force_locale(language):
        return str(gettext("Floor %(floor)s", floor=floor))
