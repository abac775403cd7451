"""The waits an office tells: honest from the first call on, and the same after a restart."""

from __future__ import annotations

import pytest

from antrean.queueing.commands import CompleteTicket, PauseService, ResumeService, StartService
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import ListJournal, SetClock
from tests.fakes.waits import for_all
from tests.queueing.wishes import call, issue, sit


def newcomer(office: Office, clock: SetClock, service: str = "card") -> tuple[int, int] | None:
    return office.read(lambda day, _plan: day.waits.for_arrival(service, clock()))


def serve_for(office: Office, clock: SetClock, visitors: int, minutes: float) -> None:
    """Call and serve visitors one after another at counter 3, each taking so many minutes."""
    for _ in range(visitors):
        ticket = call(office).number
        office.execute(StartService(ticket=ticket, counter="3"))
        clock.forward(minutes=minutes)
        office.execute(CompleteTicket(ticket=ticket, counter="3", outcome="finished"))


@pytest.fixture
def morning(office: Office, clock: SetClock) -> Office:
    for _ in range(20):
        issue(office)
    sit(office)
    serve_for(office, clock, 8, 6)
    return office


def test_nothing_is_promised_before_anybody_was_called(office: Office, clock: SetClock) -> None:
    number = issue(office).number
    assert office.read(lambda day, _plan: day.tickets[number].wait_at_issue) is None
    assert newcomer(office, clock) is None


def test_a_ticket_is_told_an_interval_and_keeps_what_it_was_told(morning: Office, clock: SetClock) -> None:
    number = issue(morning).number
    told = morning.read(lambda day, _plan: day.tickets[number].wait_at_issue)
    assert told is not None
    assert 0 <= told[0] < told[1]
    serve_for(morning, clock, 5, 6)
    assert morning.read(lambda day, _plan: day.tickets[number].wait_at_issue) == told
    left = morning.read(lambda day, plan: for_all(day.waits, day, plan, clock())[number])
    assert left is not None
    assert left[1] < told[1]


def test_the_deciding_and_the_shown_day_tell_the_same(morning: Office, clock: SetClock) -> None:
    before = newcomer(morning, clock)
    number = issue(morning).number
    assert morning.read(lambda day, _plan: day.tickets[number].wait_at_issue) == before


def test_a_restarted_hub_tells_the_same_waits(morning: Office, clock: SetClock, plan: OfficePlan) -> None:
    again = Office(morning._journal, lambda: plan, clock)
    ask = [again.read(lambda day, plan: for_all(day.waits, day, plan, clock())), newcomer(again, clock)]
    assert ask == [
        morning.read(lambda day, plan: for_all(day.waits, day, plan, clock())),
        newcomer(morning, clock),
    ]
    assert ask[1] is not None


def test_a_paused_service_freezes_what_its_tickets_are_told(clock: SetClock, plan: OfficePlan) -> None:
    office = Office(ListJournal(), lambda: plan, clock)
    for _ in range(12):
        issue(office)
    sit(office)
    serve_for(office, clock, 6, 5)

    def told() -> object:
        return office.read(lambda day, plan: for_all(day.waits, day, plan, clock()))

    first = told()
    office.execute(PauseService(service="card"))
    clock.forward(minutes=90)
    assert told() == first
    office.execute(ResumeService(service="card"))
    assert told() == first


def test_a_slow_yesterday_makes_today_more_careful(clock: SetClock, plan: OfficePlan) -> None:
    office, told = Office(ListJournal(), lambda: plan, clock), []
    for _ in range(20):
        issue(office)
    sit(office)
    serve_for(office, clock, 18, 15)
    clock.forward(days=1)
    for today in (office, Office(ListJournal(), lambda: plan, clock)):
        for _ in range(10):
            issue(today)
        sit(today)
        serve_for(today, clock, 5, 6)
        told.append(newcomer(today, clock))
    with_memory, without = told
    assert with_memory is not None
    assert without is not None
    assert with_memory[1] > without[1]
