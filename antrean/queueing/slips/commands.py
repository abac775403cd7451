"""Commands about slips and printers: print again, take a print agent's word, stop a printer, give slips up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import (
    ADMINISTRATOR,
    HUB,
    KIOSK,
    OPERATOR,
    PRINT_AGENT,
    SUPERVISOR,
    Command,
    Standing,
    command,
)
from antrean.queueing.command.checks import REASON
from antrean.queueing.command.fields import GIVEN, KEY, OneOf, Text, Whole
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused, Unknown
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.events import LIST, TEST, VOUCHER
from antrean.queueing.slips.paper import AWAITED, of_use
from antrean.queueing.slips.printers import STATES
from antrean.queueing.slips.slip import CANCELLED, Slip

EVIDENCE = ("none", "composed", "sent", "drained", "echoed", "printed", "virtual")
RESULTS = ("sending", "waiting", "printed", "failed", "uncertain")
MOST_PAPER_MM = 5000
AGENT_GONE, LONGEST_SILENCE = "agent_gone", timedelta(minutes=15)


@command(
    "reprint_slip",
    gives=(e.SlipRequested,),
    given_by=(KIOSK, OPERATOR),
    refuses=("copy_limit", "slip_printed", "slip_settled", "ticket_ended", "ticket_unknown"),
)
class ReprintSlip(Command):
    """Ask for one more paper of an open ticket, marked as copy; does nothing while one is still to be printed.

    Refuses more copies than the plan allows, so that nobody can empty the roll. `by_visitor`: a visitor asks at a kiosk
    and not the staff, which is refused too for a slip that was printed (`slip_printed`) or that staff cancelled
    (`slip_settled`).
    """

    ticket: Annotated[str, KEY]
    printer: Annotated[str, GIVEN]
    by_visitor: Annotated[bool, GIVEN] = False

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the request for a slip, or nothing while one is to be printed."""
        ticket = day.ticket(self.ticket)
        if ticket.state not in ("waiting", "called", "serving", "held"):
            raise Refused("ticket_ended", ticket=self.ticket)
        if ticket.slip is not None and ticket.slip.open:
            return ()
        if self.by_visitor and ticket.slip is not None and not ticket.slip.missing:
            raise Refused("slip_settled" if ticket.slip.stopped else "slip_printed", ticket=self.ticket)
        if len(ticket.slips) > plan.limits.copies:
            raise Refused("copy_limit", limit=plan.limits.copies)
        copy = ticket.slip.copy + 1 if ticket.slip is not None else 0
        return (e.SlipRequested(self.ticket, copy, self.printer),)


@command(
    "settle_slip",
    gives=(e.SlipClaimed, e.SlipReleased, e.SlipPrinted, e.SlipFailed),
    given_by=(PRINT_AGENT,),
    refuses=("printer_held", "slip_already_taken", "slip_not_needed", "slip_settled", "slip_unknown"),
)
class SettleSlip(Command):
    """Take a print agent's word: `sending` claims, `waiting` gives back, `printed`, `failed`, `uncertain` settle.

    `paper_mm`: about how much paper it took; `fallback`: the second printer did it. An equal result said twice
    changes nothing. Refuses a claim on a slip that another run has taken, that is of no use any more, that is settled,
    or whose printer is held. `printer` is whose agent it is: of others' slips it has no say.
    """

    ticket: Annotated[str, KEY, GIVEN]
    copy: Annotated[int, GIVEN]
    business_day: Annotated[date | None, GIVEN] = None
    printer: Annotated[str, GIVEN] = ""
    result: Annotated[str, OneOf(RESULTS)]
    claim: Annotated[str, Text(80)] = ""
    evidence: Annotated[str, OneOf(EVIDENCE)] = "none"
    reason: str = ""
    paper_mm: Annotated[int, Whole(0, MOST_PAPER_MM)] = 0
    fallback: bool = False

    @property
    def about_day(self) -> date | None:
        """The business day whose ticket it is."""
        return self.business_day

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return what became of the slip."""
        slip = slip_of(day, self.ticket, self.copy)
        if self.printer and slip.printer != self.printer:
            raise Unknown("slip_unknown")
        if self.result == "sending":
            return self._taken(slip, day, plan, at)
        if not slip.open:
            return self._known_better(slip)
        if self.result == "waiting":
            if slip.state == "waiting":
                return ()
            self._check_claim(slip)
            return (e.SlipReleased(self.ticket, self.copy, self.reason),)
        if slip.state != "sending":
            if self.result == "failed":
                return (e.SlipFailed(self.ticket, self.copy, self.reason, self.evidence),)
            raise Refused("slip_already_taken")
        uncertain = self.result == "uncertain"
        if not uncertain:
            self._check_claim(slip)
        if self.result == "printed":
            return (self._printed(slip),)
        return (e.SlipFailed(self.ticket, self.copy, self.reason, self.evidence, uncertain=uncertain),)

    def _taken(self, slip: Slip, day: ServiceDay, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        if not slip.open:
            raise Refused("slip_settled")
        if slip.state == "sending":
            self._check_claim(slip)
            return ()
        if slip.doubtful or not of_use(day, plan, at, slip):
            raise Refused("slip_not_needed")
        if slip.printer in day.held_printers:
            raise Refused("printer_held")
        return (e.SlipClaimed(self.ticket, self.copy, self.claim),)

    def _known_better(self, slip: Slip) -> Sequence[e.Event]:
        """Return what an agent says of a settled slip: it knows better where only its silence settled it."""
        if slip.state == self.result:
            return ()
        if self.result == "printed" and slip.reason == AGENT_GONE and slip.claim == self.claim:
            return (self._printed(slip),)
        raise Refused("slip_settled")

    def _printed(self, slip: Slip) -> e.SlipPrinted:
        return e.SlipPrinted(self.ticket, self.copy, self.evidence, self.paper_mm, slip.printer, self.fallback)

    def _check_claim(self, slip: Slip) -> None:
        if slip.claim != self.claim:
            raise Refused("slip_already_taken")


@command(
    "cancel_slip",
    gives=(e.SlipFailed,),
    given_by=(SUPERVISOR,),
    refuses=("slip_being_sent", "slip_settled", "slip_unknown"),
)
class CancelSlip(Command):
    """Don't print a slip after all; its ticket stays valid. Refuses one that is being sent, or is settled."""

    ticket: Annotated[str, KEY]
    copy: int

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end of the slip, or nothing when it was cancelled."""
        slip = slip_of(day, self.ticket, self.copy)
        if slip.state == "sending":
            raise Refused("slip_being_sent")
        if slip.state != "waiting":
            if slip.stopped:
                return ()
            raise Refused("slip_settled")
        return (e.SlipFailed(self.ticket, self.copy, CANCELLED, "none"),)


@command("give_up_slips", gives=(e.SlipFailed,), given_by=(HUB,))
class GiveUpSlips(Command):
    """Give up slips that are of no use any more. One being sent is its agent's to tell of, but not for ever.

    A slip of an agent that stays silent is uncertain, and so is one that waited when the journal was brought back from
    a backup: then a person can have it printed again.
    """

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the slips that are given up."""
        tickets = day.tickets
        # Looked for each second, also while thousands wait for an agent that is away: those of visitors who wait for
        # their turn are of use at any time, and are passed over without a call.
        unsure = (
            slip
            for slip in day.open_slips.values()
            if slip.state != "waiting"
            or slip.doubtful
            or slip.ticket in (TEST, LIST, VOUCHER)
            or tickets[slip.ticket].state not in AWAITED
        )
        return tuple(given_up for slip in unsure if (given_up := _given_up(day, plan, at, slip)))


