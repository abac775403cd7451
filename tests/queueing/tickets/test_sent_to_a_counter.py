"""A visitor who is sent to one counter: it alone calls them, and their place is never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antrean.queueing.calling.ahead import Figure
from antrean.queueing.calling.order import order
from antrean.queueing.calling.sent import callable_by
from antrean.queueing.commands import (
    CallTicket,
    CloseCounter,
    CloseDay,
    DeferTicket,
    HandOverCounter,
    MarkNoShow,
    OpenDay,
    PauseCounter,
    ReadmitTicket,
    ReturnTicket,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import SetClock
from tests.queueing.wishes import call, issue, refused, sit, states


def send(office: Office, service: str = "card", to: str = "1", **more: str) -> Ticket:
    """Let counter 3 call the next visitor and send them to another counter."""
    number = call(office).number
    wish = TransferTicket(ticket=number, counter="3", service=service, to_counter=to, **more)
    sent = office.execute(wish).ticket
    assert sent is not None
    return sent


def called_by(office: Office, counter: str) -> list[tuple[str, str]]:
    """Return whom a counter would call, with the rule of each."""
    now = office.clock()
    return office.read(
        lambda day, plan: [(one.ticket.number, one.rule) for one in order(day, plan, now, plan.counter(counter))]
    )


def figures(office: Office) -> dict[str, Figure]:
    now = office.clock()
    return office.read(lambda day, plan: dict(day.ahead.figures(day, plan, now)))


@pytest.fixture
def two(office: Office, clock: SetClock) -> None:
    """Ani at counter 3, which serves all, and Budi at counter 1, which serves cards and helps with family cards."""
    sit(office)
    sit(office, "1", "Budi")


def test_the_counter_alone_calls_whom_it_was_sent_and_in_the_order_of_arrival(
    office: Office, clock: SetClock, two: None
) -> None:
    first = issue(office)
    clock.forward(minutes=2)
    later = issue(office)
    assert send(office).number == first.number
    assert called_by(office, "3") == [(later.number, "earliest_due_date")]
    assert called_by(office, "1") == [(first.number, "sent_here"), (later.number, "earliest_due_date")]
    assert call(office, "1", "Budi").number == first.number


def test_the_whole_office_calls_those_sent_to_counters_too(office: Office, clock: SetClock, two: None) -> None:
    sent = (issue(office), send(office))[1]
    now = office.clock()
    assert office.read(lambda day, plan: [one.ticket.number for one in order(day, plan, now)]) == [sent.number]


def test_who_was_sent_counts_among_a_counters_own_also_for_a_service_with_which_it_helps(
    office: Office, clock: SetClock, two: None
) -> None:
    family = issue(office, "family")
    clock.forward(minutes=1)
    card = issue(office)
    office.execute(CallTicket(ticket=family.number, counter="3", operator="Ani"))
    office.execute(TransferTicket(ticket=family.number, counter="3", service="family", to_counter="1"))
    assert called_by(office, "1") == [(family.number, "sent_here"), (card.number, "earliest_due_date")]


def test_a_counter_that_helps_since_its_own_were_sent_elsewhere_says_so(
    office: Office, clock: SetClock, two: None
) -> None:
    issue(office)
    issue(office, "family")
    office.execute(TransferTicket(ticket=call(office, "1", "Budi").number, counter="1", service="card", to_counter="3"))
    assert called_by(office, "1") == [("B-001", "overflow_sent")]


def test_figures_and_being_next_are_those_of_the_counter(office: Office, clock: SetClock, two: None) -> None:
    numbers = [issue(office).number for _one in range(4)]
    send(office)
    told = figures(office)
    assert [told[number].ahead for number in numbers] == [0, 1, 2, 3]  # counter 1 is free for longer
    assert [told[number].next for number in numbers] == [True, False, False, False]


def test_a_newcomer_is_told_the_place_that_they_then_have(office: Office, clock: SetClock, two: None) -> None:
    for _one in range(3):
        issue(office)
    send(office)
    office.execute(PauseCounter(counter="1", operator="Budi"))
    newcomer = issue(office)
    assert newcomer.people_ahead_at_issue == figures(office)[newcomer.number].ahead == 2


def test_while_the_counter_is_paused_the_ticket_waits_for_it(office: Office, clock: SetClock, two: None) -> None:
    issue(office)
    sent = send(office)
    office.execute(PauseCounter(counter="1", operator="Budi"))
    assert called_by(office, "3") == []
    assert figures(office)[sent.number].stands


def test_when_the_counter_closes_any_counter_calls_and_when_it_opens_it_alone_does_again(
    office: Office, clock: SetClock, two: None
) -> None:
    issue(office)
    sent = send(office)
    office.execute(CloseCounter(counter="1", operator="Budi"))
    assert called_by(office, "3") == [(sent.number, "earliest_due_date")]
    assert figures(office)[sent.number] == Figure(0, 0, next=True)
    sit(office, "1", "Budi")
    assert called_by(office, "3") == []


def test_a_colleague_who_goes_on_at_the_counter_calls_them(office: Office, clock: SetClock, two: None) -> None:
    issue(office)
    sent = send(office)
    office.execute(HandOverCounter(counter="1", operator="Budi", to="Citra"))
    assert call(office, "1", "Citra").number == sent.number


@pytest.mark.parametrize(
    "changed",
    [lambda counter: replace(counter, primary=("birth",), overflow=()), lambda counter: replace(counter, code="9")],
    ids=["no longer serves it", "is gone"],
)
def test_a_counter_that_cannot_call_them_by_a_new_plan_leaves_them_to_the_others(
    office: Office, clock: SetClock, two: None, plan: OfficePlan, changed: object
) -> None:
    issue(office)
    sent = send(office)
    counters = tuple(changed(one) if one.code == "1" else one for one in plan.counters)  # type: ignore[operator]
    new, now = replace(plan, counters=counters), office.clock()
    here = plan.counter("3")
    assert office.read(lambda day, _plan: next(order(day, new, now, here)).ticket.number) == sent.number


def test_another_counter_may_choose_them_out_of_turn_and_returned_they_wait_as_before(
    office: Office, clock: SetClock, two: None
) -> None:
    issue(office)
    sent = send(office)
    office.execute(CallTicket(ticket=sent.number, counter="3", operator="Ani"))
    office.execute(ReturnTicket(ticket=sent.number, counter="3"))
    assert called_by(office, "3") == []


def test_who_misses_the_call_and_comes_back_waits_for_the_counter_again(
    office: Office, clock: SetClock, two: None
) -> None:
    issue(office)
    sent = send(office)
    call(office, "1", "Budi")
    office.execute(MarkNoShow(ticket=sent.number, counter="1"))
    office.execute(ReadmitTicket(ticket=sent.number))
    assert called_by(office, "3") == []
    assert called_by(office, "1") == [(sent.number, "sent_here")]


def test_a_further_transfer_ends_it(office: Office, clock: SetClock, two: None) -> None:
    issue(office)
    sent = send(office)
    call(office, "1", "Budi")
    office.execute(StartService(ticket=sent.number, counter="1"))
    office.execute(TransferTicket(ticket=sent.number, counter="1", service="family"))
    assert called_by(office, "3") == [(sent.number, "earliest_due_date")]


def test_it_is_taken_back_with_its_step(office: Office, clock: SetClock, two: None) -> None:
    issue(office)
    sent = send(office)
    office.execute(UndoStep(counter="3", operator="Ani"))
    assert office.read(lambda day, _plan: (day.counter("3").ticket, day.ticket(sent.number).only_at)) == (
        sent.number, "",
    )  # fmt: skip


def test_a_day_that_is_opened_again_leaves_nobody_to_a_counter_where_nobody_sits(
    office: Office, clock: SetClock, two: None
) -> None:
    issue(office)
    sent = send(office)
    office.execute(CloseDay())
    office.execute(OpenDay())
    sit(office)
    assert call(office).number == sent.number


def test_only_those_sent_to_the_same_counter_can_be_let_go_first(office: Office, clock: SetClock, two: None) -> None:
    for _one in range(3):
        issue(office)
    sent = send(office)
    assert refused(office, DeferTicket, ticket=sent.number) == "nobody_behind"
    other = send(office)
    office.execute(DeferTicket(ticket=sent.number))
    assert [number for number, _rule in called_by(office, "1")][:2] == [other.number, sent.number]


def test_whom_a_counter_can_call_is_counted_without_those_sent_to_another(
    office: Office, clock: SetClock, two: None
) -> None:
    for _one in range(3):
        issue(office)
    send(office)
    waiting = office.read(lambda day, plan: [callable_by(one, day, plan) for one in plan.counters])
    assert waiting == [3, 0, 2]


@pytest.mark.parametrize(
    ("service", "to", "code"),
    [
        ("birth", "1", "counter_not_for_service"),
        ("family", "2", "counter_not_open"),
        ("card", "9", "counter_unknown"),
        ("card", "", "same_service"),
        ("card", "3", "same_service"),
    ],
)
def test_nobody_is_sent_to_a_counter_that_cannot_call_them(
    office: Office, clock: SetClock, two: None, service: str, to: str, code: str
) -> None:
    number = (issue(office), call(office))[1].number
    wish = {"ticket": number, "counter": "3", "service": service, "to_counter": to}
    assert refused(office, TransferTicket, **wish) == code
    assert states(office)[number] == "called"
