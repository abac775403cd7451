"""How each item stands: what is there, promised and used today, whether few are left, and how long the rest lasts."""

from __future__ import annotations

from antrean.queueing.commands import CountStock, IssueTicket, OpenCounter
from antrean.queueing.stock.levels import Level, alarming, alarming_at, levels
from antrean.queueing.stock.outlook import Lasts
from tests.queueing.stock.test_ledger import ANI, Counter3


def seen(at: Counter3) -> dict[str, Level]:
    return {one.item.code: one for one in at.office.read(levels)}


def test_an_item_says_what_is_there_promised_and_used_today() -> None:
    at = Counter3()
    at.do(CountStock(item="blank", count=20))
    at.finish(persons=3)
    at.do(IssueTicket(service="card", persons=2))
    at.do(IssueTicket(service="birth"))
    blank, ribbon = seen(at).values()
    assert (blank.there, blank.promised, blank.used_today, blank.left) == (17, 3, 3, 14)
    assert (ribbon.there, ribbon.state, ribbon.lasts) == (None, "unknown", None)


def test_few_are_left_below_the_limit_and_none_when_one_more_person_has_not_enough() -> None:
    at = Counter3()  # few are fewer than five blanks
    at.do(CountStock(item="blank", count=6))
    at.do(CountStock(item="ribbon", count=5))
    at.do(IssueTicket(service="birth"))
    assert seen(at)["blank"].state == "good"
    at.do(IssueTicket(service="birth"))
    assert (seen(at)["blank"].state, seen(at)["blank"].left) == ("low", 4)
    for _ in range(4):
        at.do(IssueTicket(service="birth"))
    assert (seen(at)["blank"].state, seen(at)["blank"].there) == ("used_up", 6)
    assert seen(at)["ribbon"].state == "good"
    at.do(CountStock(item="ribbon", count=1, reason="counted"))  # a card needs two of it
    assert seen(at)["ribbon"].state == "used_up"


def test_without_a_limit_few_are_never_left() -> None:
    at = Counter3()
    at.do(CountStock(item="ribbon", count=2))
    assert seen(at)["ribbon"].state == "good"


def test_more_that_were_used_than_came_in_are_told_as_they_are() -> None:
    at = Counter3()
    at.do(IssueTicket(service="birth"))
    at.do(CountStock(item="blank", count=0))
    at.serve()
    blank = seen(at)["blank"]
    assert (blank.there, blank.left, blank.state) == (-1, 0, "used_up")


def test_how_long_it_lasts_is_said_after_five_days_and_today_is_none_of_them() -> None:
    at = Counter3()
    at.do(CountStock(item="blank", count=60))
    for day in range(6):
        if day:
            at.clock.forward(days=1)
            at.do(OpenCounter(**ANI))
        assert (seen(at)["blank"].lasts is None) == (day < 5)
        at.finish("birth", persons=5)
    assert seen(at)["blank"].lasts == Lasts(6, 6)  # 30 are left
    assert seen(at)["blank"].used_today == 5


def test_those_that_are_used_up_come_before_those_of_which_few_are_left_and_others_not_at_all() -> None:
    at = Counter3()
    at.do(CountStock(item="blank", count=3))
    assert [one.item.code for one in alarming(seen(at).values())] == ["blank"]
    at.do(CountStock(item="ribbon", count=0))
    assert [one.item.code for one in alarming(seen(at).values())] == ["ribbon", "blank"]


def test_a_counter_is_told_only_of_what_its_services_use() -> None:
    at = Counter3()

    def told(*services: str) -> list[str]:
        return at.office.read(lambda day, plan: [one.item.code for one in alarming_at(day, plan, services)])

    assert told("card", "birth") == []
    at.do(CountStock(item="blank", count=3))
    at.do(CountStock(item="ribbon", count=0))
    assert told("card", "family") == ["ribbon", "blank"]
    assert told("birth") == ["blank"]
    assert told("family") == []
