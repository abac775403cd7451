"""The numbers that a backup knows, so that the person who restores it can be asked for newer ones on paper."""

from __future__ import annotations

from dataclasses import dataclass, field

from antrean.queueing.events import KINDS, TicketIssued
from antrean.storage.backup.reader import Backup
from antrean.storage.journal.lines import event_of

ISSUED = frozenset(KINDS.of(TicketIssued))


@dataclass(slots=True)
class Numbers:
    """One office in a backup: its time zone, its newest line, and the last number of each series on that line's day."""

    zone: str
    last_at: str = ""
    day: str = ""
    last: dict[str, int] = field(default_factory=dict)


def numbers_in(backup: Backup, office: str) -> Numbers | None:
    """Read what a backup knows of an office's numbers; None when it does not know the office."""
    zones = {str(row["id"]): str(row["zone"]) for batch in backup.rows("offices") for row in batch}
    if office not in zones:
        return None
    found = Numbers(zones[office])
    for batch in backup.rows("journal"):
        for row in batch:
            if row["office"] != office:
                continue
            found.last_at = row["at"]
            if row["business_day"] > found.day:
                found.day, found.last = row["business_day"], {}
            if row["kind"] in ISSUED and row["business_day"] == found.day:
                issued = event_of(row["kind"], row["data"])
                if isinstance(issued, TicketIssued):
                    found.last[str(issued.series)] = int(issued.number)
    series = (str(row["series"]) for batch in backup.rows("services") for row in batch if row["office"] == office)
    found.last = {one: found.last.get(one, 0) for one in sorted({*series, *found.last})}
    return found
