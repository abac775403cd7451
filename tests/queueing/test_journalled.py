"""What each step writes into the journal, whole: the ticket, the counter, the person, the reason."""

from __future__ import annotations

from typing import Any

import pytest

from antrean.queueing import events as e
from antrean.queueing.commands import (
    AnnounceCall,
    CallNext,
    CallTicket,
    CancelSlip,
    CancelTicket,
    ChangePersons,
    ChangePriority,
    ChangeRoll,
    ChangeService,
    CloseCounter,
    CloseDay,
    Command,
    CompleteTicket,
    FreeCounter,
    HelpToSeat,
    HoldPrinter,
    HoldTicket,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    PauseCounter,
    ReadmitTicket,
    RecallTicket,
    ReleasePrinter,
    ReopenTicket,
    ReportPrinter,
    ReprintSlip,
    RequestTestSlip,
    ResumeCounter,
    ResumeTicket,
    ReturnTicket,
    SettleSlip,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.office import Office
from tests.conftest import ListJournal, SetClock, small_plan
from tests.fakes.slips import SlipKey
from tests.queueing.wishes import issue

AT = {"counter": "3", "operator": "Ani"}
ONE: dict[str, Any] = {"ticket": "A-001", "counter": "3"}
TWO: dict[str, Any] = {"ticket": "A-002", "counter": "3"}
FACTS = {"waited": 0, "passed": 0}


class Kept:
    """An office whose journal can be read."""

    def __init__(self, clock: SetClock) -> None:
        self.clock, self.journal = clock, ListJournal()
        plan = small_plan(printers={"": "p"})
        self.office = Office(self.journal, lambda: plan, clock)

    def writes(self, *commands: Command) -> list[e.Event]:
        """Return what the last of these commands writes."""
        for command in commands:
            seq = self.journal.last_seq()
            self.office.execute(command)
            self.clock.forward(seconds=6)
        return [entry.event for entry in self.journal.entries if entry.seq > seq]


@pytest.fixture
def kept(clock: SetClock) -> Kept:
    return Kept(clock)


@pytest.fixture
def called(kept: Kept) -> Kept:
    """Two wait; the first of them was called to counter 3."""
    issue(kept.office)
    issue(kept.office)
    kept.writes(OpenCounter(**AT), CallNext(**AT))
    return kept


def test_a_number_is_written_with_all_that_the_visitor_chose_and_was_told(kept: Kept) -> None:
    wanted = IssueTicket(service="family", persons=3, priority=True, language="en", device="kiosk-7")
    assert kept.writes(wanted) == [
        e.TicketIssued("B-001", "family", "B", 1, 3, True, "en", "kiosk-7", "p", 0, None, None, "", 0)
    ]
    assert kept.writes(IssueTicket(service="family", language="id")) == [
        e.TicketIssued("B-002", "family", "B", 2, printer="p", people_ahead=1, service_ahead=1)
    ]
    assert kept.writes(IssueTicket(service="card", language="id")) == [
        e.TicketIssued("A-001", "card", "A", 1, printer="p", people_ahead=0, service_ahead=0)
    ]


def test_a_call_is_written_with_counter_operator_reason_and_whom_it_finished(called: Kept) -> None:
    (first,) = [entry.event for entry in called.journal.entries if isinstance(entry.event, e.TicketCalled)]
    assert first == e.TicketCalled("A-001", "3", "Ani", "earliest_due_date", FACTS)
    called.writes(StartService(**ONE))
    assert called.writes(CallNext(**AT, current="A-001")) == [
        e.TicketCompleted("A-001", "3", "finished", 1),
        e.TicketCalled("A-002", "3", "Ani", "earliest_due_date", FACTS, "A-001"),
    ]


def test_a_call_of_somebody_chosen_is_written_with_what_was_said_and_the_places_it_passed(called: Kept) -> None:
    issue(called.office)
    called.writes(StartService(**ONE))
    assert called.writes(CallTicket(ticket="A-003", **AT, reason="blind")) == [
        e.TicketCompleted("A-001", "3", "finished", 1),
        e.TicketCalled("A-003", "3", "Ani", "chosen", {"note": "blind", "passed": 1}, "A-001"),
    ]


def test_each_step_of_a_visit_is_written_with_its_ticket_and_counter(called: Kept) -> None:
    assert called.writes(RecallTicket(**ONE)) == [e.TicketRecalled("A-001", "3")]
    assert called.writes(StartService(**ONE)) == [e.TicketStarted("A-001", "3")]
    assert called.writes(HoldTicket(**ONE, reason="copy")) == [e.TicketHeld("A-001", "3", "copy")]
    assert called.writes(ResumeTicket(**ONE)) == [e.TicketResumed("A-001", "3")]
    assert called.writes(CompleteTicket(**ONE, outcome="referred", persons=4)) == [
        e.TicketCompleted("A-001", "3", "referred", 4)
    ]
    assert called.writes(ReopenTicket(ticket="A-001")) == [e.TicketReopened("A-001", "3")]
    assert called.writes(CallNext(**AT), ReturnTicket(**ONE)) == [e.TicketReturned("A-001", "3")]
    called.writes(CallNext(**AT))
    assert called.writes(TransferTicket(**ONE, service="birth", position="end")) == [
        e.TicketTransferred("A-001", "3", "birth", "end")
    ]
    assert called.writes(CallNext(**AT), MarkNoShow(**TWO)) == [e.TicketMarkedNoShow("A-002", "3")]
    assert called.writes(ReadmitTicket(ticket="A-002")) == [e.TicketReadmitted("A-002", "3")]


def test_what_is_noted_of_somebody_who_waits_is_written_with_their_ticket(called: Kept) -> None:
    assert called.writes(ChangePersons(ticket="A-002", persons=3, counter="3")) == [
        e.PersonsChanged("A-002", 3, 1, "3")
    ]
    assert called.writes(ChangePersons(ticket="A-002", persons=3, counter="3")) == []
    assert called.writes(ChangePriority(ticket="A-002", priority=True, counter="3")) == [
        e.PriorityChanged("A-002", True, "3")
    ]
    assert called.writes(ChangePriority(ticket="A-002", priority=True)) == []
    assert called.writes(ChangeService(ticket="A-002", service="family", counter="3")) == [
        e.TicketServiceChanged("A-002", "family", "card", "3")
    ]
    assert called.writes(HelpToSeat(ticket="A-002")) == [e.VisitorSeated("A-002")]
    assert called.writes(HelpToSeat(ticket="A-002")) == []
    assert called.writes(CancelTicket(ticket="A-002", reason="left")) == [e.TicketCancelled("A-002", "left")]


def test_a_step_taken_back_is_written_with_its_ticket_its_counter_and_the_state_it_returns_to(called: Kept) -> None:
    assert called.writes(StartService(**ONE), UndoStep(**AT)) == [e.CommandUndone("A-001", "3", "start", "called")]
    called.writes(StartService(**ONE))
    assert called.writes(CallNext(**AT, current="A-001"), UndoStep(**AT)) == [
        e.CommandUndone("A-002", "3", "call", "waiting"),
        e.CommandUndone("A-001", "3", "complete", "serving"),
    ]


def test_who_sits_where_is_written_with_the_reason_of_a_break(kept: Kept) -> None:
    assert kept.writes(OpenCounter(**AT)) == [e.CounterOpened("3", "Ani")]
    assert kept.writes(PauseCounter(**AT, reason="lunch")) == [e.CounterPaused("3", "lunch")]
    assert kept.writes(PauseCounter(**AT, reason="lunch")) == []
    assert kept.writes(ResumeCounter(**AT)) == [e.CounterResumed("3")]
    assert kept.writes(ResumeCounter(**AT)) == []
    assert kept.writes(PauseCounter(**AT), OpenCounter(**AT)) == [e.CounterResumed("3")]
    assert kept.writes(OpenCounter(counter="1", operator="Ani")) == [
        e.CounterClosed("3", ""), e.CounterOpened("1", "Ani"),
    ]  # fmt: skip
    assert kept.writes(CloseCounter(counter="1", operator="Ani", reason="done")) == [e.CounterClosed("1", "done")]


@pytest.mark.parametrize("served", [False, True])
def test_a_counter_that_is_freed_gives_its_visitor_back_or_says_they_were_served(called: Kept, served: bool) -> None:
    called.writes(ChangePersons(ticket="A-001", persons=2, counter="3"), StartService(**ONE))
    left: e.Event = e.TicketCompleted("A-001", "3", "finished", 2) if served else e.TicketReturned("A-001", "3")
    assert called.writes(FreeCounter(counter="3", ticket="A-001", served=served)) == [
        left, e.CounterClosed("3", "freed"),
    ]  # fmt: skip


def test_a_word_of_a_display_is_written_once(called: Kept) -> None:
    seq = called.office.read(lambda day, _plan: day.calls[0].seq)
    assert called.writes(AnnounceCall(call=seq, display="d1", beside=True)) == [
        e.CallAnnounced(seq, "d1", "", True)
    ]  # fmt: skip
    assert called.writes(AnnounceCall(call=seq, display="d1", beside=True)) == []
    assert called.writes(AnnounceCall(call=seq, display="d2")) == [e.CallAnnounced(seq, "d2")]
    assert called.writes(AnnounceCall(call=seq, display="d2")) == []


def test_the_end_of_a_day_is_written_with_each_ticket_slip_and_counter_and_can_be_taken_back(called: Kept) -> None:
    slip: SlipKey = {"ticket": "A-001", "copy": 0, "claim": "the agent"}
    called.writes(SettleSlip(**slip, result="sending"))
    assert called.writes(CloseDay()) == [
        e.SlipFailed("A-001", 0, "day_closed", "none", uncertain=True),
        e.SlipFailed("A-002", 0, "day_closed", "none", uncertain=False),
        e.TicketExpired("A-001"),
        e.TicketExpired("A-002"),
        e.CounterClosed("3", "day_closed"),
        e.DayClosed(2),
    ]
    assert called.writes(CloseDay()) == []
    assert called.writes(OpenDay()) == [e.DayReopened(2)]
    assert called.writes(OpenDay()) == []


def test_the_way_of_a_slip_is_written_with_what_is_known_of_it(called: Kept) -> None:
    slip: SlipKey = {"ticket": "A-001", "copy": 0, "claim": "the agent"}
    assert called.writes(SettleSlip(**slip, result="sending")) == [e.SlipClaimed("A-001", 0, "the agent")]
    assert called.writes(SettleSlip(**slip, result="waiting", reason="cover_open")) == [
        e.SlipReleased("A-001", 0, "cover_open")
    ]
    called.writes(SettleSlip(**slip, result="sending"))
    assert called.writes(SettleSlip(**slip, result="printed", evidence="printed", paper_mm=87, fallback=True)) == [
        e.SlipPrinted("A-001", 0, "printed", 87, "p", True)
    ]
    assert called.writes(ReprintSlip(ticket="A-001", printer="q")) == [e.SlipRequested("A-001", 1, "q")]
    assert called.writes(CancelSlip(ticket="A-001", copy=1)) == [e.SlipFailed("A-001", 1, "cancelled", "none")]


def test_what_happens_to_a_printer_is_written_once_with_all_that_is_known(kept: Kept) -> None:
    said: dict[str, str] = {"detail": "cover", "address": "tcp://1", "fallback": "ready", "fallback_address": "tcp://2"}
    assert kept.writes(ReportPrinter(printer="p", state="error", **said)) == [
        e.PrinterReported("p", "error", "cover", "tcp://1", "ready", "tcp://2")
    ]
    assert kept.writes(ReportPrinter(printer="p", state="error", **said)) == []
    assert kept.writes(HoldPrinter(printer="p", reason="jam")) == [e.PrinterHeld("p", "jam")]
    assert kept.writes(HoldPrinter(printer="p", reason="jam")) == []
    assert kept.writes(ReleasePrinter(printer="p")) == [e.PrinterReleased("p")]
    assert kept.writes(ReleasePrinter(printer="p")) == []
    assert kept.writes(ChangeRoll(printer="p")) == [e.RollChanged("p")]
    assert kept.writes(RequestTestSlip(printer="p")) == [e.TestSlipRequested("p", 1)]
