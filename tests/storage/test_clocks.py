"""One day driven through jumping clocks, by one hub and by two: numbers, places and recalls stay what they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from antrean.hub.watches.clock import ClockWatch
from antrean.hub.watches.day_end import DayEnd
from antrean.queueing.commands import CallNext, CancelTicket, OpenCounter, RecallTicket, ReturnTicket
from antrean.queueing.events import TicketExpired
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.journal.sql_journal import SqlJournal
from tests.fakes.machine import MachineClock
from tests.queueing.wishes import call, issue, sit, states

TODAY = date(2026, 11, 24)
BUILT = date(2026, 11, 1)
EMPTY = datetime(2002, 1, 1, tzinfo=UTC)  # what a clock without a battery says


class Hub:
    """An office on a machine of its own; `look` is what a hub does each second."""

    def __init__(self, journal: SqlJournal, plan: OfficePlan) -> None:
        self.clock = MachineClock()
        self.journal, self.plan = journal, plan
        self.starts()

    def starts(self) -> None:
        """Begin as a new process on the same machine does."""
        self.office = Office(self.journal, lambda: self.plan, self.clock, self.clock.monotonic, BUILT)
        self.watch = ClockWatch(self.office, lambda: None, lambda _memory: None, "")
        self.end = DayEnd(self.office, self.clock.monotonic)
        self.look()

    def starts_without_the_time(self) -> None:
        """Begin on a machine that was without power."""
        self.lacks = self.clock.now - EMPTY
        self.clock.jump(seconds=-self.lacks.total_seconds())
        self.starts()

    def hears_the_time(self) -> None:
        """Set the machine's clock right, as the network does."""
        self.clock.jump(seconds=self.lacks.total_seconds())

    def look(self) -> None:
        self.office.catch_up()
        self.watch.look()
        self.end.look()


@pytest.fixture(params=[1, 2])
def hubs(request: pytest.FixtureRequest, open_journal: Callable[[], SqlJournal], plan: OfficePlan) -> list[Hub]:
    return [Hub(open_journal(), plan) for _ in range(request.param)]


def passes(hubs: list[Hub], **duration: float) -> None:
    for hub in hubs:
        hub.clock.forward(**duration)
    for hub in hubs:
        hub.look()


JUMPS = (
    timedelta(hours=-1), timedelta(days=-1), timedelta(days=1), timedelta(hours=15),
    datetime(1970, 1, 1, tzinfo=UTC), datetime(2002, 1, 1, tzinfo=UTC),
)  # fmt: skip


def test_a_day_of_jumps_gives_no_number_twice_and_sends_nobody_away(hubs: list[Hub]) -> None:
    first, last = hubs[0], hubs[-1]
    given = [issue(first.office).number, issue(last.office).number]
    first.office.execute(OpenCounter(counter="3", operator="Ani"))
    first.office.execute(CallNext(counter="3", operator="Ani"))
    for jump in JUMPS:
        by = jump if isinstance(jump, timedelta) else jump - first.clock.now
        first.clock.jump(seconds=by.total_seconds())
        for _second in range(3):
            passes(hubs, seconds=1)
            given.append(issue(first.office).number)
            given.append(issue(last.office).number)
        passes(hubs, seconds=3)
        for office in {first.office, last.office}:
            office.execute(ReturnTicket(ticket="A-001", counter="3"))
            assert call(office).number == "A-001"
            passes(hubs, seconds=6)
            office.execute(RecallTicket(ticket="A-001", counter="3"))
        first.clock.jump(seconds=-by.total_seconds())
        passes(hubs, seconds=1)
    assert given == [f"A-{number:03d}" for number in range(1, len(given) + 1)]
    for hub in hubs:
        hub.look()
        states = hub.office.read(lambda day, _plan: {ticket.state for ticket in day.tickets.values()})
        assert states == {"called", "waiting"}
        assert (hub.office.business_day(), hub.office.guard.state) == (TODAY, "ok")
        assert hub.office.clock() == hub.clock.now


def test_to_and_fro_across_midnight_begins_the_day_once(hubs: list[Hub]) -> None:
    first = hubs[0]
    given = [issue(first.office).number]
    passes(hubs, hours=14, minutes=59)  # 23:59 in Jakarta
    for _ in range(3):
        first.clock.jump(minutes=5)
        passes(hubs, seconds=1)
        given.append(issue(first.office).number)
        first.clock.jump(minutes=-5)
        passes(hubs, seconds=1)
        given.append(issue(hubs[-1].office).number)
    assert given == [f"A-{number:03d}" for number in range(1, 8)]
    passes(hubs, minutes=2)
    assert issue(first.office).number == "A-001"
    for _ in range(3):
        first.clock.jump(minutes=-5)
        passes(hubs, seconds=1)
        assert first.office.business_day() == date(2026, 11, 25)
        first.clock.jump(minutes=5)
        passes(hubs, seconds=1)
    assert [issue(hub.office).number for hub in hubs] == [f"A-{number:03d}" for number in range(2, len(hubs) + 2)]


def test_three_days_of_passing_time_are_three_days(hubs: list[Hub]) -> None:
    for day in range(3):
        assert hubs[0].office.business_day() == TODAY + timedelta(days=day)
        assert [issue(hubs[-1].office).number for _ in range(3)] == ["A-001", "A-002", "A-003"]
        passes(hubs, hours=24)
        yesterday = hubs[0].office._journal.read(day=TODAY + timedelta(days=day))
        kinds = [entry.event.kind for entry in yesterday]
        assert kinds.count("ticket.expired") == 3
        assert kinds[-1] == "day.closed"


