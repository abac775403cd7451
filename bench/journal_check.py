"""Compares the journal with the responses that a crowd got, and writes a day's lines before a hub starts."""

from __future__ import annotations

import uuid
from collections import Counter
from itertools import islice
from typing import Any

from antrean.queueing.commands import CallNext, Command, CompleteTicket, IssueTicket, OpenCounter, StartService
from antrean.queueing.events import TicketCalled, TicketIssued
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office, Request
from antrean.queueing.tickets.ticket import Ticket
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from bench.crowd import SERVICES, Seen
from bench.hub_process import HubProcess

AT_ONCE = 250


def lines_of(hub: HubProcess) -> list[JournalEntry]:
    """Return the whole journal of a hub, which may be running."""
    journal = SqlJournal(open_engine(database_url("", hub.folder)), hub.config.office)
    try:
        return list(journal.read(after=0))
    finally:
        journal.close()


def wrong_numbers(lines: list[JournalEntry], seen: list[Seen]) -> list[str]:
    """Return the faults of the numbers that a crowd got: refused, doubled, not in the journal, or with gaps."""
    told = [answer for crowd in seen for answer in crowd.answers if answer["doing"] in ("issue", "page")]
    faults = [refusal for crowd in seen for refusal in crowd.refused]
    faults += _twice("told", Counter(answer["number"] for answer in told))
    issued = {entry.seq: entry.event for entry in lines if isinstance(entry.event, TicketIssued)}
    for answer in told:
        event = issued.get(answer["seq"])
        if event is None or event.ticket != answer["number"]:
            faults.append(f"told and not in the journal: {answer['number']} at {answer['seq']}")
    faults += _twice("issued", Counter(event.ticket for event in issued.values()))
    series: dict[str, list[int]] = {}
    for event in issued.values():
        series.setdefault(event.series, []).append(event.number)
    for letter, numbers in series.items():
        if numbers != list(range(1, len(numbers) + 1)):
            faults.append(f"series {letter} has gaps or is out of order")
    if [entry.seq for entry in lines] != list(range(1, len(lines) + 1)):
        faults.append("the journal has gaps")
    return faults


def wrong_calls(lines: list[JournalEntry], seen: list[Seen]) -> list[str]:
    """Return the faults of the calls: refused, one ticket twice, or not in the journal."""
    told = [answer for crowd in seen for answer in crowd.answers if answer["doing"] == "call"]
    faults = [refusal for crowd in seen for refusal in crowd.refused]
    faults += [*_twice("called", Counter(answer["number"] for answer in told))]
    called = {entry.seq: entry.event.ticket for entry in lines if isinstance(entry.event, TicketCalled)}
    faults += _twice("called", Counter(called.values()))
    return faults + [f"not in the journal: {a['number']}" for a in told if called.get(a["seq"]) != a["number"]]


def _twice(what: str, counted: Counter[str]) -> list[str]:
    return [f"{what} {times} times: {number}" for number, times in counted.items() if times > 1]


def issue_many(office: Office, count: int) -> list[Ticket]:
    """Issue tickets before the hub starts, and return them."""
    answers = _do(
        office,
        [
            _request(IssueTicket(service=SERVICES[n % len(SERVICES)], priority=n % 10 == 0, language="id",))
            for n in range(count)
        ],
    )  # fmt: skip
    return [answer.ticket for answer in answers]


def serve_many(office: Office, count: int) -> None:
    """Call, start and finish that many waiting tickets at counter 1: three lines each."""
    _do(office, [_request(OpenCounter(counter="1", operator="Operator 1"))])
    for _ in range(count):
        called = _do(office, [_request(CallNext(counter="1", operator="Operator 1"))])[0].ticket
        _do(
            office,
            [
                _request(StartService(ticket=called.number, counter="1")),
                _request(CompleteTicket(ticket=called.number, counter="1")),
            ],
        )


def _request(command: Command) -> Request:
    return Request(command, "bench", uuid.uuid4().hex)  # as each page's request has one


def _do(office: Office, requests: list[Request]) -> list[Any]:
    """Decide requests in large batches; a refusal is a mistake of the benchmark."""
    outcomes: list[Any] = []
    rest = iter(requests)
    while batch := list(islice(rest, AT_ONCE)):
        decided = office.decide(batch)
        office.publish(decided)
        outcomes += decided.outcomes
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return outcomes
