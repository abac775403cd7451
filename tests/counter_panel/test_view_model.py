"""What an operator sees, from the day and the plan alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from antrean.queueing.commands import (
    AnnounceCall,
    CallNext,
    Command,
    CompleteTicket,
    HoldTicket,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from counter_panel.search import find
from counter_panel.view_model import Panel, correctable, panel
from tests.conftest import ListJournal, SetClock
from tests.fakes.stands import stands


class Shift:
    """Drives an office as counter 1's operator and looks at the panel."""

    def __init__(self, office: Office, clock: SetClock) -> None:
        self.office, self.clock, self.asked = office, clock, 0

    def execute(self, command: Command) -> Any:
        self.asked += 1
        return self.office.execute(command, request_id=f"r{self.asked}")

    def issue(self, service: str = "card", **more: Any) -> str:
        given = {"persons": 1, "priority": False, "language": "id", "device": "", **more}
        return str(self.execute(IssueTicket(service=service, **given)).ticket.number)

    def sit(self, counter: str = "1", operator: str = "Ani") -> None:
        self.execute(OpenCounter(counter=counter, operator=operator))

    def call(self) -> str:
        return str(self.execute(CallNext(counter="1", operator="Ani")).ticket.number)

    def seen(self, operator: str = "Ani") -> Panel:
        return self.office.read(lambda day, plan: panel(day, plan, operator, self.clock()))


