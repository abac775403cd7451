"""Compares revisions of the plan with the lines of the journal that say them and carry their digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa

from antrean.queueing.events import PlanChanged
from antrean.queueing.privacy import MASK
from antrean.storage.database.schema import journal, plans
from antrean.storage.journal.lines import event_of
from antrean.storage.journal.sealed import newest_seal


def plans_untold(connection: sa.Connection, office: str, newest: bool = False) -> Iterator[str]:
    """Say in a sentence each which revisions of an office's plan are not those of which the journal tells.

    With `newest` only the one in force is looked at. Whoever changes a plan and its own chain does not change the
    journal's. Lines that were sealed tell nothing any more, and a restore masks identity numbers in documents.
    """
    found = sa.select(plans.c.revision, plans.c.seq, plans.c.body).where(plans.c.office == office, plans.c.seq > 0)
    found = found.order_by(plans.c.revision.desc())
    sealed = newest_seal(connection, office)
    first = sealed.last + 1 if sealed is not None else 1
    for row in connection.execute(found.limit(1) if newest else found).all():
        if row.seq >= first and MASK not in row.body and not _told(connection, office, row.revision, row.seq, row.body):
            yield f"revision {row.revision} of the plan is not the one of which line {row.seq} tells"


def _told(connection: sa.Connection, office: str, revision: int, seq: int, body: str) -> bool:
    """Whether a line says that it made this revision with this document."""
    line = sa.select(journal.c.kind, journal.c.data).where(journal.c.office == office, journal.c.seq == seq)
    row = connection.execute(line).first()
    if row is None:
        return False
    try:
        event = event_of(row.kind, row.data)
    except (TypeError, ValueError, KeyError):
        return False
    digest = hashlib.sha256(body.encode()).hexdigest()
    return isinstance(event, PlanChanged) and (event.revision, event.sha256) == (revision, digest)
