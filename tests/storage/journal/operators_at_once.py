"""One operator as a process of its own: presses "next" each time a line comes in, and says who was called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from antrean.queueing.commands import STANDING, CallNext, OpenCounter, StartService
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import Event
from antrean.queueing.office import Office, Request
from antrean.queueing.plan.model import Counter, OfficePlan
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock, small_plan
from tests.fakes.does import does

CALLED_AT = SetClock().now + timedelta(hours=2)


def plan() -> OfficePlan:
    """Three counters that serve three services, one of them as overflow of the first."""
    everything = ("card", "family", "birth")
    counters = (Counter("1", "1", everything[:2], everything[2:]), *(Counter(n, n, everything) for n in "23"))
    return small_plan(counters=counters)


def open_office(url: str, at: datetime = CALLED_AT) -> tuple[Office, SqlJournal]:
    """Return an office on the shared journal whose clock stands, so that the order can be worked out again."""
    journal = SqlJournal(open_engine(url), "test")
    return Office(journal, plan, lambda: at.astimezone(UTC)), journal


def start(day: ServiceDay, plan: OfficePlan, at: datetime, *, counter: str) -> Sequence[Event]:
    """Serve whoever was called here a moment ago."""
    return StartService(ticket=day.counter(counter).ticket, counter=counter).decide(day, STANDING, plan, at)


def main(url: str, counter: str) -> None:
    """Open the counter when told to sit down. For each other line call the next and serve them, in one commit."""
    office, _journal = open_office(url)
    for line in sys.stdin:
        if line.strip() == "sit down":
            office.execute(OpenCounter(counter=counter, operator=counter))
            print("ready", flush=True)  # noqa: T201
            continue
        wishes = [
            Request(CallNext(counter=counter, operator=counter)),
            Request(does(partial(start, counter=counter))),
        ]
        batch = office.decide(wishes)
        office.publish(batch)
        called = batch.outcomes[0]
        print(called if isinstance(called, Exception) else called.ticket.number, flush=True)  # type: ignore[union-attr]  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
