"""One day driven through jumping clocks, by one hub and by two: numbers, places and recalls stay what they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from antrean.hub.watches.clock import ClockWatch
from antrean.hub.watches.day_end import DayEnd
from antrean.queueing.commands import CallNext, OpenCounter, RecallTicket, ReturnTicket
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.journal.sql_journal import SqlJournal
from tests.fakes.machine import MachineClock
from tests.queueing.wishes import call, issue

TODAY = date(2026, 11, 24)
BUILT = date(2026, 11, 1)


class Hub:
    """An office on a machine of its own; `look` is what a hub does each second."""

    def __init__(self, journal: SqlJournal, plan: OfficePlan) -> None:
        self.clock = MachineClock()
        self.office = Office(journal, lambda: plan, self.clock, self.clock.monotonic, BUILT)
        self.watch = ClockWatch(self.office, lambda: None, lambda _memory: None, "")
        self.end = DayEnd(self.office, self.clock.monotonic)

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
