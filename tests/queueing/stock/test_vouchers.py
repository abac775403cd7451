"""What a voucher was promised of the stock is kept for whoever comes with it, and given to no newcomer."""

from __future__ import annotations

from dataclasses import replace

from antrean.queueing.commands import (
    ChangePersons,
    CloseDay,
    CountStock,
    IssueTicket,
    OpenCounter,
    OpenDay,
    ReceiveStock,
    RedeemVoucher,
    SpoilStock,
)
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.model import Limits
from antrean.queueing.stock.levels import levels
from tests.queueing.stock.test_ledger import ANI, Counter3, stocked
from tests.queueing.stock.test_used_up import named, state

OPEN_DAYS = ("tuesday", "wednesday", "thursday")
SPANS = read_spans(["08:00-15:00"])


def closed_with(*waiting: IssueTicket, blanks: int) -> Counter3:
    """Return an office on the day after its close, which gave these a voucher for two days each."""
    at = Counter3(stocked(limits=Limits(voucher_days=2)))
    at.do(CountStock(item="blank", count=blanks))
    for one in waiting:
        at.do(one)
    at.do(CloseDay())
    at.clock.forward(days=1)
    at.office.catch_up()
    return at


def redeem(at: Counter3, number: str) -> RedeemVoucher:
    (line,) = at.office.read(lambda day, _plan: [one.line for one in day.standing.vouchers.of(number)])
    return RedeemVoucher(voucher=line)


def promised(at: Counter3) -> tuple[int, int]:
    """Return how many blanks are promised, and how many of these to vouchers."""
    blank = at.office.read(levels)[0]
    return blank.promised, blank.to_vouchers


def test_newcomers_are_given_nothing_that_a_voucher_was_promised_the_evening_before() -> None:
    at = closed_with(IssueTicket(service="card", persons=2), blanks=3)
    assert at.refused(IssueTicket(service="birth", persons=2)) == "too_many_persons"
    at.do(IssueTicket(service="birth"))
    assert at.refused(IssueTicket(service="card")) == "stock_used_up"
    assert (state(at), named(at)) == ("used_up", "Blangko")
    at.do(redeem(at, "A-001"))
    assert promised(at) == (3, 0)
    assert at.refused(IssueTicket(service="card")) == "stock_used_up"


def test_the_second_service_of_the_visit_has_its_items_kept_too() -> None:
    at = closed_with(IssueTicket(service="family", persons=2, then="card"), blanks=2)
    assert promised(at) == (2, 2)
    assert at.refused(IssueTicket(service="card")) == "stock_used_up"


def test_what_is_promised_says_how_much_of_it_is_for_vouchers_from_the_close_until_they_are_over() -> None:
    at = Counter3(stocked(limits=Limits(voucher_days=2)))
    at.do(CountStock(item="blank", count=9))
    at.do(IssueTicket(service="card", persons=2))
    assert promised(at) == (2, 0)
    at.do(CloseDay())
    assert promised(at) == (2, 2)
    at.do(OpenDay())
    assert promised(at) == (2, 0)
    at.do(CloseDay())
    for expected in (2, 2, 0):
        at.clock.forward(days=1)
        at.office.catch_up()
        assert promised(at) == (expected, expected)
    at.do(IssueTicket(service="card", persons=9))


def test_a_voucher_for_a_later_day_keeps_what_it_was_promised_from_another_service_that_is_open_before() -> None:
    plan = stocked(limits=Limits(voucher_days=2), hours=Hours(dict.fromkeys(OPEN_DAYS, SPANS)))
    card, *others = plan.services
    at = Counter3(replace(plan, services=(replace(card, hours={"wednesday": ()}), *others)))
    at.do(CountStock(item="blank", count=1))
    at.do(IssueTicket(service="card"))
    at.do(CloseDay())
    at.clock.forward(days=1)
    at.office.catch_up()
    assert at.refused(IssueTicket(service="birth")) == "stock_used_up"


def test_where_there_is_not_enough_for_all_vouchers_whoever_comes_first_is_served() -> None:
    at = closed_with(IssueTicket(service="card"), IssueTicket(service="card"), blanks=2)
    at.do(SpoilStock(item="blank", count=1, reason="wet"))
    at.do(redeem(at, "A-002"))  # who has the other one may never come
    assert at.refused(redeem(at, "A-001")) == "stock_used_up"
    at.do(ReceiveStock(item="blank", count=1))
    at.do(redeem(at, "A-001"))


def test_a_number_of_today_takes_along_nothing_that_a_voucher_was_promised() -> None:
    at = closed_with(IssueTicket(service="card"), blanks=2)
    at.do(IssueTicket(service="birth"))
    assert at.refused(ChangePersons(ticket="C-001", persons=2)) == "stock_used_up"


def test_whoever_was_finished_uses_what_the_voucher_was_promised() -> None:
    at = closed_with(IssueTicket(service="card"), blanks=2)
    at.do(redeem(at, "A-001"))
    at.do(OpenCounter(**ANI))
    at.serve()
    assert (at.on_hand(), promised(at)) == (1, (0, 0))
