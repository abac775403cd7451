"""How long a slip waits for its printer, and who is known to wait without paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

import pytest

from antrean.queueing import events as e
from antrean.queueing.commands import (
    CallNext,
    CallTicket,
    CancelSlip,
    CancelTicket,
    CompleteTicket,
    GiveUpSlips,
    HoldTicket,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    ReprintSlip,
    RequestTestSlip,
    SettleSlip,
    StartService,
)
from antrean.queueing.errors import Refused
from antrean.queueing.office import Office
from antrean.queueing.slips.paper import lacks, without_paper
from antrean.queueing.slips.slip import Slip
from tests.conftest import ListJournal, SetClock, small_plan
from tests.fakes.does import does
from tests.fakes.slips import SlipResult

AT_1 = {"counter": "1", "operator": "Ani"}


@pytest.fixture
def office(clock: SetClock) -> Office:
    plan = small_plan(printers={"": "p1"})
    return Office(ListJournal(), lambda: plan, clock)


def issue(office: Office) -> str:
    answer = office.execute(IssueTicket(service="card", language="id"))
    assert answer.ticket is not None
    return answer.ticket.number


def settle(office: Office, ticket: str, result: str, copy: int = 0, **said: Unpack[SlipResult]) -> None:
    office.execute(SettleSlip(ticket=ticket, copy=copy, result=result, claim="run", **said))


def slip_of(office: Office, ticket: str) -> Slip:
    slip = office.read(lambda day, _plan: day.ticket(ticket).slip)
    assert slip is not None
    return slip


def lacking(office: Office, clock: SetClock) -> dict[str, str]:
    return office.read(lambda day, plan: {t.number: lack for t, lack in without_paper(day, plan, clock())})


def called(office: Office, ticket: str) -> None:
    office.execute(OpenCounter(**AT_1))
    office.execute(CallNext(**AT_1))


def started(office: Office, ticket: str) -> None:
    called(office, ticket)
    office.execute(StartService(ticket=ticket, counter="1"))


def cancelled(office: Office, ticket: str) -> None:
    office.execute(CancelTicket(ticket=ticket, reason="visitor"))


def absent(office: Office, ticket: str) -> None:
    called(office, ticket)
    office.execute(MarkNoShow(ticket=ticket, counter="1"))


def held(office: Office, ticket: str) -> None:
    started(office, ticket)
    office.execute(HoldTicket(ticket=ticket, counter="1", reason="papers"))


def test_a_slip_waits_for_its_printer_as_long_as_its_visitor_waits(office: Office, clock: SetClock) -> None:
    numbers = [issue(office) for n in range(3)]
    clock.forward(hours=5)
    office.execute(GiveUpSlips())
    called(office, numbers[0])  # called is not yet served: the paper still tells where to go
    office.execute(GiveUpSlips())
    assert [slip_of(office, number).state for number in numbers] == ["waiting"] * 3
    assert office.read(lambda day, _plan: [number for number, _copy in day.open_slips]) == numbers
    settle(office, numbers[0], "sending")
    settle(office, numbers[0], "printed", evidence="printed")
    assert slip_of(office, numbers[0]).state == "printed"


@pytest.mark.parametrize("leaves", [started, cancelled, absent, held])
def test_a_slip_is_given_up_when_its_visitor_no_longer_waits_for_it(
    office: Office, leaves: Callable[[Office, str], None]
) -> None:
    number, other = issue(office), issue(office)
    leaves(office, number)
    with pytest.raises(Refused, match="of no use"):
        settle(office, number, "sending")  # even before anybody gave it up
    office.execute(GiveUpSlips())
    slip = slip_of(office, number)
    assert (slip.state, slip.reason, slip.evidence) == ("failed", "not_needed", "none")
    assert slip_of(office, other).state == "waiting"
    office.execute(GiveUpSlips())
    assert [type(entry.event) for entry in office._journal.read(after=0)].count(e.SlipFailed) == 1


def test_a_slip_that_is_being_sent_when_its_visitor_is_served_is_its_agents_to_tell_of(office: Office) -> None:
    number = issue(office)
    settle(office, number, "sending")
    started(office, number)
    office.execute(GiveUpSlips())
    assert slip_of(office, number).state == "sending"
    settle(office, number, "printed", evidence="printed")
    assert slip_of(office, number).state == "printed"


def test_a_copy_that_was_asked_for_while_its_visitor_is_served_is_printed(office: Office, clock: SetClock) -> None:
    number = issue(office)
    settle(office, number, "sending")
    settle(office, number, "uncertain")
    started(office, number)
    clock.forward(minutes=1)
    office.execute(ReprintSlip(ticket=number, printer="p1"))
    clock.forward(minutes=10)
    office.execute(GiveUpSlips())
    settle(office, number, "sending", copy=1)
    settle(office, number, "printed", copy=1, evidence="printed")
    office.execute(CompleteTicket(ticket=number, counter="1"))
    with pytest.raises(Refused):
        office.execute(ReprintSlip(ticket=number, printer="p1"))


def test_a_test_slip_is_of_use_only_while_somebody_stands_there(office: Office, clock: SetClock) -> None:
    office.execute(RequestTestSlip(printer="p1"))
    clock.forward(seconds=120)
    office.execute(GiveUpSlips())
    assert office.read(lambda day, _plan: day.test_slips[0].state) == "waiting"
    clock.forward(seconds=1)
    office.execute(GiveUpSlips())
    assert office.read(lambda day, _plan: (day.test_slips[0].state, day.test_slips[0].reason)) == ("failed", "too_old")


def test_a_late_slip_is_not_taken_for_one_whose_agent_fell_silent(office: Office, clock: SetClock) -> None:
    number = issue(office)
    clock.forward(hours=1)
    settle(office, number, "sending")
    office.execute(GiveUpSlips())
    clock.forward(minutes=15)
    office.execute(GiveUpSlips())
    assert slip_of(office, number).state == "sending"
    clock.forward(seconds=1)
    office.execute(GiveUpSlips())
    assert (slip_of(office, number).state, slip_of(office, number).reason) == ("uncertain", "agent_gone")


def test_a_slip_that_was_given_back_waits_again_as_if_it_had_not_been_taken(office: Office, clock: SetClock) -> None:
    number = issue(office)
    settle(office, number, "sending")
    assert slip_of(office, number).taken_at == clock.now
    settle(office, number, "waiting", reason="printer_not_ready")
    assert (slip_of(office, number).state, slip_of(office, number).taken_at) == ("waiting", None)


def test_a_slip_that_waited_when_the_journal_was_brought_back_is_never_printed_unmarked(
    office: Office, clock: SetClock
) -> None:
    number = issue(office)
    office.execute(does(lambda day, plan, at: (e.JournalRestored(lost_from="", lost_until=""),)))
    later = issue(office)
    with pytest.raises(Refused):
        settle(office, number, "sending")
    office.execute(GiveUpSlips())
    assert (slip_of(office, number).state, slip_of(office, number).reason) == ("uncertain", "restored")
    assert slip_of(office, later).state == "waiting"
    assert lacking(office, clock) == {number: "uncertain"}
    office.execute(ReprintSlip(ticket=number, printer="p1"))
    assert slip_of(office, number).copy == 1


def test_a_visitor_without_paper_is_known_by_the_reason_until_there_is_paper(office: Office, clock: SetClock) -> None:
    printed, failed, uncertain, taken_back, waits = (issue(office) for n in range(5))
    for number, result in ((printed, "printed"), (failed, "failed"), (uncertain, "uncertain")):
        settle(office, number, "sending")
        settle(office, number, result, evidence="printed" if result == "printed" else "none")
    office.execute(CancelSlip(ticket=taken_back, copy=0))
    everyone = [printed, failed, uncertain, taken_back, waits]
    seen = office.read(lambda day, plan: lacks(day, plan, clock(), everyone))
    assert seen == {failed: "failed", uncertain: "uncertain", taken_back: "cancelled"}
    assert lacking(office, clock) == {failed: "failed", uncertain: "uncertain"}
    clock.forward(seconds=121)
    assert lacking(office, clock) == {failed: "failed", uncertain: "uncertain", waits: "late"}
    office.execute(ReprintSlip(ticket=uncertain, printer="p1"))
    assert uncertain not in lacking(office, clock)  # it is just being printed
    settle(office, uncertain, "sending", copy=1)
    settle(office, uncertain, "failed", copy=1)
    assert lacking(office, clock)[uncertain] == "uncertain"  # the first paper may have come out all the same
    office.execute(ReprintSlip(ticket=uncertain, printer="p1"))
    settle(office, uncertain, "sending", copy=2)
    settle(office, uncertain, "printed", copy=2, evidence="drained")
    assert lacking(office, clock) == {failed: "failed", waits: "late"}
    office.execute(OpenCounter(**AT_1))
    office.execute(CallTicket(ticket=failed, reason="", **AT_1))
    assert failed in lacking(office, clock)
    office.execute(StartService(ticket=failed, counter="1"))
    office.execute(CancelTicket(ticket=waits, reason="visitor"))
    assert lacking(office, clock) == {}


def test_an_office_without_a_printer_has_nobody_without_paper(clock: SetClock) -> None:
    plan = small_plan()
    office = Office(ListJournal(), lambda: plan, clock)
    issue(office)
    clock.forward(hours=1)
    assert lacking(office, clock) == {}
