"""What is asked of the office, and what a round of deciding led to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from queueing.day import ServiceDay
from queueing.entry import Entry
from queueing.events import Event
from queueing.plan import OfficePlan
from queueing.ticket import Answer

Rule = Callable[[ServiceDay, OfficePlan, datetime], Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Wish:
    """Something asked of the office: a rule with its arguments, who asks, and the id that makes it safe to repeat.

    `business_day` is set only for a wish about an earlier day; with `unless_closed` that day is neither folded nor
    changed when it is closed. One that `moves_time` is decided alone.
    """

    name: str
    rule: Rule
    actor: str = ""
    request_id: str | None = None
    business_day: date | None = None
    moves_time: bool = False
    unless_closed: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What one round of deciding led to: entries now durable, and for each wish an answer or an error."""

    entries: Sequence[Entry]
    outcomes: Sequence[Answer | Exception]
    plan: OfficePlan
    fresh_day: ServiceDay | None = None
