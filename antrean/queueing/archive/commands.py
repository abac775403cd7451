"""Commands about the journal itself: its old lines, and numbers that it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

from antrean.queueing import events as e
from antrean.queueing.command.base import HUB, PRINT_AGENT, Command, Standing, command
from antrean.queueing.command.fields import GIVEN
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.numbers import is_number

DAYS_A_LINE = 200  # figures of so many days are a line of some hundred kilobytes


@command("seal_journal", gives=(e.JournalSealed,), given_by=(HUB,))
class SealJournal(Command):
    """Say that the lines `first` to `last` are sealed, and what the days among them were.

    Does nothing when they were sealed today already, as by another hub of the same office.
    """

    first: Annotated[int, GIVEN]
    last: Annotated[int, GIVEN]
    chain: Annotated[str, GIVEN]
    lines: Annotated[int, GIVEN]
    tickets: Annotated[int, GIVEN]
    days: Annotated[Mapping[str, Any], GIVEN]
    standing: Annotated[Mapping[str, Any] | None, GIVEN] = None

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the seals, each with the figures of some days."""
        if self.last <= day.sealed:
            return ()
        rest = iter(self.days.items())
        parts = list(iter(lambda: dict(islice(rest, DAYS_A_LINE)), {})) or [{}]
        told = self.first, self.last, self.chain, self.lines, self.tickets
        return [e.JournalSealed(*told, part, self.standing) for part in parts]


@command("find_lost_numbers", gives=(e.LostNumbersFound,), given_by=(PRINT_AGENT,))
class FindLostNumbers(Command):
    """Take note of numbers that are on paper and unknown here, on a day that was brought back from a backup."""

    printer: Annotated[str, GIVEN]
    numbers: tuple[str, ...]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the numbers that are news."""
        if not day.restored:
            return ()
        known = {*day.tickets, *day.lost_numbers}
        lost = sorted({number for number in self.numbers if is_number(number) and number not in known})
        return (e.LostNumbersFound(self.printer, " ".join(lost)),) if lost else ()
