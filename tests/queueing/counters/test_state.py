"""A counter at which nobody sat today."""

from __future__ import annotations

from antrean.queueing.counters.counter import CounterState
from antrean.queueing.office import Office


def test_a_counter_at_which_nobody_sat_is_closed_and_has_its_code(office: Office) -> None:
    assert office.read(lambda day, _plan: day.counter("2")) == CounterState("2")
