"""A ticket and its neighbours as the day knows them: legs, slips, calls and counters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal

from antrean.queueing.events import TicketIssued

State = Literal["waiting", "called", "serving", "held", "completed", "no_show", "cancelled", "expired"]
OPEN_STATES: frozenset[str] = frozenset({"waiting", "called", "serving", "held"})


@dataclass(frozen=True, slots=True)
class Leg:
    """One stage of a visit at one service, with its own times; times not reached are None."""

    service: str
    waiting_since: datetime
    counter: str = ""
    called_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    end: str = ""


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


@dataclass(slots=True)
class Ticket:
    """A place in the queue. `arrival` orders it; it is the issue time unless a transfer to the end moved it."""

    number: str
    service: str
    series: str
    persons: int
    priority: bool
    language: str
    device: str
    issued_at: datetime
    arrival: datetime
    seq: int
    state: State = "waiting"
    front: bool = False
    counter: str = ""
    operator: str = ""
    call: int = 0
    called_at: datetime | None = None
    last_call_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    held_at: datetime | None = None
    hold_reason: str = ""
    recalls: int = 0
    readmits: int = 0
    outcome: str = ""
    seated: bool = False  # helped to a seat, and not at a counter since then
    people_ahead_at_issue: int = 0
    wait_at_issue: tuple[int, int] | None = None
    legs: tuple[Leg, ...] = ()
    slips: tuple[Slip, ...] = ()
    token: str = ""  # the secret of its link, if an earlier release issued it

    @property
    def key(self) -> tuple[datetime, int]:
        """What orders tickets of one class: original arrival, then journal seq."""
        return (self.arrival, self.seq)

    @property
    def slip(self) -> Slip | None:
        """The newest slip, or None when the ticket has none."""
        return self.slips[-1] if self.slips else None

    def snapshot(self) -> Ticket:
        """Return a copy that later events do not change."""
        return Ticket(*_values(self))  # every answer takes one; copy() is seven times slower


_values = attrgetter(*(field.name for field in fields(Ticket)))


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the call log; `recall` marks a repeated call. `rule` and `facts` say why this ticket was called.

    `priority` is whether its visitor had priority then, `undone` whether it was taken back.
    """

    seq: int
    number: str
    counter: str
    service: str
    at: datetime
    recall: bool = False
    rule: str = ""
    facts: Mapping[str, Any] | None = None
    priority: bool = False
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Undo:
    """The last step at a counter, and its ticket as it was before.

    Where one wish finished a visitor and called the next, `called` is that next ticket before its call.
    """

    step: str
    before: Ticket
    called: Ticket | None = None


@dataclass(slots=True)
class CounterState:
    """A counter today: who sits there, the ticket called or served, the tickets held."""

    code: str
    state: Literal["closed", "open", "paused"] = "closed"
    operator: str = ""
    reason: str = ""
    since: datetime | None = None
    ticket: str = ""
    held: tuple[str, ...] = ()
    undo: Undo | None = None
    turn: int = 0  # seq of the line since which it is free, or of its last call


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


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command led to: the journal seq it ended at and the ticket as it was then.

    `event_kind` is that of its last event, or the name of a command that led to none; `actor` is who gave it.
    """

    seq: int
    at: datetime
    event_kind: str
    ticket: Ticket | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    actor: str = ""

    def is_for(self, actor: str) -> bool:
        """Whether this actor may get it again: only the one who gave the command."""
        if actor == self.actor:
            return True
        # Lines of earlier releases call a kiosk by its name, which others may have; the ticket knows which one it was.
        issued = self.ticket if self.event_kind == TicketIssued.kind else None
        return issued is not None and actor == f"kiosk:{issued.device}"
