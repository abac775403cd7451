"""What setting the office's time does to the business day, to those who wait in it and to the numbers given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from antrean.queueing import events as e
from antrean.queueing.commands import AdoptClock, BeginDay, CallNext, CancelTicket, TellTime
from antrean.queueing.errors import QueueError
from antrean.queueing.office import Office
from tests.conftest import ListJournal, small_plan
from tests.fakes.machine import MachineClock
from tests.queueing.wishes import issue, sit

NINE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
YESTERDAY, TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
BUILT = date(2026, 11, 1)
HOUR, DAY = 3600.0, 86400.0


class Hub:
    """An office on a machine with two clocks."""

    def __init__(self) -> None:
        self.clock, self.journal = MachineClock(), ListJournal()
        self.starts()

    def tell(self, seconds: float, end_day: bool = False) -> Sequence[e.Event]:
        return self.writes(
            TellTime(seconds=seconds, guard=self.office.guard, since=self.office.time.began_at, end_day=end_day)
        )

    def writes(self, command: TellTime | AdoptClock | BeginDay) -> Sequence[e.Event]:
        seq = self.journal.last_seq()
        self.office.execute(command)
        return [entry.event for entry in self.journal.entries if entry.seq > seq]

    def adopts(self) -> Sequence[e.Event]:
        return self.writes(AdoptClock(guard=self.office.guard, since=self.office.time.began_at))

    def starts(self) -> None:
        """Start anew on what is in the journal, with the machine's clock as it is."""
        plan = small_plan()
        self.office = Office(self.journal, lambda: plan, self.clock, self.clock.monotonic, BUILT)
        self.office.begin()

    def starts_in_1970(self) -> None:
        self.clock.now = datetime(1970, 1, 1, tzinfo=UTC)
        self.starts()

    def jumps(self, **duration: float) -> None:
        self.clock.jump(**duration)
        self.office.guard.now()


@pytest.fixture
def hub() -> Hub:
    return Hub()


def test_a_time_of_the_same_date_moves_every_time_and_ends_nothing(hub: Hub) -> None:
    issue(hub.office)
    assert hub.tell(HOUR) == [e.ClockSet(HOUR, "told")]
    assert (hub.office.clock(), hub.office.business_day()) == (NINE + timedelta(hours=1), TODAY)
    issued = hub.office.read(lambda day, _plan: day.tickets["A-001"].issued_at)
    assert issued == NINE + timedelta(hours=1)
    assert issue(hub.office).number == "A-002"


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        (datetime(2026, 10, 31, 16, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 31, 17, 0, tzinfo=UTC), True),  # the first minute of the day of the build in Jakarta
        (datetime(2199, 12, 31, 16, 59, tzinfo=UTC), True),
        (datetime(2199, 12, 31, 17, 0, tzinfo=UTC), False),
    ],
)
def test_a_day_before_the_build_or_of_a_far_century_is_not_taken_for_the_time(
    hub: Hub, told: datetime, taken: bool
) -> None:
    seconds = (told - hub.office.clock()).total_seconds()
    if taken:
        hub.tell(seconds)
        assert abs(hub.office.clock() - told) < timedelta(seconds=1)
        return
    with pytest.raises(QueueError) as caught:
        hub.tell(seconds)
    assert (caught.value.code, caught.value.values) == ("value_invalid", {"field": "at"})
    assert hub.office.clock() == NINE


def test_another_date_begins_at_once_where_nobody_of_it_waits_and_gives_no_number_of_it_again(hub: Hub) -> None:
    for _ in range(2):
        issue(hub.office)
    issue(hub.office, "family")
    for number in ("A-001", "A-002", "B-001"):
        hub.office.execute(CancelTicket(ticket=number, reason="left"))
    # They were given on the day that the clock now says, as it was a day late all the time.
    assert hub.tell(DAY) == [e.ClockSet(DAY, "told", "", "2026-11-24", {"A": 2, "B": 1})]
    assert hub.office.business_day() == TOMORROW
    assert (issue(hub.office).number, issue(hub.office, "birth").number) == ("A-003", "C-001")


