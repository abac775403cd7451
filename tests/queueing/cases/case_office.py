"""An office that records, prints and hands out cards, over several days, with codes that a test can foresee."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from antrean.queueing.cases.book import Case, CaseBook
from antrean.queueing.cases.codes import LENGTH, LETTERS
from antrean.queueing.commands import (
    CallNext,
    CloseDay,
    Command,
    CompleteTicket,
    IssueTicket,
    MoveCases,
    OpenCounter,
    StartService,
)
from antrean.queueing.errors import QueueError
from antrean.queueing.office import Office
from antrean.queueing.plan.journeys import LEADERS, Journey, Stage
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import ListJournal, SetClock, small_plan

ANI = {"counter": "3", "operator": "Ani"}
STAGES = (
    Stage("recorded", {"id": "Direkam", "en": "Recorded"}, usual_days=1),
    Stage("sent", {"id": "Dikirim ke pusat", "en": "Sent to the centre"}, usual_days=3),
    Stage("checked", {"id": "Penunggalan", "en": "Checked for doubles"}, told=False, usual_days=2),
    Stage("printed", {"id": "Dicetak", "en": "Printed"}, usual_days=1, capacity=100),
    Stage("ready", {"id": "Siap diambil", "en": "Ready to collect"}, moved_by=LEADERS),
    Stage("collected", {"id": "Diambil", "en": "Collected"}),
)
FIRST, SECOND, THIRD = "BBBBBBBB", "BBBBBBBC", "BBBBBBBD"  # the codes that the office gives, one after the other


def foreseen() -> Iterator[str]:
    """Yield the codes that an office of these tests gives."""
    return map("".join, product(LETTERS, repeat=LENGTH))


def journeying(journey: Journey | None = None, **changes: Any) -> OfficePlan:
    """Return an office in which a card goes through these stages and is collected at the service `family`."""
    plan = small_plan(**changes)
    said = {"card": {"journey": journey or Journey(STAGES)}, "family": {"collects": ("card",)}}
    return replace(plan, services=tuple(replace(one, **said.get(one.code, {})) for one in plan.services))  # type: ignore[arg-type]


class CaseOffice:
    """An office with Ani at counter 3, who serves every service."""

    def __init__(self, plan: OfficePlan | None = None, journal: Any = None, clock: SetClock | None = None) -> None:
        self.plan = plan or journeying()
        self.clock = clock or SetClock()
        self.journal = journal or ListJournal()
        self.office = Office(self.journal, lambda: self.plan, self.clock, draw=foreseen().__next__)
        self.do(OpenCounter(**ANI))

    def do(self, command: Command, actor: str = "") -> None:
        self.clock.forward(seconds=10)
        self.office.execute(command, actor)

    def refused(self, command: Command) -> str:
        with pytest.raises(QueueError) as caught:
            self.office.execute(command)
        return caught.value.code

    def issue(self, service: str = "card", **more: Any) -> Ticket:
        self.clock.forward(seconds=10)
        ticket = self.office.execute(IssueTicket(service=service, **more)).ticket
        assert ticket is not None
        return ticket

    def serve(self, outcome: str = "finished", persons: int | None = None) -> str:
        """Call whoever is next, and end their service so."""
        self.do(CallNext(**ANI))
        number = self.office.read(lambda day, _plan: day.counter("3").ticket)
        self.do(StartService(ticket=number, counter="3"))
        self.do(CompleteTicket(ticket=number, counter="3", outcome=outcome, persons=persons))
        return number

    def record(self, persons: int = 1, **more: Any) -> Ticket:
        """Let somebody apply for so many cards."""
        ticket = self.issue(persons=persons, **more)
        self.serve()
        return ticket

    def move(self, stage: str, *cases: str, leads: bool = True) -> None:
        self.do(MoveCases(cases=cases, stage=stage, leads=leads))

    def next_day(self, days: int = 1) -> None:
        """Close the day, and go on so many days later."""
        self.do(CloseDay())
        self.clock.forward(hours=24 * days)
        self.do(OpenCounter(**ANI))

    @property
    def book(self) -> CaseBook:
        return self.office.read(lambda day, _plan: day.standing.cases)

    def stages(self) -> dict[str, str]:
        """Return the stage of each case."""
        return {code: case.ended or case.stage for code, case in self.book.cases.items()}

    def case(self, code: str) -> Case:
        return self.book.cases[code]
