"""Where wishes end: wrong states, notes that hold too much, what is taken back, the end of a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from antrean.queueing.commands import (
    CallTicket,
    CancelTicket,
    CloseCounter,
    CloseDay,
    CompleteTicket,
    HoldPrinter,
    HoldTicket,
    MarkNoShow,
    PauseCounter,
    ReadmitTicket,
    RecallTicket,
    ResumeCounter,
    ResumeTicket,
    ReturnTicket,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import SetClock
from tests.queueing.wishes import call, issue, refused, serve, sit, states


@pytest.mark.parametrize(
    ("rule", "code", "more"),
    [
        (RecallTicket, "ticket_not_called", {"counter": "3"}),
        (StartService, "ticket_not_called", {"counter": "3"}),
        (MarkNoShow, "ticket_not_called", {"counter": "3"}),
        (CompleteTicket, "ticket_not_serving", {"counter": "3"}),
        (HoldTicket, "ticket_not_serving", {"counter": "3", "reason": ""}),
        (ResumeTicket, "ticket_not_held", {"counter": "3"}),
        (ReadmitTicket, "ticket_not_no_show", {}),
        (ReturnTicket, "ticket_not_called", {"counter": "3"}),
        (TransferTicket, "ticket_not_called", {"counter": "3", "service": "family", "position": "end"}),
    ],
)
def test_a_wish_on_a_waiting_ticket_that_needs_another_state_is_refused(
    office: Office, rule: Any, code: str, more: dict[str, str]
) -> None:
    issue(office)
    sit(office)
    assert refused(office, rule, ticket="A-001", **more) == code


def test_an_unknown_number_is_refused(office: Office) -> None:
    assert refused(office, StartService, ticket="Z-999", counter="3") == "ticket_unknown"


@pytest.mark.parametrize(
    "note",
    [
        "NIK 3208123456789012", "3208 1234 5678 9012", "3208.1234.5678.9012", "3208/123456789012", "3208_123456789012",
        "3208 - 123456789012", "3208\u200b1234\u200b5678\u200b9012", "KK:3,2,0,8,1,2,3,4,5,6,7,8,9,0,1,2", "٣" * 16,
    ],
)  # fmt: skip
def test_no_note_takes_an_identity_number_however_it_is_written(office: Office, note: str) -> None:
    issue(office), issue(office)
    sit(office)
    serve(office)
    ani = {"counter": "3", "operator": "Ani"}
    for rule, more in (
        (CancelTicket, {"ticket": "A-002"}),
        (HoldTicket, {"ticket": "A-001", "counter": "3"}),
        (CallTicket, {"ticket": "A-002", **ani}),
        (PauseCounter, ani),
        (CloseCounter, ani),
        (HoldPrinter, {"printer": "p1"}),
    ):
        assert refused(office, rule, **more, reason=note) == "note_has_id_number", rule


def test_a_note_may_hold_shorter_numbers(office: Office) -> None:
    issue(office)
    sit(office)
    for note in ("kembali 2026-11-30 08:00", "telp 0812-3456-7890", "berkas 123456789012345"):
        office.execute(PauseCounter(counter="3", operator="Ani", reason=note))
        office.execute(ResumeCounter(counter="3", operator="Ani"))


def test_a_ticket_called_at_one_counter_is_not_cancelled_from_another(office: Office) -> None:
    issue(office), issue(office)
    sit(office, "3", "Ani")
    sit(office, "1", "Budi")
    call(office, "3", "Ani")
    for elsewhere, code in (("1", "ticket_not_here"), ("", "not_at_counter")):
        assert refused(office, CancelTicket, ticket="A-001", reason="", counter=elsewhere) == code
    assert states(office) == {"A-001": "called", "A-002": "waiting"}
    office.execute(CancelTicket(ticket="A-002", reason="", counter="1"))
    office.execute(CancelTicket(ticket="A-001", reason="visitor_left", counter=None))
    assert states(office) == {"A-001": "cancelled", "A-002": "cancelled"}


def test_the_last_wish_can_be_taken_back_while_nothing_has_followed(office: Office) -> None:
    issue(office), issue(office)
    sit(office)
    serve(office)
    office.execute(CompleteTicket(ticket="A-001", counter="3"))
    office.execute(UndoStep(counter="3", operator="Ani"))
    assert states(office) == {"A-001": "serving", "A-002": "waiting"}
    office.execute(CompleteTicket(ticket="A-001", counter="3"))
    call(office)
    assert refused(office, UndoStep, counter="3", operator="Ani") == "nothing_to_undo"


def test_closing_the_day_leaves_nothing_open_and_can_be_done_twice(office: Office) -> None:
    for _ in range(3):
        issue(office)
    sit(office)
    serve(office)
    office.execute(CloseDay())
    assert set(states(office).values()) == {"expired"}
    assert office.read(lambda day, _plan: day.counters["3"].state) == "closed"
    seq = office.read(lambda day, _plan: day.seq)
    office.execute(CloseDay())
    assert office.read(lambda day, _plan: day.seq) == seq


def test_an_earlier_day_is_closed_without_touching_today(office: Office, clock: SetClock) -> None:
    yesterday = issue(office).issued_at.date()
    clock.forward(days=1)
    assert issue(office).number == "A-001"
    office.execute(CloseDay(business_day=yesterday))
    assert states(office) == {"A-001": "waiting"}
    seq = office.read(lambda day, _plan: day.seq)
    office.execute(CloseDay(business_day=yesterday))
    assert office.read(lambda day, _plan: day.seq) == seq


def test_a_day_that_has_not_begun_is_not_closed(office: Office, clock: SetClock) -> None:
    tomorrow = issue(office).issued_at.date() + timedelta(days=1)
    assert refused(office, CloseDay, business_day=tomorrow) == "value_invalid"
    clock.forward(days=1)
    office.execute(CloseDay(business_day=tomorrow))
    assert office.read(lambda day, _plan: day.closed)


def test_every_refusal_has_a_sentence(plan: OfficePlan) -> None:
    from antrean.queueing.errors import SENTENCES

    for code, sentence in SENTENCES.items():
        assert code == code.lower()
        assert sentence.endswith((".", "!"))
