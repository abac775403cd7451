"""What a correction tells: what stood there before, and why another service can't be chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antrean.queueing.commands import ChangePersons, ChangeService, CloseService, Command
from antrean.queueing.errors import QueueError
from antrean.queueing.events import PersonsChanged, TicketServiceChanged
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import call, issue, sit

FORMS = {"id": "Blangko habis", "en": "Out of forms"}


class Desk:
    """An office whose plan can be changed, and somebody at counter 3."""

    def __init__(self, plan: OfficePlan) -> None:
        self.plan, self.journal = plan, ListJournal()
        self.office = Office(self.journal, lambda: self.plan, SetClock())
        sit(self.office)

    def last(self, command: Command) -> object:
        self.office.execute(command)
        return self.journal.entries[-1].event

    def refusal(self, command: Command) -> tuple[str, dict[str, object]]:
        with pytest.raises(QueueError) as caught:
            self.office.execute(command)
        return caught.value.code, dict(caught.value.values)


def test_a_correction_tells_what_was_said_before_and_at_which_counter_it_was_put_right() -> None:
    desk = Desk(small_plan())
    number = issue(desk.office, persons=2).number
    told = desk.last(ChangePersons(ticket=number, persons=5, counter="3"))
    assert told == PersonsChanged(number, 5, 2, "3")
    told = desk.last(ChangeService(ticket=number, service="family", counter="3"))
    assert told == TicketServiceChanged(number, "family", "card", "3")


def test_persons_are_put_right_also_where_the_service_is_no_more_in_the_plan() -> None:
    desk = Desk(small_plan())
    number = issue(desk.office).number
    desk.plan = replace(desk.plan, services=desk.plan.services[1:])
    again = Office(desk.journal, lambda: desk.plan, SetClock())
    again.execute(ChangePersons(ticket=number, persons=3, counter="3"))
    assert desk.journal.entries[-1].event == PersonsChanged(number, 3, 1, "3")


def test_the_service_that_it_is_already_is_refused_with_the_number() -> None:
    desk = Desk(small_plan())
    number = issue(desk.office).number
    assert desk.refusal(ChangeService(ticket=number, service="card")) == ("same_service", {"ticket": number})


@pytest.mark.parametrize(
    ("languages", "why"),
    [(("id",), "Blangko habis"), (("en", "id"), "Out of forms"), (("id", "en"), "Blangko habis")],
)
def test_nobody_is_put_into_a_closed_service_and_staff_read_why_in_the_first_language_of_the_office(
    languages: tuple[str, ...], why: str
) -> None:
    desk = Desk(small_plan(languages=languages))
    number = issue(desk.office, language=languages[0]).number
    reasons = {language: FORMS[language] for language in languages}
    desk.office.execute(CloseService(service="family", reasons=reasons))
    assert desk.refusal(ChangeService(ticket=number, service="family")) == ("service_closed", {"why": why})


def test_more_persons_than_the_service_takes_today_are_refused_with_how_many_it_does() -> None:
    plan = small_plan()
    limited = replace(plan, services=(replace(plan.services[0], daily_limit=4), *plan.services[1:]))
    desk = Desk(limited)
    number = issue(desk.office, persons=2).number
    told = desk.refusal(ChangePersons(ticket=number, persons=9, counter="3"))
    assert told == ("too_many_persons", {"left": 2})


def test_what_stands_at_another_counter_is_refused_with_its_number() -> None:
    desk = Desk(small_plan())
    number = issue(desk.office).number
    assert call(desk.office).number == number
    sit(desk.office, "1", "Budi")
    told = desk.refusal(ChangePersons(ticket=number, persons=2, counter="1"))
    assert told == ("ticket_not_here", {"ticket": number})
