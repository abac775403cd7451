"""The end of a day that nobody closed: the hub closes it, if anything happened on it."""

from __future__ import annotations

from antrean.queueing.command.base import STANDING
from antrean.queueing.commands import CloseEndedDay
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import CounterClosed, DayClosed, Event, TicketExpired
from antrean.queueing.office import Office
from tests.conftest import SetClock, small_plan
from tests.queueing.wishes import issue, sit


def ended(office: Office, clock: SetClock) -> list[Event]:
    day: ServiceDay = office.read(lambda day, _plan: day)
    close = CloseEndedDay(business_day=day.business_day)
    return list(close.decide(day, STANDING, small_plan(), clock.now))


def test_a_day_without_visitors_and_operators_stays_without_lines(office: Office, clock: SetClock) -> None:
    assert ended(office, clock) == []


def test_whoever_still_waits_expires_although_no_counter_was_open(office: Office, clock: SetClock) -> None:
    number = issue(office).number
    assert ended(office, clock) == [TicketExpired(number), DayClosed(1)]


def test_a_counter_that_was_left_open_is_closed_although_nobody_came(office: Office, clock: SetClock) -> None:
    sit(office)
    assert ended(office, clock) == [CounterClosed("3", "day_closed"), DayClosed(0)]
