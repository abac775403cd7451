"""What a service that is not open says of itself: why, in whose language, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from antrean.queueing.commands import (
    CloseService,
    Command,
    IssueTicket,
    OpenService,
    PauseService,
    ResumeService,
    TransferTicket,
)
from antrean.queueing.errors import QueueError
from antrean.queueing.events import ServiceOpened, ServiceResumed
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.services.state import ServiceToday
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import issue, serve, sit

TODAY = date(2026, 11, 24)
FORMS = {"id": "Blangko habis", "en": "Out of forms"}


def refusal(office: Office, command: Command) -> tuple[str, dict[str, Any]]:
    with pytest.raises(QueueError) as caught:
        office.execute(command)
    return caught.value.code, dict(caught.value.values)


def closed_for_longer(opens_on: date | None) -> OfficePlan:
    plan = small_plan()
    card = replace(plan.services[0], closed=True, opens_on=opens_on, closure_reasons=FORMS)
    return replace(plan, services=(card, *plan.services[1:]))


def office_of(plan: OfficePlan) -> Office:
    return Office(ListJournal(), lambda: plan, SetClock())


@pytest.mark.parametrize(("language", "why"), [("", "Blangko habis"), ("en", "Out of forms"), ("su", "Blangko habis")])
def test_a_visitor_reads_why_a_service_is_closed_today_in_their_own_language(
    office: Office, language: str, why: str
) -> None:
    office.execute(CloseService(service="card", reasons=FORMS))
    assert refusal(office, IssueTicket(service="card", language=language)) == ("service_closed", {"why": why})


@pytest.mark.parametrize(("languages", "why"), [(("id", "en"), "Blangko habis"), (("en", "id"), "Out of forms")])
def test_staff_read_why_a_service_is_closed_in_the_first_language_of_the_office(
    languages: tuple[str, ...], why: str
) -> None:
    office = office_of(small_plan(languages=languages))
    sit(office)
    issue(office, "family")
    number = serve(office).number
    office.execute(CloseService(service="card", reasons=FORMS))
    transfer = TransferTicket(ticket=number, counter="3", service="card")
    for command in (transfer, ResumeService(service="card")):
        assert refusal(office, command) == ("service_closed", {"why": why})


def test_a_visitor_reads_until_when_a_service_is_paused_as_long_as_that_is_to_come(
    office: Office, clock: SetClock
) -> None:
    office.execute(PauseService(service="card", reasons=FORMS, until="11:30"))
    told = refusal(office, IssueTicket(service="card", language="en"))
    assert told == ("service_paused", {"why": "Out of forms", "until": "11:30"})
    clock.forward(hours=3)
    told = refusal(office, IssueTicket(service="card", language="en"))
    assert told == ("service_paused", {"why": "Out of forms", "until": ""})


def test_all_services_are_asked_for_their_ends_at_once(office: Office, clock: SetClock) -> None:
    office.execute(PauseService(service="card", until="11:30"))
    office.execute(PauseService(service="family", until="09:30"))
    office.execute(PauseService(service="birth"))

    def ends(after: timedelta) -> list[str]:
        return office.read(lambda day, plan: [*map(day.ends(plan.tz, clock() + after), plan.services)])

    assert ends(timedelta()) == ["11:30", "09:30", ""]
    assert ends(timedelta(hours=1)) == ["11:30", "", ""]


@pytest.mark.parametrize("command", [PauseService(service="card"), OpenService(service="card")])
@pytest.mark.parametrize("opens_on", [None, TODAY + timedelta(days=1)])
def test_what_the_plan_closes_is_not_changed_for_today_and_says_why(opens_on: date | None, command: Command) -> None:
    office = office_of(closed_for_longer(opens_on))
    assert refusal(office, command) == ("service_closed", {"why": "Blangko habis"})
    assert office.read(lambda day, plan: day.service_today(plan.services[0])) == ServiceToday("closed", FORMS)


def test_a_service_closed_for_longer_says_so_to_whoever_resumes_it() -> None:
    office = office_of(closed_for_longer(TODAY + timedelta(days=1)))
    assert refusal(office, ResumeService(service="card")) == ("service_closed", {"why": "Blangko habis"})


@pytest.mark.parametrize("opens_on", [None, TODAY + timedelta(days=1)])
def test_closing_for_today_what_the_plan_closes_writes_no_line(opens_on: date | None) -> None:
    journal = ListJournal()
    plan = closed_for_longer(opens_on)
    Office(journal, lambda: plan, SetClock()).execute(CloseService(service="card"))
    assert journal.entries == []


def test_on_the_day_on_which_the_plan_opens_it_a_service_is_open_and_may_be_closed_again() -> None:
    office = office_of(closed_for_longer(TODAY))
    issue(office)
    office.execute(CloseService(service="card", reasons={"id": "Rapat"}))
    assert refusal(office, IssueTicket(service="card")) == ("service_closed", {"why": "Rapat"})


@pytest.mark.parametrize("kind", [PauseService, CloseService])
def test_a_reason_in_a_language_that_the_office_does_not_speak_names_its_field(
    office: Office, kind: type[PauseService] | type[CloseService]
) -> None:
    told = refusal(office, kind(service="card", reasons={"tlh": "Qo"}))
    assert told == ("value_invalid", {"field": "reasons"})


@pytest.mark.parametrize("event", [ServiceResumed("card"), ServiceOpened("card")])
def test_a_line_that_opens_what_is_open_changes_nothing(
    office: Office, clock: SetClock, event: ServiceResumed | ServiceOpened
) -> None:
    issue(office)
    day = office.read(lambda day, _plan: day)
    day.apply(JournalEntry(day.seq + 1, clock(), day.business_day, event, None, ""))
    assert day.services == {}
