"""What a ticket's commands tell whoever gave them: the language of a number, and which field or ticket was refused."""

from __future__ import annotations

import pytest

from antrean.queueing.commands import (
    CallNext,
    CancelTicket,
    CompleteTicket,
    HoldTicket,
    IssueTicket,
    OpenCounter,
    ReprintSlip,
    ResumeTicket,
)
from antrean.queueing.errors import QueueError
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import call, issue, serve, sit


def refusal(office: Office, command: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(QueueError) as caught:
        office.execute(command)  # type: ignore[arg-type]
    return caught.value.code, dict(caught.value.values)


def test_a_number_taken_without_a_language_speaks_the_first_one_of_the_office(clock: SetClock) -> None:
    plan: OfficePlan = small_plan(languages=("su", "id"))
    office = Office(ListJournal(), lambda: plan, clock)
    assert issue(office, language="").language == "su"


def test_an_office_of_one_language_gives_numbers_in_it(clock: SetClock) -> None:
    plan: OfficePlan = small_plan(languages=("en",))
    assert issue(Office(ListJournal(), lambda: plan, clock), language="").language == "en"


def test_a_language_that_the_office_does_not_speak_is_refused_by_its_field(office: Office) -> None:
    assert refusal(office, IssueTicket(service="card", language="tlh")) == ("value_invalid", {"field": "language"})


def test_what_is_refused_of_a_ticket_names_the_ticket(office: Office) -> None:
    sit(office), sit(office, "1", "Budi")
    first = issue(office).number
    second = issue(office).number
    assert call(office).number == first
    assert refusal(office, CancelTicket(ticket=first, counter="1")) == ("ticket_not_here", {"ticket": first})
    assert call(office, "1", "Budi").number == second
    office.execute(CancelTicket(ticket=second, counter="1"))
    assert refusal(office, ReprintSlip(ticket=second, printer="p1")) == ("ticket_ended", {"ticket": second})


def test_a_busy_counter_names_the_ticket_that_stands_there(office: Office) -> None:
    sit(office)
    held, there = issue(office).number, issue(office).number
    assert serve(office).number == held
    office.execute(HoldTicket(ticket=held, counter="3", reason="copy"))
    assert serve(office).number == there
    assert refusal(office, ResumeTicket(ticket=held, counter="3")) == ("counter_busy", {"ticket": there})
    assert refusal(office, OpenCounter(counter="1", operator="Ani")) == ("counter_busy", {"ticket": there})
    office.execute(CompleteTicket(ticket=there, counter="3"))
    office.execute(OpenCounter(counter="1", operator="Ani"))


def test_whoever_sits_down_again_where_they_sit_writes_no_line(office: Office) -> None:
    sit(office)
    seq = office.read(lambda day, _plan: day.seq)
    sit(office)
    assert office.read(lambda day, _plan: day.seq) == seq
    assert refusal(office, CallNext(counter="3", operator="Ani")) == ("queue_empty", {})
