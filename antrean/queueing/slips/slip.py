"""A slip, a printer and its roll as the day knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Slip:
    """A paper of a ticket; copy 0 is the first, others are marked as copies.

    Test slips have the ticket `TEST`. Lists of what a `service` asks for, in a `language`, have the ticket `LIST`, and
    so has what it says of visits that are not needed (`about`); for all others the three are empty. A list for a
    visitor whose papers were missing has their `number`, and in `papers` the codes of these, with a space between.
    Papers of a `voucher`, the line that gave it, have the ticket `VOUCHER` and its `number`; `again` is how often it
    was asked for before on this day.
    """

    ticket: str
    copy: int
    printer: str
    asked_at: datetime
    state: Literal["waiting", "sending", "printed", "failed", "uncertain"] = "waiting"
    claim: str = ""
    evidence: str = ""
    reason: str = ""
    settled_at: datetime | None = None
    fallback: bool = False  # printed by the second printer
    taken_at: datetime | None = None  # when the agent that sends it claimed it
    doubtful: bool = False  # it waited when the journal was brought back from a backup: it may be on paper
    service: str = ""
    language: str = ""
    number: str = ""
    papers: str = ""
    about: str = ""
    voucher: int = 0
    again: int = 0

    @property
    def open(self) -> bool:
        """Whether a print agent still has to do something."""
        return self.state in ("waiting", "sending")

    @property
    def stopped(self) -> bool:
        """Whether staff decided that it is not printed."""
        return self.state == "failed" and self.reason == CANCELLED

    @property
    def missing(self) -> bool:
        """Whether its visitor may stand there without it: it failed, or nobody knows what became of it."""
        return self.state in ("failed", "uncertain") and not self.stopped


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What the print agent said last about its printer; `fallback` is the state of a second one, if there is one."""

    printer: str
    state: str
    detail: str
    since: datetime
    address: str = ""
    fallback: str = ""
    fallback_address: str = ""


@dataclass(frozen=True, slots=True)
class Roll:
    """The paper that today's slips took in one printer: since `changed_at`, or since the day began."""

    mm: int = 0
    slips: int = 0
    changed_at: datetime | None = None
