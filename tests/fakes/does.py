"""A command as tests need it: a function of the day, the plan and the time says what it leads to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from antrean.queueing.commands import Command, Standing
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import Event
from antrean.queueing.plan.model import OfficePlan

Rule = Callable[[ServiceDay, OfficePlan, datetime], Sequence[Event]]


@dataclass(frozen=True)
class _Does(Command):
    rule: Rule
    about: date | None

    def __post_init__(self) -> None:
        """Take any rule."""

    @property
    def about_day(self) -> date | None:
        """The earlier day that it is about."""
        return self.about

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[Event]:
        """Return what the rule says."""
        return self.rule(day, plan, at)


def does(
    rule: Rule,
    name: str = "does",
    gives: tuple[type[Event], ...] = (),
    moves_time: bool = False,
    about: date | None = None,
) -> Command:
    """Return a command that does what `rule` says, under the name of any command."""
    kind = type("Does", (_Does,), {"name": name, "gives": gives, "moves_time": moves_time})
    made: Command = kind(rule, about)
    return made
