"""The wait report: how long visitors of a day waited, by service and class, as figures and as a text table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket

DASH = "–"


@dataclass(frozen=True, slots=True)
class Figures:
    """Tickets of one group. Waits are from the number to its first call, of those who were called.

    `absent` were called and did not come; `left` were never called: they gave up, or the day was closed before.
    """

    tickets: int
    persons: int
    median: timedelta | None
    p90: timedelta | None
    longest: timedelta | None
    mean: timedelta | None
    absent: int
    left: int


def figures(tickets: Sequence[Ticket]) -> Figures:
    """Return the figures of these tickets as they stand."""
    waits = sorted(wait for ticket in tickets if (wait := waited(ticket)) is not None)
    return Figures(
        tickets=len(tickets),
        persons=sum(ticket.persons for ticket in tickets),
        median=_share(waits, 0.5),
        p90=_share(waits, 0.9),
        longest=waits[-1] if waits else None,
        mean=sum(waits, timedelta()) / len(waits) if waits else None,
        absent=sum(ticket.state == "no_show" for ticket in tickets),
        left=len(tickets) - len(waits),
    )


def waited(ticket: Ticket) -> timedelta | None:
    """Return how long it took from the number to the first call, or None when there was none."""
    called = next((leg.called_at for leg in ticket.legs if leg.called_at is not None), None)
    return None if called is None else called - ticket.issued_at


def groups(day: ServiceDay, plan: OfficePlan) -> dict[str, Figures]:
    """Return the figures of everybody, of both classes, and of each service and class that had visitors."""
    tickets = list(day.tickets.values())
    found = {"everybody": tickets}
    for name, priority in (("priority", True), ("regular", False)):
        found[name] = [ticket for ticket in tickets if ticket.priority == priority]
    codes = [service.code for service in plan.services]
    codes += sorted({ticket.legs[0].service for ticket in tickets} - set(codes))
    for code in codes:
        for name, priority in (("priority", True), ("regular", False)):
            here = [one for one in tickets if one.legs[0].service == code and one.priority == priority]
            found[f"{code}, {name}"] = here
    return {name: figures(group) for name, group in found.items() if group or name == "everybody"}


def table(columns: Sequence[tuple[str, dict[str, Figures]]]) -> str:
    """Return the figures of one day, or of several side by side, as text; times in minutes."""
    heads = ("tickets", "persons", "median", "p90", "longest", "absent", "left")
    names = list(dict.fromkeys(name for _title, groups in columns for name in groups))
    width = max(len(name) for name in (*names, "minutes"))
    block = 8 * len(heads)
    lines = [
        " " * width + "".join(f"  {title:^{block}}" for title, _groups in columns),
        f"{'minutes':{width}}" + "  ".join(["", *("".join(f"{head:>8}" for head in heads) for _ in columns)]),
    ]
    for name in names:
        cells = ["".join(f"{cell:>8}" for cell in _cells(groups.get(name))) for _title, groups in columns]
        lines.append(f"{name:{width}}" + "  ".join(["", *cells]))
    return "\n".join(line.rstrip() for line in lines)


def _cells(found: Figures | None) -> tuple[str, ...]:
    if found is None:
        return (DASH,) * 7
    waits = (_minutes(wait) for wait in (found.median, found.p90, found.longest))
    return (str(found.tickets), str(found.persons), *waits, str(found.absent), str(found.left))


def _minutes(wait: timedelta | None) -> str:
    return DASH if wait is None else f"{wait / timedelta(minutes=1):.1f}"


def _share(waits: Sequence[timedelta], share: float) -> timedelta | None:
    """Return the smallest wait that at least this share did not exceed, or None."""
    return waits[max(-(-int(share * 1000) * len(waits) // 1000) - 1, 0)] if waits else None
