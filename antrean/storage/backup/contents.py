"""The numbers that a backup knows, so that the person who restores it can be asked for newer ones on paper."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from antrean.queueing.events import KINDS, TicketIssued
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.backup.reader import Backup
from antrean.storage.database.schema import plans
from antrean.storage.journal.lines import event_of

PLANS = plans.name  # backups of releases whose plan had no revisions have tables of services instead
ISSUED = frozenset(KINDS.of(TicketIssued))


@dataclass(slots=True)
class Numbers:
    """One office in a backup: its time zone, its newest line, and the last number of each series on that line's day.

    `name` is the office's, and `services` are those of each series, each with its names by language.
    `digits` is how many digits a number has at least.
    """

    zone: str
    name: str = ""
    services: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    last_at: str = ""
    day: str = ""
    last: dict[str, int] = field(default_factory=dict)
    digits: int = OfficePlan.number_digits


def offices_of(backup: Backup) -> list[str]:
    """Return the codes of the offices that a backup knows, the one that was set up first before the others."""
    found = {str(row["id"]): "" for batch in backup.rows("offices") for row in batch}
    if PLANS in backup.about.rows:
        rows = (row for batch in backup.rows(PLANS) for row in batch if row["revision"] == 1)
        found |= {str(row["office"]): str(row["at"]) for row in rows if row["office"] in found}
    return sorted(found, key=lambda code: (found[code], code))


def numbers_in(backup: Backup, office: str) -> Numbers | None:
    """Read what a backup knows of an office's numbers; None when it does not know the office."""
    found = _plan_in(backup, office)
    if found is None:
        return None
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
    found.last = {one: found.last.get(one, 0) for one in sorted({*found.services, *found.last})}
    return found


def _plan_in(backup: Backup, office: str) -> Numbers | None:
    """Return what an office's plan says, without numbers; None when the backup does not know the office."""
    if PLANS in backup.about.rows:
        newest = ""
        for row in (row for batch in backup.rows(PLANS) for row in batch):
            newest = str(row["body"]) if row["office"] == office else newest
        if not newest:
            return None
        document = json.loads(newest)
        digits = int(document.get("number_digits", OfficePlan.number_digits))
        found = Numbers(str(document["time_zone"]), str(document["name"]), digits=digits)
        for service in document["services"]:
            found.services.setdefault(str(service["series"]), []).append(_names(service["names"]))
        return found
    rows = {str(row["id"]): row for batch in backup.rows("offices") for row in batch}
    if office not in rows:
        return None
    found = Numbers(str(rows[office]["zone"]), str(rows[office].get("name", "")))
    for row in (row for batch in backup.rows("services") for row in batch):
        if row["office"] == office:
            found.services.setdefault(str(row["series"]), []).append(_names(row.get("names", {})))
    return found


def _names(said: object) -> dict[str, str]:
    """Return names by language; older releases wrote them as JSON text."""
    known = json.loads(said) if isinstance(said, str) else said
    return {str(code): str(words) for code, words in known.items()} if isinstance(known, dict) else {}
