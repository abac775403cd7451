"""Which call a line of the journal made, and what is noted of a call out of order."""

from __future__ import annotations

from antrean.queueing.commands import CallTicket, PauseService
from antrean.queueing.office import Office
from tests.queueing.wishes import call, issue, sit


def test_a_call_is_found_by_its_own_line_and_by_no_other(office: Office) -> None:
    sit(office), sit(office, "1", "Budi")
    issue(office), issue(office)
    numbers = [call(office).number, call(office, "1", "Budi").number]
    day = office.read(lambda day, _plan: day)
    made = [one.seq for one in day.calls]
    found = {seq: day.call(seq) for seq in range(day.seq + 2)}
    assert [(seq, one.number) for seq, one in found.items() if one is not None] == list(zip(made, numbers, strict=True))


def test_whoever_is_called_by_hand_from_a_paused_service_passes_those_who_stand_before_them(office: Office) -> None:
    sit(office)
    issue(office)
    number = issue(office).number
    office.execute(PauseService(service="card"))
    office.execute(CallTicket(ticket=number, counter="3", operator="Ani", reason="heavily pregnant"))
    (made,) = office.read(lambda day, _plan: day.calls)
    assert (made.rule, made.facts) == ("chosen", {"note": "heavily pregnant", "passed": 1})


def test_whoever_is_called_by_hand_passes_those_who_were_before_them(office: Office) -> None:
    sit(office)
    issue(office), issue(office)
    number = issue(office).number
    office.execute(CallTicket(ticket=number, counter="3", operator="Ani", reason=""))
    (made,) = office.read(lambda day, _plan: day.calls)
    assert made.facts == {"note": "", "passed": 2}
