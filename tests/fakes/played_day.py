"""A day of an office as reports read it: some numbers that were served, that left and that nobody came with."""

from __future__ import annotations

from typing import Any

from antrean.queueing.commands import (
    AnnounceCall,
    CallNext,
    CancelTicket,
    CompleteTicket,
    MarkNoShow,
    OpenCounter,
    RecallTicket,
    StartService,
    TransferTicket,
)
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.reports.catch_up import catch_up
from antrean.storage.reports.tables import ReportTables, open_reports
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub

ANI: dict[str, Any] = {"counter": "3", "operator": "Ani"}
HERE: dict[str, Any] = {"counter": "3"}


class PlayedDay:
    """What happens at counter 3 of a hub, where Ani sits, by a clock that is set by hand.

    `follow` writes the rows that reports read: nothing waits for the hub's own follower.
    """

    def __init__(self, hub: OfficeHub, clock: SetClock) -> None:
        self.hub, self.clock = hub, clock
        self.do(OpenCounter(**ANI))

    def do(self, command: Any, minutes: float = 0, actor: str = "operator:Ani") -> Any:
        self.clock.forward(seconds=round(minutes * 60))
        return self.hub.office.execute(command, actor)

    def call(self, minutes: float = 0) -> str:
        return str(self.do(CallNext(**ANI), minutes).ticket.number)

    def serve(self, walk: float, serve: float) -> str:
        number = self.call()
        self.do(StartService(ticket=number, **HERE), walk)
        self.do(CompleteTicket(ticket=number, **HERE), serve)
        return number

    def play(self, served: int = 6) -> None:
        """Serve so many, then one who does not come, one who is sent on, one who leaves, and one who still waits."""
        for _ in range(served + 4):
            self.hub.issue("card")
            self.clock.forward(minutes=1)
        for _ in range(served):
            self.serve(0.5, 4)
        absent = self.call()
        seq = self.hub.seq()
        self.do(AnnounceCall(call=seq, display="d-1"), 0.05, "display:d-1")
        self.do(RecallTicket(ticket=absent, **HERE), 0.5)
        self.do(MarkNoShow(ticket=absent, **HERE), 0.5)
        sent = self.call()
        self.do(StartService(ticket=sent, **HERE), 0.5)
        self.do(TransferTicket(ticket=sent, service="birth", position="end", note="papers are there", **HERE), 2)
        waiting = self.hub.office.read(lambda day, _plan: [one.number for one in day.waiting.of("card")])
        self.do(CancelTicket(ticket=waiting[-1], reason="visitor_left"), 1)

    def follow(self) -> None:
        config = self.hub.app.extensions["antrean"].config
        address = database_url(config.database_url, config.data)
        engine, own = open_engine(address), open_reports(address)
        catch_up(engine, config.office, ReportTables(own, config.office))
        engine.dispose()
        own.dispose()