def test_who_sits_nowhere_sees_every_counter_and_who_has_it(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit("2", "Budi")
    seen = shift.seen()
    assert seen.state == "lobby"
    assert [(row.code, row.state, row.operator) for row in seen.counters] == [
        ("1", "closed", ""), ("2", "open", "Budi"), ("3", "closed", ""),
    ]  # fmt: skip
    assert seen.counters[0].series == (("A", 1),)


def test_the_big_button_follows_the_state(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    assert shift.seen().action == "nobody"
    first = shift.issue()
    assert shift.seen().action == "next"
    shift.call()
    assert shift.seen().action == "start"
    shift.execute(StartService(ticket=first, counter="1"))
    assert shift.seen().action == "finish"
    shift.issue()
    assert shift.seen().action == "finish_next"
    shift.execute(PauseCounter(counter="1", operator="Ani", reason="break"))
    assert shift.seen().action == "finish"
    shift.execute(CompleteTicket(ticket=first, counter="1"))
    assert shift.seen().action == "reopen"


def test_a_visitor_with_two_services_is_told_from_others_until_the_second_begins(
    office: Office, clock: SetClock
) -> None:
    shift = Shift(office, clock)
    shift.sit("3")
    number = shift.issue(then="birth")
    named = []
    for _service in range(2):
        shift.execute(CallNext(counter="3", operator="Ani"))
        shift.execute(StartService(ticket=number, counter="3"))
        current = shift.seen().current
        assert current is not None
        named.append((current.ticket.service_name, current.ticket.then_name))
        shift.execute(CompleteTicket(ticket=number, counter="3"))
    assert named == [("Pencetakan KTP-el", "Akta Kelahiran"), ("Akta Kelahiran", "")]


def test_both_services_of_a_visit_limit_its_persons_and_the_second_has_its_place_already(
    plan: OfficePlan, clock: SetClock
) -> None:
    services = tuple(replace(one, daily_limit=5 if one.code == "birth" else None) for one in plan.services)
    shift = Shift(Office(ListJournal(), lambda: replace(plan, services=services), clock), clock)
    number = shift.issue(then="birth", persons=3)
    found = shift.office.read(lambda day, plan: correctable(day, plan, "Ani", number, clock()))
    assert found.most == 5
    assert {one.code: one.full for one in found.services} == {"family": False, "birth": False}


def test_the_current_ticket_tells_its_wait_its_calls_and_why_it_was_called(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    number = shift.issue(persons=4, priority=True)
    clock.forward(minutes=23)
    shift.call()
    clock.forward(seconds=10)
    shift.execute(RecallTicket(ticket=number, counter="1"))
    current = shift.seen().current
    assert current is not None
    assert (current.ticket.number, current.ticket.persons, current.ticket.priority) == (number, 4, True)
    assert (current.waited, current.calls, current.calls_allowed) == (23, 2, 4)
    assert current.reason == {"rule": "earliest_due_date", "waited": 23, "passed": 0, "credit": 20}
    assert current.may_recall


def test_no_call_beyond_the_limit_is_offered(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    number = shift.issue()
    shift.call()
    for _ in range(3):
        clock.forward(seconds=10)
        shift.execute(RecallTicket(ticket=number, counter="1"))
    current = shift.seen().current
    assert current is not None
    assert (current.calls, current.may_recall) == (4, False)


def test_the_next_five_stand_in_calling_order_with_their_reasons(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    family = shift.issue("family")
    plain = [shift.issue() for _ in range(5)]
    old = shift.issue(priority=True)
    seen = shift.seen()
    assert [row.ticket.number for row in seen.next] == [old, *plain[:4]]
    assert seen.next[0].facts["credit"] == 20
    assert seen.waiting == 7
    assert family not in [row.ticket.number for row in seen.next]


def test_a_paused_service_does_not_count_as_waiting(office: Office, clock: SetClock, plan: OfficePlan) -> None:
    shift = Shift(office, clock)
    shift.sit()
    shift.issue("family")
    for service in plan.services:
        stands(office, service.code, "paused")
    seen = shift.seen()
    assert (seen.waiting, seen.next, seen.action) == (0, (), "nobody")


def test_held_tickets_stay_in_sight_with_their_reason_and_since_when(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    number = shift.issue()
    shift.call()
    shift.execute(StartService(ticket=number, counter="1"))
    held_at = clock.forward(minutes=2)
    shift.execute(HoldTicket(ticket=number, counter="1", reason="papers"))
    seen = shift.seen()
    assert seen.current is None
    assert [(held.number, held.hold_reason, held.held_at) for held in seen.held] == [(number, "papers", held_at)]


def test_undo_is_offered_for_what_can_be_taken_back_and_for_nothing_else(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    number = shift.issue()
    shift.call()
    assert shift.seen().undo == ()
    shift.execute(MarkNoShow(ticket=number, counter="1"))
    assert shift.seen().undo == ("no_show", number)
    shift.execute(UndoStep(counter="1", operator="Ani"))
    assert shift.seen().undo == ()


def test_the_last_call_of_this_counter_says_whether_a_display_had_it(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    shift.sit("3", "Budi")
    number, _ = shift.issue(), shift.issue()
    called_at = clock()
    shift.call()
    shift.execute(CallNext(counter="3", operator="Budi"))
    before = shift.seen().announcement
    assert before is not None
    assert (before.number, before.called_at, before.announced_at) == (number, called_at, None)
    call = office.read(lambda day, _plan: day.calls[0].seq)
    announced_at = clock.forward(seconds=2)
    shift.execute(AnnounceCall(call=call, display="d"))
    after = shift.seen().announcement
    assert after is not None
    assert after.announced_at == announced_at


def call_seq(office: Office) -> int:
    return office.read(lambda day, _plan: day.calls[-1].seq)


def lamp(shift: Shift) -> tuple[Any, Any]:
    """Return how the displays fare with the last call, and from which age on in which other way."""
    said = shift.seen().announcement
    assert said is not None
    return said.state, said.becomes


def test_the_lamp_is_red_only_when_nothing_was_shown_for_six_seconds(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    number = shift.issue()
    shift.call()
    six = timedelta(seconds=6)
    assert lamp(shift) == ("waiting", ("unseen", six))
    clock.forward(seconds=5.999)
    assert lamp(shift) == ("waiting", ("unseen", six))
    clock.forward(seconds=0.001)
    assert lamp(shift) == ("unseen", ("unseen", six))
    shift.execute(StartService(ticket=number, counter="1"))
    assert lamp(shift) == ("missed", None)


@pytest.mark.parametrize(
    ("in_room", "early", "late", "ended"),
    [(True, ("waiting", "aside"), ("aside", "aside"), "beside"), (False, ("beside", ""), ("beside", ""), "beside")],
)
def test_a_call_beside_the_counter_alone_is_well_only_where_the_waiting_room_has_no_display(
    office: Office, clock: SetClock, in_room: bool, early: tuple[str, str], late: tuple[str, str], ended: str
) -> None:
    shift = Shift(office, clock)
    shift.sit()
    number = shift.issue()
    shift.call()
    shift.execute(AnnounceCall(call=call_seq(office), display="side", beside=True))

    def state() -> tuple[str, str]:
        said = office.read(lambda day, plan: panel(day, plan, "Ani", clock(), lambda call: in_room)).announcement
        assert said is not None
        return said.state, said.becomes[0] if said.becomes else ""

    assert state() == early
    clock.forward(seconds=6)
    assert state() == late
    shift.execute(StartService(ticket=number, counter="1"))
    assert state()[0] == ended
    shift.execute(AnnounceCall(call=call_seq(office), display="hall"))
    assert state() == ("shown", "")


def test_a_call_that_is_shown_late_is_red_no_longer(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    shift.issue()
    shift.call()
    clock.forward(minutes=2)
    assert lamp(shift)[0] == "unseen"
    shift.execute(AnnounceCall(call=call_seq(office), display="hall"))
    assert lamp(shift) == ("shown", None)


def test_shown_and_heard_are_told_apart(office: Office, clock: SetClock) -> None:
    for word, state in {
        "": "shown", "answered": "shown", "muted": "quiet", "late": "quiet", "failed": "silent", "blocked": "silent",
        "chime": "heard", "spoken": "heard",
    }.items():  # fmt: skip
        shift = Shift(Office(ListJournal(), lambda: office.read(lambda _day, plan: plan), clock), clock)
        shift.sit()
        shift.issue()
        shift.call()
        call = call_seq(shift.office)
        shift.execute(AnnounceCall(call=call, display="hall"))
        assert lamp(shift) == ("shown", None)
        shift.execute(AnnounceCall(call=call, display="hall", sound=word))
        clock.forward(minutes=5)
        assert lamp(shift) == (state, None), word


def test_a_call_that_is_shown_and_not_heard_is_said_to_be_so_where_calls_are_heard(
    office: Office, clock: SetClock
) -> None:
    shift = Shift(office, clock)
    shift.sit()
    half = timedelta(seconds=30)
    for heard, state, becomes in (
        ("spoken", "shown", None),  # the first call: nobody knows whether calls are heard
        ("answered", "shown", ("unheard", half)),
        ("muted", "shown", ("unheard", half)),  # the one before tells nothing, the one before that was heard
        ("", "shown", None),  # calls are not to be heard any more
    ):
        number = shift.issue()
        shift.call()
        call = call_seq(office)
        shift.execute(AnnounceCall(call=call, display="hall"))
        assert lamp(shift) == (state, becomes)
        clock.forward(seconds=29.999)
        assert lamp(shift) == (state, becomes)
        clock.forward(seconds=0.001)
        assert lamp(shift) == ("unheard" if becomes else "shown", becomes)
        if heard:
            shift.execute(AnnounceCall(call=call, display="hall", sound=heard))
        assert lamp(shift)[0] == {"spoken": "heard", "muted": "quiet"}.get(heard, "shown")
        shift.execute(StartService(ticket=number, counter="1"))
        shift.execute(CompleteTicket(ticket=number, counter="1"))


def test_whoever_has_come_need_not_be_heard(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    for _ in range(2):
        number = shift.issue()
        shift.call()
        shift.execute(AnnounceCall(call=call_seq(office), display="hall"))
        shift.execute(StartService(ticket=number, counter="1"))
        clock.forward(minutes=1)
        assert lamp(shift) == ("shown", None)
        shift.execute(AnnounceCall(call=call_seq(office), display="hall", sound="spoken"))
        shift.execute(CompleteTicket(ticket=number, counter="1"))


def test_a_call_that_is_repeated_has_to_be_shown_anew(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    number = shift.issue()
    shift.call()
    shift.execute(AnnounceCall(call=call_seq(office), display="hall", sound="spoken"))
    clock.forward(seconds=20)
    shift.execute(RecallTicket(ticket=number, counter="1"))
    assert lamp(shift)[0] == "waiting"
    clock.forward(seconds=6)
    assert lamp(shift)[0] == "unseen"


def test_other_counters_are_shown_and_my_own_is_not_among_them(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    shift.sit("2", "Budi")
    number = shift.issue("family")
    shift.execute(CallNext(counter="2", operator="Budi"))
    others = shift.seen().counters
    assert [row.code for row in others] == ["2", "3"]
    assert others[0].ticket is not None
    assert others[0].ticket.number == number


def test_a_transferred_ticket_says_where_it_came_from(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    number = shift.issue()
    shift.call()
    shift.execute(TransferTicket(ticket=number, counter="1", service="family", position="arrival"))
    shift.call()
    current = shift.seen().current
    assert current is not None
    assert (current.ticket.number, current.ticket.came_from) == (number, "Pencetakan KTP-el")


def test_search_understands_what_people_type(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    for service in ("card", "card", "family"):
        shift.issue(service)

    def found(typed: str) -> list[str]:
        return office.read(lambda day, plan: [ticket.number for ticket in find(day, plan, typed)])

    assert found("A-002") == found("a2") == found("a 002") == ["A-002"]
    assert found("1") == ["A-001", "B-001"]
    assert found("b") == ["B-001"]
    assert found("Z-009") == []
    assert found("") == []


def test_an_empty_search_lists_the_absent_latest_first(office: Office, clock: SetClock) -> None:
    shift = Shift(office, clock)
    shift.sit()
    absent = []
    for _ in range(2):
        shift.issue()
        absent.append(shift.call())
        clock.forward(minutes=1)
        shift.execute(MarkNoShow(ticket=absent[-1], counter="1"))
    assert office.read(lambda day, plan: [ticket.number for ticket in find(day, plan, " ")]) == absent[::-1]
