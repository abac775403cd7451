"""The rush before a deadline: nine hundred come to an office that serves five hundred, by real rules and estimates."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush

import pytest

from antrean.hub.watches.last_numbers import LastNumbers
from antrean.queueing.commands import (
    CallNext,
    CloseDay,
    CompleteTicket,
    IssueTicket,
    OpenCounter,
    RedeemVoucher,
    StartService,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import WEEKDAYS, Hours
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Counter, Limits, OfficePlan
from tests.conftest import ListJournal, SetClock, small_plan

COUNTERS, MINUTES, HOURS_OPEN = 5, 4.2, 7  # 5 counters x 420 minutes / 4.2 minutes: five hundred
COME = 900
DAY = "2026-11-24"


@dataclass(frozen=True)
class Told:
    """What became of a day: numbers given, visitors who got none, and tickets that still waited at closing."""

    given: int
    refused: int
    left: int


class Rush:
    """An office that is open from eight to three; half of all visitors come before ten."""

    def __init__(self, percent: int, seed: int) -> None:
        self.random = random.Random(seed)
        limits = Limits(served_percent=percent, voucher_days=1)
        counters = tuple(Counter(str(n), f"Loket {n}", ("card",)) for n in range(1, COUNTERS + 1))
        hours = Hours({day: read_spans(["08:00-15:00"]) for day in WEEKDAYS})
        self.plan: OfficePlan = replace(small_plan(limits=limits), counters=counters, hours=hours)
        self.clock = SetClock()
        self.opens = datetime.fromisoformat(f"{DAY} 08:00").replace(tzinfo=self.plan.tz).astimezone(UTC)
        self.clock.now = self.opens
        self.office = Office(ListJournal(), lambda: self.plan, self.clock)
        self.watch = LastNumbers(self.office)

    def run(self) -> Told:
        """Let a day pass: each counter calls the next as soon as it is free, and the hub looks each time."""
        closes, refused = self.opens + timedelta(hours=HOURS_OPEN), 0
        early, late = COME // 2, COME - COME // 2
        comes = [self.random.uniform(0, 120) for _ in range(early)]
        comes += [self.random.uniform(120, 60 * HOURS_OPEN) for _ in range(late)]
        happens = [(minute, 0, "") for minute in comes]
        happens += [(0.0, n, str(n)) for n in range(1, COUNTERS + 1)]
        heapify(happens)
        for n in range(1, COUNTERS + 1):
            self.office.execute(OpenCounter(counter=str(n), operator=f"Op{n}"))
        while happens:
            minute, order, counter = heappop(happens)
            self.clock.now = self.opens + timedelta(minutes=minute)
            if self.clock.now >= closes:
                break
            if counter:
                wait = self._next(counter)
                heappush(happens, (minute + wait, order, counter))
            else:
                try:
                    self.office.execute(IssueTicket(service="card"))
                except Refused as refusal:
                    if refusal.code != "numbers_stopped":
                        raise
                    refused += 1
            self.watch.look()
        self.clock.now = closes
        return self.office.read(lambda day, _plan: Told(len(day.tickets), refused, day.waiting.count(["card"])))

    def _next(self, counter: str) -> float:
        """End the visit at a counter and begin the next; returns after how many minutes the counter is free."""
        at = self.office.read(lambda day, _plan: day.counter(counter).ticket)
        if at:
            self.office.execute(CompleteTicket(ticket=at, counter=counter))
        try:
            called = self.office.execute(CallNext(counter=counter, operator=f"Op{counter}")).ticket
        except Refused:
            return 0.5
        assert called is not None
        self.office.execute(StartService(ticket=called.number, counter=counter))
        return self.random.gammavariate(4, MINUTES / 4)


def test_without_the_rule_hundreds_wait_in_vain() -> None:
    told = Rush(0, seed=1).run()
    assert (told.given, told.refused) == (COME, 0)
    assert told.left > 300


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_the_rule_no_more_than_the_promised_share_of_those_with_a_number_is_left(seed: int) -> None:
    told = Rush(80, seed).run()
    assert told.given + told.refused == COME
    assert told.left <= told.given * 0.2
    assert told.given - told.left > 400  # the office is not idle: it serves nearly as many as it can


def test_whoever_was_left_comes_first_the_next_day() -> None:
    rush = Rush(50, seed=1)
    left = rush.run().left
    assert left > 0
    rush.office.execute(CloseDay())
    rush.clock.now = rush.opens + timedelta(days=1)
    rush.office.catch_up()

    def vouchers(day: ServiceDay, _plan: OfficePlan) -> list[int]:
        return [one.line for one in day.standing.vouchers.valid_on(day.business_day)]

    lines = rush.office.read(vouchers)
    assert len(lines) == left
    newcomers = [rush.office.execute(IssueTicket(service="card")).ticket for _ in range(3)]
    assert all(newcomers)
    kept = rush.office.execute(RedeemVoucher(voucher=lines[0])).ticket
    rush.office.execute(OpenCounter(counter="1", operator="Op1"))
    called = rush.office.execute(CallNext(counter="1", operator="Op1")).ticket
    assert kept is not None
    assert called is not None
    assert called.number == kept.number
