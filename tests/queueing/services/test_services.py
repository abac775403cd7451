"""A service is paused or closed for today only; who waits keeps the place, and is told why and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from antrean.queueing.commands import (
    CallNext,
    CloseDay,
    CloseService,
    Command,
    IssueTicket,
    OpenDay,
    OpenService,
    PauseService,
    ResumeService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.errors import Refused
from antrean.queueing.office import Office
from antrean.queueing.services.state import ServiceToday
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import call, issue, refused, serve, sit, states

NETWORK = {"id": "Jaringan terputus", "en": "The network is down"}
GIVEN: dict[str, Any] = {"service": "card", "reasons": NETWORK}


def stands(office: Office, code: str = "card") -> ServiceToday:
    return office.read(lambda day, plan: day.service_today(plan.service(code)))


def kinds(journal: ListJournal) -> list[str]:
    return [entry.event.kind for entry in journal.entries]


def expected_end(office: Office, at: datetime) -> str:
    return office.read(lambda day, plan: day.expected_end(plan.service("card"), plan.tz, at))


def test_a_service_is_open_until_somebody_says_otherwise(office: Office) -> None:
    assert stands(office) == ServiceToday("open")
    assert stands(office).reason("id") == ""


def test_a_paused_service_gives_no_number_and_says_why_in_the_language_of_the_visitor(office: Office) -> None:
    office.execute(PauseService(**GIVEN), actor="staff:Dewi")
    for language, why in (("en", NETWORK["en"]), ("id", NETWORK["id"]), ("su", NETWORK["id"])):
        with pytest.raises(Refused) as caught:
            office.execute(IssueTicket(service="card", language=language))
        assert (caught.value.code, caught.value.values["why"]) == ("service_paused", why)
    issue(office, "family")


def test_whoever_waits_for_a_paused_service_keeps_the_place_and_is_called_when_it_goes_on(office: Office) -> None:
    number = issue(office).number
    sit(office)
    office.execute(PauseService(**GIVEN))
    assert refused(office, CallNext, counter="3", operator="Ani") == "queue_empty"
    office.execute(ResumeService(service="card"))
    assert call(office).number == number


def test_a_service_closed_for_today_takes_nobody_over_and_opens_again(office: Office) -> None:
    sit(office)
    number = serve(office) if issue(office, "family") else None
    assert number is not None
    office.execute(CloseService(**GIVEN))
    moved = {"ticket": number.number, "counter": "3", "service": "card"}
    assert refused(office, TransferTicket, **moved) == "service_closed"
    assert refused(office, IssueTicket, service="card") == "service_closed"
    office.execute(OpenService(service="card"))
    office.execute(TransferTicket(**moved))
    issue(office)


@pytest.mark.parametrize("command", [PauseService(**GIVEN, until="15:00"), CloseService(**GIVEN)])
def test_the_next_day_begins_with_every_service_as_the_plan_has_it(
    office: Office, clock: SetClock, command: Command
) -> None:
    office.execute(command)
    assert stands(office).state != "open"
    clock.forward(days=1)
    issue(office)
    assert stands(office) == ServiceToday("open")


def test_what_stands_already_writes_no_line_and_what_is_told_anew_does() -> None:
    journal = ListJournal()
    office = Office(journal, small_plan, SetClock())
    told = [
        (ResumeService(service="card"), []), (OpenService(service="card"), []),
        (PauseService(**GIVEN), ["service.paused"]), (PauseService(**GIVEN), []),
        (PauseService(service="card", reasons={**NETWORK, "su": " "}), []),  # a text of blanks is none
        (PauseService(**GIVEN, until="11:30"), ["service.paused"]), (PauseService(service="card"), ["service.paused"]),
        (ResumeService(service="card"), ["service.resumed"]),
        (CloseService(**GIVEN), ["service.closed"]), (CloseService(**GIVEN), []),
        (CloseService(service="card"), ["service.closed"]),
        (OpenService(service="card"), ["service.opened"]),
        (PauseService(**GIVEN), ["service.paused"]), (CloseService(**GIVEN), ["service.closed"]),
        (PauseService(**GIVEN), ["service.paused"]), (OpenService(service="card"), ["service.resumed"]),
    ]  # fmt: skip
    for command, lines in told:
        before = len(journal.entries)
        office.execute(command)
        assert kinds(journal)[before:] == lines, command
    assert stands(office) == ServiceToday("open")


def test_a_closed_service_is_opened_and_not_resumed(office: Office) -> None:
    office.execute(CloseService(**GIVEN))
    assert refused(office, ResumeService, service="card") == "service_closed"


def test_a_pause_ends_at_a_time_of_today_by_the_clock_of_the_office(office: Office, clock: SetClock) -> None:
    clock.now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # ten in the morning in Jakarta
    for past in ("09:59", "10:00", "00:00"):
        assert refused(office, PauseService, **GIVEN, until=past) == "time_past"
    office.execute(PauseService(**GIVEN, until="11:30"))
    assert expected_end(office, clock()) == "11:30"
    clock.now = datetime(2026, 11, 24, 4, 29, 59, tzinfo=UTC)
    assert expected_end(office, clock()) == "11:30"


def test_a_time_that_is_past_is_promised_no_more_and_the_reason_stays(office: Office, clock: SetClock) -> None:
    clock.now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    office.execute(PauseService(**GIVEN, until="11:30"))
    clock.now = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
    assert expected_end(office, clock()) == ""
    assert (stands(office).state, stands(office).reason("en")) == ("paused", NETWORK["en"])
    # The same said again changes nothing, although nobody could say that time now.
    office.execute(PauseService(**GIVEN, until="11:30"))
    assert refused(office, PauseService, service="card", until="11:30") == "time_past"


def test_a_language_that_the_office_does_not_speak_is_refused(office: Office) -> None:
    for kind in (PauseService, CloseService):
        assert refused(office, kind, service="card", reasons={"tlh": "Qo"}) == "value_invalid"


@pytest.mark.parametrize("kind", [PauseService, ResumeService, CloseService, OpenService])
def test_an_unknown_service_and_a_closed_day_are_refused(office: Office, kind: type[Command]) -> None:
    assert refused(office, kind, service="passport") == "service_unknown"
    office.execute(CloseDay())
    assert refused(office, kind, service="card") == "day_closed"


def test_a_day_that_is_opened_again_has_its_services_as_they_stood(office: Office) -> None:
    office.execute(PauseService(**GIVEN))
    office.execute(CloseDay())
    office.execute(OpenDay())
    assert stands(office).state == "paused"


def test_a_service_that_leaves_the_plan_while_it_is_paused_harms_nobody(clock: SetClock) -> None:
    plans = [small_plan()]
    office = Office(ListJournal(), lambda: plans[-1], clock)
    office.execute(PauseService(**GIVEN))
    plans.append(replace(plans[0], services=plans[0].services[1:], counters=()))
    fresh = Office(office._journal, lambda: plans[-1], clock)
    assert fresh.execute(IssueTicket(service="family")).ticket is not None


def test_an_operator_takes_back_the_last_step_over_a_pause(office: Office) -> None:
    first, second = issue(office).number, issue(office).number
    sit(office)
    assert serve(office).number == first
    office.execute(PauseService(**GIVEN))
    office.execute(UndoStep(counter="3", operator="Ani"))
    assert states(office) == {first: "called", second: "waiting"}
    assert stands(office).state == "paused"


def test_the_same_request_of_a_pause_gets_the_first_result_again(office: Office) -> None:
    first = office.execute(PauseService(**GIVEN), "staff:Dewi", "pause-card-1")
    office.execute(ResumeService(service="card"))
    again = office.execute(PauseService(**GIVEN), "staff:Dewi", "pause-card-1")
    assert (again.seq, again.event_kind) == (first.seq, "service.paused")
    assert stands(office).state == "open"
