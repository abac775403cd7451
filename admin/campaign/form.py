"""The form of a campaign: its fields, and the campaign that they say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from antrean.queueing.errors import Invalid
from antrean.queueing.plan.campaign import MOST_PERSONS, Campaign
from antrean.queueing.plan.model import OfficePlan
from antrean.web.http.forms import flag, text, whole

FIELDS = ("target", "start_count", "start_on", "deadline", "pace", "on_displays")
LONGEST_DAY = 20  # letters of a day, as far as a refusal repeats it
COUNTS = "counts_"


def field_names(plan: OfficePlan) -> list[str]:
    """Return the names of all fields that the form may send."""
    return [*FIELDS, *(COUNTS + one.code for one in plan.services)]


def campaign_of(fields: Mapping[str, Any], plan: OfficePlan, kept: Campaign | None) -> Campaign:
    """Return the campaign that a form says; a service of `kept` that has left the office goes on counting.

    Refuses a day that no calendar has (`day_impossible`), and a campaign without services (`campaign_serviceless`).
    """
    left = [code for code in (kept.services if kept is not None else ()) if not plan.has_service(code)]
    services = [one.code for one in plan.services if flag(fields, COUNTS + one.code)]
    if not services:
        raise Invalid("campaign_serviceless")
    return Campaign(
        target=_persons(fields, "target", 1),
        start_count=_persons(fields, "start_count", 0),
        start_on=_day(fields, "start_on"),
        deadline=_day(fields, "deadline"),
        services=(*services, *left),
        pace=_persons(fields, "pace", 0, usual=0),
        on_displays=flag(fields, "on_displays"),
        began=kept.began if kept is not None else plan.revision + 1,
    )


def _persons(fields: Mapping[str, Any], name: str, least: int, usual: int | None = None) -> int:
    found = whole(fields, name, usual)
    if not least <= found <= MOST_PERSONS:
        raise Invalid("value_invalid", field=name)
    return found


def _day(fields: Mapping[str, Any], name: str) -> date:
    said = text(fields, name, most=LONGEST_DAY)
    if not said:
        raise Invalid("value_missing", field=name)
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Invalid("day_impossible", value=said) from None
