"""What was said at the kiosk is put right: persons, priority and service, of who waits and of who is at the counter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antrean.queueing.commands import (
    CallTicket,
    ChangePersons,
    ChangePriority,
    ChangeService,
    Command,
    CompleteTicket,
    HoldTicket,
    ReturnTicket,
    StartService,
    UndoStep,
)
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import call, issue, refused, serve, sit, states

ANI, BUDI = {"counter": "3", "operator": "Ani"}, {"counter": "1", "operator": "Budi"}
EACH = pytest.mark.parametrize(
    ("change", "name", "before", "after"),
    [
        (ChangePersons(ticket="A-001", persons=5, counter="3"), "persons", 2, 5),
        (ChangePriority(ticket="A-001", priority=True, counter="3"), "priority", False, True),
        (ChangeService(ticket="A-001", service="family", counter="3"), "service", "card", "family"),
    ],
    ids=["persons", "priority", "service"],
)


def value(office: Office, name: str) -> object:
    return office.read(lambda day, _plan: getattr(day.tickets["A-001"], name))


def office_with(clock: SetClock, **changes: int) -> Office:
    """Return an office whose services take so many persons a day."""
    plan = small_plan()
    services = tuple(replace(one, daily_limit=changes.get(one.code, one.daily_limit)) for one in plan.services)
    return Office(ListJournal(), lambda: replace(plan, services=services), clock)


@EACH
@pytest.mark.parametrize("stage", ["waiting", "called", "serving", "held"])
def test_each_is_put_right_wherever_the_visitor_is_and_taken_back_with_one_tap(
    office: Office, change: Command, name: str, before: object, after: object, stage: str
) -> None:
    issue(office, persons=2)
    sit(office)
    if stage != "waiting":
        call(office)
    if stage in ("serving", "held"):
        office.execute(StartService(ticket="A-001", counter="3"))
    if stage == "held":
        office.execute(HoldTicket(ticket="A-001", counter="3"))
    whole = office.read(lambda day, _plan: day.tickets["A-001"].snapshot())
    waiting = office.read(lambda day, _plan: day.waiting.numbers())
    office.execute(change)
    assert (states(office)["A-001"], value(office, name)) == (stage, after)
    office.execute(UndoStep(**ANI))
    assert value(office, name) == before
    assert office.read(lambda day, _plan: day.tickets["A-001"]) == whole
    assert office.read(lambda day, _plan: day.waiting.numbers()) == waiting
    assert refused(office, UndoStep, **ANI) == "nothing_to_undo"


def test_who_waits_for_another_service_keeps_number_and_arrival_and_stands_where_that_puts_them(
    office: Office, clock: SetClock
) -> None:
    issue(office)
    clock.forward(minutes=1)
    issue(office, "family")
    sit(office)
    office.execute(ChangeService(ticket="A-001", service="family", counter="3"))
    assert office.read(lambda day, _plan: day.waiting.numbers()) == {("family", "regular"): ["A-001", "B-001"]}
    assert office.read(lambda day, _plan: day.persons_of("card")) == 0


@EACH
def test_a_visitor_at_another_counter_is_left_to_that_counter(
    office: Office, change: Command, name: str, before: object, after: object
) -> None:
    issue(office, persons=2)
    sit(office)
    sit(office, "1", "Budi")
    call(office, "1", "Budi")
    fields = {"ticket": "A-001", "counter": "3", name: after}
    assert refused(office, type(change), **fields) == "ticket_not_here"
    assert value(office, name) == before


@EACH
def test_nothing_is_put_right_from_a_counter_where_nobody_sits_nor_of_who_has_left(
    office: Office, change: Command, name: str, before: object, after: object
) -> None:
    fields = {"ticket": "A-001", "counter": "3", name: after}
    issue(office, persons=2)
    assert refused(office, type(change), **fields) == "not_at_counter"
    sit(office)
    serve(office)
    office.execute(CompleteTicket(ticket="A-001", counter="3"))
    assert refused(office, type(change), **fields) == "ticket_ended"


@EACH
def test_a_correction_is_not_taken_back_once_the_visitor_was_called_elsewhere(
    office: Office, change: Command, name: str, before: object, after: object
) -> None:
    issue(office, persons=2)
    sit(office)
    sit(office, "1", "Budi")
    office.execute(change)
    office.execute(CallTicket(ticket="A-001", **BUDI))
    assert refused(office, UndoStep, **ANI) == "nothing_to_undo"
    office.execute(ReturnTicket(ticket="A-001", counter="1"))
    assert refused(office, UndoStep, **ANI) == "nothing_to_undo"
    assert value(office, name) == after


def test_the_newer_of_two_corrections_holds_and_the_older_is_nobodys_to_take_back(office: Office) -> None:
    issue(office)
    sit(office)
    sit(office, "1", "Budi")
    office.execute(ChangePersons(ticket="A-001", persons=2, counter="3"))
    office.execute(ChangePersons(ticket="A-001", persons=3, counter="1"))
    assert refused(office, UndoStep, **ANI) == "nothing_to_undo"
    office.execute(UndoStep(**BUDI))
    assert value(office, "persons") == 2


def test_a_return_is_not_taken_back_once_the_visitor_waits_for_another_service(office: Office) -> None:
    issue(office)
    sit(office)
    sit(office, "1", "Budi")
    call(office)
    office.execute(ReturnTicket(ticket="A-001", counter="3"))
    office.execute(ChangeService(ticket="A-001", service="family", counter="1"))
    assert refused(office, UndoStep, **ANI) == "nothing_to_undo"
    assert (states(office)["A-001"], value(office, "service")) == ("waiting", "family")


def test_no_more_persons_are_noted_than_the_service_takes_today(clock: SetClock) -> None:
    office = office_with(clock, card=4)
    issue(office, persons=2)
    issue(office)
    sit(office)
    assert refused(office, ChangePersons, ticket="A-001", persons=4, counter="3") == "too_many_persons"
    office.execute(ChangePersons(ticket="A-001", persons=3, counter="3"))
    assert refused(office, ChangePersons, ticket="A-002", persons=2, counter="3") == "too_many_today"
    office.execute(ChangePersons(ticket="A-001", persons=1, counter="3"))
    office.execute(ChangePersons(ticket="A-002", persons=3, counter="3"))


def test_nobody_is_put_into_a_service_that_is_full_closed_their_own_or_none(clock: SetClock) -> None:
    office = office_with(clock, family=3)
    issue(office, persons=2)
    sit(office)
    plan: OfficePlan = office.read(lambda _day, plan: plan)
    assert [one.code for one in plan.services] == ["card", "family", "birth"]

    def change(service: str) -> str:
        return refused(office, ChangeService, ticket="A-001", service=service, counter="3")

    issue(office, "family", persons=2)
    assert change("family") == "too_many_persons"
    issue(office, "family")
    assert change("family") == "too_many_today"
    assert change("card") == "same_service"
    assert change("passport") == "service_unknown"
