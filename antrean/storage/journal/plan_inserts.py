"""Writes a revision of the plan beside the line of the journal that says so, within the journal's own transaction."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from antrean.queueing.events import PlanChanged
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.port import JournalConflict, JournalError
from antrean.storage.database.schema import digests, plans
from antrean.storage.journal.statements import Statements
from antrean.storage.settings.plan_chain import GENESIS, STORED, link
from antrean.storage.times import stored_time

DAMAGED = "the settings are damaged: the table plans is not as it was written"


class PlanInserts:
    """The statements that keep an office's next revision, as the driver takes them."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._office = office
        self._statements = Statements(engine)
        mine = plans.c.office == sa.bindparam("office_")
        columns = (plans.c.chain, *(plans.c[name] for name in STORED))
        before = sa.select(*columns).where(mine, plans.c.revision == sa.bindparam("wanted"))
        self._before = self._statements.compiled(before)
        self._insert = self._statements.compiled(sa.insert(plans))
        kept = (digests.c.office == sa.bindparam("office_"), digests.c.name == plans.name)
        renewed = sa.update(digests).where(*kept, digests.c.digest == sa.bindparam("before"))
        self._renew = self._statements.compiled(
            renewed.values(digest=sa.bindparam("chain"), revision=digests.c.revision + 1)
        )

    def insert(self, cursor: Any, entry: JournalEntry) -> None:
        """Insert the revision that a line made, by the cursor that inserted the line.

        Raises what the driver does when another process has made it, JournalConflict where the revision before it is
        not there yet, and JournalError when the plans are not as they were written: nothing may hide that.
        """
        event = entry.event
        assert isinstance(event, PlanChanged)
        office, revision = self._office, event.revision
        last, one_before = (
            self._statements.run(cursor, self._before, office_=office, wanted=wanted).fetchone()
            for wanted in (revision - 1, revision - 2)
        )
        if last is None:
            raise JournalConflict
        previous = str(last[0])
        if previous != link(str(one_before[0]) if one_before is not None else GENESIS, office, *last[1:]):
            raise JournalError(DAMAGED)
        at = stored_time(entry.at)
        chain = link(previous, office, revision, entry.seq, at, entry.actor, event.body)
        row = {"office": office, "revision": revision, "seq": entry.seq, "at": at, "actor": entry.actor}
        self._statements.run(cursor, self._insert, **row, body=event.body, chain=chain)
        done = self._statements.run(cursor, self._renew, office_=office, before=previous, chain=chain)
        if done.rowcount != 1:
            raise JournalError(DAMAGED)
