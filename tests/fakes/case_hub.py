"""A hub in whose office cards go through the stages of a journey: what a visitor applies for, and how it goes on."""

from __future__ import annotations

from antrean.queueing.commands import (
    CallNext,
    Command,
    CompleteTicket,
    IssueTicket,
    MoveCases,
    OpenCounter,
    StartService,
)
from antrean.queueing.tickets.ticket import Ticket
from tests.fakes.office_hub import OfficeHub

ANI = {"counter": "3", "operator": "Ani"}


class Cases:
    """What happens to cases at the hub of a test; Ani serves every service at counter 3."""

    def __init__(self, hub: OfficeHub) -> None:
        self.hub = hub
        self._asked = 0

    def do(self, command: Command) -> None:
        self.hub.office.execute(command)

    def issue(self, service: str = "card", persons: int = 1, case: str = "") -> Ticket:
        self._asked += 1
        take = IssueTicket(service=service, persons=persons, case=case, language="id")
        found = self.hub.office.execute(take, request_id=f"applicant-{self._asked}").ticket
        assert found is not None
        return found

    def serve(self, outcome: str = "finished") -> None:
        """Call whoever is next, and end their service so."""
        if not self.hub.office.read(lambda day, _plan: day.counter("3").state == "open"):
            self.do(OpenCounter(**ANI))
        self.do(CallNext(**ANI))
        number = self.hub.office.read(lambda day, _plan: day.counter("3").ticket)
        self.do(StartService(ticket=number, counter="3"))
        self.do(CompleteTicket(ticket=number, counter="3", outcome=outcome))

    def record(self, persons: int = 1) -> Ticket:
        """Let somebody apply for so many cards, and be served."""
        ticket = self.issue(persons=persons)
        self.serve()
        return ticket

    def move(self, stage: str, *cases: str) -> None:
        self.do(MoveCases(cases=cases, stage=stage, leads=True))
