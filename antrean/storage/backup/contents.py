"""The numbers that a backup knows, so that the person who restores it can be asked for newer ones on paper."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from antrean.queueing.events import KINDS, TicketIssued
from antrean.storage.backup.reader import Backup
from antrean.storage.database.schema import plans
from antrean.storage.journal.lines import event_of

PLANS = plans.name  # backups of releases whose plan had no revisions have tables of services instead
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
    plan = _plan_in(backup, office)
    if plan is None:
        return None
    zone, series = plan
    found = Numbers(zone)
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
    found.last = {one: found.last.get(one, 0) for one in sorted({*series, *found.last})}
    return found


def _plan_in(backup: Backup, office: str) -> tuple[str, list[str]] | None:
    """Return the time zone and the series of an office's plan; None when the backup does not know the office."""
    if PLANS in backup.about.rows:
        newest = ""
        for row in (row for batch in backup.rows(PLANS) for row in batch):
            newest = str(row["body"]) if row["office"] == office else newest
        if not newest:
            return None
        document = json.loads(newest)
        return str(document["time_zone"]), [str(service["series"]) for service in document["services"]]
    zones = {str(row["id"]): str(row["zone"]) for batch in backup.rows("offices") for row in batch}
    of_services = (row for batch in backup.rows("services") for row in batch if row["office"] == office)
    return (zones[office], [str(row["series"]) for row in of_services]) if office in zones else None
