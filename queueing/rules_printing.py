"""May this happen to a printer or its paper? One function for each wish; slips of tickets are in rules_office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from queueing import events as e
from queueing.day import ServiceDay
from queueing.errors import Invalid, Refused, Unknown
from queueing.plan import OfficePlan
from queueing.printer_states import STATES
from queueing.privacy import refuse_identity_numbers
from queueing.safe_numbers import is_number


def report_printer(
    day: ServiceDay,
    plan: OfficePlan,
    at: datetime,
    *,
    printer: str,
    state: str,
    detail: str = "",
    address: str = "",
    fallback: str = "",
    fallback_address: str = "",
) -> Sequence[e.Event]:
    """Take note of a printer's state when it has changed; `fallback` is that of a second printer, if there is one."""
    if state not in STATES:
        raise Invalid("value_invalid", field="state")
    if fallback and fallback not in STATES:
        raise Invalid("value_invalid", field="fallback")
    said = e.PrinterReported(printer, state, detail, address, fallback, fallback_address)
    known = day.printers.get(printer)
    if known is not None and known.state == state == "agent_away":
        return ()
    if known is not None and said == e.PrinterReported(
        printer, known.state, known.detail, known.address, known.fallback, known.fallback_address
    ):
        return ()
    return (said,)


def hold_printer(day: ServiceDay, plan: OfficePlan, at: datetime, *, printer: str, reason: str) -> Sequence[e.Event]:
    """Stop a printer's queue. A slip being sent now is still finished; a hold ends with the day at the latest."""
    refuse_identity_numbers(reason)
    return () if printer in day.held_printers else (e.PrinterHeld(printer, reason),)


def release_printer(day: ServiceDay, plan: OfficePlan, at: datetime, *, printer: str) -> Sequence[e.Event]:
    """Let a held printer's queue go on."""
    return (e.PrinterReleased(printer),) if printer in day.held_printers else ()


def change_roll(day: ServiceDay, plan: OfficePlan, at: datetime, *, printer: str) -> Sequence[e.Event]:
    """A new roll was put in: count its paper from nothing."""
    return (e.RollChanged(printer),)


def request_test_slip(day: ServiceDay, plan: OfficePlan, at: datetime, *, printer: str) -> Sequence[e.Event]:
    """Ask for a test slip; does nothing while one of this printer is still to be printed. Refuses a held printer."""
    if any(slip.open and slip.printer == printer for slip in day.test_slips):
        return ()
    if printer in day.held_printers:
        raise Refused("printer_held")
    return (e.TestSlipRequested(printer, len(day.test_slips) + 1),)


def cancel_slip(day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, copy: int) -> Sequence[e.Event]:
    """Don't print a slip after all; its ticket stays valid. Refuses one that is being sent, or is settled."""
    for slip in day.slips_of(ticket):
        if slip.copy == copy:
            break
    else:
        raise Unknown("slip_unknown")
    if slip.state == "sending":
        raise Refused("slip_being_sent")
    if slip.state != "waiting":
        if slip.reason == "cancelled":
            return ()
        raise Refused("slip_settled")
    return (e.SlipFailed(ticket, copy, "cancelled", "none"),)


def find_lost_numbers(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, printer: str, numbers: Sequence[str]
) -> Sequence[e.Event]:
    """Take note of numbers that are on paper and unknown here, on a day that was brought back from a backup."""
    if not day.restored:
        return ()
    known = {*day.tickets, *day.lost_numbers}
    lost = sorted({number for number in numbers if is_number(number) and number not in known})
    return (e.LostNumbersFound(printer, " ".join(lost)),) if lost else ()
