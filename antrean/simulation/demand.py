"""Invents days: draws visitors and their needs from a seed, for the counters of a plan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from antrean.queueing.plan.model import MAX_PERSONS, Counter, OfficePlan
from antrean.simulation.scenario import Change, Scenario, ScriptedLeg, Shift, Visitor

# Share of arrivals by hour, from the queues of 19 district offices; docs/replay.md names the source.
HOURS = {8: 0.10, 9: 0.09, 10: 0.12, 11: 0.14, 12: 0.14, 13: 0.13, 14: 0.14}
# Tickets by party size: 1.6 persons on average.
PARTIES = {1: 0.68, 2: 0.17, 3: 0.08, 4: 0.04, 5: 0.03}
OPERATOR = {"en": "Operator", "id": "Petugas", "su": "Patugas"}


@dataclass(frozen=True, slots=True)
class DemandModel:
    """How people and counters behave; shares between 0 and 1, times in minutes.

    Service times are log-normal around `serve` (the median of one person) with `spread`; each further person adds
    `another` of it. Patience is log-normal around `patience`: who waits longer leaves.
    """

    mix: Mapping[str, float]
    serve: Mapping[str, float] = field(default_factory=dict)
    usual_serve: float = 3.0
    spread: float = 0.6
    another: float = 0.4
    priority: float = 0.12
    no_show: float = 0.04
    papers_missing: float = 0.08
    patience: float = 100.0
    patience_spread: float = 0.5
    walk: float = 0.5
    no_show_after: float = 1.5
    between: float = 0.3
    opens: time = time(8)
    closes: time = time(15)


def invent_day(day: date, plan: OfficePlan, visitors: int, seed: int, model: DemandModel) -> Scenario:
    """Return a day with so many visitors at the plan's counters; the same seed brings the same people.

    What a visitor needs and how long they would wait is drawn before anybody is called, so that two offices with
    the same seed serve the same people. Counters stay until the last visitor of the day is served.
    """
    luck = Random(f"{seed}/{day.isoformat()}")
    arrivals = sorted(_arrival(luck, day, plan, model) for _ in range(visitors))
    people = tuple(_visitor(luck, at, plan, model) for at in arrivals)
    return Scenario(day, plan, people, tuple(_shift(counter, day, plan, model) for counter in plan.counters))


def counters(plan: OfficePlan, number: int) -> tuple[Counter, ...]:
    """Return so many counters: the plan's own, then copies of these in turn."""
    own = plan.counters
    extra = (own[n % len(own)] for n in range(len(own), number))
    return (
        *own[:number],
        *(Counter(str(n), str(n), one.primary, one.overflow) for n, one in enumerate(extra, len(own) + 1)),
    )


def _arrival(luck: Random, day: date, plan: OfficePlan, model: DemandModel) -> datetime:
    hours = [hour for hour in HOURS if model.opens.hour <= hour < model.closes.hour] or [model.opens.hour]
    (hour,) = luck.choices(hours, [HOURS.get(hour, 0.1) for hour in hours])
    seconds = luck.randrange(3600)
    return _utc(day, time(hour), plan) + timedelta(seconds=seconds)


def _visitor(luck: Random, at: datetime, plan: OfficePlan, model: DemandModel) -> Visitor:
    codes = list(model.mix)
    (service,) = luck.choices(codes, [model.mix[code] for code in codes])
    (persons,) = luck.choices(list(PARTIES), list(PARTIES.values()))
    persons = min(persons, MAX_PERSONS)
    middle = model.serve.get(service, model.usual_serve) * (1 + model.another * (persons - 1))
    serve = _minutes(luck.lognormvariate(math.log(middle), model.spread))
    patience = _minutes(luck.lognormvariate(math.log(model.patience), model.patience_spread))
    priority, absent = luck.random() < model.priority, luck.random() < model.no_show
    outcome = "papers_missing" if luck.random() < model.papers_missing else "finished"
    leg = ScriptedLeg(service, _minutes(model.walk), serve, "completed", outcome, patience=patience)
    if absent:
        leg = ScriptedLeg(service, _minutes(model.no_show_after), None, "no_show", patience=patience)
    return Visitor(at, persons, priority, (leg,), plan.languages[0])


def operator_of(counter: Counter, plan: OfficePlan) -> str:
    """Return the name of who sits at a counter on an invented day, in the office's first language."""
    return f"{OPERATOR.get(plan.languages[0], OPERATOR['en'])} {counter.code}"


def _shift(counter: Counter, day: date, plan: OfficePlan, model: DemandModel) -> Shift:
    opens: tuple[datetime, Change, str] = (_utc(day, model.opens, plan), "open", operator_of(counter, plan))
    closes: tuple[datetime, Change, str] = (_utc(day, model.closes, plan), "close_when_empty", "")
    return Shift(counter, (opens, closes), usual_delay=_minutes(model.between))


def _utc(day: date, at: time, plan: OfficePlan) -> datetime:
    return datetime.combine(day, at, plan.tz).astimezone(UTC)


def _minutes(minutes: float) -> timedelta:
    return timedelta(seconds=round(minutes * 60))
