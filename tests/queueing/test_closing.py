"""Closing a day and opening it again: nothing begins on a closed day, and a close by mistake loses nobody's place."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from antrean.queueing.commands import (
    CancelTicket,
    ChangePlan,
    CloseDay,
    CompleteTicket,
    HoldTicket,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    ReadmitTicket,
    ResumeTicket,
    StartService,
    UndoStep,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import DayReopened, TicketIssued
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping import kept_day
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import call, issue, refused, serve, sit, states


def a_morning(office: Office, clock: SetClock) -> None:
    """One ticket in each state a ticket can have, at three counters."""
    for _ in range(7):
        issue(office)
        clock.forward(minutes=1)
    for counter, operator in (("3", "Ani"), ("1", "Budi"), ("2", "Citra")):
        sit(office, counter, operator)
    serve(office)
    office.execute(CompleteTicket(ticket="A-001", counter="3"))
    call(office)
    office.execute(MarkNoShow(ticket="A-002", counter="3"))
    serve(office)
    office.execute(HoldTicket(ticket="A-003", counter="3", reason="server"))
    serve(office)
    office.execute(CancelTicket(ticket="A-007", reason="visitor_left"))
    call(office, "1", "Budi")
    issue(office, "family")
    clock.forward(minutes=1)


def look(office: Office) -> ServiceDay:
    return office.read(lambda day, _plan: day)


def values(ticket: Ticket) -> dict[str, Any]:
    return {field.name: getattr(ticket, field.name) for field in fields(ticket)}


def close(office: Office) -> dict[str, Ticket]:
    """Close the day; return the tickets as they were before."""
    before = {number: ticket.snapshot() for number, ticket in look(office).tickets.items()}
    office.execute(CloseDay(), actor="staff:Dewi")
    return before


def test_on_a_closed_day_no_number_is_given_and_nobody_sits_down(office: Office, clock: SetClock) -> None:
    a_morning(office, clock)
    close(office)
    arguments = {"persons": 1, "priority": False, "language": "id", "device": ""}
    assert refused(office, IssueTicket, service="card", **arguments) == "day_closed"
    assert refused(office, ReadmitTicket, ticket="A-002") == "day_closed"
    assert refused(office, OpenCounter, counter="3", operator="Ani") == "day_closed"
    assert look(office).open_tickets() == []


def test_the_next_business_day_is_open_without_anybody_doing_anything(office: Office, clock: SetClock) -> None:
    a_morning(office, clock)
    close(office)
    clock.forward(days=1)
    assert issue(office).number == "A-001"
    sit(office)
    assert states(office) == {"A-001": "waiting"}


def test_a_day_closed_by_mistake_goes_on_with_everybody_in_their_place(office: Office, clock: SetClock) -> None:
    a_morning(office, clock)
    before = {number: ticket.state for number, ticket in close(office).items()}
    assert before == {
        "A-001": "completed", "A-002": "no_show", "A-003": "held", "A-004": "serving", "A-005": "called",
        "A-006": "waiting", "A-007": "cancelled", "B-001": "waiting",
    }  # fmt: skip
    clock.forward(minutes=5)
    answer = office.execute(OpenDay(), actor="staff:Dewi")
    assert answer.event_kind == "day.reopened"
    assert states(office) == {**before, "A-004": "waiting", "A-005": "waiting"}
    assert issue(office).number == "A-008"
    sit(office, "3", "Budi")
    office.execute(ResumeTicket(ticket="A-003", counter="3"))
    office.execute(CompleteTicket(ticket="A-003", counter="3"))
    called = [call(office, "3", "Budi").number]
    for _ in range(4):
        office.execute(MarkNoShow(ticket=called[-1], counter="3"))
        called.append(call(office, "3", "Budi").number)
    assert called == ["A-004", "A-005", "A-006", "B-001", "A-008"]


def test_a_day_that_is_opened_again_leaves_nobody_waiting_for_a_service_that_has_been_removed(clock: SetClock) -> None:
    plans = [small_plan()]
    office = Office(ListJournal(), lambda: plans[-1], clock)
    numbers = [issue(office).number, issue(office, "family").number]
    office.execute(CloseDay())
    plans.append(replace(plans[0], services=tuple(one for one in plans[0].services if one.code != "card")))
    office.execute(ChangePlan(what="services"))
    office.execute(OpenDay())
    assert [states(office)[number] for number in numbers] == ["expired", "waiting"]
    office.execute(CloseDay())
    plans.append(plans[0])  # the service is back
    office.execute(ChangePlan(what="services"))
    office.execute(OpenDay())
    assert [states(office)[number] for number in numbers] == ["waiting", "waiting"]


def test_a_visit_whose_second_service_was_removed_ends_with_its_first_one(clock: SetClock) -> None:
    plans = [small_plan()]
    journal = ListJournal()
    office = Office(journal, lambda: plans[-1], clock)
    numbers = [issue(office, then="family").number, issue(office, "family").number]
    office.execute(CloseDay())
    plans.append(replace(plans[0], services=tuple(one for one in plans[0].services if one.code != "family")))
    office.execute(ChangePlan(what="services"))
    office.execute(OpenDay())
    reopened = next(one.event for one in journal.entries if isinstance(one.event, DayReopened))
    assert reopened.restored == 1
    assert [states(office)[number] for number in numbers] == ["waiting", "expired"]
    sit(office)
    assert call(office).number == numbers[0]
    office.execute(StartService(ticket=numbers[0], counter="3"))
    office.execute(CompleteTicket(ticket=numbers[0], counter="3"))
    assert states(office)[numbers[0]] == "completed"
    office.execute(UndoStep(counter="3", operator="Ani"))
    assert states(office)[numbers[0]] == "serving"


STAYS = {field.name for field in fields(Ticket)}
AT_COUNTER = {"state", "front", "counter", "operator", "started_at", "legs"}


@pytest.mark.parametrize(
    ("number", "state", "changed"),
    [
        ("A-006", "waiting", set()),
        ("A-003", "held", set()),
        ("A-005", "waiting", AT_COUNTER - {"started_at"}),
        ("A-004", "waiting", AT_COUNTER),
        ("A-001", "completed", set()),
        ("A-002", "no_show", set()),
        ("A-007", "cancelled", set()),
    ],
)
def test_every_field_of_a_ticket_is_after_close_and_opening_what_it_was(
    office: Office, clock: SetClock, number: str, state: str, changed: set[str]
) -> None:
    a_morning(office, clock)
    before = values(close(office)[number])
    ended = values(look(office).ticket(number))
    if before["state"] in ("waiting", "held", "called", "serving"):
        leaves = {"state", "ended_at", "outcome", "legs"} | (
            {"held_at", "hold_reason"} & {*before} if number == "A-003" else set()
        )
        assert {name for name in STAYS if ended[name] != before[name]} == leaves
        assert (ended["state"], ended["outcome"], ended["legs"][-1].end) == ("expired", "day_closed", "day_closed")
    else:
        assert ended == before
    closed_at = clock()
    clock.forward(minutes=5)
    office.execute(OpenDay())
    after = values(look(office).ticket(number))
    assert {name for name in STAYS if after[name] != before[name]} == changed
    assert after["state"] == state
    if changed:
        assert (after["front"], after["counter"], after["operator"], after["ended_at"]) == (True, "", "", None)
        *_, stood, waits = after["legs"]
        assert (stood.end, stood.ended_at) == ("returned", closed_at)
        assert (waits.waiting_since, waits.called_at, waits.ended_at) == (clock(), None, None)


def test_what_else_the_day_knows_is_after_close_and_opening_what_it_was(office: Office, clock: SetClock) -> None:
    a_morning(office, clock)
    before = dict(vars(look(office)))
    kept = {
        name: before[name] if not isinstance(before[name], (dict, list)) else type(before[name])(before[name])
        for name in ("last_number", "issued", "calls", "announced", "sounded", "rolls", "held_printers", "printers")
    }
    close(office)
    assert look(office).closed
    assert set(look(office).expired) == {"A-003", "A-004", "A-005", "A-006", "B-001"}
    office.execute(OpenDay())
    after = look(office)
    assert {name: vars(after)[name] for name in kept} == kept
    assert (after.closed, after.expired) == (False, {})
    assert after.undo == {}
    assert {code: (row.state, row.operator, row.ticket, row.held) for code, row in after.counters.items()} == {
        "1": ("closed", "", "", ()),
        "2": ("closed", "", "", ()),
        "3": ("closed", "", "", ("A-003",)),
    }
    assert after.same_as(ServiceDay.fold(after.business_day, office._journal.read(after=0)))


def test_closing_and_opening_can_be_done_twice_and_does_nothing_the_second_time(
    office: Office, clock: SetClock
) -> None:
    issue(office)
    lines = []
    for kind in (OpenDay, CloseDay, OpenDay, CloseDay):
        for _ in range(2):
            before = look(office).seq
            office.execute(kind())
            lines.append(look(office).seq - before)
    assert lines == [0, 0, 2, 0, 1, 0, 2, 0]  # a close writes a line for the open ticket and one for the day
    assert states(office) == {"A-001": "expired"}
    office.execute(OpenDay())
    assert states(office) == {"A-001": "waiting"}


def test_a_ticket_that_ended_between_two_closes_stays_ended(office: Office, clock: SetClock) -> None:
    issue(office), issue(office)
    close(office)
    office.execute(OpenDay())
    office.execute(CancelTicket(ticket="A-001", reason="visitor_left"))
    close(office)
    office.execute(OpenDay())
    assert states(office) == {"A-001": "cancelled", "A-002": "waiting"}


def test_the_places_told_after_opening_again_are_those_of_who_waits(office: Office, clock: SetClock) -> None:
    for _ in range(3):
        issue(office)
    sit(office)
    close(office)
    office.execute(OpenDay())
    fourth = issue(office)
    assert fourth.people_ahead_at_issue == 3


def test_a_reopened_day_is_the_same_after_a_restart(office: Office, clock: SetClock, plan: OfficePlan) -> None:
    a_morning(office, clock)
    close(office)
    office.execute(OpenDay())
    again = Office(office._journal, lambda: plan, clock)
    assert again.read(lambda day, _plan: day).same_as(look(office))


def test_a_closed_day_that_was_kept_is_opened_again_like_the_one_that_was_folded(
    office: Office, clock: SetClock, plan: OfficePlan
) -> None:
    a_morning(office, clock)
    close(office)
    day = look(office)
    again = kept_day.restore(kept_day.keep(day), plan)
    assert again.same_as(day)
    reopened = JournalEntry(day.seq + 1, clock(), day.business_day, DayReopened(len(day.expired)))
    for one in (day, again):
        one.apply(reopened)
    assert again.same_as(day)
    assert states(office)["A-006"] == "waiting"


def test_lines_of_a_release_that_went_on_after_a_close_still_fold(office: Office, clock: SetClock) -> None:
    issue(office)
    close(office)
    day = look(office)
    day.apply(JournalEntry(day.seq + 1, clock(), day.business_day, TicketIssued("A-002", "card", "A", 2, 1)))
    assert states(office) == {"A-001": "expired", "A-002": "waiting"}
