"""What one more counter would do while more come than can be served: persons of a day, from the office's own days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.capacity import Capacity, capacity
from antrean.simulation.demand import DemandModel, invent_day
from antrean.simulation.engine import run
from antrean.simulation.outlook import Demand, demand_of
from antrean.simulation.past_day import past_day

# 3 min of one card, 6 of one family card: with what a log-normal time adds, walking and the next call 5.3 on average.
LEARNT = Demand(
    300, {"card": 3.0, "family": 1.0}, {"card": 3.0, "family": 6.0}, 0.1, 5, 2, done={"card": 1.4, "family": 1.0}
)


def alike(plan: OfficePlan, counters: int) -> OfficePlan:
    """Return an office of counters that all serve cards and family cards."""
    one = replace(plan.counters[0], primary=("card", "family"), overflow=())
    return replace(plan, counters=tuple(replace(one, code=str(n)) for n in range(counters)))


def known(made: Capacity | None) -> Capacity:
    assert made is not None
    return made


@pytest.mark.parametrize("counters", [1, 2, 4])
def test_a_day_finishes_what_its_counters_have_time_for_and_one_more_adds_its_share(
    plan: OfficePlan, counters: int
) -> None:
    made = known(capacity(alike(plan, counters), replace(LEARNT, counters=counters), 480, ["card"]))
    in_time = counters * 480 / 5.29 * 0.75 * 1.4  # three of four numbers are cards, each of 1.4 persons
    assert (made.minutes, made.counters) == (480, counters)
    assert made.persons == pytest.approx(in_time, rel=0.08)
    assert made.one_more == pytest.approx(made.persons * (counters + 1) / counters, rel=0.12)


def test_half_a_day_finishes_half(plan: OfficePlan) -> None:
    whole, half = (known(capacity(alike(plan, 2), LEARNT, minutes, ["card"])) for minutes in (480, 240))
    assert half.persons == pytest.approx(whole.persons / 2, rel=0.08)


def test_the_further_counter_is_for_the_services_that_count(plan: OfficePlan) -> None:
    card, family = (known(capacity(alike(plan, 2), LEARNT, 480, [code])) for code in ("card", "family"))
    assert card.one_more - card.persons > 90
    assert family.one_more - family.persons > 15


def test_nothing_is_said_where_nothing_is_known(plan: OfficePlan) -> None:
    assert capacity(alike(plan, 2), LEARNT, 480, ["birth"]) is None  # no counter serves it
    assert capacity(alike(plan, 2), replace(LEARNT, done={}), 480, ["card"]) is None  # nobody was finished
    assert capacity(alike(plan, 2), LEARNT, 0, ["card"]) is None  # closed
    assert capacity(alike(plan, 2), replace(LEARNT, part=True), 480, ["card"]) is None  # not the whole office


def test_persons_of_a_number_are_learnt_of_those_who_got_what_they_came_for(plan: OfficePlan) -> None:
    model = DemandModel({"card": 1.0}, {"card": 2.0}, papers_missing=0.25, no_show=0.0)
    made = [run(invent_day(date(2026, 11, day), plan, 150, day, model)).day for day in (23, 24)]
    demand = demand_of([past_day(day) for day in made], plan)
    every = [ticket for day in made for ticket in day.tickets.values() if ticket.state == "completed"]
    persons = sum(ticket.persons for ticket in every if ticket.legs[-1].end == "finished")
    assert demand.done["card"] == pytest.approx(persons / len(every))
    assert 0.9 < demand.done["card"] < 1.5
