"""A slip, a printer and its roll as the day knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Slip:
    """A paper of a ticket; copy 0 is the first, others are marked as copies. Test slips have the ticket `TEST`."""

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

    @property
    def open(self) -> bool:
        """Whether a print agent still has to do something."""
        return self.state in ("waiting", "sending")


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
