"""A replay under the same rules is what happened; under other rules only what depends on them changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from antrean.commands.sample_office import MIX, SERVE, sample_plan
from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.commands import (
    CallTicket,
    CancelTicket,
    ChangeService,
    CloseCounter,
    CloseDay,
    CloseService,
    CompleteTicket,
    HoldTicket,
    MarkNoShow,
    OpenService,
    PauseCounter,
    PauseService,
    ReadmitTicket,
    RedeemVoucher,
    ResumeCounter,
    ResumeService,
    ResumeTicket,
    StartService,
    TransferTicket,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import ClockSet
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping.state_fields import moved
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Counter, Limits, OfficePlan
from antrean.queueing.tickets.ticket import Leg, Ticket
from antrean.reporting.wait_report import figures
from antrean.simulation.demand import DemandModel, counters, invent_day
from antrean.simulation.engine import run
from antrean.simulation.replay import script, with_counters, with_discipline, with_service_time
from antrean.simulation.scenario import Scenario
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import call, issue, serve, sit

DAY = date(2026, 11, 23)


def legs(day: ServiceDay) -> dict[str, tuple[Leg, ...]]:
    """Return the legs of each visit; a replay knows no operators by name."""
    return {number: tuple(replace(leg, operator="") for leg in ticket.legs) for number, ticket in day.tickets.items()}


def mean_wait(tickets: Iterable[Ticket]) -> timedelta:
    mean = figures(list(tickets)).mean
    assert mean is not None
    return mean


def states(day: ServiceDay) -> dict[str, str]:
    return {number: ticket.state for number, ticket in day.tickets.items()}


def a_day(discipline: str, number: int, seed: int = 5) -> tuple[ServiceDay, OfficePlan, list[JournalEntry]]:
    plan = sample_plan("test")
    plan = replace(plan, discipline=discipline, counters=counters(plan, number))
    outcome = run(invent_day(DAY, plan, 220, seed, DemandModel(MIX, SERVE, between=0.7)))
    return outcome.day, plan, list(outcome.entries)


@pytest.mark.slow
@pytest.mark.parametrize("discipline", list(DISCIPLINES))
def test_a_day_replayed_by_its_own_rule_is_what_happened(discipline: str) -> None:
    happened, plan, entries = a_day(discipline, 3)
    scenario, really = script(DAY, entries, plan)
    again = run(scenario).day
    assert legs(really) == legs(happened)
    assert legs(again) == legs(happened)
    assert states(again) == states(happened)


@pytest.mark.parametrize("hours", [-1, 2])
def test_a_day_on_which_the_clock_was_set_is_replayed_as_if_it_had_been_right(hours: int) -> None:
    happened, plan, entries = a_day("earliest_due_date", 3)
    step = timedelta(hours=hours)
    middle = len(entries) // 2
    late = [replace(entry, seq=entry.seq + 1, at=entry.at + step) for entry in entries[middle:]]
    clock_set = JournalEntry(middle + 1, late[0].at, DAY, ClockSet(step.total_seconds(), "told"))
    scenario, really = script(DAY, [*entries[:middle], clock_set, *late], plan)
    wanted = {number: moved(rows, step, tuple[Leg, ...]) for number, rows in legs(happened).items()}
    assert legs(really) == wanted
    again = run(scenario).day
    assert legs(again) == wanted
    assert states(again) == states(happened)


def test_a_morning_with_everything_in_it_is_replayed_to_the_second(office: Office, clock: SetClock) -> None:
    sit(office, "1", "Ani")
    sit(office, "2", "Budi")
    for service in ("card", "card", "family", "card", "birth", "card"):
        issue(office, service)
        clock.forward(minutes=1)
    assert call(office, "1", "Ani").number == "A-001"
    clock.forward(minutes=2)
    office.execute(MarkNoShow(ticket="A-001", counter="1"))
    assert call(office, "2", "Budi").number == "B-001"
    clock.forward(seconds=40)
    assert call(office, "1", "Ani").number == "A-002"
    office.execute(StartService(ticket="B-001", counter="2"))
    clock.forward(minutes=1)
    office.execute(StartService(ticket="A-002", counter="1"))
    clock.forward(minutes=4)
    office.execute(TransferTicket(ticket="A-002", counter="1", service="family", position="front"))
    office.execute(PauseCounter(counter="1", operator="Ani", reason="prayer"))
    clock.forward(minutes=1)
    office.execute(CancelTicket(ticket="A-003", reason="visitor_left"))
    office.execute(ReadmitTicket(ticket="A-001"))
    office.execute(CompleteTicket(ticket="B-001", counter="2", outcome="papers_missing"))
    clock.forward(seconds=15)
    assert call(office, "2", "Budi").number == "A-002"
    clock.forward(minutes=6)
    office.execute(StartService(ticket="A-002", counter="2"))
    clock.forward(minutes=6)
    office.execute(CompleteTicket(ticket="A-002", counter="2"))
    office.execute(ResumeCounter(counter="1", operator="Ani"))
    clock.forward(seconds=5)
    assert call(office, "1", "Ani").number == "A-001"
    office.execute(StartService(ticket="A-001", counter="1"))
    clock.forward(minutes=2)
    office.execute(CompleteTicket(ticket="A-001", counter="1"))
    clock.forward(minutes=9)
    office.execute(CloseDay())

    entries = office._journal.read(after=0)
    plan = office.read(lambda _day, plan: plan)
    scenario, really = script(clock().date(), entries, plan)
    again = run(scenario).day
    assert legs(again) == legs(really)
    assert states(again) == states(really)
    assert states(really)["A-003"] == "cancelled"
    assert states(really)["C-001"] == "expired"
    assert scenario.notes == ()


def test_holds_and_calls_by_hand_are_said(office: Office, clock: SetClock) -> None:
    sit(office)
    issue(office), issue(office)
    office.execute(CallTicket(ticket="A-002", counter="3", operator="Ani", reason=""))
    office.execute(StartService(ticket="A-002", counter="3"))
    clock.forward(minutes=3)
    office.execute(HoldTicket(ticket="A-002", counter="3", reason="server"))
    clock.forward(minutes=20)
    office.execute(ResumeTicket(ticket="A-002", counter="3"))
    clock.forward(minutes=4)
    office.execute(CompleteTicket(ticket="A-002", counter="3"))
    scenario, _really = script(clock().date(), office._journal.read(after=0), office.read(lambda _day, plan: plan))
    assert len(scenario.notes) == 2
    assert scenario.visitors[1].legs[0].serve == timedelta(minutes=7)


def test_a_service_that_was_put_right_is_replayed_under_the_number_that_was_given(
    office: Office, clock: SetClock
) -> None:
    issue(office, "birth")
    sit(office)
    clock.forward(minutes=3)
    office.execute(ChangeService(ticket="C-001", service="card"))
    serve(office)
    clock.forward(minutes=4)
    office.execute(CompleteTicket(ticket="C-001", counter="3"))
    scenario, really = script(clock().date(), office._journal.read(after=0), office.read(lambda _day, plan: plan))
    again = run(scenario).day
    assert {number: ticket.service for number, ticket in again.tickets.items()} == {"C-001": "card"}
    assert states(again) == states(really)
    assert scenario.notes == ("1 services were put right at a counter; in the replay they are at the kiosk.",)


def test_who_was_carried_over_is_called_before_newcomers_in_the_replay_too() -> None:
    plan = small_plan(limits=Limits(voucher_days=3))
    clock, journal = SetClock(), ListJournal()
    office = Office(journal, lambda: plan, clock)
    issue(office)
    office.execute(CloseDay())
    (voucher,) = office.read(lambda day, _plan: list(day.standing.vouchers.vouchers))
    clock.forward(days=1)
    office.catch_up()
    issue(office)
    clock.forward(minutes=2)
    office.execute(RedeemVoucher(voucher=voucher))
    sit(office)
    called: list[str] = []
    for _ in range(2):
        clock.forward(minutes=1)
        called.append(serve(office).number)
        clock.forward(minutes=5)
        office.execute(CompleteTicket(ticket=called[-1], counter="3"))
    scenario, really = script(clock().date(), journal.read(after=0), plan)
    again = run(scenario).day
    assert called == ["A-002", "A-001"]
    assert legs(again) == legs(really)


def test_another_rule_moves_waits_between_classes_and_changes_no_visitor() -> None:
    happened, plan, entries = a_day("first_come_first_served", 3)
    scenario, _really = script(DAY, entries, plan)
    strict = run(with_discipline(scenario, "strict_priority")).day

    def of(day: ServiceDay, priority: bool) -> list[Ticket]:
        return [ticket for ticket in day.tickets.values() if ticket.priority == priority]

    assert mean_wait(of(strict, True)) < mean_wait(of(happened, True))
    assert mean_wait(of(strict, False)) > mean_wait(of(happened, False))
    assert [(one.issued_at, one.service, one.persons, one.priority) for one in strict.tickets.values()] == [
        (one.issued_at, one.service, one.persons, one.priority) for one in happened.tickets.values()
    ]


def test_a_counter_more_shortens_and_a_counter_less_lengthens_the_mean_wait() -> None:
    _happened, plan, entries = a_day("earliest_due_date", 3)
    scenario, really = script(DAY, entries, plan)

    def mean(change: int) -> timedelta:
        return mean_wait(run(with_counters(scenario, change)).day.tickets.values())

    assert mean(+1) < mean(0) < mean(-1)
    assert mean(0) == mean_wait(really.tickets.values())
    assert len(with_counters(scenario, -9).shifts) == 1


def test_faster_service_shortens_waits_and_leaves_the_script_alone() -> None:
    _happened, plan, entries = a_day("earliest_due_date", 2)
    scenario, _really = script(DAY, entries, plan)
    before = scenario.visitors
    faster = mean_wait(run(with_service_time(scenario, 0.8)).day.tickets.values())
    assert faster < mean_wait(run(scenario).day.tickets.values())
    assert scenario.visitors is before


def test_a_day_is_replayed_although_its_counters_and_services_are_no_more() -> None:
    happened, plan, entries = a_day("earliest_due_date", 3)
    left = replace(plan, services=plan.services[:2], counters=(Counter("1", "Loket 1", ("kk",)),))
    scenario, _really = script(DAY, entries, left)
    again = run(scenario).day
    assert set(again.tickets) == set(happened.tickets)
    assert [ticket.service for ticket in again.tickets.values()] == [one.service for one in happened.tickets.values()]


def test_a_day_without_visitors_has_an_empty_script() -> None:
    scenario, really = script(DAY, ListJournal().read(after=0), sample_plan("test"))
    assert (scenario.visitors, really.tickets) == ((), {})
    assert run(scenario).day.tickets == {}


def finish(office: Office, counter: str) -> None:
    number = office.read(lambda day, _plan: day.counter(counter).ticket)
    office.execute(CompleteTicket(ticket=number, counter=counter))


def a_morning_of_standstills(office: Office, clock: SetClock) -> None:
    """Cards stand still from 09:04 to 09:24, family cards from 09:25 to 09:40, births from 09:41 to the end."""
    sit(office)
    for service in ("card", "card", "family", "birth"):
        issue(office, service)
        clock.forward(minutes=1)
    office.execute(PauseService(service="card", reasons={"id": "Jaringan terputus"}, until="09:30"))
    clock.forward(seconds=10)
    assert serve(office).number == "B-001"
    clock.forward(minutes=3, seconds=50)
    office.execute(PauseService(service="card", until="09:45"))
    finish(office, "3")
    clock.forward(seconds=20)
    assert serve(office).number == "C-001"
    clock.forward(minutes=3)
    finish(office, "3")  # and nobody is called although two wait
    clock.forward(minutes=12, seconds=40)
    office.execute(ResumeService(service="card"))
    issue(office)
    issue(office, "family")
    clock.forward(seconds=30)
    assert serve(office).number == "A-001"
    clock.forward(seconds=30)
    office.execute(CloseService(service="family", reasons={"id": "Blangko habis"}))
    for number in ("A-002", "A-003"):
        clock.forward(minutes=4)
        finish(office, "3")
        clock.forward(seconds=15)
        assert serve(office).number == number
    clock.forward(minutes=2)
    finish(office, "3")
    clock.forward(minutes=4, seconds=30)
    office.execute(OpenService(service="family"))
    issue(office, "birth")
    clock.forward(minutes=1)
    office.execute(CloseService(service="birth"))
    clock.forward(seconds=10)
    assert serve(office).number == "B-002"
    clock.forward(minutes=2)
    finish(office, "3")
    clock.forward(hours=1)
    office.execute(CloseDay())


def script_of(office: Office, business_day: date) -> tuple[Scenario, ServiceDay]:
    plan = office.read(lambda _day, plan: plan)
    return script(business_day, office._journal.read(after=0), plan)


def test_nobody_of_a_paused_or_closed_service_is_called_in_a_replay_until_it_goes_on(
    office: Office, clock: SetClock
) -> None:
    a_morning_of_standstills(office, clock)
    scenario, really = script_of(office, clock().date())
    again = run(scenario).day
    assert legs(again) == legs(really)
    assert states(again) == states(really)
    assert states(really)["C-002"] == "expired"
    assert scenario.notes == ()


@pytest.mark.parametrize("discipline", list(DISCIPLINES))
def test_another_rule_and_more_counters_call_nobody_either_while_a_service_stood_still(
    office: Office, clock: SetClock, discipline: str
) -> None:
    sit(office)
    for priority in (False, True, False, True):
        issue(office, priority=priority)
    serve(office)
    paused = clock.forward(minutes=5)
    office.execute(PauseService(service="card"))
    clock.forward(minutes=1)
    finish(office, "3")
    resumed = clock.forward(minutes=30)
    office.execute(ResumeService(service="card"))
    for _visitor in range(3):
        clock.forward(seconds=20)
        serve(office)
        clock.forward(minutes=6)
        finish(office, "3")
    office.execute(CloseCounter(counter="3", operator="Ani"))
    scenario, _really = script_of(office, clock().date())
    again = run(with_counters(with_discipline(scenario, discipline), +1)).day
    called = [leg.called_at for ticket in again.tickets.values() for leg in ticket.legs if leg.called_at is not None]
    assert len(called) == 4
    assert not [at for at in called if paused < at < resumed]


def test_a_pause_of_a_service_that_is_no_more_keeps_no_day_from_being_replayed(office: Office, clock: SetClock) -> None:
    sit(office)
    issue(office, "family")
    office.execute(PauseService(service="card"))
    clock.forward(minutes=1)
    serve(office)
    clock.forward(minutes=1)
    finish(office, "3")
    left = (Counter("3", "Loket 3", ("family", "birth")),)
    plan = office.read(lambda _day, plan: replace(plan, services=plan.services[1:], counters=left))
    scenario, really = script(clock().date(), office._journal.read(after=0), plan)
    assert legs(run(scenario).day) == legs(really)
    assert scenario.standstills == ()


def test_a_pause_that_is_taken_back_at_once_keeps_nobody_from_coming(office: Office, clock: SetClock) -> None:
    office.execute(PauseService(service="card"))
    office.execute(ResumeService(service="card"))
    clock.forward(minutes=1)
    sit(office)
    issue(office)
    scenario, really = script_of(office, clock().date())
    assert list(run(scenario).day.tickets) == list(really.tickets) == ["A-001"]
