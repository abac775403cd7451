"""A day of a small office, done command by command, with the rows that reports read of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from antrean.queueing.commands import CallNext, CompleteTicket, IssueTicket, StartService
from antrean.queueing.keeping.report_rows import DayRows, rows_of
from antrean.queueing.office import Office
from tests.conftest import ListJournal, SetClock, small_plan

ANI: dict[str, Any] = {"counter": "3", "operator": "Ani"}
HERE: dict[str, Any] = {"counter": "3"}


class Day:
    """A day of an office with a clock that is set by hand; the promise of each service is 20 minutes."""

    def __init__(self) -> None:
        self.clock = SetClock()
        plan = small_plan()
        self.plan = replace(plan, services=tuple(replace(one, promised_wait=20) for one in plan.services))
        self.office = Office(ListJournal(), lambda: self.plan, self.clock)
        self.office.catch_up()

    def do(self, command: Any, minutes: float = 0) -> Any:
        self.clock.forward(seconds=round(minutes * 60))
        return self.office.execute(command)

    def issue(self, service: str = "card", minutes: float = 0, **more: Any) -> str:
        ticket = self.do(IssueTicket(service=service, device="kiosk-1", **more), minutes).ticket
        assert ticket is not None
        return str(ticket.number)

    def serve(self, walk: float, serve: float) -> str:
        number = str(self.do(CallNext(**ANI)).ticket.number)
        self.do(StartService(ticket=number, **HERE), walk)
        self.do(CompleteTicket(ticket=number, **HERE), serve)
        return number

    def rows(self) -> DayRows:
        return self.office.read(lambda day, _plan: rows_of(day, lambda _seq: self.plan))
