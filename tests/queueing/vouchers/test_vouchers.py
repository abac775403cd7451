"""Whoever still waits at the close of a day is among the first on the next service day, where the office wants it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.commands import (
    CallNext,
    CancelTicket,
    ChangePlan,
    CloseDay,
    CloseEndedDay,
    CompleteTicket,
    IssueTicket,
    OpenDay,
    PauseService,
    RedeemVoucher,
    ReturnTicket,
    StartService,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import Hours
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Limits
from antrean.queueing.standing import NOTHING, Standing, as_data, from_data
from antrean.queueing.vouchers.book import Voucher
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import call, issue, refused, sit

every_discipline = pytest.mark.parametrize("discipline", sorted(DISCIPLINES))
GIVES = Limits(voucher_days=3)
TODAY, NEXT, THIRD = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)  # from a Tuesday on


class Days:
    """An office over several days."""

    def __init__(self, **changes: Any) -> None:
        self.plan = small_plan(**{"limits": GIVES, **changes})
        self.clock = SetClock()
        self.journal = ListJournal()
        self.office = Office(self.journal, lambda: self.plan, self.clock)

    def wait(self, what: str) -> list[str]:
        """Let visitors take numbers: r regular, p with priority, f for the family card."""
        numbers = []
        for one in what:
            self.clock.forward(minutes=1)
            ticket = issue(self.office, "family" if one == "f" else "card", priority=one == "p")
            numbers.append(ticket.number)
        return numbers

    def close(self) -> list[Voucher]:
        self.office.execute(CloseDay())
        return self.vouchers()

    def next_day(self, days: int = 1) -> None:
        self.clock.forward(hours=24 * days)
        self.office.catch_up()

    def change(self, **changes: Any) -> None:
        self.plan = replace(self.plan, **changes)
        self.office.execute(ChangePlan(what="services"))

    def vouchers(self) -> list[Voucher]:
        return self.office.read(lambda day, _plan: list(day.standing.vouchers.vouchers.values()))

    def redeem(self, voucher: Voucher, **more: Any) -> str:
        self.clock.forward(minutes=1)
        ticket = self.office.execute(RedeemVoucher(voucher=voucher.line, **more)).ticket
        assert ticket is not None
        return ticket.number

    def called(self, counter: str = "3") -> list[str]:
        """Return the numbers in the order in which a counter calls all who wait."""
        sit(self.office, counter)
        found = []
        while self.office.read(lambda day, _plan: day.waiting.count()):
            found.append(call(self.office, counter).number)
            self.office.execute(StartService(ticket=found[-1], counter=counter))
            self.office.execute(CompleteTicket(ticket=found[-1], counter=counter))
        return found


def test_an_office_that_gives_no_vouchers_gives_none_and_writes_nothing_more() -> None:
    days = Days(limits=Limits())
    days.wait("rr")
    assert days.close() == []
    assert [entry.event.kind for entry in days.journal.entries][-3:] == [
        "ticket.expired",
        "ticket.expired",
        "day.closed",
    ]


def test_each_number_that_still_waits_becomes_a_voucher_with_its_place_and_nothing_that_names_anybody() -> None:
    days = Days()
    sit(days.office)
    days.wait("rrr")
    call(days.office)
    days.office.execute(CancelTicket(ticket="A-002", reason="left"))
    days.office.execute(IssueTicket(service="family", persons=3, priority=True, then="birth"))
    given = days.close()
    assert [one.number for one in given] == ["B-001", "A-003"]  # by due time; who was called or left gets none
    told = days.office.read(lambda day, _plan: {number: day.tickets[number].seq for number in ("B-001", "A-003")})
    assert given[0] == Voucher(
        given[0].line, "B-001", told["B-001"], "family", 3, True, "birth", TODAY, NEXT, date(2026, 11, 27)
    )
    closed = days.journal.entries[-1].event
    assert (closed.kind, getattr(closed, "expired", 0), getattr(closed, "vouchers", 0)) == ("day.closed", 3, 2)


@every_discipline
def test_vouchers_go_before_all_newcomers_in_their_old_order_whatever_the_discipline(discipline: str) -> None:
    days = Days(discipline=discipline)
    days.wait("rrr")
    first, second, third = days.close()
    days.next_day()
    newcomers = days.wait("pr")
    later, earlier = days.redeem(third), days.redeem(first)
    assert days.called() == [earlier, later, *newcomers]
    assert days.vouchers() == [second]


def test_the_number_of_today_is_told_how_many_are_really_ahead_of_it() -> None:
    days = Days()
    days.wait("rrr")
    first, second, third = days.close()
    days.next_day()
    days.wait("rrp")
    told = []
    for voucher in (second, third, first):
        number = days.redeem(voucher)
        ticket = days.office.read(lambda day, _plan: day.tickets[number])  # noqa: B023
        told.append(ticket.people_ahead_at_issue)
    assert told == [0, 1, 0]


def test_the_reason_of_the_call_says_that_it_was_not_served_before_and_the_wait_is_that_of_today() -> None:
    days = Days()
    days.wait("r")
    (voucher,) = days.close()
    days.next_day()
    days.redeem(voucher)
    days.clock.forward(minutes=7)
    sit(days.office)
    done = days.office.execute(CallNext(counter="3", operator="Ani"))
    assert (done.facts["rule"], done.facts["waited"]) == ("carried_over", 7)


def test_it_keeps_persons_priority_and_the_second_service() -> None:
    days = Days()
    days.office.execute(IssueTicket(service="card", persons=4, priority=True, then="family"))
    (voucher,) = days.close()
    days.next_day()
    number = days.redeem(voucher, language="en")
    ticket = days.office.read(lambda day, _plan: day.tickets[number])
    assert (ticket.persons, ticket.priority, ticket.then, ticket.language) == (4, True, "family", "en")


def test_it_is_redeemed_once_and_the_second_who_tries_is_told_the_number() -> None:
    days = Days()
    days.wait("r")
    (voucher,) = days.close()
    days.next_day()
    days.wait("r")
    assert days.redeem(voucher) == "A-002"
    assert refused(days.office, RedeemVoucher, voucher=voucher.line) == "voucher_redeemed"
    days.next_day()
    assert refused(days.office, RedeemVoucher, voucher=voucher.line) == "voucher_unknown"


def test_whoever_is_not_served_again_keeps_the_place_before_those_of_the_later_day() -> None:
    days = Days()
    days.wait("r")
    (voucher,) = days.close()
    days.next_day()
    days.wait("p")
    number = days.redeem(voucher)
    assert [one.number for one in days.close()] == [number, "A-001"]


def test_it_holds_on_so_many_service_days_of_its_own_service_and_no_longer() -> None:
    open_days = {day: read_spans(["08:00-15:00"]) for day in ("monday", "tuesday", "wednesday", "friday")}
    days = Days(hours=Hours(open_days))
    services = (days.plan.services[0], replace(days.plan.services[1], hours={"wednesday": ()}), days.plan.services[2])
    days.plan = replace(days.plan, services=services)
    days.wait("rf")
    card, family = days.close()
    assert (card.valid_from, card.valid_until) == (NEXT, date(2026, 11, 30))
    assert (family.valid_from, family.valid_until) == (date(2026, 11, 27), date(2026, 12, 1))
    days.next_day(7)
    assert refused(days.office, RedeemVoucher, voucher=card.line) == "voucher_over"
    assert days.redeem(family) == "B-001"


def test_one_that_is_over_is_forgotten_with_the_next_that_are_given() -> None:
    days = Days(limits=Limits(voucher_days=1))
    days.wait("r")
    days.close()
    days.next_day()
    days.wait("rr")
    assert [one.number for one in days.close()] == ["A-001", "A-001", "A-002"]
    days.next_day()
    days.wait("r")
    assert [one.day for one in days.close()] == [NEXT, NEXT, THIRD]


def test_a_day_that_ended_by_itself_gives_vouchers_for_days_that_are_still_to_come() -> None:
    days = Days()
    days.wait("r")
    days.next_day(4)
    days.office.execute(CloseEndedDay(business_day=TODAY))
    (voucher,) = days.vouchers()
    assert (voucher.day, voucher.valid_from) == (TODAY, date(2026, 11, 28))


def test_opening_the_day_again_takes_its_vouchers_back_and_closing_it_gives_them_anew() -> None:
    days = Days()
    days.wait("rr")
    before = days.close()
    days.office.execute(OpenDay())
    assert days.vouchers() == []
    assert [one.number for one in days.close()] == [one.number for one in before]


def test_a_service_that_left_the_plan_or_never_opens_again_gives_none() -> None:
    days = Days()
    days.wait("rf")
    days.change(services=days.plan.services[1:], counters=())
    assert [one.number for one in days.close()] == ["B-001"]


@pytest.mark.parametrize("limit", [0, 1])
def test_the_limit_of_a_day_refuses_nobody_who_was_promised_the_place_but_counts_them(limit: int) -> None:
    days = Days()
    days.wait("rr")
    first, second = days.close()
    days.next_day()
    days.change(services=(replace(days.plan.services[0], daily_limit=limit), *days.plan.services[1:]))
    assert [days.redeem(first), days.redeem(second)] == ["A-001", "A-002"]
    assert refused(days.office, IssueTicket, service="card") == "too_many_today"


def test_what_keeps_every_number_from_being_given_keeps_the_voucher_as_it_is() -> None:
    days = Days()
    days.wait("r")
    (voucher,) = days.close()
    redeem = {"voucher": voucher.line}
    assert refused(days.office, RedeemVoucher, **redeem) == "day_closed"
    days.next_day()
    days.office.execute(PauseService(service="card"))
    assert refused(days.office, RedeemVoucher, **redeem) == "service_paused"
    days.change(services=(replace(days.plan.services[0], closed=True), *days.plan.services[1:]))
    days.next_day()
    assert refused(days.office, RedeemVoucher, **redeem) == "service_closed"
    days.change(services=days.plan.services[1:], counters=())
    assert refused(days.office, RedeemVoucher, **redeem) == "service_unknown"
    assert days.vouchers() == [voucher]


def test_whoever_comes_back_from_the_counter_with_it_stands_before_newcomers_still() -> None:
    days = Days()
    days.wait("rr")
    first, second = days.close()
    days.next_day()
    number, other = days.redeem(first), days.redeem(second)
    days.wait("r")
    sit(days.office)
    call(days.office)
    days.office.execute(ReturnTicket(ticket=number, counter="3"))
    assert days.called() == [other, number, "A-003"]  # others in front go first, as they did not stand at a counter


def test_what_stands_comes_back_from_what_is_kept_and_seals_of_earlier_releases_have_no_vouchers() -> None:
    days = Days()
    days.wait("rf")
    days.close()
    stands = days.office.read(lambda day, _plan: day.standing)
    kept = json.loads(json.dumps(as_data(stands)))
    assert from_data(kept) == stands
    old = {"form": 1, "seq": 7, "stock": {"items": {}, "entries": []}}
    assert from_data(old) == Standing(7)
    with pytest.raises(ValueError, match="form 4"):
        from_data({**kept, "form": 4})


def test_a_fold_of_the_journal_gives_the_same_vouchers_and_the_same_day() -> None:
    days = Days()
    days.wait("rrf")
    first, *_ = days.close()
    days.next_day()
    days.redeem(first)
    shown = days.office.read(lambda day, _plan: day)
    anew = ServiceDay.fold(NEXT, days.journal.entries)
    assert (anew.standing, anew.redeemed) == (shown.standing, shown.redeemed)
    assert anew.tickets == shown.tickets
    assert anew.standing != NOTHING
