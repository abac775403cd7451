"""A copy of a day, five times quicker than the product's own; the fold of all lines proves it right at each state."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from operator import attrgetter

from antrean.queueing.calling.ahead import Ahead
from antrean.queueing.calling.waiting_lists import WaitingLists
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.day import ServiceDay

_APART = {"tickets", "counters"}  # copied with what they hold

# What events of a day change in place: its own dictionaries, lists and sets.
_in_place = tuple(
    name
    for name, value in vars(ServiceDay(date.min)).items()
    if type(value) in (dict, list, set) and name not in _APART
)
_row = attrgetter(*(field.name for field in fields(CounterState)))


def copy_of(day: ServiceDay) -> ServiceDay:
    """Return a copy that later events of the day leave alone; it has no figures worked out, and shares the answers."""
    copy = object.__new__(ServiceDay)
    held = vars(copy)
    held.update(vars(day))
    for name in _in_place:
        held[name] = held[name].copy()
    copy.tickets = {number: ticket.snapshot() for number, ticket in day.tickets.items()}
    copy.counters = {code: CounterState(*_row(row)) for code, row in day.counters.items()}
    numbers = day.waiting.numbers()
    copy.waiting = WaitingLists({lane: [copy.tickets[number] for number in row] for lane, row in numbers.items()})
    copy.ahead = Ahead()
    return copy
