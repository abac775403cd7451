"""Three operators press "next" at the same instant a thousand times: nobody twice, nobody passed over."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from antrean.queueing.calling.order import order
from antrean.queueing.commands import IssueTicket
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import TicketCalled
from antrean.queueing.office import Request
from tests.conftest import SetClock
from tests.storage.journal import operators_at_once

pytestmark = pytest.mark.long

ROUNDS, OPERATORS = 334, ("1", "2", "3")


@pytest.fixture
def operators(database: str) -> Iterator[list[subprocess.Popen[str]]]:
    fill(database, ROUNDS * len(OPERATORS))
    processes = [
        subprocess.Popen(
            [sys.executable, operators_at_once.__file__, database, counter],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for counter in OPERATORS
    ]  # fmt: skip
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def fill(database: str, tickets: int) -> None:
    """Issue a mixed crowd in a few commits: services, priorities and arrivals that a counter has to sort."""
    for minute in range(2):
        office, journal = operators_at_once.open_office(database, SetClock().forward(minutes=minute * 25))
        batch = office.decide(
            [
                Request(IssueTicket(service=("card", "family", "birth")[n % 3], priority=n % 7 == 0, language="id"))
                for n in range(minute, tickets, 2)
            ]
        )  # fmt: skip
        assert not [outcome for outcome in batch.outcomes if isinstance(outcome, Exception)]
        journal.close()


def test_a_thousand_simultaneous_calls_reach_a_thousand_visitors_in_due_order(
    database: str, operators: list[subprocess.Popen[str]]
) -> None:
    assert everybody(operators, "sit down") == ["ready"] * 3
    told = [number for _round in range(ROUNDS) for number in everybody(operators, "next")]
    check(database, told)
    for process in operators:
        process.communicate(timeout=300)
    assert [process.returncode for process in operators] == [0, 0, 0]


def everybody(operators: list[subprocess.Popen[str]], line: str) -> list[str]:
    """Send all of them the line before any has answered; return their answers."""
    for process in operators:
        assert process.stdin is not None
        process.stdin.write(line + "\n")
        process.stdin.flush()
    return [process.stdout.readline().strip() for process in operators]  # type: ignore[union-attr]


def check(database: str, told: list[str]) -> None:
    """Everybody was called once, and each call was due at its counter given all that was decided before."""
    _office, journal = operators_at_once.open_office(database)
    entries = journal.read(after=0)
    journal.close()
    plan = operators_at_once.plan()
    day = ServiceDay(entries[0].business_day)
    called = []
    for entry in entries:
        if isinstance(entry.event, TicketCalled):
            due = next(order(day, plan, entry.at, plan.counter(entry.event.counter)))
            assert (entry.event.ticket, entry.event.rule) == (due.ticket.number, due.rule)
            assert entry.event.facts == due.facts
            called.append(entry.event.ticket)
        day.apply(entry)
    assert len(called) == len(set(called)) == ROUNDS * len(OPERATORS)
    assert sorted(told) == sorted(called) == sorted(day.tickets)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert day.waiting.count() == 0
