"""What a command is: data, and the rule that turns it into events or refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, TypeVar, dataclass_transform

from antrean.queueing.command.fields import fields_of
from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.kinds import Event
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.standing import NOTHING
from antrean.queueing.standing import Standing as Standing

# Who may give a command, in the words of an office.
VISITOR, KIOSK, DISPLAY, PRINT_AGENT = "visitor", "kiosk", "display", "print_agent"
OPERATOR, SUPERVISOR, ADMINISTRATOR, HUB = "operator", "supervisor", "administrator", "hub"


STANDING = NOTHING  # where nothing has outlived a day yet


class Command:
    """Something that the office is asked to do. Making one refuses (`Invalid`) values that its fields can't hold.

    `name` is stable and goes into bytes. `gives`: the events of which one is the last that it leads to, so that a
    request's id used for another command is noticed. `given_by`: who may give it. `refuses`: the codes of the
    refusals that it decides on, besides those of its fields. One that `moves_time`, or changes what others are decided
    on, is `decided_alone`: in a commit of its own. With
    `unless_closed` the day that it is about is neither folded nor changed when it is closed.
    """

    __slots__ = ()
    name: ClassVar[str]
    gives: ClassVar[tuple[type[Event], ...]]
    given_by: ClassVar[tuple[str, ...]]
    refuses: ClassVar[tuple[str, ...]] = ()
    moves_time: ClassVar[bool] = False
    decided_alone: ClassVar[bool] = False
    unless_closed: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for field in fields_of(type(self)):
            value = getattr(self, field.name)
            if value is not field.default:  # most are, and each default is a value that its field holds
                field.check(value)

    @property
    def about_day(self) -> date | None:
        """The earlier business day that it is about; None for today."""
        return None

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[Event]:
        """Return what happens, or refuse; changes nothing. The result depends on what is given here alone.

        Only a command that holds an object of the process (`LIVE`) asks that too.
        """
        raise NotImplementedError


C = TypeVar("C", bound=type[Command])


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(
    name: str, *, gives: tuple[type[Event], ...], given_by: tuple[str, ...], refuses: tuple[str, ...] = ()
) -> Callable[[C], C]:
    """Make a class a command: a frozen dataclass that takes its values by name."""

    def make(kind: C) -> C:
        made: C = dataclass(frozen=True, slots=True, kw_only=True)(kind)  # type: ignore[assignment]
        made.name, made.gives, made.given_by, made.refuses = name, gives, given_by, refuses
        return made

    return make


def by_name(kinds: Iterable[type[Command]]) -> dict[str, type[Command]]:
    """Return commands by their names. Refuses (ValueError) two of one name."""
    found: dict[str, type[Command]] = {}
    for kind in kinds:
        if kind.name in found:
            raise ValueError(f"two commands are called {kind.name}")
        found[kind.name] = kind
    return found
