"""What waits a rule of calling leads to in one office: its usual demand, learnt of past days, run under the rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from math import sqrt
from statistics import fmean, median
from typing import Any

from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.model import Counter as PlanCounter
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from antrean.simulation.demand import DemandModel, invent_day
from antrean.simulation.engine import run
from antrean.simulation.past_day import MINUTE, PastDay
from antrean.simulation.scenario import lasting

SEEDS = (1, 2, 3)
ENOUGH = 900  # visitors of invented days in all, where a day has many: a child has some seconds of CPU time
DAY = date(2026, 11, 24)  # of the invented days: any day, as the demand names no date
LEAST_SERVED = 40  # visitors of past days of whom demand can be learnt
INVENTED_FOR_COUNTER = 85
MOST_VISITORS = 1000
MOST_WORK = 10_000  # visitors of a day times its open counters: a slow machine needs some seconds for it


@dataclass(frozen=True, slots=True)
class Demand:
    """How many come on a usual day, what share each service has, and how long a number is served there, in minutes.

    `days` is of how many past days it was learnt: 0 for an invented one. `counters` are how many are usually open.
    Of more visitors than can be worked out in time it is a `part`: fewer, at as many fewer counters. `done` is how many
    persons got what they came for, for each number of a service that was served.
    """

    visitors: int
    mix: Mapping[str, float]
    serve: Mapping[str, float]
    priority: float
    days: int
    counters: int
    part: bool = False
    done: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Class:
    """Waits of one class of visitors, in minutes, until their first call: None where nobody was called."""

    visitors: int
    mean: float | None
    p95: float | None
    longest: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Waits on a usual day under one rule. `service` is the code of the one whose visitors wait longest on average."""

    regular: Class
    priority: Class
    service: str
    service_mean: float


def demand_of(days: Sequence[PastDay], plan: OfficePlan) -> Demand:
    """Return the usual demand of past days for the services of the plan, an invented one where too few were served."""
    known = {service.code for service in plan.services}
    visits = [one for day in days for one in day.visits if one.service in known]
    times: defaultdict[str, list[float]] = defaultdict(list)
    done: Counter[str] = Counter()
    for visit in visits:
        if visit.minutes is not None:
            times[visit.service].append(visit.minutes)
            done[visit.service] += visit.done
    if sum(map(len, times.values())) < LEAST_SERVED:
        counters = max(len(plan.counters), 1)
        return _in_time(Demand(counters * INVENTED_FOR_COUNTER, dict.fromkeys(known, 1.0), {}, 0.12, 0, counters))
    share = Counter(visit.service for visit in visits)
    opened = [day.counters for day in days]
    return _in_time(
        Demand(
            visitors=round(len(visits) / len(days)),
            mix={code: float(count) for code, count in share.items()},
            serve={code: max(median(found), 0.2) for code, found in times.items()},
            priority=sum(visit.priority for visit in visits) / len(visits),
            days=len(days),
            counters=max(1, min(round(fmean(opened)), len(plan.counters))),
            done={code: done[code] / len(found) for code, found in times.items()},
        )
    )


def outlook(plan: OfficePlan, demand: Demand) -> Outlook:
    """Return the waits of the plan's own rule on usual days. The same demand brings the same people to every rule."""
    plan = replace(lasting(plan), hours=Hours(), counters=open_counters(plan, demand))
    served = {code for counter in plan.counters for code in counter.services}
    mix = {code: share for code, share in demand.mix.items() if code in served}
    usual = DemandModel(mix, demand.serve, priority=demand.priority)
    model = replace(usual, another=0.0) if demand.days else usual  # times that were learnt are those of whole parties
    tickets: list[Ticket] = []
    visitors = round(demand.visitors * sum(mix.values()) / sum(demand.mix.values())) if mix else 0
    days = min(len(SEEDS), max(1, ENOUGH // visitors)) if visitors else 0
    for seed in SEEDS[:days]:
        tickets += run(invent_day(DAY, plan, visitors, seed, model)).day.tickets.values()
    waits: defaultdict[str, list[float]] = defaultdict(list)
    for ticket in tickets:
        if (wait := _waited(ticket)) is not None:
            waits[ticket.legs[0].service].append(wait)
    means = {code: fmean(found) for code, found in waits.items()}
    longest = max(means, key=lambda code: means[code], default="")
    return Outlook(
        _class(one for one in tickets if not one.priority),
        _class(one for one in tickets if one.priority),
        longest,
        means.get(longest, 0.0),
    )


def as_values(made: Outlook) -> dict[str, Any]:
    """Return an outlook as JSON values."""
    return asdict(made)


def _in_time(demand: Demand) -> Demand:
    """Return the demand, or of one of too many visitors a part that is as busy."""
    work = demand.visitors * demand.counters
    if work <= MOST_WORK and demand.visitors <= MOST_VISITORS:
        return demand
    counters = max(1, round(demand.counters * min(1.0, sqrt(MOST_WORK / work))))
    visitors = min(round(demand.visitors * counters / demand.counters), MOST_VISITORS)
    return replace(demand, visitors=visitors, counters=counters, part=True)


def open_counters(plan: OfficePlan, demand: Demand) -> tuple[PlanCounter, ...]:
    """Return as many counters as are open: those that together serve most of the demand first, in the plan's order."""
    left, chosen, missing = list(plan.counters), list[PlanCounter](), dict(demand.mix)
    while left and len(chosen) < demand.counters:
        best = max(left, key=lambda one: sum(missing.get(code, 0.0) for code in one.primary))
        if len(missing) < len(demand.mix) and not any(code in missing for code in best.primary):
            missing = dict(demand.mix)  # whatever those left can serve has a counter: once more from the beginning
            continue
        left.remove(best)
        chosen.append(best)
        for code in best.primary:
            missing.pop(code, None)
    return tuple(one for one in plan.counters if one in chosen)


def _class(tickets: Iterable[Ticket]) -> Class:
    every = list(tickets)
    waits = sorted(wait for ticket in every if (wait := _waited(ticket)) is not None)
    if not waits:
        return Class(len(every), None, None, None)
    return Class(len(every), fmean(waits), waits[min(int(len(waits) * 0.95), len(waits) - 1)], waits[-1])


def _waited(ticket: Ticket) -> float | None:
    called = next((leg.called_at for leg in ticket.legs if leg.called_at is not None), None)
    return None if called is None else (called - ticket.issued_at) / MINUTE
