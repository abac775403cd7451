"""One kiosk or one operator as a process of its own, on a database it shares with others."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from antrean.queueing.commands import CallNext, IssueTicket, OpenCounter, StartService
from antrean.queueing.errors import QueueError
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Counter, Service
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import small_plan


def main(url: str, task: str, count: int, name: str) -> None:
    """Issue `count` tickets, or call until `count` tickets have been called by anyone; print each number."""
    plan = small_plan(
        services=(Service("card", "A", {"id": "KTP"}),),
        counters=tuple(Counter(str(n), f"Loket {n}", ("card",)) for n in range(1, 4)),
    )
    office = Office(SqlJournal(open_engine(url), "test"), lambda: plan, lambda: datetime.now(UTC))
    if task == "issue":
        for n in range(count):
            issue(office, f"{name}-{n}")
    else:
        office.execute(OpenCounter(counter=name, operator=name))
        while len(office.read(lambda day, _plan: day.calls)) < count:
            call(office, name)


def issue(office: Office, request_id: str) -> None:
    """Take one number."""
    answer = office.execute(IssueTicket(service="card", language="id"), request_id=request_id)
    assert answer.ticket is not None
    print(answer.ticket.number)  # noqa: T201


def call(office: Office, name: str) -> None:
    """Call and finish one ticket, if one waits."""
    try:
        ticket = office.execute(CallNext(counter=name, operator=name)).ticket
    except QueueError as refusal:
        if refusal.code != "queue_empty":
            raise
        office.catch_up()
        return
    assert ticket is not None
    print(ticket.number)  # noqa: T201
    office.execute(StartService(ticket=ticket.number, counter=name))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
