"""What people rely on when a ticket is called, served and finished; and what a refusal must not change."""

from __future__ import annotations

import pytest

from antrean.queueing.commands import (
    CallNext,
    CallTicket,
    CancelTicket,
    CloseCounter,
    CompleteTicket,
    FreeCounter,
    HelpToSeat,
    HoldTicket,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    ReadmitTicket,
    RecallTicket,
    ResumeCounter,
    ResumeTicket,
    ReturnTicket,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Limits
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import call, issue, refused, serve, sit, states


def test_a_next_that_showed_another_visitor_finishes_nobody(office: Office) -> None:
    for _ in range(3):
        issue(office)
    sit(office)
    serve(office)
    ani = {"counter": "3", "operator": "Ani"}
    assert refused(office, CallNext, **ani, current="") == "counter_busy"
    assert refused(office, CallNext, **ani, current="A-002") == "counter_busy"
    office.execute(CallNext(**ani, current="A-001"))
    assert states(office) == {"A-001": "completed", "A-002": "called", "A-003": "waiting"}
    office.execute(CancelTicket(ticket="A-002", reason="", counter="3"))
    assert refused(office, CallNext, **ani, current="A-002") == "ticket_ended"


def test_next_calls_the_earliest_and_leaves_the_others_waiting(office: Office) -> None:
    for _ in range(3):
        issue(office)
    sit(office)
    called = call(office)
    assert (called.number, called.state, called.counter) == ("A-001", "called", "3")
    assert states(office) == {"A-001": "called", "A-002": "waiting", "A-003": "waiting"}


def test_next_from_a_serving_counter_completes_and_calls_in_one_wish(office: Office) -> None:
    issue(office, persons=4), issue(office)
    sit(office)
    serve(office)
    assert call(office).number == "A-002"
    done = office.read(lambda day, _plan: day.tickets["A-001"])
    assert (done.state, done.outcome, done.persons) == ("completed", "finished", 4)


def test_next_while_a_called_visitor_has_not_come_is_refused(office: Office) -> None:
    issue(office), issue(office)
    sit(office)
    call(office)
    assert refused(office, CallNext, counter="3", operator="Ani") == "counter_busy"


def test_next_with_nobody_waiting_is_refused_and_keeps_the_visitor_being_served(office: Office) -> None:
    issue(office)
    sit(office)
    serve(office)
    assert refused(office, CallNext, counter="3", operator="Ani") == "queue_empty"
    assert states(office) == {"A-001": "serving"}


def test_only_the_operator_who_sits_there_can_call(office: Office) -> None:
    issue(office)
    assert refused(office, CallNext, counter="3", operator="Ani") == "not_at_counter"
    sit(office)
    assert refused(office, CallNext, counter="3", operator="Budi") == "not_at_counter"
    assert refused(office, OpenCounter, counter="3", operator="Budi") == "counter_taken"


def test_sitting_down_elsewhere_leaves_the_counter_before(office: Office) -> None:
    sit(office, "3")
    sit(office, "1")
    rows = office.read(lambda day, _plan: {code: (row.state, row.operator) for code, row in day.counters.items()})
    assert rows == {"3": ("closed", ""), "1": ("open", "Ani")}


def test_a_counter_with_a_visitor_is_not_left(office: Office) -> None:
    issue(office)
    sit(office)
    call(office)
    assert refused(office, CloseCounter, counter="3", operator="Ani") == "counter_busy"
    assert refused(office, OpenCounter, counter="1", operator="Ani") == "counter_busy"


def test_a_counter_left_open_is_freed_and_its_visitor_keeps_the_place(office: Office) -> None:
    for _ in range(2):
        issue(office)
    sit(office)
    call(office)
    free = {"counter": "3"}
    assert refused(office, FreeCounter, **free) == "counter_busy"
    assert refused(office, FreeCounter, **free, ticket="A-002") == "counter_busy"
    arrived = office.read(lambda day, _plan: day.tickets["A-001"].arrival)
    office.execute(FreeCounter(**free, ticket="A-001", served=True))  # called only: nobody can have served it
    assert states(office) == {"A-001": "waiting", "A-002": "waiting"}
    assert office.read(lambda day, _plan: (day.tickets["A-001"].arrival, day.counter("3").state)) == (arrived, "closed")
    seq = office.read(lambda day, _plan: day.seq)
    office.execute(FreeCounter(counter="3"))
    assert office.read(lambda day, _plan: day.seq) == seq  # nobody sits there: nothing to do
    sit(office, "3", "Budi")
    assert call(office, "3", "Budi").number == "A-001"


def test_a_visitor_who_was_served_at_a_counter_left_open_is_finished_with_it(office: Office) -> None:
    issue(office, persons=3), issue(office)
    sit(office)
    serve(office)
    assert refused(office, FreeCounter, counter="3", ticket="") == "counter_busy"
    office.execute(FreeCounter(counter="3", ticket="A-001", served=True))
    done = office.read(lambda day, _plan: day.tickets["A-001"])
    assert (done.state, done.outcome, done.persons) == ("completed", "finished", 3)
    assert states(office)["A-002"] == "waiting"
    assert refused(office, PauseCounter, counter="3", operator="Ani", reason="") == "not_at_counter"
    sit(office)
    assert refused(office, FreeCounter, counter="3", ticket="A-001") == "ticket_ended"
    assert refused(office, FreeCounter, counter="9") == "counter_unknown"


def test_a_paused_counter_calls_nobody_until_it_goes_on(office: Office) -> None:
    issue(office)
    sit(office)
    office.execute(PauseCounter(counter="3", operator="Ani", reason="istirahat"))
    assert refused(office, CallNext, counter="3", operator="Ani") == "counter_paused"
    office.execute(ResumeCounter(counter="3", operator="Ani"))
    assert call(office).number == "A-001"


def test_recall_is_counted_waits_for_its_gap_and_ends_at_the_limit(office: Office, clock: SetClock) -> None:
    issue(office)
    sit(office)
    call(office)
    assert refused(office, RecallTicket, ticket="A-001", counter="3") == "recall_too_soon"
    for _ in range(3):
        clock.forward(seconds=5)
        office.execute(RecallTicket(ticket="A-001", counter="3"))
    clock.forward(seconds=5)
    assert refused(office, RecallTicket, ticket="A-001", counter="3") == "recall_limit"
    office.execute(MarkNoShow(ticket="A-001", counter="3"))
    assert states(office) == {"A-001": "no_show"}


def test_a_no_show_comes_back_with_its_old_place_but_not_for_ever(office: Office, clock: SetClock) -> None:
    issue(office), issue(office)
    sit(office)
    for _ in range(2):
        call(office)
        office.execute(MarkNoShow(ticket="A-001", counter="3"))
        office.execute(ReadmitTicket(ticket="A-001"))
    assert call(office).number == "A-001"
    office.execute(MarkNoShow(ticket="A-001", counter="3"))
    assert refused(office, ReadmitTicket, ticket="A-001") == "readmit_limit"


def test_a_no_show_is_not_readmitted_after_its_hour(office: Office, clock: SetClock) -> None:
    issue(office)
    sit(office)
    call(office)
    office.execute(MarkNoShow(ticket="A-001", counter="3"))
    clock.forward(minutes=61)
    assert refused(office, ReadmitTicket, ticket="A-001") == "readmit_limit"


def test_a_held_ticket_waits_beside_its_counter_while_another_is_served(office: Office) -> None:
    issue(office), issue(office)
    sit(office)
    serve(office)
    office.execute(HoldTicket(ticket="A-001", counter="3", reason="server pusat"))
    serve(office)
    assert states(office) == {"A-001": "held", "A-002": "serving"}
    assert refused(office, ResumeTicket, ticket="A-001", counter="3") == "counter_busy"
    office.execute(CompleteTicket(ticket="A-002", counter="3"))
    office.execute(ResumeTicket(ticket="A-001", counter="3"))
    assert states(office) == {"A-001": "serving", "A-002": "completed"}


def test_a_counter_holds_no_more_than_its_limit(clock: SetClock) -> None:
    office = Office(ListJournal(), lambda: small_plan(limits=Limits(holds=1)), clock)
    issue(office), issue(office)
    sit(office)
    serve(office)
    office.execute(HoldTicket(ticket="A-001", counter="3", reason=""))
    serve(office)
    assert refused(office, HoldTicket, ticket="A-002", counter="3", reason="") == "hold_limit"


def test_a_returned_ticket_stands_where_it_stood(office: Office, clock: SetClock) -> None:
    issue(office), issue(office)
    sit(office)
    call(office)
    clock.forward(minutes=3)
    office.execute(ReturnTicket(ticket="A-001", counter="3"))
    assert call(office).number == "A-001"


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ("front", ["A-001", "B-001", "B-002"]),
        ("arrival", ["B-001", "A-001", "B-002"]),
        ("end", ["B-001", "B-002", "A-001"]),
    ],
)
def test_a_transfer_keeps_the_number_and_takes_the_place_asked_for(
    office: Office, clock: SetClock, position: str, expected: list[str]
) -> None:
    issue(office, "family")
    clock.forward(minutes=1)
    issue(office, "card")
    clock.forward(minutes=1)
    issue(office, "family")
    sit(office, "1", "Ani")
    assert call(office, "1", "Ani").number == "A-001"
    clock.forward(minutes=1)
    office.execute(TransferTicket(ticket="A-001", counter="1", service="family", position=position))
    sit(office, "2", "Budi")
    called = []
    for _ in range(3):
        called.append(serve(office, "2", "Budi").number)
        office.execute(CompleteTicket(ticket=called[-1], counter="2"))
    assert called == expected


