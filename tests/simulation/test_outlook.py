"""What waits a rule leads to: the office's own demand, the same people under every rule."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.demand import DemandModel, invent_day
from antrean.simulation.engine import run
from antrean.simulation.outlook import INVENTED_FOR_COUNTER, Demand, demand_of, outlook
from antrean.simulation.past_day import as_json, from_json, past_day

MIX = {"card": 3.0, "family": 1.0}


def test_demand_is_learnt_of_past_days_and_of_their_own_services(plan: OfficePlan) -> None:
    model = DemandModel(MIX, {"card": 2.0, "family": 8.0}, priority=0.3)
    made = [run(invent_day(date(2026, 11, day), plan, 120, 1, model)).day for day in (23, 24)]
    days = [from_json(json.loads(json.dumps(as_json(past_day(day))))) for day in made]  # as a process hands them on
    found = demand_of(days, plan)
    assert (found.days, found.visitors, found.counters) == (2, 120, 3)
    assert set(found.mix) == {"card", "family"}
    assert found.mix["card"] > 2 * found.mix["family"]
    assert found.serve["family"] > 2 * found.serve["card"]
    assert 0.2 < found.priority < 0.4


def test_an_office_without_earlier_days_has_an_invented_demand(plan: OfficePlan) -> None:
    found = demand_of([], plan)
    assert (found.days, found.visitors, set(found.mix)) == (0, 3 * INVENTED_FOR_COUNTER, {"card", "family", "birth"})


def test_priority_visitors_wait_less_with_credit_than_by_arrival_and_the_others_more(plan: OfficePlan) -> None:
    demand = replace(demand_of([], plan), visitors=330, priority=0.3)
    by_arrival = outlook(replace(plan, discipline="first_come_first_served"), demand)
    with_credit = outlook(replace(plan, credit_minutes=40), demand)
    assert by_arrival.priority.visitors == with_credit.priority.visitors
    assert (with_credit.priority.mean or 0) < (by_arrival.priority.mean or 0)
    assert (with_credit.regular.mean or 0) > (by_arrival.regular.mean or 0)
    assert (by_arrival.regular.mean or 0) <= (by_arrival.regular.p95 or 0) <= (by_arrival.regular.longest or 0)


def test_of_a_large_office_a_part_is_worked_out_that_is_as_busy(plan: OfficePlan) -> None:
    service, counter = plan.services[0], plan.counters[0]
    services = tuple(replace(service, code=f"s{n}") for n in range(30))
    counters = tuple(replace(counter, code=str(n), primary=(f"s{n % 30}",), overflow=()) for n in range(40))
    found = demand_of([], replace(plan, services=services, counters=counters))
    assert (found.visitors, found.counters, found.part) == (11 * INVENTED_FOR_COUNTER, 11, True)
    assert not demand_of([], plan).part


def test_the_counters_that_are_open_serve_what_most_come_for(plan: OfficePlan) -> None:
    counter = plan.counters[0]
    counters = tuple(
        replace(counter, code=str(n), primary=(service,), overflow=())
        for n, service in enumerate(("card", "card", "family", "birth"))
    )
    demand = Demand(90, {"card": 6.0, "family": 3.0, "birth": 1.0}, {}, 0.1, 3, 2)
    made = outlook(replace(plan, counters=counters), demand)
    assert made.regular.visitors + made.priority.visitors == 3 * 81
    one_more = outlook(replace(plan, counters=counters), replace(demand, counters=4))
    assert one_more.regular.visitors + one_more.priority.visitors == 3 * 90


def test_times_that_were_learnt_of_whole_parties_are_not_made_longer_by_their_size(plan: OfficePlan) -> None:
    learnt = Demand(250, {"card": 1.0, "family": 1.0, "birth": 1.0}, {"card": 4.0}, 0.1, 3, 3)
    of_one_person = replace(learnt, days=0)
    assert (outlook(plan, learnt).regular.mean or 0) < (outlook(plan, of_one_person).regular.mean or 0)


def test_a_service_that_no_counter_serves_has_no_part_in_it(plan: OfficePlan) -> None:
    alone = replace(plan, counters=(replace(plan.counters[0], overflow=()),))
    assert outlook(alone, demand_of([], alone)).service == "card"
    assert outlook(replace(plan, counters=()), demand_of([], plan)).regular.mean is None