def test_the_day_goes_on_on_another_date_while_somebody_of_it_waits_and_begins_when_nobody_does(hub: Hub) -> None:
    issue(hub.office)
    assert hub.tell(DAY) == [e.ClockSet(DAY, "told", "2026-11-25")]
    assert (hub.office.business_day(), hub.office.guard.day_waits) == (TODAY, TOMORROW)
    assert hub.writes(BeginDay(stays_on=TOMORROW)) == []
    hub.office.execute(CancelTicket(ticket="A-001", reason="left"))
    assert hub.writes(BeginDay(stays_on=TODAY)) == []
    assert hub.writes(BeginDay(stays_on=TOMORROW)) == [e.ClockSet(0.0, "begun", "", "2026-11-24", {"A": 1})]
    assert (hub.office.business_day(), hub.office.guard.day_waits) == (TOMORROW, None)
    assert issue(hub.office).number == "A-002"


def test_who_is_at_a_counter_keeps_the_day_going_as_who_waits_does(hub: Hub) -> None:
    issue(hub.office)
    sit(hub.office)
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    assert hub.tell(DAY) == [e.ClockSet(DAY, "told", "2026-11-25")]


def test_a_day_that_is_ended_with_the_step_is_closed_before_it(hub: Hub) -> None:
    issue(hub.office)
    sit(hub.office)
    assert hub.tell(DAY, end_day=True) == [
        e.TicketExpired("A-001"),
        e.CounterClosed("3", "day_closed"),
        e.DayClosed(1),
        e.ClockSet(DAY, "told", "", "2026-11-24", {"A": 1}),
    ]
    assert hub.office.business_day() == TOMORROW


def test_a_day_that_was_begun_too_early_is_the_true_one_with_all_that_was_given_in_it(hub: Hub) -> None:
    issue(hub.office)
    hub.office.execute(CancelTicket(ticket="A-001", reason="left"))
    assert hub.tell(-DAY) == [e.ClockSet(-DAY, "told", "", "2026-11-24", {"A": 1})]
    assert hub.office.business_day() == YESTERDAY
    assert issue(hub.office).number == "A-002"


def test_a_time_that_has_stood_is_adopted_and_nothing_before(hub: Hub) -> None:
    issue(hub.office)
    assert hub.adopts() == []
    hub.jumps(hours=2)
    assert hub.adopts() == []
    hub.clock.forward(minutes=10)
    assert hub.adopts() == [e.ClockSet(2 * HOUR, "adopted")]
    assert (hub.office.clock(), hub.office.guard.state) == (hub.clock.now, "ok")
    assert hub.adopts() == []


def test_after_a_start_in_doubt_the_times_before_it_stay_when_the_clock_is_set(hub: Hub) -> None:
    issue(hub.office)
    hub.starts_in_1970()
    hub.clock.forward(minutes=1)
    issue(hub.office)
    assert hub.tell(HOUR)[-1] == e.ClockSet(HOUR, "told", after=NINE.isoformat())
    tickets = hub.office.read(lambda day, _plan: {number: one.issued_at for number, one in day.tickets.items()})
    assert tickets["A-001"] == NINE
    assert tickets["A-002"] - NINE == timedelta(hours=1, minutes=1, microseconds=1)


def test_who_came_after_an_earlier_start_in_doubt_keeps_the_place_when_the_clock_is_set(hub: Hub) -> None:
    issue(hub.office)
    hub.clock.forward(hours=16)
    hub.starts_in_1970()  # it goes on from nine o'clock, 16 hours late
    hub.clock.forward(hours=8)
    issue(hub.office)
    hub.starts_in_1970()
    assert hub.tell(16 * HOUR) == [e.ClockSet(16 * HOUR, "told", TOMORROW.isoformat(), after=NINE.isoformat())]
    assert hub.office.business_day() == TODAY
    assert hub.writes(BeginDay(stays_on=TOMORROW)) == []
    assert hub.office.read(lambda day, _plan: day.ticket("A-002").issued_at) - NINE >= timedelta(days=1)


@pytest.mark.parametrize("behind", [0, 40])
def test_whoever_came_before_a_start_stands_before_whoever_comes_after_it_when_the_time_is_told_between(
    hub: Hub, behind: int
) -> None:
    issue(hub.office)
    hub.starts_in_1970()
    issue(hub.office)
    hub.clock.now = NINE - timedelta(seconds=behind)
    hub.starts()
    hub.tell(0.0)
    issue(hub.office)
    waiting = hub.office.read(lambda day, _plan: [one.number for one in day.waiting.of("card")])
    assert waiting == ["A-001", "A-002", "A-003"]
