"""Before closing: a service stops giving numbers once, and goes on with more counters, longer hours, or by a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from antrean.hub.watches.last_numbers import LastNumbers
from antrean.queueing.commands import (
    CallNext,
    ChangePlan,
    CloseDay,
    IssueTicket,
    LetNumbersGoOn,
    OpenCounter,
    PauseCounter,
    PauseService,
    RedeemVoucher,
    ResumeCounter,
    StartService,
)
from antrean.queueing.cutoff.state import Stopped
from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.formula import Interval
from antrean.queueing.events import NumbersResumed, NumbersStopped
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import WEEKDAYS, Hours
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Counter, Limits
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import refused

TUESDAY = "2026-11-24"


def hours(until: str = "15:00") -> Hours:
    return Hours({day: read_spans([f"08:00-{until}"]) for day in WEEKDAYS})


class Afternoon:
    """An office that closes at three: by 14:22 counter 1 has called eight of twenty, one every four minutes."""

    def __init__(self, percent: int = 80, begins: str = "13:50") -> None:
        plan = small_plan(limits=Limits(served_percent=percent, voucher_days=1))
        more = (
            Counter("1", "Loket 1", ("card",)),
            Counter("2", "Loket 2", ("card",)),
            Counter("3", "Loket 3", ("family",)),
        )
        self.plan = replace(plan, hours=hours(), counters=more)
        self.clock = SetClock()
        self.clock.now = datetime.fromisoformat(f"{TUESDAY} {begins}").replace(tzinfo=plan.tz).astimezone(UTC)
        self.journal = ListJournal()
        self.office = self.hub()
        self.watch = LastNumbers(self.office)
        self.office.execute(OpenCounter(counter="1", operator="Ani"))
        for _ in range(20):
            self.office.execute(IssueTicket(service="card"))
        for _ in range(8):
            self.call(4)

    def hub(self) -> Office:
        return Office(self.journal, lambda: self.plan, self.clock)

    def call(self, minutes: float) -> None:
        """Let so many minutes pass, and counter 1 call the next one."""
        self.clock.forward(minutes=minutes)
        current = self.office.read(lambda day, _plan: day.counter("1").ticket)
        if current:
            self.office.execute(StartService(ticket=current, counter="1"))
        self.office.execute(CallNext(counter="1", operator="Ani"))

    def change(self, **changes: Any) -> None:
        self.plan = replace(self.plan, **changes)
        self.office.execute(ChangePlan(what="calling"))

    def look(self) -> list[str]:
        """Let the watch look; returns what it wrote down."""
        before = len(self.journal.entries)
        self.watch.look()
        return [
            f"{type(one.event).__name__} {getattr(one.event, 'why', '')}".strip()
            for one in self.journal.entries[before:]
        ]

    def stopped(self) -> Stopped | None:
        return self.office.read(lambda day, _plan: day.stopped.get("card"))

    def state(self) -> str:
        return self.office.read(lambda day, plan: day.service_state(plan.service("card")))


def test_it_stops_once_and_says_after_which_number() -> None:
    at = Afternoon()
    assert at.look() == ["NumbersStopped"]
    assert at.look() == []
    entry = at.journal.entries[-1]
    assert entry.event == NumbersStopped("card", "A-020", 80, 1, f"{TUESDAY}T08:00:00+00:00")
    assert entry.actor == "hub"
    stopped = at.stopped()
    assert stopped is not None
    assert (stopped.at, stopped.seq, stopped.after) == (at.clock(), entry.seq, "A-020")
    assert at.state() == "stopped"
    assert refused(at.office, IssueTicket, service="card") == "numbers_stopped"
    assert refused(at.office, IssueTicket, service="card", by_staff=True) == "numbers_stopped"
    assert refused(at.office, IssueTicket, service="family", then="card") == "numbers_stopped"
    at.office.execute(IssueTicket(service="family"))


def test_it_goes_on_giving_numbers_while_they_are_likely_to_be_served() -> None:
    assert Afternoon(begins="08:00").look() == []
    assert Afternoon(percent=0).look() == []
    easy = Afternoon(percent=10)  # a small chance is enough
    assert easy.look() == []


def test_a_quick_hour_does_not_bring_numbers_back_of_which_people_were_told_that_there_are_none() -> None:
    at = Afternoon()
    at.look()
    for _ in range(11):
        at.call(0.2)
    assert at.office.read(lambda day, _plan: day.waits.serves_arrival("card", 80, at.clock()))
    assert at.look() == []


def _second_counter(at: Afternoon) -> None:
    at.office.execute(OpenCounter(counter="2", operator="Budi"))


def _longer(at: Afternoon) -> None:
    at.change(hours=hours("18:00"))


def _smaller_chance(at: Afternoon) -> None:
    at.change(limits=replace(at.plan.limits, served_percent=10))


def _no_rule(at: Afternoon) -> None:
    at.change(limits=replace(at.plan.limits, served_percent=0))


@pytest.mark.parametrize(
    ("change", "why"),
    [(_longer, "hours"), (_smaller_chance, "rule"), (_no_rule, "rule"), (_second_counter, "counters")],
)
def test_what_makes_more_visitors_be_served_brings_numbers_back(change: Callable[[Afternoon], None], why: str) -> None:
    at = Afternoon(begins="13:10" if why == "counters" else "13:50")
    while not at.look():
        at.clock.forward(minutes=1)
    change(at)
    assert at.look() == [f"NumbersResumed {why}"]
    at.office.execute(IssueTicket(service="card"))
    assert at.look() == []


def test_with_a_second_counter_that_is_too_little_it_stays_stopped() -> None:
    at = Afternoon(begins="14:20")
    assert at.look() == ["NumbersStopped"]
    _second_counter(at)
    assert at.look() == []


def test_a_counter_that_pauses_shortly_stops_nothing_and_brings_nothing_back() -> None:
    at = Afternoon()
    at.office.execute(PauseCounter(counter="1", operator="Ani", reason="toilet"))
    assert at.look() == []
    at.clock.forward(minutes=16)
    assert at.look() == ["NumbersStopped"]
    at.office.execute(ResumeCounter(counter="1", operator="Ani"))
    assert at.look() == []


def test_a_supervisor_lets_it_go_on_with_a_reason_and_for_the_rest_of_the_day() -> None:
    at = Afternoon()
    at.look()
    assert refused(at.office, LetNumbersGoOn, service="card", reason="  ") == "numbers_reason_missing"
    at.office.execute(LetNumbersGoOn(service="card", reason=" We stay until five "), actor="staff:Dewi")
    assert at.journal.entries[-1].event == NumbersResumed("card", "supervisor", "We stay until five")
    at.office.execute(IssueTicket(service="card"))
    assert at.look() == []
    before = len(at.journal.entries)
    at.office.execute(LetNumbersGoOn(service="card", reason=""))  # it gives numbers already
    assert len(at.journal.entries) == before


def test_two_hubs_write_one_stop_and_a_replay_knows_it_without_an_estimate() -> None:
    at = Afternoon()
    other = LastNumbers(at.hub())
    at.watch.look()
    other.look()
    stops = [one for one in at.journal.entries if isinstance(one.event, NumbersStopped)]
    assert len(stops) == 1
    replayed = ServiceDay.fold(stops[0].business_day, at.journal.entries)
    assert set(replayed.stopped) == {"card"}
    assert refused(Office(at.journal, lambda: at.plan, at.clock), IssueTicket, service="card") == "numbers_stopped"


def test_after_closing_nothing_stops_and_staff_give_numbers_as_before() -> None:
    at = Afternoon()
    at.clock.forward(minutes=60)
    assert at.look() == []
    at.office.execute(IssueTicket(service="card", by_staff=True))


def test_a_paused_service_and_a_closed_day_stop_nothing() -> None:
    at = Afternoon()
    at.office.execute(PauseService(service="card"))
    assert at.look() == []
    assert at.state() == "paused"
    closed = Afternoon()
    closed.office.execute(CloseDay())
    assert closed.look() == []


def test_whoever_has_a_voucher_was_promised_a_place_and_gets_a_number() -> None:
    at = Afternoon()
    at.office.execute(CloseDay())
    at.clock.forward(days=1)
    at.office.catch_up()
    vouchers = at.office.read(lambda day, _plan: sorted(day.standing.vouchers.vouchers))
    at.office.execute(OpenCounter(counter="1", operator="Ani"))
    for _ in range(20):
        at.office.execute(IssueTicket(service="card"))
    for _ in range(6):
        at.call(4)
    assert at.look() == ["NumbersStopped"]
    assert refused(at.office, IssueTicket, service="card") == "numbers_stopped"
    at.office.execute(RedeemVoucher(voucher=vouchers[-1]))


def test_the_stop_ends_with_its_day() -> None:
    at = Afternoon()
    at.look()
    at.clock.forward(hours=18)
    at.office.catch_up()
    at.office.execute(IssueTicket(service="card"))
    assert at.stopped() is None


def test_a_chance_lies_between_the_ends_of_the_interval() -> None:
    interval = Interval(20.0, 40.0, 90.0)
    assert [round(interval.within(percent), 6) for percent in (10, 50, 90)] == [20.0, 40.0, 90.0]
    every = [interval.within(percent) for percent in range(1, 100)]
    assert every == sorted(every)
    assert Interval(0.0, 0.0, 0.0).within(80) == 0.0
