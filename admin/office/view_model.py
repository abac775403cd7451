"""What the office page reads of its forms, and what a change of the calling order did to those who wait. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.calling.order import order
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid
from antrean.queueing.plan.model import OfficePlan

MOST_HEAD_START = 120  # minutes: with more, a service would go before all others for half a day


def checked_discipline(code: str) -> str:
    """Return the code of a discipline; refuses (`discipline_unknown`) another one."""
    if code not in DISCIPLINES:
        raise Invalid("discipline_unknown")
    return code


def names(known: Sequence[str]) -> list[str]:
    """Return the names of the fields for the office's languages: one for each that it can have, in their order."""
    return [f"language_{place}" for place in range(1, len(known) + 1)]


def checked_languages(fields: Mapping[str, str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the chosen languages in their order; a place that is left free is passed over.

    Refuses a language that the product does not speak (`language_unknown`), one that is chosen twice
    (`language_twice`), and a free first place (`language_first`).
    """
    given = [fields.get(name, "") for name in names(known)]
    chosen = [code for code in given if code]
    if any(code not in known for code in chosen):
        raise Invalid("language_unknown")
    if not given[0]:
        raise Invalid("language_first")
    if len(set(chosen)) < len(chosen):
        raise Invalid("language_twice")
    return tuple(chosen)


def head_start_names(plan: OfficePlan) -> dict[str, str]:
    """Return the names of the fields for the head starts of the services, by the service's code."""
    return {service.code: f"head_start_{service.code}" for service in plan.services}


def checked_head_starts(minutes: Mapping[str, int]) -> Mapping[str, int]:
    """Return the head start of each service; refuses (`value_invalid`) one below 0 or above `MOST_HEAD_START`."""
    for code, count in minutes.items():
        if not 0 <= count <= MOST_HEAD_START:
            raise Invalid("value_invalid", field=f"head_start_{code}")
    return minutes


def moved(day: ServiceDay, before: OfficePlan, plan: OfficePlan, at: datetime) -> int:
    """Return how many waiting numbers have another place in a plan's order than in that of the plan before."""
    was, now = ([ranked.ticket.number for ranked in order(day, one, at)] for one in (before, plan))
    return sum(one != other for one, other in zip(was, now, strict=True))
