"""Holding a printer, test slips, cancelled slips and the paper of a roll."""

from __future__ import annotations

from typing import Any, Unpack

import pytest

from antrean.queueing import events as e
from antrean.queueing.commands import (
    CancelSlip,
    ChangeRoll,
    Command,
    GiveUpSlips,
    HoldPrinter,
    IssueTicket,
    ReleasePrinter,
    ReportPrinter,
    ReprintSlip,
    RequestTestSlip,
    SettleSlip,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, QueueError
from antrean.queueing.office import Office
from antrean.queueing.slips.slip import Slip
from tests.conftest import ListJournal, SetClock, small_plan
from tests.fakes.slips import SlipResult


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


def print_it(office: Office, ticket: str, copy: int = 0, paper_mm: int = 0, fallback: bool = False) -> None:
    settle(office, ticket, "sending", copy, evidence="composed")
    settle(office, ticket, "printed", copy, evidence="printed", paper_mm=paper_mm, fallback=fallback)


def day(office: Office) -> ServiceDay:
    return office.read(lambda day, _plan: day)


def slip_of(office: Office, number: str) -> Slip:
    slip = day(office).tickets[number].slip
    assert slip is not None
    return slip


def kinds(office: Office) -> list[str]:
    return [entry.event.kind for entry in office._journal.read(after=0)]


def refused(office: Office, code: str, kind: type[Command], **values: object) -> None:
    before = kinds(office)
    with pytest.raises(QueueError) as refusal:
        office.execute(kind(**values))
    assert refusal.value.code == code
    assert kinds(office) == before


def test_a_held_printer_gives_no_slip_to_its_agent_until_it_is_released(office: Office) -> None:
    number = issue(office)
    office.execute(HoldPrinter(printer="p1", reason=""))
    refused(office, "printer_held", SettleSlip, ticket=number, copy=0, result="sending", claim="run")
    assert slip_of(office, number).state == "waiting"
    office.execute(ReleasePrinter(printer="p1"))
    print_it(office, number)
    assert slip_of(office, number).state == "printed"


def test_a_slip_whose_agent_never_comes_back_is_uncertain_and_can_be_printed_again(
    office: Office, clock: SetClock
) -> None:
    number = issue(office)
    settle(office, number, "sending", evidence="composed")
    clock.forward(minutes=14)
    office.execute(GiveUpSlips())
    assert slip_of(office, number).state == "sending"
    clock.forward(minutes=2)
    office.execute(GiveUpSlips())
    slip = slip_of(office, number)
    assert (slip.state, slip.evidence, slip.reason) == ("uncertain", "none", "agent_gone")
    office.execute(ReprintSlip(ticket=number, printer="p2"))
    assert [slip.copy for slip in day(office).tickets[number].slips] == [0, 1]


def test_an_agent_that_comes_back_after_all_says_what_became_of_its_slip(office: Office, clock: SetClock) -> None:
    number = issue(office)
    settle(office, number, "sending", evidence="composed")
    clock.forward(minutes=16)
    office.execute(GiveUpSlips())
    other = {"ticket": number, "copy": 0, "claim": "another"}
    refused(office, "slip_settled", SettleSlip, **other, result="printed", evidence="printed")
    settle(office, number, "printed", evidence="printed")
    settle(office, number, "printed", evidence="printed")
    assert slip_of(office, number).state == "printed"
    assert day(office).open_slips == {}
    assert kinds(office).count("slip.printed") == 1


def test_a_slip_being_sent_when_the_printer_is_held_is_still_settled(office: Office) -> None:
    number = issue(office)
    settle(office, number, "sending", evidence="composed")
    office.execute(HoldPrinter(printer="p1", reason=""))
    settle(office, number, "printed", evidence="printed")
    assert slip_of(office, number).state == "printed"


def test_holding_twice_and_releasing_twice_are_one_fact_each(office: Office) -> None:
    for kind, values in (
        (HoldPrinter, {"reason": ""}),
        (HoldPrinter, {"reason": ""}),
        (ReleasePrinter, {}),
        (ReleasePrinter, {}),
    ):
        office.execute(kind(printer="p1", **values))
    assert kinds(office) == ["printer.held", "printer.released"]


def test_a_hold_ends_with_the_day(office: Office, clock: SetClock) -> None:
    office.execute(HoldPrinter(printer="p1", reason=""))
    clock.forward(days=1)
    print_it(office, issue(office))
    assert day(office).held_printers == {}


def test_a_test_slip_goes_the_way_of_every_slip_and_is_no_ticket(office: Office) -> None:
    office.execute(RequestTestSlip(printer="p1"))
    office.execute(RequestTestSlip(printer="p1"))
    assert len(day(office).test_slips) == 1
    print_it(office, "TEST", copy=1, paper_mm=200)
    (slip,) = day(office).test_slips
    assert (slip.state, slip.evidence) == ("printed", "printed")
    assert (day(office).open_slips, day(office).tickets) == ({}, {})
    office.execute(RequestTestSlip(printer="p1"))
    assert [slip.copy for slip in day(office).test_slips] == [1, 2]


def test_a_test_slip_is_refused_while_the_printer_is_held(office: Office) -> None:
    office.execute(HoldPrinter(printer="p1", reason=""))
    refused(office, "printer_held", RequestTestSlip, printer="p1")


def test_a_waiting_slip_can_be_cancelled_and_its_ticket_stays_valid(office: Office) -> None:
    number = issue(office)
    office.execute(CancelSlip(ticket=number, copy=0))
    office.execute(CancelSlip(ticket=number, copy=0))
    ticket = day(office).tickets[number]
    slip = slip_of(office, ticket.number)
    assert (ticket.state, slip.state, slip.reason) == ("waiting", "failed", "cancelled")
    assert kinds(office).count("slip.failed") == 1
    refused(office, "slip_settled", SettleSlip, ticket=number, copy=0, result="sending", claim="run")


def test_a_slip_on_its_way_or_settled_cannot_be_cancelled(office: Office) -> None:
    number = issue(office)
    settle(office, number, "sending", evidence="composed")
    refused(office, "slip_being_sent", CancelSlip, ticket=number, copy=0)
    settle(office, number, "printed", evidence="printed")
    refused(office, "slip_settled", CancelSlip, ticket=number, copy=0)
    refused(office, "slip_unknown", CancelSlip, ticket=number, copy=7)


def test_copies_end_before_the_roll_does(office: Office) -> None:
    number = issue(office)
    print_it(office, number)
    for copy in range(1, 5):
        office.execute(ReprintSlip(ticket=number, printer="p1"))
        print_it(office, number, copy)
    refused(office, "copy_limit", ReprintSlip, ticket=number, printer="p1")


def test_a_visitor_prints_again_what_may_not_have_come_out_and_staff_print_whatever_they_like(office: Office) -> None:
    number = issue(office)
    by_visitor: dict[str, Any] = {"ticket": number, "printer": "p1", "by_visitor": True}
    for copy, (result, evidence) in enumerate((("failed", "none"), ("uncertain", "sent"), ("printed", "printed"))):
        office.execute(ReprintSlip(**by_visitor))  # the last one is still to be printed: nothing more is asked for
        settle(office, number, "sending", copy=copy)
        settle(office, number, result, copy=copy, evidence=evidence)
        if result != "printed":
            office.execute(ReprintSlip(**by_visitor))
    refused(office, "slip_printed", ReprintSlip, **by_visitor)
    office.execute(ReprintSlip(ticket=number, printer="p1"))
    office.execute(CancelSlip(ticket=number, copy=3))
    refused(office, "slip_settled", ReprintSlip, **by_visitor)
    office.execute(ReprintSlip(ticket=number, printer="p1"))
    assert [slip.state for slip in office.read(lambda day, _plan: day.slips_of(number))] == [
        "failed", "uncertain", "printed", "failed", "waiting",
    ]  # fmt: skip


def test_the_paper_of_a_roll_counts_what_was_printed_on_it_and_begins_anew_with_a_new_roll(
    office: Office, clock: SetClock
) -> None:
    print_it(office, issue(office), paper_mm=110)
    print_it(office, issue(office), paper_mm=90, fallback=True)
    roll = day(office).rolls["p1"]
    assert (roll.mm, roll.slips, roll.changed_at) == (110, 1, None)
    office.execute(ChangeRoll(printer="p1"))
    print_it(office, issue(office), paper_mm=105)
    roll = day(office).rolls["p1"]
    assert (roll.mm, roll.slips, roll.changed_at) == (105, 1, clock.now)


@pytest.mark.parametrize("paper_mm", [-1, 5001])
def test_paper_that_no_slip_can_take_is_refused(office: Office, paper_mm: int) -> None:
    number = issue(office)
    settle(office, number, "sending", evidence="composed")
    with pytest.raises(Invalid):
        settle(office, number, "printed", evidence="printed", paper_mm=paper_mm)
    assert slip_of(office, number).state == "sending"


def test_a_printers_state_keeps_its_time_while_only_the_details_change(office: Office, clock: SetClock) -> None:
    began = clock.now
    office.execute(ReportPrinter(printer="p1", state="offline", detail="refused", address="tcp://a:1"))
    clock.forward(minutes=3)
    office.execute(ReportPrinter(printer="p1", state="offline", detail="no route", address="tcp://a:1"))
    state = day(office).printers["p1"]
    assert (state.detail, state.since) == ("no route", began)


def test_an_agent_that_is_gone_leaves_its_printers_address(office: Office) -> None:
    report = {"address": "tcp://a:1", "fallback": "ready", "fallback_address": "tcp://b:1"}
    office.execute(ReportPrinter(printer="p1", state="ready", **report))
    office.execute(ReportPrinter(printer="p1", state="agent_away"))
    state = day(office).printers["p1"]
    assert (state.state, state.address, state.fallback_address) == ("agent_away", "tcp://a:1", "tcp://b:1")


@pytest.mark.parametrize("words", [{"state": "happy"}, {"state": "ready", "fallback": "happy"}])
def test_a_state_that_is_none_is_refused(office: Office, words: dict[str, str]) -> None:
    refused(office, "value_invalid", ReportPrinter, printer="p1", **words)


def test_old_lines_without_the_newer_fields_are_read() -> None:
    from antrean.queueing.events import from_data

    printed = from_data("slip.printed", {"ticket": "A-001", "copy": 0, "evidence": "echoed"})
    assert printed == e.SlipPrinted("A-001", 0, "echoed", 0, "", False)
    reported = from_data("printer.reported", {"printer": "p1", "state": "ready", "detail": ""})
    assert reported == e.PrinterReported("p1", "ready", "", "", "", "")