def test_a_journey_of_three_stages_is_one_ticket_whose_legs_have_their_own_times(
    office: Office, clock: SetClock
) -> None:
    """Recording, printing, collecting: the visitor keeps the number and is not counted as new."""
    number = issue(office, "card").number
    for counter, operator in (("1", "Ani"), ("2", "Budi")):
        sit(office, counter, operator)
    told = []
    for counter, operator, minutes, onward in (
        ("1", "Ani", 4, "family"),
        ("2", "Budi", 7, "birth"),
        ("2", "Budi", 2, ""),
    ):
        began = clock.forward(minutes=10)
        serve(office, counter, operator)
        ended = clock.forward(minutes=minutes)
        if onward:
            office.execute(TransferTicket(ticket=number, counter=counter, service=onward, position="arrival"))
        else:
            office.execute(CompleteTicket(ticket=number, counter=counter))
        told.append((counter, began, ended))
    ticket = office.read(lambda day, _plan: day.ticket(number).snapshot())
    assert [(leg.counter, leg.started_at, leg.ended_at) for leg in ticket.legs] == told
    assert [(leg.service, leg.end) for leg in ticket.legs] == [
        ("card", "transferred"), ("family", "transferred"), ("birth", "finished"),
    ]  # fmt: skip
    assert [leg.waiting_since for leg in ticket.legs[1:]] == [leg.ended_at for leg in ticket.legs[:-1]]
    assert (ticket.number, ticket.state, ticket.arrival) == (number, "completed", ticket.issued_at)
    assert office.read(lambda day, _plan: day.issued) == {"card": 1}


