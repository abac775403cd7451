"""What followers see, from the day and the plan alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.commands import (
    CallNext,
    ChangePersons,
    ChangePriority,
    ComeBack,
    CompleteTicket,
    DeferTicket,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    ResumeCounter,
    ReturnTicket,
    StartService,
    TransferTicket,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Unknown
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.links import TicketLinks
from mobile_ticket.view_model import followed, queue_view
from tests.conftest import ListJournal, SetClock, small_plan
from tests.fakes.stands import stands


def take(office: Office, service: str = "card", priority: bool = False) -> str:
    ticket = office.execute(IssueTicket(service=service, priority=priority, language="id")).ticket
    assert ticket is not None
    return ticket.number


def call(office: Office, counter: str = "1", operator: str = "Ani") -> str:
    ticket = office.execute(CallNext(counter=counter, operator=operator)).ticket
    assert ticket is not None
    return ticket.number


@pytest.fixture
def open_counter(office: Office) -> None:
    office.execute(OpenCounter(counter="1", operator="Ani"))


def test_each_ticket_tells_its_state_its_place_its_service_and_what_is_special_of_it(
    office: Office, clock: SetClock
) -> None:
    office.execute(OpenCounter(counter="3", operator="Ani"))
    take(office)
    take(office, "family")
    take(office)
    take(office, priority=True)
    assert office.read(queue_view)["tickets"] == {
        "A-001": ["waiting", 1, None, None, None, 0, "card", 1, ""],
        "B-001": ["waiting", 2, None, None, None, 0, "family", 1, ""],
        "A-002": ["waiting", 3, None, None, None, 0, "card", 1, ""],
        "A-003": ["waiting", 0, None, None, None, 0, "card", 1, "n"],
    }


def test_no_phone_is_told_which_of_the_others_have_priority(office: Office) -> None:
    take(office)
    number = take(office, priority=True)
    before = office.read(queue_view)
    office.execute(ChangePriority(ticket=number, priority=False))
    take(office)
    after = office.read(queue_view)
    office.execute(ChangePriority(ticket=number, priority=True))
    assert set("".join(row[8] for row in before["tickets"].values())) <= {"n", "u", "r"}
    assert "priority" not in str(before)
    assert after["tickets"][number][8] in ("u", "nu")  # no counter is open


@pytest.mark.parametrize("discipline", sorted(DISCIPLINES))
def test_page_and_message_tell_the_same_place_also_of_who_came_back_and_while_a_service_is_paused(
    office: Office, clock: SetClock, open_counter: None, plan: OfficePlan, discipline: str
) -> None:
    for index in range(12):
        take(office, ("card", "family")[index % 2], priority=index % 3 == 0)
        clock.forward(minutes=1)
    office.execute(ReturnTicket(ticket=call(office), counter="1"))
    stands(office, "card", "paused")
    plan = replace(plan, discipline=discipline)

    def both(day: ServiceDay, _plan: OfficePlan) -> tuple[dict[str, int], dict[str, int]]:
        told = {number: row[1] for number, row in queue_view(day, plan)["tickets"].items()}
        pages = {one.number: followed(day, plan, one.number, "id").people_ahead for one in day.tickets.values()}
        return told, pages

    told, pages = office.read(both)
    assert told == pages
    assert sorted(told.values()) == sorted([*range(6), *range(6)])


def test_a_call_carries_the_counters_name_and_a_recall_is_news(
    office: Office, clock: SetClock, open_counter: None
) -> None:
    number = take(office)
    call(office)
    first = office.read(queue_view)["tickets"][number]
    assert first[:5] == ["called", 0, None, None, "Loket 1"]
    clock.forward(seconds=10)
    office.execute(RecallTicket(ticket=number, counter="1"))
    assert office.read(queue_view)["tickets"][number][5] > first[5]


def test_waits_are_told_to_those_who_wait_only(office: Office, clock: SetClock, open_counter: None) -> None:
    first, second = take(office), take(office)
    call(office)
    told = office.read(lambda day, plan: queue_view(day, plan, lambda ticket, ahead: (5 * ahead, 5 * ahead + 10)))
    assert told["tickets"][first][2:4] == [None, None]
    assert told["tickets"][second][2:4] == [0, 10]


def test_an_ended_ticket_stays_for_a_while_and_then_leaves_the_message(
    office: Office, clock: SetClock, open_counter: None
) -> None:
    number = take(office)
    call(office)
    office.execute(MarkNoShow(ticket=number, counter="1"))
    clock.forward(minutes=10)
    take(office)
    assert office.read(queue_view)["tickets"][number][0] == "no_show"
    clock.forward(minutes=10)
    take(office)
    assert number not in office.read(queue_view)["tickets"]
    assert office.read(lambda day, plan: followed(day, plan, number, "id")).state == "no_show"


def test_places_stand_still_while_a_service_is_paused_and_the_pause_is_told(office: Office, clock: SetClock) -> None:
    take(office)
    number = take(office)
    stands(office, "card", "paused")
    told = office.read(queue_view)
    assert told["tickets"][number][1] == 1
    assert told["tickets"][number][8] == ""
    assert told["services"] == {"card": "paused"}


def test_while_no_open_counter_serves_it_a_ticket_is_told_so_and_is_not_next(
    office: Office, clock: SetClock, open_counter: None
) -> None:
    number = take(office, "birth")  # counter 1 does not serve births
    assert office.read(queue_view)["tickets"][number] == ["waiting", 0, None, None, None, 0, "birth", 1, "u"]
    page = office.read(lambda day, plan: followed(day, plan, number, "id"))
    assert (page.shown, page.uncalled, page.people_ahead) == ("waiting", True, 0)
    office.execute(OpenCounter(counter="2", operator="Budi"))
    assert office.read(queue_view)["tickets"][number][8] == "n"


def test_before_the_first_counter_opens_and_while_all_are_paused_a_phone_says_that_none_is_open(
    office: Office, clock: SetClock
) -> None:
    first, second = take(office), take(office)

    def told() -> list[tuple[str, bool]]:
        marks = {number: row[8] for number, row in office.read(queue_view)["tickets"].items()}
        pages = office.read(lambda day, plan: [followed(day, plan, number, "id") for number in (first, second)])
        return [(marks[page.number], page.uncalled) for page in pages]

    assert told() == [("nu", True), ("u", True)]
    office.execute(OpenCounter(counter="1", operator="Ani"))
    assert told() == [("n", False), ("", False)]
    office.execute(PauseCounter(counter="1", operator="Ani", reason="break"))
    assert told() == [("nu", True), ("u", True)]
    office.execute(ResumeCounter(counter="1", operator="Ani"))
    call(office)
    assert told() == [("", False), ("n", False)]


def test_who_came_back_with_papers_is_told_of_having_let_others_go_first_only_once_they_did(
    office: Office, clock: SetClock, open_counter: None
) -> None:
    mine = take(office)
    call(office)
    office.execute(StartService(ticket=mine, counter="1"))
    office.execute(CompleteTicket(ticket=mine, counter="1", outcome="papers_missing"))
    for _ in range(3):
        take(office)

    def deferred() -> bool:
        return office.read(lambda day, plan: followed(day, plan, mine, "id")).deferred

    office.execute(ComeBack(ticket=mine))
    assert not deferred()
    office.execute(DeferTicket(ticket=mine))
    assert deferred()


def test_who_was_sent_on_is_told_the_new_service_its_name_colour_and_state(
    office: Office, clock: SetClock, open_counter: None, plan: OfficePlan
) -> None:
    number = take(office)
    call(office)
    office.execute(TransferTicket(ticket=number, counter="1", service="family", position="arrival"))
    office.execute(ChangePersons(ticket=number, persons=3))
    stands(office, "family", "paused", {"id": "Jaringan putus"})
    family = replace(plan.services[1], hue=5)
    told = office.read(lambda day, plan: queue_view(day, replace(plan, services=(plan.services[0], family))))
    assert told["tickets"][number][6:8] == ["family", 3]
    assert (told["names"]["family"]["en"], told["hues"]["family"]) == ("Family card", 5)
    assert (told["services"], told["reasons"]) == ({"family": "paused"}, {"family": {"id": "Jaringan putus"}})


def test_the_message_tells_nothing_that_only_the_holder_may_know(office: Office, clock: SetClock) -> None:
    take(office)
    link = office.read(lambda day, _plan: TicketLinks("key", "test").of(day.tickets["A-001"]))
    assert link.partition(".")[2] not in json.dumps(office.read(queue_view))


def test_the_first_in_line_sees_that_it_is_next(office: Office, clock: SetClock) -> None:
    first, second = take(office), take(office)
    shown = office.read(lambda day, plan: [followed(day, plan, one, "en") for one in (first, second)])
    assert [one.shown for one in shown] == ["next", "waiting"]
    assert shown[0].service_name == "Card printing"


def test_an_unknown_number_is_refused(office: Office) -> None:
    with pytest.raises(Unknown):
        office.read(lambda day, plan: followed(day, plan, "A-999", "id"))


def test_the_way_to_the_counter_is_told_where_its_zone_says_it(clock: SetClock) -> None:
    first, *others = small_plan().counters
    there = small_plan(counters=(replace(first, zone="upstairs"), *others))
    office = Office(ListJournal(), lambda: there, clock)
    office.execute(OpenCounter(counter="1", operator="Ani"))
    number = take(office)
    assert office.read(lambda day, plan: followed(day, plan, number, "su").way) == ""
    call(office)
    assert office.read(lambda day, plan: followed(day, plan, number, "su").way) == "naik tangga"
    assert office.read(queue_view)["ways"] == {"Loket 1": {"id": "naik tangga"}}
