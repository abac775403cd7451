"""A business day as plain data and back, so that a start need not fold the whole day, and a copy of it in memory.

Everything that the day and its estimator hold is kept by their own fields; what one object knows of another is kept
as its number and put together again. Results are kept apart, as text: they are most of a long day and hardly read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from antrean.queueing.calling.waiting_lists import WaitingLists
from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.day import DayEstimator
from antrean.queueing.keeping.state_fields import field_types, kept, restored, twin
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.results import CommandResults, KeptResults

# What is put together again, and the plan and what outlives the day, which are read again.
_APART = {"waits", "ahead", "tokens", "waiting", "open_slips", "results", "standing"}
_OF_DAY = {name: hint for name, hint in field_types(ServiceDay).items() if name not in _APART}
_OF_WATCH = {name: hint for name, hint in field_types(DayEstimator).items() if hint is not OfficePlan}


@dataclass(frozen=True, slots=True)
class KeptDay:
    """A day as JSON values, and its results as text."""

    state: Mapping[str, Any]
    results: KeptResults


def keep(day: ServiceDay) -> KeptDay:
    """Return the day as it is now. Refuses (TypeError) a day without an estimator, or one that holds something new."""
    for part, kind in ((day, ServiceDay), (day.waits, DayEstimator)):
        if type(part) is not kind or vars(part).keys() != field_types(kind).keys():
            raise TypeError(f"a {type(part).__name__} is not what {kind.__name__} says it is")
    state = {
        "day": {name: kept(getattr(day, name), hint) for name, hint in _OF_DAY.items()},
        "watch": {name: kept(getattr(day.waits, name), hint) for name, hint in _OF_WATCH.items()},
        "waiting": [[*lane, numbers] for lane, numbers in day.waiting.numbers().items()],
        "open_slips": list(day.open_slips),
    }
    return KeptDay(state, day.results.keep())


def restore(kept_day: KeptDay, plan: OfficePlan) -> ServiceDay:
    """Return the day that was kept, under the plan it was folded with.

    Raises KeyError, TypeError, ValueError or IndexError for data that `keep` did not make.
    """
    state = kept_day.state
    day = ServiceDay(**{name: restored(state["day"][name], hint) for name, hint in _OF_DAY.items()})
    watch = DayEstimator(plan)
    for name, hint in _OF_WATCH.items():
        setattr(watch, name, restored(state["watch"][name], hint))
    day.waits, day.results = watch, CommandResults(kept_day.results)
    lanes = {(service, name): numbers for service, name, numbers in state["waiting"]}
    _put_together(day, lanes, [(number, copy) for number, copy in state["open_slips"]])
    return day


def twin_of(day: ServiceDay) -> ServiceDay:
    """Return a copy of the day and its estimator that later events of the day leave alone."""
    copy = ServiceDay(**{name: twin(getattr(day, name), hint) for name, hint in _OF_DAY.items()})
    copy.waits, copy.results, copy.standing = day.waits.twin(), day.results.twin(), day.standing
    _put_together(copy, day.waiting.numbers(), list(day.open_slips))
    return copy


def _put_together(day: ServiceDay, lanes: Mapping[Any, list[str]], open_slips: list[tuple[str, int]]) -> None:
    day.tokens = {ticket.token: ticket for ticket in day.tickets.values() if ticket.token}
    day.waiting = WaitingLists({lane: [day.tickets[number] for number in numbers] for lane, numbers in lanes.items()})
    for number, copy in open_slips:
        day.open_slips[number, copy] = next(slip for slip in day.slips_of(number) if slip.copy == copy)
