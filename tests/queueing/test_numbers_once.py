"""No number is on paper twice on one real day, whatever the clock is set to and whatever was lost meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.clock.commands import clock_set
from antrean.queueing.commands import ChangePlan, FindLostNumbers, OpenDay
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import Event, JournalRestored
from antrean.queueing.office import Office
from antrean.queueing.plan.model import DIGITS, OfficePlan
from antrean.queueing.tickets.numbers import parts, written
from tests.conftest import ListJournal, small_plan
from tests.examples import examples
from tests.fakes.does import does
from tests.fakes.machine import MachineClock
from tests.queueing.wishes import issue

SERIES = {"card": "A", "family": "B", "birth": "C"}
HOUR, DAY = 1, 24


def brought_back(day: ServiceDay, plan: OfficePlan, at: datetime) -> Sequence[Event]:
    return (JournalRestored(),)


class OneRealDay:
    """An office on one real day of a few minutes, and the numbers that people of this day hold in their hands."""

    def __init__(self) -> None:
        self.clock = MachineClock()
        self.plan = small_plan(printers={})
        self.office = Office(ListJournal(), lambda: self.plan, self.clock, self.clock.monotonic)
        self.paper: list[str] = []

    def take(self, service: str) -> None:
        self.clock.forward(seconds=1)
        self.paper.append(issue(self.office, service).number)

    def digits(self, digits: int) -> None:
        self.plan = replace(self.plan, number_digits=digits)
        self.office.execute(ChangePlan(what="rules"))

    def set(self, hours: int) -> None:
        """Set the clock, as an administrator tells it, to a date that it may have had before."""
        step = timedelta(hours=hours).total_seconds()
        told = partial(clock_set, seconds=step, how="told", since=0, end_day=True)
        self.office.execute(does(told, moves_time=True))
        self.clock.jump(seconds=step)
        self.office.execute(OpenDay())  # it may have been closed when it was left

    def lose(self, service: str, several: int) -> None:
        """Bring back a backup that lacks the last numbers of a service; nothing else was lost."""
        last = self.office.read(lambda day, _plan: day.last_of(SERIES[service]))
        counts = range(last + 1, last + 1 + several)
        self.paper += [written(SERIES[service], count, self.plan.number_digits) for count in counts]
        self.office.execute(does(brought_back))

    def remember(self, service: str, further: int) -> None:
        """Have the print agent tell of a number beyond those that anybody thought of."""
        day = self.office.read(lambda day, _plan: day)
        if day.restored:
            count = day.last_of(SERIES[service]) + further
            number = written(SERIES[service], count, self.plan.number_digits)
            self.paper.append(number)
            self.office.execute(FindLostNumbers(printer="p1", numbers=(number,)))


services = st.sampled_from(sorted(SERIES))
steps = st.one_of(
    st.tuples(st.just("take"), services),
    st.tuples(st.just("take"), services),
    st.tuples(st.just("digits"), st.sampled_from(DIGITS)),
    st.tuples(st.just("set"), st.sampled_from([HOUR, -HOUR, DAY, -DAY, 2 * DAY, -3 * DAY])),
    st.tuples(st.just("lose"), services, st.integers(1, 20)),
    st.tuples(st.just("remember"), services, st.integers(1, 20)),
)


@examples(150)
@given(st.lists(steps, min_size=3, max_size=25))
def test_no_number_is_on_paper_twice_on_one_real_day(wishes: list[tuple[object, ...]]) -> None:
    real = OneRealDay()
    for name, *arguments in wishes:
        getattr(real, str(name))(*arguments)
        assert len(set(map(parts, real.paper))) == len(real.paper), real.paper[-1]  # none reads like another one


def test_a_number_stays_given_over_several_steps_of_the_clock() -> None:
    real = OneRealDay()
    real.take("card")
    real.set(DAY)
    real.take("family")
    real.set(DAY)
    for service in SERIES:
        real.take(service)
    assert real.paper == ["A-001", "B-001", "A-002", "B-002", "C-001"]


@pytest.mark.parametrize("lost", [("card", 4), ("birth", 1)])
def test_a_number_that_was_lost_stays_given_after_a_step_of_the_clock(lost: tuple[str, int]) -> None:
    real = OneRealDay()
    real.take("card")
    real.lose(*lost)
    real.remember("family", 7)
    real.set(-DAY)
    for service in SERIES:
        real.take(service)
    assert real.paper[-3:] == ["A-1001", "B-1008", "C-1001"]
