"""While services are held up by an outage no wait is told, and its minutes teach the estimator nothing."""

from __future__ import annotations

from dataclasses import replace

from antrean.queueing.commands import BeginOutage, EndOutage
from antrean.queueing.plan.model import Need, OfficePlan
from tests.conftest import small_plan
from tests.queueing.estimation.test_day import Morning, busy


def plan_with_server() -> OfficePlan:
    plan = small_plan(needs=(Need("server", {"id": "Server"}),))
    return replace(plan, services=tuple(replace(one, needs=("server",)) for one in plan.services))


def test_no_wait_is_told_while_it_lasts() -> None:
    morning = busy(plan=plan_with_server())
    number = morning.issue()
    assert morning.told(number) is not None
    morning.execute(BeginOutage(need="server"))
    assert morning.told(number) is None
    assert morning.watch.for_arrival("card", morning.at) is None
    assert morning.day.tickets[morning.issue()].wait_at_issue is None


def test_its_minutes_teach_the_estimator_nothing() -> None:
    def after(minutes: float) -> Morning:
        morning = busy(plan=plan_with_server())
        morning.execute(BeginOutage(need="server"))
        morning.forward(minutes)
        morning.execute(EndOutage(need="server"))
        for _ in range(3):
            morning.forward(4)
            morning.call()
        return morning

    short, long = after(0), after(90)
    waiting = [number for number, ticket in short.day.tickets.items() if ticket.state == "waiting"]
    assert waiting
    assert [short.told(number) for number in waiting] == [long.told(number) for number in waiting]
    assert short.told(waiting[-1]) is not None
