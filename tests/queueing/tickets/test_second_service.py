"""Two services in one visit: one number, one after the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antrean.queueing.commands import (
    CallNext,
    CallTicket,
    CancelTicket,
    ChangeService,
    CloseService,
    CompleteTicket,
    DeferTicket,
    FreeCounter,
    IssueTicket,
    PauseService,
    ReopenTicket,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.errors import QueueError
from antrean.queueing.keeping.day_figures import DayFigures, Durations, ServiceFigures, figures_of
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import ListJournal, SetClock
from tests.queueing.wishes import call, issue, refused, serve, sit, states


def ticket(office: Office, number: str) -> Ticket:
    return office.read(lambda day, _plan: day.ticket(number).snapshot())


def persons_of(office: Office) -> dict[str, int]:
    return office.read(lambda day, _plan: {code: count for code, count in day.persons.items() if count})


def ahead(office: Office, number: str) -> int:
    now = office.clock()
    return office.read(lambda day, plan: day.ahead.figures(day, plan, now)[number].ahead)


def test_a_visitor_with_two_services_waits_for_the_second_with_the_same_number_and_the_first_arrival(
    office: Office, clock: SetClock
) -> None:
    sit(office)
    both = issue(office, "card", then="birth", persons=2)
    clock.forward(minutes=3)
    later = issue(office, "birth")
    assert serve(office).number == both.number
    clock.forward(minutes=5)
    office.execute(CompleteTicket(ticket=both.number, counter="3"))
    found = ticket(office, both.number)
    assert (found.state, found.service, found.then, found.arrival) == ("waiting", "birth", "", both.arrival)
    assert (found.persons, found.outcome, found.counter) == (2, "", "")
    assert [(leg.service, leg.end, leg.persons) for leg in found.legs] == [("card", "finished", 2), ("birth", "", None)]
    assert call(office).number == both.number  # before the one who came later
    assert states(office)[later.number] == "waiting"


def test_the_second_service_ends_the_visit(office: Office) -> None:
    sit(office)
    both = issue(office, "card", then="birth")
    for _service in ("card", "birth"):
        assert states(office)[both.number] == "waiting"
        serve(office)
        office.execute(CompleteTicket(ticket=both.number, counter="3"))
    assert states(office) == {both.number: "completed"}
    assert refused(office, CallNext, counter="3", operator="Ani") == "queue_empty"


def test_the_whole_party_comes_to_the_second_service_however_many_were_served_at_the_first(office: Office) -> None:
    sit(office)
    both = issue(office, "card", then="birth", persons=4)
    serve(office)
    office.execute(CompleteTicket(ticket=both.number, counter="3", persons=1, outcome="papers_missing"))
    found = ticket(office, both.number)
    assert (found.persons, found.legs[0].persons, found.legs[0].end) == (4, 1, "papers_missing")


def test_finishing_and_calling_next_sends_the_visitor_on_and_calls_another(office: Office) -> None:
    sit(office)
    both, other = issue(office, "card", then="birth"), issue(office, "card")
    serve(office)
    assert call(office).number == other.number
    assert states(office) == {both.number: "waiting", other.number: "called"}
    assert ticket(office, both.number).service == "birth"


def test_finishing_the_first_of_two_services_can_be_taken_back_also_after_the_next_was_called(office: Office) -> None:
    sit(office)
    both, other = issue(office, "card", then="birth", persons=3), issue(office, "card")
    serve(office)
    before = ticket(office, both.number)
    call(office)
    office.execute(UndoStep(counter="3", operator="Ani"))
    assert states(office) == {both.number: "serving", other.number: "waiting"}
    assert ticket(office, both.number) == before
    office.execute(CompleteTicket(ticket=both.number, counter="3"))
    office.execute(UndoStep(counter="3", operator="Ani"))
    assert ticket(office, both.number) == before
    assert persons_of(office) == {"card": 4, "birth": 3}


def test_nothing_is_taken_back_once_the_second_service_has_begun_elsewhere(office: Office) -> None:
    sit(office)
    sit(office, "2", "Budi")
    both = issue(office, "card", then="family")
    serve(office)
    office.execute(CompleteTicket(ticket=both.number, counter="3"))
    call(office, "2", "Budi")
    assert refused(office, UndoStep, counter="3", operator="Ani") == "nothing_to_undo"


def test_a_supervisor_who_frees_a_counter_and_says_it_was_served_sends_the_visitor_on(office: Office) -> None:
    sit(office)
    both = issue(office, "card", then="birth")
    serve(office)
    office.execute(FreeCounter(counter="3", ticket=both.number, served=True))
    assert (ticket(office, both.number).state, ticket(office, both.number).service) == ("waiting", "birth")


@pytest.mark.parametrize("stop", [CloseService, PauseService])
def test_a_service_that_takes_nobody_is_no_second_one(office: Office, stop: type[CloseService | PauseService]) -> None:
    office.execute(stop(service="birth"))
    code = "service_closed" if stop is CloseService else "service_paused"
    assert refused(office, IssueTicket, service="card", then="birth") == code


def test_the_second_service_is_another_one_that_the_office_has(office: Office) -> None:
    assert refused(office, IssueTicket, service="card", then="card") == "value_invalid"
    assert refused(office, IssueTicket, service="card", then="nothing") == "service_unknown"


def test_both_services_count_the_party_for_their_daily_limit_until_the_number_is_given_back(
    plan: OfficePlan, clock: SetClock
) -> None:
    services = tuple(replace(one, daily_limit=5 if one.code == "birth" else None) for one in plan.services)
    office = Office(ListJournal(), lambda: replace(plan, services=services), clock)
    both = issue(office, "card", then="birth", persons=4)
    assert persons_of(office) == {"card": 4, "birth": 4}
    with pytest.raises(QueueError) as caught:
        issue(office, "card", then="birth", persons=2)
    assert (caught.value.code, caught.value.values["left"]) == ("too_many_persons", 1)
    sit(office)
    serve(office)
    office.execute(CompleteTicket(ticket=both.number, counter="3"))
    assert persons_of(office) == {"card": 4, "birth": 4}
    office.execute(CancelTicket(ticket=both.number, reason=""))
    assert persons_of(office) == {"card": 4}  # those were served there


def test_a_finished_visit_that_is_reopened_waits_for_its_last_service_only(office: Office) -> None:
    sit(office)
    both = issue(office, "card", then="birth")
    for _service in ("card", "birth"):
        serve(office)
        office.execute(CompleteTicket(ticket=both.number, counter="3"))
    office.execute(ReopenTicket(ticket=both.number))
    assert (ticket(office, both.number).service, ticket(office, both.number).then) == ("birth", "")
    assert persons_of(office) == {"card": 1, "birth": 1}


def test_each_service_has_its_own_figures_of_the_visit_and_the_day_counts_one_ticket(
    office: Office, clock: SetClock
) -> None:
    sit(office)
    both = issue(office, "card", then="birth", persons=2)
    clock.forward(minutes=2)
    serve(office)
    clock.forward(minutes=5)
    office.execute(CompleteTicket(ticket=both.number, counter="3"))
    clock.forward(minutes=10)
    serve(office)
    clock.forward(minutes=1)
    office.execute(CompleteTicket(ticket=both.number, counter="3", persons=1))
    found: DayFigures = office.read(lambda day, _plan: figures_of(day))
    assert found.services == {
        "card": ServiceFigures(
            tickets=1,
            persons=2,
            completed=1,
            went_on=1,
            done=2,
            waits=Durations(1, 120, 120, 120),
            services=Durations(1, 300, 300, 300),
        ),
        "birth": ServiceFigures(
            tickets=1,
            persons=1,
            completed=1,
            done=1,
            waits=Durations(1, 600, 600, 600),
            services=Durations(1, 60, 60, 60),
        ),
    }
    assert found.tickets == 1


def test_those_who_wait_for_the_second_service_learn_that_one_came_before_them(office: Office, clock: SetClock) -> None:
    sit(office)
    both = issue(office, "card", then="birth")
    clock.forward(minutes=1)
    first = issue(office, "birth")
    serve(office)
    assert ahead(office, first.number) == 0
    office.execute(CompleteTicket(ticket=both.number, counter="3"))
    assert (ahead(office, both.number), ahead(office, first.number)) == (0, 1)


def test_a_first_service_that_is_put_right_to_the_second_leaves_the_other_for_later(office: Office) -> None:
    both = issue(office, "card", then="birth", persons=2)
    office.execute(ChangeService(ticket=both.number, service="birth"))
    found = ticket(office, both.number)
    assert (found.service, found.then, persons_of(office)) == ("birth", "card", {"card": 2, "birth": 2})


def test_who_let_others_go_first_at_one_service_has_their_own_place_at_the_second(
    office: Office, clock: SetClock
) -> None:
    sit(office)
    both = issue(office, "card", then="birth", priority=True)
    clock.forward(minutes=1)
    others = [issue(office, "card").number, issue(office, "birth").number]
    office.execute(DeferTicket(ticket=both.number))
    office.execute(CallTicket(ticket=both.number, counter="3", operator="Ani"))
    office.execute(StartService(ticket=both.number, counter="3"))
    office.execute(CompleteTicket(ticket=both.number, counter="3"))
    assert ticket(office, both.number).key == both.key
    assert ahead(office, both.number) == 0
    assert call(office).number == both.number
    assert refused(office, DeferTicket, ticket=both.number) == "ticket_not_waiting"
    assert [states(office)[number] for number in others] == ["waiting", "waiting"]


def test_who_is_transferred_to_the_second_service_does_it_once(office: Office) -> None:
    sit(office)
    both = issue(office, "card", then="birth")
    serve(office)
    office.execute(TransferTicket(ticket=both.number, counter="3", service="birth"))
    found = ticket(office, both.number)
    assert (found.service, found.then, persons_of(office)) == ("birth", "", {"birth": 1})
