"""Every command of the rules by its name: the one place that knows how a command is decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queueing import rules, rules_office, rules_printing
from queueing.day import ServiceDay
from queueing.events import Event
from queueing.plan import OfficePlan

RULES: Mapping[str, Callable[..., Sequence[Event]]] = {
    rule.__name__: rule
    for rule in (
        rules.issue_ticket,
        rules.call_next,
        rules.call_ticket,
        rules.recall,
        rules.start,
        rules.complete,
        rules.no_show,
        rules.readmit,
        rules.reopen,
        rules.hold,
        rules.resume,
        rules.return_to_queue,
        rules.transfer,
        rules.cancel,
        rules.change_persons,
        rules.change_priority,
        rules_office.open_counter,
        rules_office.pause_counter,
        rules_office.resume_counter,
        rules_office.close_counter,
        rules_office.free_counter,
        rules_office.undo,
        rules_office.announce_call,
        rules_office.reprint_slip,
        rules_office.settle_slip,
        rules_office.give_up_slips,
        rules_office.change_plan,
        rules_office.close_day,
        rules_office.open_day,
        rules_printing.report_printer,
        rules_printing.hold_printer,
        rules_printing.release_printer,
        rules_printing.change_roll,
        rules_printing.request_test_slip,
        rules_printing.cancel_slip,
    )
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
    return RULES[command.name](day, plan, at, **dict(command.arguments))