def test_another_hub_does_not_begin_tomorrow_because_its_own_clock_is_a_day_ahead(
    open_journal: Callable[[], SqlJournal], plan: OfficePlan
) -> None:
    right, ahead = (Hub(open_journal(), plan) for _ in range(2))
    ahead.look()
    issue(right.office)
    ahead.look()
    ahead.clock.jump(days=1)
    for _minute in range(30):
        passes([right, ahead], minutes=1)
        assert ahead.office.business_day() == right.office.business_day() == TODAY
    assert ahead.office.guard.why == "hubs_differ"
    assert issue(ahead.office).number == "A-002"
    assert right.office.read(lambda day, _plan: day.ticket("A-001").state) == "waiting"


@pytest.fixture
def pair(open_journal: Callable[[], SqlJournal], plan: OfficePlan) -> tuple[Hub, Hub]:
    """Two hubs on a date of which no line was written yet: one number was given three days ago."""
    blind, knowing = (Hub(open_journal(), plan) for _ in range(2))
    issue(knowing.office)
    for _day in range(3):
        passes([blind, knowing], hours=24)
    return blind, knowing


THREE_DAYS_ON = TODAY + timedelta(days=3)


def nobody_is_sent_away(hub: Hub) -> None:
    """The two numbers of a hub without the time were given now; when both are called, the date begins above them."""
    assert issue(hub.office).number == "A-003"
    hub.look()
    assert states(hub.office) == dict.fromkeys(("A-001", "A-002", "A-003"), "waiting")
    ages = hub.office.read(lambda day, _plan: [hub.clock.now - ticket.issued_at for ticket in day.tickets.values()])
    assert max(ages) < timedelta(minutes=2)
    assert hub.office.guard.day_waits == THREE_DAYS_ON
    sit(hub.office)
    for number in ("A-001", "A-002", "A-003"):
        assert call(hub.office).number == number
        hub.office.execute(CancelTicket(ticket=number, counter="3"))
    hub.look()
    assert hub.office.business_day() == THREE_DAYS_ON
    assert issue(hub.office).number == "A-004"


def test_numbers_of_a_hub_without_the_time_are_not_given_again_by_one_that_knows_the_date(
    pair: tuple[Hub, Hub],
) -> None:
    blind, knowing = pair
    blind.starts_without_the_time()
    assert [issue(blind.office).number for _ in range(2)] == ["A-001", "A-002"]
    nobody_is_sent_away(knowing)
    assert issue(blind.office).number == "A-005"
    blind.look()
    assert blind.office.business_day() == THREE_DAYS_ON
    assert abs(blind.office.clock() - knowing.clock.now) < timedelta(minutes=1)


def test_nor_by_one_that_starts_after_they_were_given(pair: tuple[Hub, Hub]) -> None:
    blind, knowing = pair
    blind.starts_without_the_time()
    assert [issue(blind.office).number for _ in range(2)] == ["A-001", "A-002"]
    knowing.starts()
    nobody_is_sent_away(knowing)


@pytest.mark.parametrize("at_the_start", [True, False])
def test_nor_by_the_same_machine_when_it_starts_once_more_and_has_the_time(
    open_journal: Callable[[], SqlJournal], plan: OfficePlan, at_the_start: bool
) -> None:
    hub = Hub(open_journal(), plan)
    issue(hub.office)
    for _day in range(3):
        passes([hub], hours=24)
    hub.starts_without_the_time()
    assert [issue(hub.office).number for _ in range(2)] == ["A-001", "A-002"]
    if at_the_start:
        hub.hears_the_time()
        hub.starts()
    else:
        hub.starts()
        hub.hears_the_time()
        passes([hub], seconds=1)
        passes([hub], seconds=31)
        assert hub.office.guard.state == "ok"
    nobody_is_sent_away(hub)


def test_who_was_given_a_number_without_the_time_longer_ago_than_midnight_holds_up_no_day(
    open_journal: Callable[[], SqlJournal], plan: OfficePlan
) -> None:
    hub = Hub(open_journal(), plan)
    issue(hub.office)
    hub.starts_without_the_time()
    assert issue(hub.office).number == "A-002"
    passes([hub], hours=10)  # longer than from midnight to the next start
    hub.office.execute(CancelTicket(ticket="A-001"))
    hub.clock.forward(hours=14)
    hub.hears_the_time()
    hub.starts()
    hub.look()
    assert (hub.office.business_day(), issue(hub.office).number) == (date(2026, 11, 25), "A-001")
    hub.look()
    yesterday = hub.office._journal.read(day=TODAY)
    assert [entry.event.ticket for entry in yesterday if isinstance(entry.event, TicketExpired)] == ["A-002"]


def test_a_hub_that_wakes_on_another_date_leaves_the_day_of_the_lines_that_it_reads(pair: tuple[Hub, Hub]) -> None:
    asleep, awake = pair
    assert issue(awake.office).number == "A-001"
    asleep.clock.forward(hours=24)
    awake.clock.forward(hours=24)
    asleep.look()
    assert (asleep.office.business_day(), issue(asleep.office).number) == (THREE_DAYS_ON + timedelta(days=1), "A-001")


@pytest.mark.parametrize("busy", [True, False])
def test_midnight_is_the_same_for_a_hub_whose_clock_jumped_before_it(
    open_journal: Callable[[], SqlJournal], plan: OfficePlan, busy: bool
) -> None:
    jumped, right = (Hub(open_journal(), plan) for _ in range(2))
    if busy:
        issue(right.office)
    passes([jumped, right], hours=14, minutes=56)
    jumped.clock.jump(hours=-1)
    jumped.look()
    passes([jumped, right], minutes=5)  # 00:01 in Jakarta
    passes([jumped, right], seconds=1)
    given = [issue(hub.office).number for hub in (jumped, right, jumped, right)]
    assert given == ["A-001", "A-002", "A-003", "A-004"]
