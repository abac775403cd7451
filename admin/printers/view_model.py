"""What the printer page shows, computed from the day alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from antrean.queueing.day import ServiceDay
from antrean.queueing.slips.events import LIST, TEST, VOUCHER
from antrean.queueing.slips.printers import helped
from antrean.queueing.slips.slip import Roll, Slip
from antrean.queueing.tickets.ticket import OPEN_STATES

LAST_SLIPS = 15
MOST_LACKING = 30
TICKETS_LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class SlipView:
    """One slip: `copy` 0 is the first paper, others are marked copies.

    `number` is `TEST` for a test slip, `LIST` for a list of documents, `VOUCHER` for the slip of a voucher, whose
    number is `of`.
    """

    number: str
    copy: int
    state: str
    evidence: str
    reason: str
    asked_at: datetime
    settled_at: datetime | None
    fallback: bool
    may_cancel: bool
    may_reprint: bool
    of: str = ""

    @property
    def test(self) -> bool:
        """Whether this is a test slip."""
        return self.number == TEST

    @property
    def list(self) -> bool:
        """Whether this is a list of documents, without a number."""
        return self.number == LIST

    @property
    def voucher(self) -> bool:
        """Whether this is the slip of a voucher."""
        return self.number == VOUCHER


@dataclass(frozen=True, slots=True)
class Paper:
    """The roll in the printer: millimetres used of `roll_mm`, and since when if a change was noted today."""

    used_mm: int
    roll_mm: int
    changed_at: datetime | None

    @property
    def share(self) -> int:
        """The used part of the roll in per cent, at most 100."""
        return min(100, round(100 * self.used_mm / self.roll_mm))

    @property
    def low(self) -> bool:
        """Whether a new roll should be at hand."""
        return self.used_mm >= 0.85 * self.roll_mm


@dataclass(frozen=True, slots=True)
class PrinterView:
    """One printer: `state` as its agent reported it last, empty before the first report of the day.

    `set_address` is the one that the office has set, `address` the one that the agent drives; `waiting` counts slips to
    be printed.
    """

    id: str
    name: str
    set_address: str
    state: str
    detail: str
    since: datetime | None
    address: str
    fallback: str
    fallback_address: str
    held_since: datetime | None
    paper: Paper
    slips: tuple[SlipView, ...]
    waiting: int
    helped: bool  # a second printer prints while this one can't


def printers(
    day: ServiceDay,
    devices: Sequence[tuple[str, str, str]],
    used_before: Callable[[str], int],
    roll_mm: Callable[[str], int],
    lacking: Sequence[Slip] = (),
) -> list[PrinterView]:
    """Return the printers in the order of their devices (id, name, set address).

    `used_before`: millimetres that earlier days took of a printer's roll; `roll_mm`: a full roll, by address.
    `lacking`: slips whose visitors wait without paper; they are shown before the newest ones.
    """
    slips = newest_slips(day)

    def of(printer: str, some: Sequence[Slip]) -> list[Slip]:
        return [slip for slip in some if slip.printer == printer]

    return [
        _printer(day, device, used_before, roll_mm, of(device[0], slips), of(device[0], lacking)) for device in devices
    ]


def newest_slips(day: ServiceDay) -> list[Slip]:
    """Return the slips of the newest tickets and the day's test slips, lists and vouchers, newest first."""
    tickets = islice(reversed(day.tickets.values()), TICKETS_LOOKED_AT)
    found = [slip for ticket in tickets for slip in ticket.slips]
    found += [*day.test_slips, *day.list_slips, *day.voucher_slips]
    known = {(slip.ticket, slip.copy) for slip in found}
    found += [slip for key, slip in day.open_slips.items() if key not in known]
    return sorted(found, key=lambda slip: slip.asked_at, reverse=True)


def _printer(
    day: ServiceDay,
    device: tuple[str, str, str],
    used_before: Callable[[str], int],
    roll_mm: Callable[[str], int],
    slips: Sequence[Slip],
    lacking: Sequence[Slip],
) -> PrinterView:
    printer, name, set_address = device
    known = day.printers.get(printer)
    address = (known.address if known is not None else "") or set_address
    roll = day.rolls.get(printer, Roll())
    first = list(reversed(lacking))[:MOST_LACKING]
    others = [slip for slip in slips if (slip.ticket, slip.copy) not in {(one.ticket, one.copy) for one in first}]
    before = 0 if roll.changed_at is not None else used_before(printer)
    return PrinterView(
        id=printer,
        name=name,
        set_address=set_address,
        state=known.state if known is not None else "",
        detail=known.detail if known is not None else "",
        since=known.since if known is not None else None,
        address=address,
        fallback=known.fallback if known is not None else "",
        fallback_address=known.fallback_address if known is not None else "",
        held_since=day.held_printers.get(printer),
        paper=Paper(before + roll.mm, roll_mm(address), roll.changed_at),
        slips=tuple(_slip(day, slip) for slip in (*first, *others[:LAST_SLIPS])),
        waiting=sum(slip.open for slip in slips),
        helped=known is not None and helped(known),
    )


def _slip(day: ServiceDay, slip: Slip) -> SlipView:
    ticket = day.tickets.get(slip.ticket)
    newest = ticket is not None and ticket.slip is not None and ticket.slip.copy == slip.copy
    return SlipView(
        number=slip.ticket,
        copy=slip.copy,
        state=slip.state,
        evidence=slip.evidence,
        reason=slip.reason,
        asked_at=slip.asked_at,
        settled_at=slip.settled_at,
        fallback=slip.fallback,
        of=slip.number if slip.ticket == VOUCHER else "",
        may_cancel=slip.state == "waiting",
        may_reprint=newest and not slip.open and ticket is not None and ticket.state in OPEN_STATES,
    )
