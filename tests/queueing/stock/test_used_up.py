"""A service stops by itself when what it uses is used up, less what is promised, and says so."""

from __future__ import annotations

from antrean.queueing.commands import (
    CallNext,
    CancelTicket,
    ChangePersons,
    ChangeService,
    CountStock,
    IssueTicket,
    PauseService,
    ReceiveStock,
    ResumeService,
    TakeBackStock,
    TransferTicket,
)
from antrean.queueing.stock.use import promised, service_state, used_up
from tests.queueing.stock.test_ledger import ANI, Counter3


def state(at: Counter3, service: str = "card") -> str:
    return at.office.read(lambda day, plan: service_state(day, plan, plan.service(service)))


def named(at: Counter3, service: str = "card") -> str:
    return at.office.read(lambda day, plan: used_up(day, plan, plan.service(service), "id"))


def test_a_service_stops_by_itself_and_goes_on_when_more_comes_in() -> None:
    at = Counter3()
    at.do(IssueTicket(service="card", persons=9))  # nobody keeps count yet: nothing is refused
    assert (state(at), named(at)) == ("open", "")
    at.do(CountStock(item="blank", count=11))
    at.do(IssueTicket(service="birth"))  # it uses the same
    assert at.refused(IssueTicket(service="card", persons=2)) == "too_many_persons"
    at.do(IssueTicket(service="card"))
    assert (state(at), state(at, "birth"), named(at)) == ("used_up", "used_up", "Blangko")
    assert at.refused(IssueTicket(service="card")) == "stock_used_up"
    assert at.refused(IssueTicket(service="birth")) == "stock_used_up"
    at.do(IssueTicket(service="family"))
    at.serve()
    assert (at.on_hand(), state(at)) == (2, "used_up")  # the nine have theirs, and two still wait for theirs
    at.do(ReceiveStock(item="blank", count=1))
    assert state(at) == "open"
    at.do(IssueTicket(service="card"))
    assert state(at) == "used_up"


def test_who_gives_a_number_back_gives_back_what_was_promised() -> None:
    at = Counter3()
    at.do(CountStock(item="blank", count=1))
    at.do(IssueTicket(service="card"))
    assert state(at) == "used_up"
    at.do(CancelTicket(ticket="A-001"))
    assert state(at) == "open"


def test_the_service_before_it_goes_on_and_nobody_who_is_here_is_kept() -> None:
    at = Counter3()
    at.do(CountStock(item="blank", count=1))
    at.do(IssueTicket(service="family", then="card"))
    assert at.refused(IssueTicket(service="family", then="card")) == "stock_used_up"
    at.do(IssueTicket(service="family"))
    at.serve()
    at.serve()
    at.serve()
    assert at.on_hand() == 0
    at.do(IssueTicket(service="family"))
    at.do(CallNext(**ANI))
    at.do(TransferTicket(ticket="B-003", counter="3", service="card"))
    at.serve()
    assert at.on_hand() == -1  # the card was made all the same: somebody has to count


def test_a_correction_takes_no_more_than_is_left() -> None:
    at = Counter3()
    at.do(CountStock(item="blank", count=2))
    at.do(IssueTicket(service="card"))
    at.do(IssueTicket(service="family", persons=2))
    assert at.refused(ChangePersons(ticket="A-001", persons=3)) == "too_many_persons"
    assert at.refused(ChangeService(ticket="B-001", service="card")) == "too_many_persons"
    at.do(ChangePersons(ticket="A-001", persons=2))
    assert at.refused(ChangeService(ticket="B-001", service="card")) == "stock_used_up"
    at.do(ChangeService(ticket="A-001", service="birth"))  # it takes along what it was promised
    at.do(ChangePersons(ticket="A-001", persons=1))
    assert state(at) == "open"


def test_a_pause_is_said_before_it() -> None:
    at = Counter3()
    at.do(CountStock(item="blank", count=0))
    at.do(PauseService(service="card"))
    assert (state(at), at.refused(IssueTicket(service="card"))) == ("paused", "service_paused")
    at.do(ResumeService(service="card"))
    assert state(at) == "used_up"


def test_what_needs_several_for_a_person_stops_when_there_is_not_enough_for_one() -> None:
    at = Counter3()
    at.do(CountStock(item="ribbon", count=3))
    at.do(IssueTicket(service="card"))
    assert (at.refused(IssueTicket(service="card")), named(at)) == ("stock_used_up", "Pita")


def both_use_blanks() -> Counter3:
    """An office in which a card and a birth certificate, in one visit, use a blank each."""
    at = Counter3()
    at.do(CountStock(item="blank", count=3))
    return at


def test_two_services_of_a_visit_that_use_the_same_need_it_twice() -> None:
    at = both_use_blanks()
    assert at.refused(IssueTicket(service="card", then="birth", persons=2)) == "too_many_persons"
    at.do(IssueTicket(service="card", then="birth"))
    assert at.office.read(promised)["blank"] == 2
    assert at.refused(IssueTicket(service="card", then="birth")) == "stock_used_up"
    at.do(IssueTicket(service="card"))  # the last one
    assert at.refused(IssueTicket(service="card")) == "stock_used_up"


def test_corrections_of_a_visit_of_two_services_need_it_twice() -> None:
    at = both_use_blanks()
    at.do(IssueTicket(service="card", then="birth"))
    assert at.refused(ChangePersons(ticket="A-001", persons=2)) == "stock_used_up"
    at.do(IssueTicket(service="family", then="birth"))
    assert at.refused(ChangeService(ticket="B-001", service="card")) == "stock_used_up"
    at.do(ReceiveStock(item="blank", count=1))
    at.do(ChangeService(ticket="B-001", service="card"))
    assert at.office.read(promised)["blank"] == 4


def test_an_entry_for_the_wrong_item_stops_no_service_once_it_was_taken_back() -> None:
    at = Counter3()
    at.do(ReceiveStock(item="ribbon", count=500))
    line = at.office.read(lambda day, _plan: day.standing.stock.entries[-1].seq)
    at.do(TakeBackStock(entry=line))
    assert (at.on_hand("ribbon"), state(at)) == (None, "open")
    at.do(IssueTicket(service="card"))
    at.do(CountStock(item="ribbon", count=10))
    at.do(ReceiveStock(item="ribbon", count=5))
    at.do(TakeBackStock(entry=at.office.read(lambda day, _plan: day.standing.stock.entries[-1].seq)))
    assert at.on_hand("ribbon") == 10  # counted before: still kept count of
