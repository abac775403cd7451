"""What services need is down: all that need it are held up at once, nobody loses a place, and no wait is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from antrean.queueing.commands import (
    BeginOutage,
    CallNext,
    CancelTicket,
    CloseDay,
    CompleteTicket,
    EndOutage,
    IssueTicket,
    PauseService,
    ResumeService,
    StartService,
)
from antrean.queueing.events import OutageBegun, OutageEnded, OutageTold
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Need, OfficePlan
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import call, issue, refused, sit

WORDS = {"id": "Server kementerian tidak dapat dihubungi", "en": "The ministry's server can't be reached"}
SERVER, POWER = Need("server", {"id": "Server kementerian"}, WORDS), Need("power", {"id": "Listrik"})


def plan_with_needs() -> OfficePlan:
    plan = small_plan(needs=(SERVER, POWER))
    needs = {"card": ("server", "power"), "family": ("server",)}
    return replace(plan, services=tuple(replace(one, needs=needs.get(one.code, ())) for one in plan.services))


class Here:
    """An office whose card and family services need the server."""

    def __init__(self) -> None:
        self.plan, self.clock, self.journal = plan_with_needs(), SetClock(), ListJournal()
        self.office = Office(self.journal, lambda: self.plan, self.clock)

    def state(self, service: str) -> tuple[str, bool]:
        today = self.office.read(lambda day, plan: day.service_today(plan.service(service)))
        return today.state, today.numbers

    def last(self) -> object:
        return self.journal.entries[-1].event


@pytest.fixture
def here() -> Here:
    return Here()


def test_one_command_holds_up_all_services_that_need_it_and_one_lets_them_go_on(here: Here) -> None:
    here.office.execute(BeginOutage(need="server", minutes=30))
    assert [here.state(code) for code in ("card", "family", "birth")] == [
        ("paused", True), ("paused", True), ("open", False),
    ]  # fmt: skip
    here.office.execute(EndOutage(need="server"))
    assert [here.state(code)[0] for code in ("card", "family", "birth")] == ["open"] * 3


def test_the_expected_end_is_told_to_the_next_five_minutes_and_can_be_told_anew(here: Here) -> None:
    here.clock.forward(minutes=1)  # 9:01 in Jakarta
    begun = here.office.execute(BeginOutage(need="server", minutes=30))
    event = here.last()
    assert isinstance(event, OutageBegun)
    assert (event.until, event.services, event.words) == ("09:35", "card family", WORDS)
    here.office.execute(BeginOutage(need="server", minutes=30))  # within the same five minutes nothing changes
    assert here.office.read(lambda day, _plan: day.seq) == begun.seq
    here.office.execute(BeginOutage(need="server", minutes=0, numbers=False))
    assert here.last() == OutageTold("server", "", numbers=False)
    assert refused(here.office, IssueTicket, service="card") == "service_paused"


def test_an_end_after_midnight_is_told_to_nobody(here: Here) -> None:
    here.clock.forward(hours=14)  # 23:00
    here.office.execute(BeginOutage(need="server", minutes=120))
    assert here.office.read(lambda day, _plan: day.outages["server"].until) == ""


def test_whoever_waits_keeps_the_place_and_a_called_visitor_is_served_meanwhile(here: Here) -> None:
    sit(here.office)
    first, second = issue(here.office).number, issue(here.office).number
    call(here.office)
    here.office.execute(BeginOutage(need="server"))
    here.office.execute(StartService(ticket=first, counter="3"))
    here.office.execute(CompleteTicket(ticket=first, counter="3"))
    third = issue(here.office).number
    assert refused(here.office, CallNext, counter="3", operator="Ani") == "queue_empty"
    here.office.execute(EndOutage(need="server"))
    assert [call(here.office).number, third] == [second, "A-003"]


def test_a_number_that_is_given_meanwhile_says_how_many_are_ahead_and_no_wait(here: Here) -> None:
    issue(here.office)
    here.office.execute(BeginOutage(need="server"))
    ticket = here.office.execute(IssueTicket(service="card")).ticket
    assert ticket is not None
    assert (ticket.people_ahead_at_issue, ticket.wait_at_issue) == (1, None)


def test_its_end_says_how_long_it_was_and_how_many_numbers_waited_and_were_given_back(here: Here) -> None:
    first = issue(here.office).number
    issue(here.office, "birth")  # needs no server
    here.office.execute(BeginOutage(need="server"))
    issue(here.office)
    issue(here.office, "family")
    here.office.execute(CancelTicket(ticket=first, reason="visitor_left"), "visitor")
    here.clock.forward(minutes=52)
    here.office.execute(EndOutage(need="server"))
    assert here.last() == OutageEnded("server", 52, waited=3, left=1)
    here.office.execute(EndOutage(need="server"))
    assert len([one for one in here.journal.entries if isinstance(one.event, OutageEnded)]) == 1


def test_the_close_of_the_day_ends_it(here: Here) -> None:
    here.office.execute(BeginOutage(need="server"))
    here.clock.forward(minutes=20)
    here.office.execute(CloseDay())
    ends = [one.event for one in here.journal.entries if isinstance(one.event, OutageEnded)]
    assert ends == [OutageEnded("server", 20, 0, 0)]
    assert refused(here.office, BeginOutage, need="server") == "day_closed"


def test_a_service_goes_on_with_the_last_outage_that_holds_it_up(here: Here) -> None:
    here.office.execute(BeginOutage(need="server", numbers=True))
    here.office.execute(BeginOutage(need="power", numbers=False))
    assert (here.state("card"), here.state("family")) == (("paused", False), ("paused", True))
    here.office.execute(EndOutage(need="power"))
    assert here.state("card") == ("paused", True)
    here.office.execute(EndOutage(need="server"))
    assert here.state("card")[0] == "open"


def test_one_service_can_go_on_without_it_and_one_that_staff_paused_stays_so(here: Here) -> None:
    here.office.execute(PauseService(service="family"))
    here.office.execute(BeginOutage(need="server"))
    here.office.execute(ResumeService(service="card"))
    assert (here.state("card"), here.state("family")) == (("open", False), ("paused", False))
    here.office.execute(EndOutage(need="server"))
    assert here.state("family") == ("paused", False)


def test_what_no_service_needs_can_not_be_down(here: Here) -> None:
    here.plan = replace(here.plan, services=tuple(replace(one, needs=()) for one in here.plan.services))
    assert refused(here.office, BeginOutage, need="server") == "value_invalid"


def test_it_is_over_with_its_day(here: Here) -> None:
    here.office.execute(BeginOutage(need="server"))
    here.clock.forward(seconds=timedelta(days=1).total_seconds())
    issue(here.office)
    assert here.state("card")[0] == "open"