@command("report_printer", gives=(e.PrinterReported,), given_by=(PRINT_AGENT, HUB))
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


@command("hold_printer", gives=(e.PrinterHeld,), given_by=(SUPERVISOR,))
class HoldPrinter(Command):
    """Stop a printer's queue. A slip being sent now is still finished; a hold ends with the day at the latest."""

    printer: str
    reason: Annotated[str, REASON] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the hold, or nothing while it is held."""
        return () if self.printer in day.held_printers else (e.PrinterHeld(self.printer, self.reason),)


@command("release_printer", gives=(e.PrinterReleased,), given_by=(SUPERVISOR,))
class ReleasePrinter(Command):
    """Let a held printer's queue go on."""

    printer: str

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the release, or nothing while it is not held."""
        return (e.PrinterReleased(self.printer),) if self.printer in day.held_printers else ()


@command("change_roll", gives=(e.RollChanged,), given_by=(SUPERVISOR,))
class ChangeRoll(Command):
    """A new roll was put in: count its paper from nothing."""

    printer: str

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the new roll."""
        return (e.RollChanged(self.printer),)


@command(
    "request_test_slip", gives=(e.TestSlipRequested,), given_by=(SUPERVISOR, ADMINISTRATOR), refuses=("printer_held",)
)
class RequestTestSlip(Command):
    """Ask for a test slip; does nothing while one of this printer is still to be printed. Refuses a held printer."""

    printer: str

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the request for a slip."""
        if any(slip.open and slip.printer == self.printer for slip in day.test_slips):
            return ()
        if self.printer in day.held_printers:
            raise Refused("printer_held")
        return (e.TestSlipRequested(self.printer, len(day.test_slips) + 1),)


def slip_of(day: ServiceDay, ticket: str, copy: int) -> Slip:
    """Return one slip of a ticket; refuses (`slip_unknown`) one that there is not."""
    for slip in day.slips_of(ticket):
        if slip.copy == copy:
            return slip
    raise Unknown("slip_unknown")


def _given_up(day: ServiceDay, plan: OfficePlan, at: datetime, slip: Slip) -> e.SlipFailed | None:
    if slip.state == "sending":
        silent = at - (slip.taken_at or slip.asked_at) > LONGEST_SILENCE
        return e.SlipFailed(slip.ticket, slip.copy, AGENT_GONE, "none", uncertain=True) if silent else None
    if slip.doubtful:
        return e.SlipFailed(slip.ticket, slip.copy, "restored", "none", uncertain=True)
    if of_use(day, plan, at, slip):
        return None
    return e.SlipFailed(slip.ticket, slip.copy, "too_old" if slip.ticket in (TEST, LIST) else "not_needed", "none")