def test_a_chosen_ticket_is_called_with_its_reason_and_nobody_else_moves(office: Office) -> None:
    for _ in range(3):
        issue(office)
    sit(office)
    answer = office.execute(CallTicket(ticket="A-003", counter="3", operator="Ani", reason="ibu melahirkan"))
    assert answer.facts["rule"] == "chosen"
    assert answer.facts["passed"] == 2
    assert states(office) == {"A-001": "waiting", "A-002": "waiting", "A-003": "called"}


def test_a_ticket_called_by_one_counter_is_not_called_by_another(office: Office) -> None:
    issue(office)
    sit(office, "3", "Ani")
    sit(office, "1", "Budi")
    call(office)
    arguments = {"ticket": "A-001", "counter": "1", "operator": "Budi", "reason": ""}
    assert refused(office, CallTicket, **arguments) == "already_called"
    assert refused(office, StartService, ticket="A-001", counter="1") == "ticket_not_here"


def test_the_outcome_and_the_persons_really_served_are_kept(office: Office) -> None:
    issue(office, persons=3)
    sit(office)
    serve(office)
    assert refused(office, CompleteTicket, ticket="A-001", counter="3", outcome="gone") == "value_invalid"
    office.execute(CompleteTicket(ticket="A-001", counter="3", outcome="papers_missing", persons=5))
    done = office.read(lambda day, _plan: day.tickets["A-001"])
    assert (done.outcome, done.persons) == ("papers_missing", 5)


def test_who_was_helped_to_a_seat_is_known_until_the_service_starts(office: Office) -> None:
    issue(office), issue(office)
    sit(office)
    assert office.execute(HelpToSeat(ticket="A-001")).event_kind == "ticket.seated"
    before = office.read(lambda day, _plan: day.seq)
    office.execute(HelpToSeat(ticket="A-001"))
    assert office.read(lambda day, _plan: day.seq) == before

    def seated() -> list[str]:
        return office.read(lambda day, _plan: [number for number, ticket in day.tickets.items() if ticket.seated])

    assert seated() == ["A-001"]
    assert call(office).number == "A-001"
    assert seated() == ["A-001"]
    assert refused(office, HelpToSeat, ticket="A-001") == "ticket_not_waiting"
    office.execute(StartService(ticket="A-001", counter="3"))
    assert seated() == []
    office.execute(UndoStep(counter="3", operator="Ani"))
    assert seated() == ["A-001"]
    assert refused(office, HelpToSeat, ticket="Z-999") == "ticket_unknown"
