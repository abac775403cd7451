"""Days of different shape, played by the product's own rules into a real SQLite file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from antrean.queueing.commands import (
    BeginOutage,
    CallNext,
    CallTicket,
    CancelTicket,
    ChangePersons,
    ChangePriority,
    ChangeService,
    CloseCounter,
    CloseDay,
    ComeBack,
    Command,
    CompleteTicket,
    EndOutage,
    HandOverCounter,
    HoldTicket,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    PauseCounter,
    ReadmitTicket,
    RecallTicket,
    ReopenTicket,
    ResumeCounter,
    ResumeTicket,
    ReturnTicket,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock

USUAL = {"issue": 30, "call": 30, "start": 30, "complete": 30, "open": 6}
PEOPLE = ("Ani", "Budi", "Cici", "Dadan")
REASONS = ("", "prayer", "printer")


class PlayedOffice:
    """An office of a database whose days are played; several may share the file, and one may be opened again."""

    def __init__(self, data: Path, plan: OfficePlan, begins: datetime) -> None:
        self.plan = plan
        self.database = database_url("", data)
        self.engine = open_engine(self.database)
        upgrade(self.engine)
        settings = Settings(self.engine, plan.office)
        if not settings.exists():
            settings.create_office(plan)
        self.journal = SqlJournal(self.engine, plan.office)
        self.clock = SetClock()
        self.clock.now = begins
        self.office = Office(self.journal, lambda: self.plan, self.clock)
        self.office.catch_up()

    def play(self, seed: int, steps: int, seconds: int = 60, **more: int) -> set[date]:
        """Let so many things happen, each up to so many seconds after the last; `more` of some of them.

        Return the business days that were played.
        """
        random = Random(seed)
        weights: Mapping[str, int] = {**USUAL, **more}
        days: set[date] = set()
        for _ in range(steps):
            self.clock.now += timedelta(microseconds=random.randrange(1, seconds * 1_000_000))
            (what,) = random.choices(list(weights), list(weights.values()))
            command = self.office.read(lambda day, _plan: _wish(what, day, self.plan, random))  # noqa: B023
            if command is None:
                continue
            try:
                self.office.execute(command)
            except QueueError:
                continue
            days.add(self.office.read(lambda day, _plan: day.business_day))
        return days


def _wish(what: str, day: ServiceDay, plan: OfficePlan, random: Random) -> Command | None:
    """Return something that somebody may wish now, None where nobody can."""
    services = [one.code for one in plan.services]
    rows = [row for row in day.counters.values() if row.state != "closed"]
    here = random.choice(rows) if rows else None
    at: dict[str, Any] = {} if here is None else {"counter": here.code}
    sits: dict[str, Any] = {} if here is None else {"counter": here.code, "operator": here.operator}
    of = {state: [one.number for one in day.tickets.values() if one.state == state] for state in
          ("waiting", "called", "serving", "held", "no_show", "completed")}  # fmt: skip
    mine = here.ticket if here is not None else ""
    match what:
        case "issue":
            party = random.choice((1, 1, 1, 2, 5))
            then = random.choice(("", "", "", *services))
            wanted = random.choice(services)
            return IssueTicket(
                service=wanted, persons=party, priority=random.random() < 0.2, device="kiosk-1",
                then="" if then == wanted else then,
            )  # fmt: skip
        case "open":
            free = [one.code for one in plan.counters if day.counter(one.code).state == "closed"]
            people = [one for one in PEOPLE if day.counter_of(one) is None]
            return OpenCounter(counter=random.choice(free), operator=random.choice(people)) if free and people else None
        case "cancel" if of["waiting"]:
            reason = random.choice(("visitor_left", "visitor_left", "a friend took the place"))
            return CancelTicket(ticket=random.choice(of["waiting"]), reason=reason)
        case "readmit" if of["no_show"]:
            return ReadmitTicket(ticket=random.choice(of["no_show"]), **at)
        case "reopen" if of["completed"]:
            return ReopenTicket(ticket=random.choice(of["completed"]), **at)
        case "come_back" if of["completed"]:
            return ComeBack(ticket=random.choice(of["completed"]))
        case "outage" if plan.needs:
            need = random.choice(plan.needs).code
            return EndOutage(need=need) if need in day.outages else BeginOutage(need=need, minutes=15)
        case "close_day":
            return OpenDay() if day.closed else CloseDay()
    if here is None:
        return None
    match what:
        case "call":
            return CallNext(**sits)
        case "call_one" if of["waiting"]:
            return CallTicket(ticket=random.choice(of["waiting"]), reason="in a hurry", **sits)
        case "pause":
            return (
                ResumeCounter(**sits) if here.state == "paused" else PauseCounter(**sits, reason=random.choice(REASONS))
            )
        case "hand_over":
            return HandOverCounter(**sits, to=random.choice(PEOPLE))
        case "leave":
            return CloseCounter(**sits)
        case "undo":
            return UndoStep(**sits)
        case "persons" if of["waiting"] or mine:
            return ChangePersons(ticket=mine or of["waiting"][0], persons=random.randrange(1, 6), **at)
        case "priority" if of["waiting"]:
            return ChangePriority(ticket=random.choice(of["waiting"]), priority=random.random() < 0.5, **at)
        case "service" if of["waiting"] or mine:
            return ChangeService(ticket=mine or of["waiting"][0], service=random.choice(services), **at)
        case "resume" if here.held:
            return ResumeTicket(ticket=here.held[0], **at)
    if not mine:
        return None
    match what:
        case "recall":
            return RecallTicket(ticket=mine, **at)
        case "start":
            return StartService(ticket=mine, **at)
        case "complete":
            outcome = random.choice(("finished", "finished", "finished", "referred"))
            return CompleteTicket(ticket=mine, outcome=outcome, persons=random.randrange(1, 4), **at)
        case "no_show":
            return MarkNoShow(ticket=mine, **at)
        case "hold":
            return HoldTicket(ticket=mine, reason="papers", **at)
        case "return":
            return ReturnTicket(ticket=mine, **at)
        case "transfer":
            where = random.choice(("arrival", "front", "end"))
            return TransferTicket(ticket=mine, service=random.choice(services), position=where, **at)
    return None
