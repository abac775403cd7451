"""What can happen to slips and printers; `queueing.events` gives these with all others.

A test slip belongs to no ticket: in its events `ticket` is `TEST` and `copy` counts the day's test slips from 1.
"""

from __future__ import annotations

from dataclasses import dataclass

TEST = "TEST"


class Event:
    """Base of everything that can happen; its class name is the journal's `kind`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SlipRequested(Event):
    """Another paper of the same place, marked as copy."""

    ticket: str
    copy: int = 1
    printer: str = ""


@dataclass(frozen=True, slots=True)
class SlipTaken(Event):
    """A print agent claimed the slip; from here on paper may come out."""

    ticket: str
    copy: int = 0
    claim: str = ""


@dataclass(frozen=True, slots=True)
class SlipReleased(Event):
    """The claim was given back and nothing had been sent."""

    ticket: str
    copy: int = 0
    reason: str = ""


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


@dataclass(frozen=True, slots=True)
class SlipFailed(Event):
    """No paper, or nobody knows (`uncertain`); the ticket stays valid."""

    ticket: str
    copy: int = 0
    reason: str = ""
    evidence: str = ""
    uncertain: bool = False


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


@dataclass(frozen=True, slots=True)
class TestSlipRequested(Event):
    """Staff want to see what a printer does; `test` counts from 1 each day."""

    __test__ = False  # not a test class, whatever its name

    printer: str
    test: int = 1


@dataclass(frozen=True, slots=True)
class PrinterHeld(Event):
    """Staff stopped a printer's queue: its agent sends nothing until it is released or the day ends."""

    printer: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PrinterReleased(Event):
    """The queue of a held printer goes on."""

    printer: str


@dataclass(frozen=True, slots=True)
class RollChanged(Event):
    """A new roll was put in: its paper is counted from here."""

    printer: str
