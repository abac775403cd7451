"""Whoever comes back with missing papers keeps the number and what they waited for; whoever is next stays next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.commands import (
    CancelTicket,
    ChangePlan,
    CloseDay,
    ComeBack,
    CompleteTicket,
    MarkNoShow,
    ReadmitTicket,
    ReopenTicket,
    StartService,
)
from antrean.queueing.keeping.day_figures import done_of, figures_of
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Limits
from antrean.queueing.tickets.coming_back import may_come_back_with_papers
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.test_more_time import called, taken
from tests.queueing.wishes import call, issue, refused, serve, sit

every_discipline = pytest.mark.parametrize("discipline", sorted(DISCIPLINES))


def office_of(clock: SetClock, **changes: Any) -> Office:
    plan = small_plan(limits=Limits(readmits=1), **changes)
    office = Office(ListJournal(), lambda: plan, clock)
    sit(office)
    return office


def lacked_papers(office: Office, clock: SetClock, priority: bool = False) -> str:
    """Return the number of a visitor who was sent to fetch papers."""
    issue(office, priority=priority)
    number = call(office).number
    office.execute(StartService(ticket=number, counter="3"))
    office.execute(CompleteTicket(ticket=number, counter="3", outcome="papers_missing"))
    clock.forward(minutes=1)
    return number


@every_discipline
def test_whoever_is_next_stays_next_and_whoever_came_back_is_second(clock: SetClock, discipline: str) -> None:
    office = office_of(clock, discipline=discipline)
    number = lacked_papers(office, clock)
    taken(office, clock, "rrr")
    done = office.execute(ComeBack(ticket=number))
    assert (done.event_kind, done.ticket and done.ticket.state) == ("ticket.came_back", "waiting")
    assert done.ticket is not None
    assert done.ticket.arrival == done.ticket.issued_at
    assert called(office) == ["2", "1", "3", "4"]


@every_discipline
def test_of_two_who_come_back_the_first_stays_first(clock: SetClock, discipline: str) -> None:
    office = office_of(clock, discipline=discipline)
    first, second = lacked_papers(office, clock), lacked_papers(office, clock)
    taken(office, clock, "rr")
    for number in (first, second):
        office.execute(ComeBack(ticket=number))
        clock.forward(minutes=1)
    assert called(office) == ["3", "1", "2", "4"]


def test_whoever_came_before_and_comes_back_later_stands_before_who_came_back(clock: SetClock) -> None:
    office = office_of(clock)
    first, second = lacked_papers(office, clock), lacked_papers(office, clock)
    taken(office, clock, "rr")
    for number in (second, first):
        office.execute(ComeBack(ticket=number))
    assert called(office) == ["3", "1", "2", "4"]


def test_nobody_who_came_later_and_has_priority_costs_a_visitor_more_than_one_place_among_the_regular_ones(
    clock: SetClock,
) -> None:
    office = office_of(clock, discipline="strict_priority")
    number = lacked_papers(office, clock)
    taken(office, clock, "prr")
    office.execute(ComeBack(ticket=number))
    assert called(office) == ["2", "3", "1", "4"]


def test_a_visitor_with_priority_comes_right_behind_who_is_next_whatever_their_priority(clock: SetClock) -> None:
    office = office_of(clock)
    number = lacked_papers(office, clock, priority=True)
    taken(office, clock, "rr")
    office.execute(ComeBack(ticket=number))
    assert called(office) == ["2", "1", "3"]


@every_discipline
def test_whoever_is_next_for_another_service_of_the_same_counter_stays_next(clock: SetClock, discipline: str) -> None:
    office = office_of(clock, discipline=discipline)
    number = lacked_papers(office, clock)
    for _ in range(3):
        issue(office, "family")
        clock.forward(minutes=1)
    office.execute(CancelTicket(ticket="B-001"))  # so that the last digits differ
    office.execute(ComeBack(ticket=number))
    assert called(office) == ["2", "1", "3"]


def test_where_nobody_waits_the_number_is_next(clock: SetClock) -> None:
    office = office_of(clock)
    number = lacked_papers(office, clock)
    office.execute(ComeBack(ticket=number))
    taken(office, clock, "r")
    assert called(office) == ["1", "2"]


def test_whoever_waited_before_keeps_their_place_before_the_number(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "r")
    waits = call(office).number
    office.execute(StartService(ticket=waits, counter="3"))
    office.execute(CompleteTicket(ticket=waits, counter="3"))
    number = lacked_papers(office, clock)
    office.execute(ReopenTicket(ticket=waits))  # goes before all others
    taken(office, clock, "r")
    office.execute(ComeBack(ticket=number))
    assert called(office) == ["1", "2", "3"]


def test_only_missing_papers_lead_back_so_often_as_the_plan_allows_and_not_on_another_day(clock: SetClock) -> None:
    office = office_of(clock)
    number = lacked_papers(office, clock)
    other = issue(office).number
    assert refused(office, ComeBack, ticket=other) == "ticket_not_completed"
    office.execute(StartService(ticket=call(office).number, counter="3"))
    office.execute(CompleteTicket(ticket=other, counter="3"))
    assert refused(office, ComeBack, ticket=other) == "ticket_ended"
    assert refused(office, ComeBack, ticket=number, counter="") == "not_at_counter"
    office.execute(ComeBack(ticket=number))
    office.execute(StartService(ticket=call(office).number, counter="3"))
    office.execute(CompleteTicket(ticket=number, counter="3", outcome="papers_missing"))
    assert refused(office, ComeBack, ticket=number) == "readmit_limit"
    late = lacked_papers(office, clock)
    office.execute(CloseDay())
    assert refused(office, ComeBack, ticket=late) == "day_closed"


@every_discipline
def test_papers_of_the_first_of_two_services_are_brought_once_the_second_has_ended(
    clock: SetClock, discipline: str
) -> None:
    office = office_of(clock, discipline=discipline)
    issue(office, then="family", persons=3)
    number = serve(office).number
    office.execute(CompleteTicket(ticket=number, counter="3", outcome="papers_missing"))
    assert refused(office, ComeBack, ticket=number) == "ticket_not_completed"
    serve(office)
    office.execute(CompleteTicket(ticket=number, counter="3", persons=1))
    clock.forward(minutes=1)
    taken(office, clock, "rr")
    done = office.execute(ComeBack(ticket=number)).ticket
    assert done is not None
    assert (done.service, done.then, done.persons, done.arrival) == ("card", "", 3, done.issued_at)
    assert office.read(lambda day, _plan: (day.persons_of("card"), day.persons_of("family"))) == (3 + 2, 1)
    assert called(office) == ["2", "1", "3"]


def test_who_brought_the_papers_of_the_first_service_has_been_at_each_service_once(clock: SetClock) -> None:
    office = office_of(clock)
    issue(office, then="family")
    for outcome in ("papers_missing", "finished"):
        number = serve(office).number
        clock.forward(minutes=2)
        office.execute(CompleteTicket(ticket=number, counter="3", outcome=outcome))
    assert office.read(lambda day, _plan: done_of(day)) == {"family": 1}
    office.execute(ComeBack(ticket=number))
    serve(office)
    clock.forward(minutes=2)
    office.execute(CompleteTicket(ticket=number, counter="3"))
    assert refused(office, ComeBack, ticket=number) == "ticket_ended"
    figures = office.read(lambda day, _plan: figures_of(day))
    told = {
        code: (one.tickets, one.persons, one.completed, one.done, one.services.mean)
        for code, one in figures.services.items()
    }
    assert told == {"card": (1, 1, 1, 1, 240), "family": (1, 1, 1, 1, 120)}
    assert figures.tickets == 1


def test_nobody_waits_again_for_a_service_that_has_left_the_plan(clock: SetClock) -> None:
    plans = [small_plan(limits=Limits(readmits=1))]
    office = Office(ListJournal(), lambda: plans[-1], clock)
    sit(office)
    number = lacked_papers(office, clock)
    issue(office)
    missed = call(office).number
    office.execute(MarkNoShow(ticket=missed, counter="3"))
    left = replace(plans[0], services=tuple(one for one in plans[0].services if one.code != "card"))
    plans.append(left)
    office.execute(ChangePlan(what="services"))
    assert not may_come_back_with_papers(office.read(lambda day, _plan: day.ticket(number)), left)
    for command, ticket in ((ComeBack, number), (ReopenTicket, number), (ReadmitTicket, missed)):
        assert refused(office, command, ticket=ticket) == "service_unknown"
