"""A ticket as the day knows it, its legs, and its step that can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import Literal, TypedDict

from antrean.queueing.estimation.open_time import Reach
from antrean.queueing.slips.slip import Slip

State = Literal["waiting", "called", "serving", "held", "completed", "no_show", "cancelled", "expired"]
OPEN_STATES: frozenset[str] = frozenset({"waiting", "called", "serving", "held"})
# The fields that are put right after the issue; each is the name of a step that can be taken back, too.
CORRECTIONS = ("persons", "priority", "service")


@dataclass(frozen=True, slots=True)
class Leg:
    """One stage of a visit at one service, with its own times; times not reached are None.

    `persons` were served in it, where the visit went on to its next service afterwards; None otherwise.
    `note` is what whoever sent the visitor here says to whoever serves them. `missing` are the codes of the documents
    that were missing at its end, with a space between, and `come_on` is when the visitor was told to bring them.
    `operator` called it, `calls` times, the last time at `last_call_at`, and `held` is for how many microseconds it was
    put aside.
    """

    service: str
    waiting_since: datetime
    counter: str = ""
    called_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    end: str = ""
    persons: int | None = None
    note: str = ""
    missing: str = ""
    come_on: str = ""
    operator: str = ""
    calls: int = 0
    last_call_at: datetime | None = None
    held: int = 0


@dataclass(frozen=True, slots=True)
class Behind:
    """The place of a ticket whose visitor let others go first, or came back with papers: right behind another one.

    That of a voucher is behind nobody.

    `arrival` and `order` are the key of that one, with the line of the deferral below 0 at its end. So nobody stands
    between the two, and whoever lets others go first later stands before those behind the same ticket.
    `as_regular`: it has priority and stands among those who have none. `came_back`: it came back with papers, and has
    let nobody go first since.
    """

    arrival: datetime
    order: tuple[int, ...]
    as_regular: bool = False
    came_back: bool = False


class CarriedOver(TypedDict):
    """The fields of a ticket that a voucher sets."""

    carried_over: int
    front: bool
    behind: Behind | None


@dataclass(slots=True)
class Ticket:
    """A place in the queue. `arrival` orders it, unless its visitor let others go first: then it stands `behind` one.

    `arrival` is the issue time unless a transfer to the end moved it.
    `then` is the service for which the visitor waits next, with the same number, once this one has served them.
    `only_at` is the counter to which the visitor was sent: it alone calls them while somebody works there.
    `carried_over` is the line of the voucher of which it came: it was not served on an earlier day; 0 for none.
    `case` is the code of what they apply for, and `collects` are those of the cases that they came to collect.
    """

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
    then: str = ""
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
    coming: bool = False  # its visitor said to be on the way, and has not been at a counter or missed a call since then
    behind: Behind | None = None
    deferred: bool = False  # its visitor let others go first, which each may do once
    only_at: str = ""
    carried_over: int = 0
    case: str = ""
    collects: str = ""
    people_ahead_at_issue: int = 0
    wait_at_issue: tuple[int, int] | None = None
    reach_at_issue: Reach = ""
    legs: tuple[Leg, ...] = ()
    slips: tuple[Slip, ...] = ()
    token: str = ""  # the secret of its link, if an earlier release issued it

    @property
    def key(self) -> tuple[datetime, *tuple[int, ...]]:
        """What orders tickets of one class: original arrival, then journal seq; or the place behind another ticket."""
        if self.behind is None:
            return (self.arrival, self.seq)
        return (self.behind.arrival, *self.behind.order)

    @property
    def counts_from(self) -> datetime:
        """The arrival by which it is due: its own, or that of the ticket that it let go first."""
        return self.arrival if self.behind is None else self.behind.arrival

    @property
    def goes_ahead(self) -> bool:
        """Whether it is called as one with priority."""
        return self.priority and not (self.behind is not None and self.behind.as_regular)

    @property
    def let_go(self) -> bool:
        """Whether its visitor let others go first, and it stands behind the last of these since then."""
        behind = self.behind
        return behind is not None and not behind.came_back and behind.order != (self.carried_over,)

    @property
    def slip(self) -> Slip | None:
        """The newest slip, or None when the ticket has none."""
        return self.slips[-1] if self.slips else None

    def snapshot(self) -> Ticket:
        """Return a copy that later events do not change."""
        return Ticket(*_values(self))  # every answer takes one; copy() is seven times slower


def carried(voucher: int, day: date) -> CarriedOver:
    """Return what gives a ticket the place of the voucher of this line: before all newcomers, in the order of vouchers.

    Nobody has arrived so early for a business day, so it stands before whoever was brought to the front, too.
    """
    if not voucher:
        return {"carried_over": 0, "front": False, "behind": None}
    before_all = datetime.combine(day, time(), UTC) - timedelta(days=1)
    return {"carried_over": voucher, "front": True, "behind": Behind(before_all, (voucher,))}


def came_back_from(ticket: Ticket) -> Leg | None:
    """Return the stage at this service at whose end papers were missing, for a visitor who came back; else None."""
    before = (leg for leg in reversed(ticket.legs[:-1]) if leg.service == ticket.service)
    return next((leg for leg in before if leg.end == "papers_missing"), None)


def lacking(ticket: Ticket) -> Leg | None:
    """Return the newest stage at whose end papers were missing, without a later one at its service; None for none."""
    seen: set[str] = set()
    for leg in reversed(ticket.legs):
        if leg.end == "papers_missing" and leg.service not in seen:
            return leg
        seen.add(leg.service)
    return None


def served_before(ticket: Ticket) -> list[Leg]:
    """Return the stages from which the visit went on to its next service, but for one to which it has come back."""
    last = ticket.legs[-1]
    return [
        leg
        for leg in ticket.legs
        if leg.persons is not None and (leg is last or leg.end != "papers_missing" or leg.service != ticket.service)
    ]


_values = attrgetter(*(field.name for field in fields(Ticket)))


@dataclass(frozen=True, slots=True)
class Undo:
    """The last step at a counter, and its ticket as it was before.

    Where one command finished a visitor and called the next, `called` is that next ticket before its call.
    """

    step: str
    before: Ticket
    called: Ticket | None = None
