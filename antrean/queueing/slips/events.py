"""What can happen to slips and printers.

A test slip belongs to no ticket: in its events `ticket` is `TEST` and `copy` counts the day's test slips from 1. Nor
does a list of documents, whose `ticket` is `LIST`, nor the paper of a voucher, whose `ticket` is `VOUCHER`.
"""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event

TEST, LIST, VOUCHER = "TEST", "LIST", "VOUCHER"
DOCUMENTS, SPARED = "documents", "spared"  # what a list is about


@event("slip.requested", formerly="SlipRequested")
@dataclass(frozen=True, slots=True)
class SlipRequested(Event):
    """Another paper of the same place, marked as copy."""

    ticket: str
    copy: int = 1
    printer: str = ""


@event("slip.claimed", formerly="SlipTaken")
@dataclass(frozen=True, slots=True)
class SlipClaimed(Event):
    """A print agent claimed the slip; from here on paper may come out."""

    ticket: str
    copy: int = 0
    claim: str = ""


@event("slip.released", formerly="SlipReleased")
@dataclass(frozen=True, slots=True)
class SlipReleased(Event):
    """The claim was given back and nothing had been sent."""

    ticket: str
    copy: int = 0
    reason: str = ""


@event("slip.printed", formerly="SlipPrinted")
@dataclass(frozen=True, slots=True)
class SlipPrinted(Event):
    """Paper came out, as far as `evidence` (sent, drained, echoed, printed, virtual) can tell.

    `paper_mm` is about how much paper it took, of the roll in `printer`; a second printer's roll is not counted.
    """

    ticket: str
    copy: int = 0
    evidence: str = ""
    paper_mm: int = 0
    printer: str = ""
    fallback: bool = False


@event("slip.failed", formerly="SlipFailed")
@dataclass(frozen=True, slots=True)
class SlipFailed(Event):
    """No paper, or nobody knows (`uncertain`); the ticket stays valid."""

    ticket: str
    copy: int = 0
    reason: str = ""
    evidence: str = ""
    uncertain: bool = False


@event("printer.reported", formerly="PrinterReported")
@dataclass(frozen=True, slots=True)
class PrinterReported(Event):
    """A printer's state changed, as its print agent says; `agent_away` is what the hub says when the agent is gone.

    `fallback` is the state of a second printer that takes over, empty when there is none.
    """

    printer: str
    state: str = "unknown"
    detail: str = ""
    address: str = ""
    fallback: str = ""
    fallback_address: str = ""


@event("slip.test_requested", formerly="TestSlipRequested")
@dataclass(frozen=True, slots=True)
class TestSlipRequested(Event):
    """Staff want to see what a printer does; `test` counts from 1 each day."""

    __test__ = False  # not a test class, whatever its name

    printer: str
    test: int = 1


@event("slip.list_requested")
@dataclass(frozen=True, slots=True)
class ListRequested(Event):
    """Somebody gets words of a service on paper, without a number; `list` counts from 1 each day.

    `about` is `documents` for what it asks visitors to bring, `spared` for why a visit is not needed. With a `number`,
    it is what this number's visitor is to bring since papers were missing: `missing` are the codes of these, with a
    space between; "" where that was not said.
    """

    printer: str
    service: str
    language: str = "id"
    list: int = 1
    number: str = ""
    missing: str = ""
    about: str = DOCUMENTS


@event("slip.voucher_requested")
@dataclass(frozen=True, slots=True)
class VoucherSlipRequested(Event):
    """The voucher of the line `voucher`, of this `number`, comes out on paper; `slip` counts from 1 each day.

    `again`: how often it was asked for on this day before.
    """

    printer: str
    voucher: int
    number: str
    slip: int = 1
    again: int = 0


@event("printer.held", formerly="PrinterHeld")
@dataclass(frozen=True, slots=True)
class PrinterHeld(Event):
    """Staff stopped a printer's queue: its agent sends nothing until it is released or the day ends."""

    printer: str
    reason: str = ""


@event("printer.released", formerly="PrinterReleased")
@dataclass(frozen=True, slots=True)
class PrinterReleased(Event):
    """The queue of a held printer goes on."""

    printer: str


@event("printer.roll_changed", formerly="RollChanged")
@dataclass(frozen=True, slots=True)
class RollChanged(Event):
    """A new roll was put in: its paper is counted from here."""

    printer: str
