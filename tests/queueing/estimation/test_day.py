"""The estimator follows the journal: what is told fits what really happened at the counters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from antrean.queueing import events as e
from antrean.queueing.calling.order import order
from antrean.queueing.commands import (
    STANDING,
    CallNext,
    CancelTicket,
    Command,
    IssueTicket,
    MarkNoShow,
    ReadmitTicket,
    StartService,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.day import DayEstimator
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping.day_source import remember
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import small_plan
from tests.fakes.waits import for_all

DAY = date(2026, 11, 24)
START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


class Morning:
    """A day driven by the real rules, with a watch beside it."""

    def __init__(self, plan: OfficePlan | None = None, day: date = DAY, memory: Any = None) -> None:
        self.plan = plan or small_plan()
        self.watch = DayEstimator(self.plan, memory)
        self.day = ServiceDay(day, self.watch)
        self.at = START + (day - DAY)
        self.entries: list[JournalEntry] = []

    def execute(self, command: Command) -> None:
        for event in command.decide(self.day, STANDING, self.plan, self.at):
            self.take(event)

    def take(self, event: e.Event) -> None:
        entry = JournalEntry(self.day.seq + 1, self.at, self.day.business_day, event)
        self.day.apply(entry)
        self.entries.append(entry)

    def issue(self, service: str = "card", persons: int = 1, priority: bool = False, by_staff: bool = False) -> str:
        self.execute(
            IssueTicket(
                service=service, persons=persons, priority=priority, language="id", device="kiosk", by_staff=by_staff
            )
        )
        return next(reversed(self.day.tickets))

    def call(self, counter: str = "1") -> None:
        current = self.day.current(counter)
        if current is not None and current.state == "called":
            self.execute(StartService(ticket=current.number, counter=counter))
        self.execute(CallNext(counter=counter, operator=f"operator {counter}"))

    def sit(self, *counters: str) -> None:
        for counter in counters:
            self.take(e.CounterOpened(counter, f"operator {counter}"))

    def told(self, number: str) -> tuple[int, int] | None:
        return for_all(self.watch, self.day, self.plan, self.at)[number]

    def forward(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)


def busy(minutes: float = 4.0, calls: int = 8, **more: Any) -> Morning:
    """Return a morning with twenty card visitors and a call at counter 1 every so many minutes."""
    morning = Morning(**more)
    morning.sit("1")
    for _ in range(20):
        morning.issue()
    for _ in range(calls):
        morning.forward(minutes)
        morning.call()
    return morning


def test_the_first_visitors_are_told_that_it_is_not_known_yet() -> None:
    morning = busy(calls=4)
    assert {morning.day.tickets[number].wait_at_issue for number in morning.day.tickets} == {None}
    assert morning.told(morning.issue()) is None


def test_later_visitors_are_told_an_interval_and_the_journal_keeps_it() -> None:
    morning = busy()
    number = morning.issue()
    event = morning.entries[-1].event
    assert isinstance(event, e.TicketIssued)
    assert (event.wait_low, event.wait_high) == morning.told(number)
    assert event.wait_low is not None
    assert event.wait_high is not None
    # Twelve ahead, four minutes each.
    assert event.wait_low <= 52 <= event.wait_high


def test_the_interval_shortens_as_people_are_called() -> None:
    morning = busy()
    number = morning.issue()
    first = morning.told(number)
    for _ in range(8):
        morning.forward(4)
        morning.call()
    later = morning.told(number)
    assert first is not None
    assert later is not None
    assert later[1] < first[1]


def test_nobody_further_back_is_told_less() -> None:
    morning = busy()
    morning.issue(priority=True)
    everybody = for_all(morning.watch, morning.day, morning.plan, morning.at)
    found = [everybody[ranked.ticket.number] for ranked in order(morning.day, morning.plan, morning.at)]
    ranked = [interval for interval in found if interval is not None]
    assert ranked == sorted(ranked)
    assert len(ranked) == len(found) == 13


def test_a_priority_visitor_is_told_a_shorter_wait_than_one_who_stands_last() -> None:
    morning = busy(plan=small_plan(discipline="strict_priority"))
    regular = morning.watch.for_arrival("card", morning.at)
    priority = morning.told(morning.issue(priority=True))
    assert regular is not None
    assert priority is not None
    assert priority[1] < regular[1]


def test_large_parties_ahead_lengthen_the_wait() -> None:
    small, large = busy(), busy()
    for _ in range(6):
        small.issue(persons=1)
        large.issue(persons=9)
    few, many = small.watch.for_arrival("card", small.at), large.watch.for_arrival("card", large.at)
    assert few is not None
    assert many is not None
    assert few[1] < many[1]


def test_a_party_that_grows_while_it_waits_counts_with_its_new_size() -> None:
    morning, same = busy(), busy()
    for number in [number for number, ticket in morning.day.tickets.items() if ticket.state == "waiting"][:6]:
        morning.take(e.PersonsChanged(number, 9))
    few, many = same.watch.for_arrival("card", same.at), morning.watch.for_arrival("card", morning.at)
    assert few is not None
    assert many is not None
    assert few[1] < many[1]


def test_another_open_counter_shortens_and_a_closed_office_is_not_known() -> None:
    morning = busy()
    one = morning.watch.for_arrival("card", morning.at)
    morning.sit("3")
    two = morning.watch.for_arrival("card", morning.at)
    assert one is not None
    assert two is not None
    assert two[1] < one[1]
    for counter in ("1", "3"):
        morning.take(e.CounterPaused(counter, "lunch"))
    assert morning.watch.for_arrival("card", morning.at) is None
    morning.take(e.CounterResumed("1"))
    assert morning.watch.for_arrival("card", morning.at) == one


def test_a_paused_service_freezes_those_who_wait_and_goes_on_where_it_stood() -> None:
    morning = busy()
    number = morning.issue()
    before = morning.told(number)
    morning.take(e.ServicePaused("card"))
    morning.forward(45)
    assert before is not None
    assert morning.told(number) == before
    assert morning.watch.for_arrival("card", morning.at) is None
    morning.take(e.ServiceResumed("card"))
    assert morning.told(number) == before


def leave(morning: Morning, number: str) -> None:
    morning.execute(CancelTicket(ticket=number, reason="left"))


def move(morning: Morning, number: str) -> None:
    morning.take(e.TicketTransferred(number, "", "family", "end"))


@pytest.mark.parametrize("go", [leave, move])
def test_somebody_who_leaves_the_queue_makes_room(go: Callable[[Morning, str], None]) -> None:
    morning = busy()
    before = morning.watch.for_arrival("card", morning.at)
    waiting = [number for number, ticket in morning.day.tickets.items() if ticket.state == "waiting"]
    for number in waiting[:9]:
        go(morning, number)
    after = morning.watch.for_arrival("card", morning.at)
    assert before is not None
    assert after is not None
    assert after[1] < before[1]


def test_a_ticket_that_comes_back_waits_again_and_is_estimated() -> None:
    morning = busy()
    called = morning.day.current("1")
    assert called is not None
    morning.execute(MarkNoShow(ticket=called.number, counter="1"))
    memory = morning.watch.memory()["spread"]
    morning.execute(ReadmitTicket(ticket=called.number))
    assert morning.told(called.number) is not None
    morning.forward(10)
    morning.call()
    assert morning.day.tickets[called.number].state == "called"
    # The absence is no wait in the queue, so nothing is learnt from it.
    assert morning.watch.memory()["spread"] == memory


def test_folding_the_same_entries_again_leads_to_the_same_answers() -> None:
    morning = busy()
    for service in ("family", "birth", "card"):
        morning.issue(service, persons=2)
    morning.sit("3")
    morning.call("3")
    day, watch = ServiceDay(DAY), DayEstimator(morning.plan)
    for entry in morning.entries:
        day.apply(entry)
        watch.apply(day, entry)
    assert for_all(watch, day, morning.plan, morning.at) == for_all(
        morning.watch, morning.day, morning.plan, morning.at
    )
    assert watch.memory() == morning.watch.memory()


def test_entries_of_another_business_day_are_passed_over() -> None:
    morning = busy()
    before, memory = morning.watch.for_arrival("card", morning.at), morning.watch.memory()
    stray = JournalEntry(morning.day.seq + 1, morning.at, DAY + timedelta(days=1), e.TicketCalled("A-015", "1"))
    morning.day.apply(stray)
    morning.watch.apply(morning.day, stray)
    assert morning.watch.for_arrival("card", morning.at) == before
    assert morning.watch.memory() == memory


def test_past_days_of_the_journal_teach_the_next_one() -> None:
    days = [busy(minutes=9, calls=18, day=DAY - timedelta(days=back)) for back in (3, 2, 1)]
    memory = remember(((ServiceDay(past.day.business_day), past.entries) for past in days), days[0].plan)
    taught, new = busy(memory=memory, minutes=4, calls=5), busy(minutes=4, calls=5)
    slow, quick = taught.told(taught.issue()), new.told(new.issue())
    assert slow is not None
    assert quick is not None
    assert slow[1] > quick[1]
    assert remember([], new.plan) == {}
