"""On invented days with counters that share services: what people are told about their place comes true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from antrean.commands.sample_office import MIX, SERVE, sample_plan
from antrean.queueing import events as e
from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.commands import STANDING, CallNext, Command, StartService
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.demand import DemandModel, counters, invent_day
from antrean.simulation.engine import run
from antrean.simulation.scenario import lasting

DAY = date(2026, 11, 23)
# After these a place may be another one: somebody is there who was not, or a counter that was not.
SOMETHING_NEW = (
    e.TicketTransferred, e.TicketReturned, e.TicketReadmitted, e.TicketReopened, e.TicketResumed, e.PriorityChanged,
    e.CommandUndone, e.CounterOpened, e.CounterResumed,
)  # fmt: skip


def invented(discipline: str, visitors: int) -> tuple[OfficePlan, Sequence[JournalEntry]]:
    """Return a day at three counters, and the plan under which it was simulated."""
    plan = replace(sample_plan("test"), discipline=discipline)
    plan = lasting(replace(plan, counters=counters(plan, 3)))
    return plan, run(invent_day(DAY, plan, visitors, 1, DemandModel(MIX, SERVE))).entries


def nexts(day: ServiceDay, plan: OfficePlan, at: datetime) -> set[str]:
    return {number for number, figure in day.ahead.figures(day, plan, at).items() if figure.next}


@pytest.mark.slow
@pytest.mark.parametrize("discipline", list(DISCIPLINES))
def test_who_is_told_next_is_called_next_at_one_of_their_counters_unless_something_new_happens(
    discipline: str,
) -> None:
    plan, entries = invented(discipline, 230)
    day = ServiceDay(DAY)
    told: dict[str, int] = {}  # number -> seq at which it was told that it is next
    kept = broken = 0
    for entry in entries:
        event = entry.event
        if isinstance(event, e.TicketCalled) and told:
            services = plan.counter(event.counter).services
            called = day.tickets[event.ticket]
            for number, since in told.items():
                if day.tickets[number].service in services:
                    kept += number == event.ticket
                    broken += number != event.ticket and called.seq < since
        day.apply(entry)
        turns = discipline in ("interleave", "accumulating_priority") and isinstance(event, e.TicketIssued)
        if turns or isinstance(event, SOMETHING_NEW):
            told.clear()
        waiting = {ticket.number for ticket in day.waiting}
        told = {number: since for number, since in told.items() if number in waiting}
        for number in nexts(day, plan, entry.at):
            told.setdefault(number, entry.seq)
    assert broken == 0
    assert kept > 30


@pytest.mark.slow
@pytest.mark.parametrize("discipline", list(DISCIPLINES))
def test_in_the_middle_of_a_day_the_number_ahead_is_the_number_really_called_before_when_nothing_new_happens(
    discipline: str,
) -> None:
    plan, entries = invented(discipline, 340)
    compared = 0
    for length in range(40, len(entries) - 1, 160):
        day, at = ServiceDay.fold(DAY, entries[:length]), entries[length - 1].at
        told = dict(day.ahead.figures(day, plan, at))
        called = call_everybody(day, plan, at, in_turn(day, entries[:length]))
        ahead = [told[number].ahead for number in called]
        assert ahead[:64] == list(range(len(called)))[:64]
        for place, said in enumerate(ahead[64:], 64):
            assert abs(said - place) <= place // 10  # far behind, a few more or less
        assert {number for number, figure in told.items() if figure.stands} == told.keys() - set(called)
        compared += len(called)
    assert compared > 50


def in_turn(day: ServiceDay, entries: Sequence[JournalEntry]) -> list[str]:
    """Return the open counters: free ones, those that became free first first; then others by their last call."""
    moments: dict[str, int] = {}
    for entry in entries:
        event: Any = entry.event
        if isinstance(event, (e.TicketCalled, e.CounterOpened, e.CounterResumed, e.TicketCompleted, e.TicketReturned,
                              e.TicketMarkedNoShow, e.TicketTransferred)):  # fmt: skip
            moments[event.counter] = entry.seq
        elif isinstance(event, e.TicketCancelled):
            moments.update({leg.counter: entry.seq for leg in day.tickets[event.ticket].legs[-1:] if leg.called_at})
    rows = [(bool(row.ticket), moments[row.code], row.code) for row in day.counters.values() if row.state == "open"]
    return [code for *_, code in sorted(rows)]


def call_everybody(day: ServiceDay, plan: OfficePlan, at: datetime, turns: list[str]) -> list[str]:
    """Let the counters call in turns until nobody is left for any of them; return the numbers as they were called."""

    def execute(command: Command) -> None:
        for event in command.decide(day, STANDING, plan, at):
            day.apply(JournalEntry(day.seq + 1, at, DAY, event))

    called: list[str] = []
    while turns:
        counter = turns.pop(0)
        row = day.counter(counter)
        if row.ticket and day.tickets[row.ticket].state == "called":
            execute(StartService(ticket=row.ticket, counter=counter))
        try:
            execute(CallNext(counter=counter, operator=row.operator))
        except Refused:
            continue
        called.append(row.ticket)
        turns.append(counter)
    return called
