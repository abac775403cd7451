"""How many persons a day finishes while more come than can be served, and how many with one more counter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, exp
from typing import Any

from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.model import Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from antrean.simulation.demand import DemandModel, invent_day, operator_of
from antrean.simulation.engine import run
from antrean.simulation.outlook import Demand, open_counters
from antrean.simulation.scenario import Scenario, lasting

SEEDS = (1, 2, 3)
DAY = date(2026, 11, 24)  # of the invented days: any day, as the demand names no date
CROWD = 1.3  # so many times what can be served come
QUEUE = 4  # numbers a counter that wait when it opens
LONGEST = 16 * 60  # minutes of one day that are worked out


@dataclass(frozen=True, slots=True)
class Capacity:
    """Persons of some services that a day of `minutes` finishes: with the usual `counters`, and with one more."""

    minutes: int
    counters: int
    persons: int
    one_more: int


def capacity(plan: OfficePlan, demand: Demand, minutes: int, services: Collection[str]) -> Capacity | None:
    """Return what a day brings on which more come for everything, in the shares of the demand, than can be served.

    The further counter is for `services`. None where nothing is known of who comes for them, where nobody serves them,
    and where the demand is only a part of the office's. The same demand and minutes always give the same.
    """
    plan = replace(lasting(plan), hours=Hours(), discipline="first_come_first_served")
    plan = replace(plan, counters=open_counters(plan, demand))
    served = {code for counter in plan.counters for code in counter.services}
    wanted = tuple(code for code in services if code in served and demand.done.get(code))
    minutes = min(minutes, LONGEST)
    if not wanted or minutes <= 0 or demand.part:
        return None
    another = Counter("another", "another", wanted)
    with_one = replace(plan, counters=(*plan.counters, another))
    found = [_finished(office, demand, minutes, wanted) for office in (plan, with_one)]
    return Capacity(minutes, len(plan.counters), *map(round, found))


def as_values(made: Capacity | None) -> dict[str, Any]:
    """Return a capacity as JSON values; nothing where none is known."""
    return asdict(made) if made is not None else {}


def _finished(plan: OfficePlan, demand: Demand, minutes: int, services: Collection[str]) -> float:
    """Return the persons of these services that a day finishes, as the mean of some days."""
    served = {code for counter in plan.counters for code in counter.services}
    mix = {code: share for code, share in demand.mix.items() if code in served}
    model = DemandModel(mix, demand.serve, another=0.0, priority=0.0, no_show=0.0)
    visitors = _crowd(model, len(plan.counters), minutes)
    total = 0.0
    for seed in SEEDS:
        day = run(_day(plan, visitors, minutes, seed, model)).day
        total += sum(demand.done.get(_service(one), 0.0) for one in day.tickets.values() if _is_served(one, services))
    return total / len(SEEDS)


def _crowd(model: DemandModel, counters: int, minutes: int) -> int:
    """Return how many visitors are more than these counters serve in so many minutes."""
    shares = sum(model.mix.values())
    middle = sum(model.serve.get(code, model.usual_serve) * share for code, share in model.mix.items()) / shares
    each = middle * exp(model.spread**2 / 2) + model.walk + model.between  # minutes: the mean of a log-normal time
    return ceil(CROWD * counters * minutes / each) + QUEUE * counters


def _day(plan: OfficePlan, visitors: int, minutes: int, seed: int, model: DemandModel) -> Scenario:
    """Return a day on which some wait when it opens and the others come evenly; nobody leaves, and it ends in time."""
    opens = datetime.combine(DAY, time(), UTC)
    made = invent_day(DAY, plan, visitors, seed, model)
    at_the_door = min(QUEUE * len(plan.counters), visitors)
    between = timedelta(minutes=minutes) / max(visitors - at_the_door, 1)
    people = tuple(
        replace(
            one,
            at=opens + between * max(place - at_the_door, 0),
            legs=tuple(replace(leg, patience=None) for leg in one.legs),
        )
        for place, one in enumerate(made.visitors)
    )
    shifts = tuple(replace(one, changes=((opens, "open", operator_of(one.counter, plan)),)) for one in made.shifts)
    return replace(made, visitors=people, shifts=shifts, closes_at=opens + timedelta(minutes=minutes))


def _service(ticket: Ticket) -> str:
    return ticket.legs[0].service


def _is_served(ticket: Ticket, services: Collection[str]) -> bool:
    return ticket.state == "completed" and _service(ticket) in services
