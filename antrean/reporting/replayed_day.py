"""A day that is over, replayed with another counter, with one fewer, and opened earlier.

The replay runs the office's own rules on the day's own visitors (`antrean/simulation/replay.py` says what is taken for
granted). It is trusted only where the day replayed with nothing changed comes out as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping.report_rows import MINUTE, micro
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.figures import Times
from antrean.reporting.what_if import Waits, WhatIf
from antrean.simulation.engine import run
from antrean.simulation.replay import script, with_counters
from antrean.simulation.scenario import Scenario, Shift, Standstill

EARLIER = timedelta(minutes=30)
MARGIN = 0.1  # of the day's own mean wait, and of the wait of nine of ten
LEAST_MARGIN = MINUTE  # where a tenth is less


def what_if(day: date, entries: Iterable[JournalEntry], plan: OfficePlan) -> WhatIf | None:
    """Return what a day would have been; None where nobody came or no counter was open. The same lines give the same.

    `plan` is the one that was in force at the day's end.
    """
    scenario, really = script(day, entries, plan)
    if not scenario.visitors or not scenario.shifts:
        return None
    was, again = _waits(really), _replayed(scenario)
    counters = len(scenario.shifts)
    if not _near(was, again):
        return WhatIf(was, again, counters, fits=False)
    return WhatIf(
        was,
        again,
        counters,
        fits=True,
        one_more=_replayed(with_counters(scenario, 1)),
        one_fewer=_replayed(with_counters(scenario, -1)) if counters > 1 else None,
        earlier=_replayed(opened_earlier(scenario, EARLIER)),
    )


def opened_earlier(scenario: Scenario, by: timedelta) -> Scenario:
    """Return the scenario with each counter's first opening so much earlier; the visitors come when they came.

    Services that were not open before the first counter begin earlier as well.
    """
    first = min((at for shift in scenario.shifts for at, change, _word in shift.changes if change == "open"))

    def shift_earlier(shift: Shift) -> Shift:
        (at, change, word), *rest = shift.changes
        return replace(shift, changes=((at - by, change, word), *rest)) if change == "open" else shift

    def begun_earlier(still: Standstill) -> Iterable[Standstill]:
        if still.until is None or still.since > first:
            return [still]
        return [replace(still, until=still.until - by)] if still.until - by > still.since else []

    return replace(
        scenario,
        shifts=tuple(map(shift_earlier, scenario.shifts)),
        standstills=tuple(one for still in scenario.standstills for one in begun_earlier(still)),
    )


def _replayed(scenario: Scenario) -> Waits:
    return _waits(run(scenario).day)


def _waits(day: ServiceDay) -> Waits:
    legs = [leg for ticket in day.tickets.values() for leg in ticket.legs]
    ended = [micro(leg.ended_at) for leg in legs if leg.started_at is not None and leg.ended_at is not None]
    return Waits(
        Times.of(micro(leg.called_at) - micro(leg.waiting_since) for leg in legs if leg.called_at is not None),
        sum(all(leg.called_at is None for leg in ticket.legs) for ticket in day.tickets.values()),
        max(ended, default=None),
    )


def _near(was: Waits, again: Waits) -> bool:
    """Return whether the replay is near enough to the day to be believed."""
    pairs = ((was.times.mean, again.times.mean), (was.times.p90, again.times.p90))
    return all(abs(one - other) <= max(MARGIN * one, LEAST_MARGIN) for one, other in pairs)
