"""What people rely on when a number is taken; and what a refusal must not change."""

from __future__ import annotations

from typing import Any

import pytest

from antrean.queueing.commands import CancelTicket, ChangePersons, IssueTicket, OpenCounter
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Service
from tests.conftest import ListJournal, SetClock, small_plan
from tests.fakes.stands import stands
from tests.queueing.wishes import issue, refused


def test_numbers_of_a_series_follow_each_other_and_other_series_are_untouched(office: Office) -> None:
    assert [issue(office).number for _ in range(3)] == ["A-001", "A-002", "A-003"]
    assert issue(office, "family").number == "B-001"
    assert issue(office).number == "A-004"


def test_the_thousandth_number_gets_four_digits(office: Office) -> None:
    for _ in range(999):
        issue(office)
    assert issue(office).number == "A-1000"


def test_two_services_with_one_letter_never_share_a_number(clock: SetClock) -> None:
    services = (Service("card", "A", {"id": "KTP"}), Service("lost", "A", {"id": "KTP hilang"}))
    office = Office(ListJournal(), lambda: small_plan(services=services, counters=()), clock)
    assert [issue(office, name).number for name in ("card", "lost", "card")] == ["A-001", "A-002", "A-003"]


def test_a_visitor_is_told_how_many_are_called_before_in_whatever_service(office: Office) -> None:
    office.execute(OpenCounter(counter="3", operator="Ani"))  # the only one, and it serves everything
    assert [issue(office).people_ahead_at_issue for _ in range(3)] == [0, 1, 2]
    assert issue(office, "family").people_ahead_at_issue == 3


def test_a_counter_of_their_own_calls_visitors_while_others_call_the_rest(office: Office) -> None:
    for counter in ("1", "2"):  # cards · families and births
        office.execute(OpenCounter(counter=counter, operator=counter))
    assert [issue(office).people_ahead_at_issue for _ in range(3)] == [0, 1, 2]
    assert issue(office, "birth").people_ahead_at_issue == 1


def test_a_priority_visitor_is_told_only_those_who_are_called_before(office: Office, clock: SetClock) -> None:
    issue(office)
    clock.forward(minutes=25)
    issue(office)
    assert issue(office, priority=True).people_ahead_at_issue == 1


@pytest.mark.parametrize(
    ("persons", "code"),
    [
        *((persons, "persons_out_of_range") for persons in (0, 10, -1)),
        *((persons, "value_invalid") for persons in (True, 2.0, "3", None)),
    ],
)
def test_persons_that_are_no_number_from_one_to_nine_are_refused(office: Office, persons: Any, code: str) -> None:
    assert refused(office, IssueTicket, service="card", persons=persons) == code


@pytest.mark.parametrize(("state", "code"), [("paused", "service_paused"), ("closed", "service_closed")])
def test_a_service_that_is_not_open_gives_no_number(clock: SetClock, state: str, code: str) -> None:
    services = (Service("card", "A", {"id": "KTP"}), Service("family", "B", {"id": "KK"}))
    office = Office(ListJournal(), lambda: small_plan(services=services, counters=()), clock)
    stands(office, "card", state)
    arguments = {"persons": 1, "priority": False, "language": "id", "device": ""}
    assert refused(office, IssueTicket, service="card", **arguments) == code
    assert issue(office, "family").number == "B-001"


def test_an_unknown_service_is_refused(office: Office) -> None:
    arguments = {"persons": 1, "priority": False, "language": "id", "device": ""}
    assert refused(office, IssueTicket, service="passport", **arguments) == "service_unknown"


def test_a_service_takes_so_many_persons_a_day_and_no_more(clock: SetClock) -> None:
    services = (Service("card", "A", {"id": "KTP"}, daily_limit=6), Service("family", "B", {"id": "KK"}))
    office = Office(ListJournal(), lambda: small_plan(services=services, counters=()), clock)

    def refusal(persons: int) -> str:
        arguments = {"priority": False, "language": "id", "device": ""}
        return refused(office, IssueTicket, service="card", persons=persons, **arguments)

    mother, other = issue(office, persons=4), issue(office)
    issue(office, "family", persons=9)
    assert refusal(2) == "too_many_persons"
    office.execute(ChangePersons(ticket=mother.number, persons=5))
    assert refusal(1) == "too_many_today"
    office.execute(CancelTicket(ticket=other.number, reason="visitor_left"))
    assert issue(office).number == "A-003"
    assert refusal(1) == "too_many_today"
    clock.forward(days=1)
    assert issue(office).number == "A-001"
