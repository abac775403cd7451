"""What a kiosk and an operator do, in a word each, for the tests of the queue."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from antrean.queueing.commands import CallNext, Command, IssueTicket, OpenCounter, StartService
from antrean.queueing.errors import QueueError
from antrean.queueing.office import Office
from antrean.queueing.tickets.ticket import Ticket


def issue(office: Office, service: str = "card", request_id: str | None = None, **more: Any) -> Ticket:
    values = {"language": "id", "device": "kiosk-1", **more}
    ticket = office.execute(IssueTicket(service=service, **values), request_id=request_id).ticket
    assert ticket is not None
    return ticket


def sit(office: Office, counter: str = "3", operator: str = "Ani") -> None:
    office.execute(OpenCounter(counter=counter, operator=operator))


def call(office: Office, counter: str = "3", operator: str = "Ani") -> Ticket:
    ticket = office.execute(CallNext(counter=counter, operator=operator)).ticket
    assert ticket is not None
    return ticket


def serve(office: Office, counter: str = "3", operator: str = "Ani") -> Ticket:
    ticket = call(office, counter, operator)
    office.execute(StartService(ticket=ticket.number, counter=counter))
    return ticket


def states(office: Office) -> dict[str, str]:
    return office.read(lambda day, _plan: {number: ticket.state for number, ticket in day.tickets.items()})


def refused(office: Office, kind: type[Command], **values: Any) -> str:
    """Return the code of the refusal, having checked that nothing at all has changed."""
    before = office.read(lambda day, _plan: copy.deepcopy(vars(day)["tickets"]))
    counters = office.read(lambda day, _plan: copy.deepcopy(day.counters))
    seq = office.read(lambda day, _plan: day.seq)
    with pytest.raises(QueueError) as caught:
        office.execute(kind(**values))
    assert office.read(lambda day, _plan: day.tickets) == before
    assert office.read(lambda day, _plan: day.counters) == counters
    assert office.read(lambda day, _plan: day.seq) == seq
    return caught.value.code
