"""What whoever leads is asked while the queue of services stands still, with the answers that there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.standstill.found import standstills


@dataclass(frozen=True, slots=True)
class StandstillQuestion:
    """The services for which nobody was called for `minutes` or longer, and of which nobody has said why.

    `services` are their codes, with a space between, and `names` what they are called. `waiting` counts their numbers,
    `counters` those that are open for them. `needs` are the code and name of what they need and is not down.
    """

    services: str
    names: tuple[str, ...]
    minutes: int
    waiting: int
    counters: int
    needs: tuple[tuple[str, str], ...]


def standstill_question(day: ServiceDay, plan: OfficePlan, at: datetime) -> StandstillQuestion | None:
    """Return what is asked now; None where no queue stands still, or somebody has said why."""
    found = [one for one in standstills(day, plan, at).values() if not one.answer]
    if not found:
        return None
    language, asked = plan.languages[0], [plan.service(one.service) for one in found]
    needed = {code for one in asked for code in one.needs} - set(day.outages)
    return StandstillQuestion(
        services=" ".join(one.code for one in asked),
        names=tuple(one.name(language) for one in asked),
        minutes=min(one.minutes(at) for one in found),
        waiting=sum(one.waiting for one in found),
        counters=len({counter for one in found for counter in one.counters}),
        needs=tuple((need.code, need.name(language)) for need in plan.needs if need.code in needed),
    )
