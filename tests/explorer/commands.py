"""Every command of the rules by its name: the one place that knows how a command is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queueing.commands import (
    STANDING,
    AnnounceCall,
    CallNext,
    CallTicket,
    CancelSlip,
    CancelTicket,
    ChangePersons,
    ChangePlan,
    ChangePriority,
    ChangeRoll,
    CloseCounter,
    CloseDay,
    Command,
    CompleteTicket,
    FreeCounter,
    GiveUpSlips,
    HoldPrinter,
    HoldTicket,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    PauseCounter,
    ReadmitTicket,
    RecallTicket,
    ReleasePrinter,
    ReopenTicket,
    ReportPrinter,
    ReprintSlip,
    RequestTestSlip,
    ResumeCounter,
    ResumeTicket,
    ReturnTicket,
    SettleSlip,
    StartService,
    TransferTicket,
    UndoStep,
)
from queueing.day import ServiceDay
from queueing.events import Event
from queueing.plan import OfficePlan

COMMANDS: Mapping[str, type[Command]] = {
    "issue_ticket": IssueTicket,
    "call_next": CallNext,
    "call_ticket": CallTicket,
    "recall": RecallTicket,
    "start": StartService,
    "complete": CompleteTicket,
    "no_show": MarkNoShow,
    "readmit": ReadmitTicket,
    "reopen": ReopenTicket,
    "hold": HoldTicket,
    "resume": ResumeTicket,
    "return_to_queue": ReturnTicket,
    "transfer": TransferTicket,
    "cancel": CancelTicket,
    "change_persons": ChangePersons,
    "change_priority": ChangePriority,
    "open_counter": OpenCounter,
    "pause_counter": PauseCounter,
    "resume_counter": ResumeCounter,
    "close_counter": CloseCounter,
    "free_counter": FreeCounter,
    "undo": UndoStep,
    "announce_call": AnnounceCall,
    "reprint_slip": ReprintSlip,
    "settle_slip": SettleSlip,
    "give_up_slips": GiveUpSlips,
    "change_plan": ChangePlan,
    "close_day": CloseDay,
    "open_day": OpenDay,
    "report_printer": ReportPrinter,
    "hold_printer": HoldPrinter,
    "release_printer": ReleasePrinter,
    "change_roll": ChangeRoll,
    "request_test_slip": RequestTestSlip,
    "cancel_slip": CancelSlip,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One command with its arguments, or `wait` with `seconds`."""

    name: str
    arguments: tuple[tuple[str, Any], ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """The arguments by name."""
        return dict(self.arguments)

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{name}={value!r}" for name, value in self.arguments)])


WAIT = "wait"


def step(name: str, **arguments: Any) -> Step:
    """Return a command with these arguments."""
    return Step(name, tuple(arguments.items()))


def decide(day: ServiceDay, plan: OfficePlan, at: datetime, command: Step) -> Sequence[Event]:
    """Return the events of a command, or raise its refusal."""
    return COMMANDS[command.name](**command.fields).decide(day, STANDING, plan, at)
