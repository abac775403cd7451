"""Commands about printers and their paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.clock.safe_numbers import is_number
from antrean.queueing.command.base import ADMINISTRATOR, HUB, PRINT_AGENT, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.checks import REASON
from antrean.queueing.command.fields import GIVEN, OneOf
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.printers import STATES


@command("report_printer", gives=(e.PrinterReported,), wished_by=(PRINT_AGENT, HUB))
class ReportPrinter(Command):
    """Take note of a printer's state when it has changed; `fallback` is that of a second printer, if there is one."""

    printer: Annotated[str, GIVEN]
    state: Annotated[str, OneOf(STATES)]
    detail: str = ""
    address: str = ""
    fallback: Annotated[str, OneOf(("", *STATES))] = ""
    fallback_address: str = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the report, or nothing when it tells what is known."""
        said = e.PrinterReported(
            self.printer, self.state, self.detail, self.address, self.fallback, self.fallback_address
        )
        known = day.printers.get(self.printer)
        if known is not None and known.state == self.state == "agent_away":
            return ()
        if known is not None and said == e.PrinterReported(
            self.printer, known.state, known.detail, known.address, known.fallback, known.fallback_address
        ):
            return ()
        return (said,)


@command("hold_printer", gives=(e.PrinterHeld,), wished_by=(SUPERVISOR,))
class HoldPrinter(Command):
    """Stop a printer's queue. A slip being sent now is still finished; a hold ends with the day at the latest."""

    printer: str
    reason: Annotated[str, REASON] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the hold, or nothing while it is held."""
        return () if self.printer in day.held_printers else (e.PrinterHeld(self.printer, self.reason),)


@command("release_printer", gives=(e.PrinterReleased,), wished_by=(SUPERVISOR,))
class ReleasePrinter(Command):
    """Let a held printer's queue go on."""

    printer: str

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the release, or nothing while it is not held."""
        return (e.PrinterReleased(self.printer),) if self.printer in day.held_printers else ()


@command("change_roll", gives=(e.RollChanged,), wished_by=(SUPERVISOR,))
class ChangeRoll(Command):
    """A new roll was put in: count its paper from nothing."""

    printer: str

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the new roll."""
        return (e.RollChanged(self.printer),)


@command("request_test_slip", gives=(e.TestSlipRequested,), wished_by=(SUPERVISOR, ADMINISTRATOR))
class RequestTestSlip(Command):
    """Ask for a test slip; does nothing while one of this printer is still to be printed. Refuses a held printer."""

    printer: str

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the wish for a slip."""
        if any(slip.open and slip.printer == self.printer for slip in day.test_slips):
            return ()
        if self.printer in day.held_printers:
            raise Refused("printer_held")
        return (e.TestSlipRequested(self.printer, len(day.test_slips) + 1),)


@command("find_lost_numbers", gives=(e.LostNumbersFound,), wished_by=(PRINT_AGENT,))
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
