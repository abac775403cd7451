"""A command with its arguments, as it is tried and told; the one place that knows how a command is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import product
from typing import Any

from antrean.queueing.cases.codes import LENGTH, LETTERS, Draw
from antrean.queueing.command.decided import decided
from antrean.queueing.commands import COMMANDS, Command
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.events import Event
from antrean.queueing.plan.model import OfficePlan

WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Step:
    """One command by its name, with its arguments; or `wait` with `seconds`."""

    name: str
    arguments: tuple[tuple[str, Any], ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """The arguments by name."""
        return dict(self.arguments)

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{name}={value!r}" for name, value in self.arguments)])


def step(name: str, **arguments: Any) -> Step:
    """Return a command with these arguments."""
    return Step(name, tuple(arguments.items()))


def decide(day: ServiceDay, plan: OfficePlan, at: datetime, command: Step) -> Sequence[Event]:
    """Return the events of a command, or raise its refusal."""
    made = _made(command)
    if isinstance(made, QueueError):
        raise made.with_traceback(None)
    return decided(made, day, day.standing, plan, at, drawn())


def drawn() -> Draw:
    """Return what gives the codes of new cases: always the same, of which a command takes the first that is free."""
    return map("".join, product(LETTERS, repeat=LENGTH)).__next__


@lru_cache(1 << 14)
def _made(command: Step) -> Command | QueueError:
    """Return the command, or why there is none with these arguments: no day changes that."""
    try:
        return COMMANDS[command.name](**command.fields)
    except QueueError as refusal:
        return refusal
