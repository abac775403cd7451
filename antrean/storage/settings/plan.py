"""The revisions of an office's plan. The journal's writer saves a new one, together with the line that says so."""

from __future__ import annotations

import json
import logging
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from antrean.queueing.office import JournalError
from antrean.queueing.plan.document import as_text, plan_of, problems, to_document
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database import schema
from antrean.storage.database.engine import reading
from antrean.storage.database.errors import DatabaseError, in_a_line
from antrean.storage.settings.devices import device_of, printers_by_kiosk
from antrean.storage.settings.digests import DIGESTS, SettingsDamaged, changing, check
from antrean.storage.settings.office_tables import OfficeTables
from antrean.storage.settings.plan_chain import GENESIS, STORED, link
from antrean.storage.times import stored_time

log = logging.getLogger(__name__)
PLANS = schema.plans
OF_TEXTS = ("note_has_id_number", "name_unprintable", "text_unprintable")


class OfficeMissing(Exception):
    """The database holds no office with this id."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a plan: from which line of the journal on it is in force (0: from the first), when, by whom.

    `at` is None where nobody knows: of an office that had a plan before there were revisions.
    """

    number: int
    seq: int
    at: datetime | None
    actor: str
    body: str

    @property
    def document(self) -> dict[str, Any]:
        """The plan as a document, made anew at each use."""
        found: dict[str, Any] = json.loads(self.body)
        return found


class PlanRows(OfficeTables):
    """Reads an office's plan in its revisions, and writes the first."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        super().__init__(engine, office)
        self._codes: dict[str, tuple[int, frozenset[str]]] = {}  # by part: up to which revision, and what was named

    def exists(self) -> bool:
        """Whether the office has been set up."""
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(schema.offices.c.id).where(schema.offices.c.id == self.office))
            return found.first() is not None

    def load_plan(self) -> OfficePlan:
        """Return the office's plan; raises OfficeMissing when there is none, JournalError when it can't be read."""
        try:
            return self._load_plan()
        except DatabaseError as error:
            raise JournalError(in_a_line(error)) from error
        except SettingsDamaged as damaged:
            log.error("%s", damaged)
            raise JournalError(damaged.said) from damaged

    def _load_plan(self) -> OfficePlan:
        with self._reading() as connection:
            row = connection.execute(sa.select(schema.offices).where(schema.offices.c.id == self.office)).first()
            check(connection, self.office, schema.offices, [row] if row is not None else [])
            if row is None:
                raise OfficeMissing(self.office)
            newest = self._newest(connection)
            devices = [device_of(one) for one in self._all(connection, schema.devices, schema.devices.c.created_at)]
        return replace(self._as_plan(newest), printers=printers_by_kiosk(devices), demo=row.demo)

    def create_office(self, plan: OfficePlan, at: datetime | None = None) -> None:
        """Write a new office with the first revision of its plan, made at this time; refuses (IntegrityError) another.

        Refuses (Invalid) names and texts that no office can have, such as one with an identity number.
        """
        with changing(self._engine, self.office, schema.offices, PLANS) as connection:
            self._insert_office(connection, plan, at)

    def _insert_office(self, connection: sa.Connection, plan: OfficePlan, at: datetime | None) -> None:
        document = to_document(plan)
        for problem in problems(document):
            if problem.code in OF_TEXTS:
                raise problem.refusal()
        told = stored_time(at) if at is not None else ""
        first = {"revision": 1, "seq": 0, "at": told, "actor": "", "body": as_text(document)}
        chain = link(GENESIS, self.office, *(first[name] for name in STORED))
        connection.execute(sa.insert(schema.offices), {"id": self.office, "demo": plan.demo})
        connection.execute(sa.insert(PLANS), {"office": self.office, "chain": chain, **first})

    def revisions(self, most: int, before: int | None = None) -> list[Revision]:
        """Return so many revisions, the newest first, older than `before`; of those that are there."""
        wanted = sa.select(PLANS).where(PLANS.c.office == self.office).order_by(PLANS.c.revision.desc()).limit(most)
        if before is not None:
            wanted = wanted.where(PLANS.c.revision < before)
        return self._found(wanted)

    def revision(self, number: int) -> Revision | None:
        """Return a revision, None when there is none of this number."""
        mine = PLANS.c.office == self.office
        return next(iter(self._found(sa.select(PLANS).where(mine, PLANS.c.revision == number))), None)

    def codes_named(self, part: str) -> set[str]:
        """Return the codes that services, counters, zones and the like (`part`) have had in any revision; blocking.

        Lines of the journal name them for ever, so that none is given to another one. A revision is read once by a
        process, as it never changes: to read a thousand takes a third of a second.
        """
        newest, codes = self._codes.get(part, (0, frozenset[str]()))
        mine = (PLANS.c.office == self.office, PLANS.c.revision > newest)
        wanted = sa.select(PLANS.c.revision, PLANS.c.body).where(*mine).execution_options(yield_per=20)
        with self._reading() as connection:
            for row in connection.execute(wanted):
                newest = max(newest, row.revision)
                codes |= {one["code"] for one in json.loads(row.body).get(part, ())}
        self._codes[part] = newest, codes
        return set(codes)

    def plan_at(self, seq: int) -> OfficePlan:
        """Return the plan that was in force when this line was written, without printers.

        Of lines that are older than the first revision, it is that one.
        """
        return self.plans_at([seq])[seq]

    def plans_at(self, seqs: Iterable[int]) -> dict[int, OfficePlan]:
        """Return the plan that was in force when each of these lines was written, by its seq; see `plan_at`."""
        of_line = self.revisions_at(seqs)
        plans = {number: self.plan_of(number) for number in set(of_line.values())}
        return {seq: plans[number] for seq, number in of_line.items()}

    def revisions_at(self, seqs: Iterable[int]) -> dict[int, int]:
        """Return the number of the revision that was in force when each of these lines was written; see `plan_at`."""
        columns = (PLANS.c.seq, PLANS.c.revision)
        wanted = sa.select(*columns).where(PLANS.c.office == self.office).order_by(PLANS.c.revision)
        with self._reading() as connection:
            began = [(row.seq, row.revision) for row in connection.execute(wanted)]
        return {seq: began[max(bisect_left(began, (seq, 0)) - 1, 0)][1] for seq in seqs}

    def plan_of(self, number: int) -> OfficePlan:
        """Return the plan of a revision, without printers; raises OfficeMissing when there is none of this number."""
        found = self.revision(number)
        if found is None:
            raise OfficeMissing(f"{self.office}, revision {number}")
        return self._as_plan(found)

    def _found(self, wanted: sa.Select[Any]) -> list[Revision]:
        """Return revisions; refuses (SettingsDamaged) one that is not as it was written."""
        with self._reading() as connection:
            return [self._checked(connection, row) for row in connection.execute(wanted).all()]

    def _newest(self, connection: sa.Connection) -> Revision:
        mine = PLANS.c.office == self.office
        row = connection.execute(sa.select(PLANS).where(mine).order_by(PLANS.c.revision.desc()).limit(1)).first()
        whose = (DIGESTS.c.office == self.office, DIGESTS.c.name == PLANS.name)
        if row is None or row.chain != connection.scalar(sa.select(DIGESTS.c.digest).where(*whose)):
            raise SettingsDamaged(PLANS.name)
        return self._checked(connection, row)

    def _checked(self, connection: sa.Connection, row: Any) -> Revision:
        before = sa.select(PLANS.c.chain).where(PLANS.c.office == self.office, PLANS.c.revision == row.revision - 1)
        previous = GENESIS if row.revision == 1 else connection.scalar(before)
        if previous is None or row.chain != link(previous, self.office, *(getattr(row, name) for name in STORED)):
            raise SettingsDamaged(PLANS.name)
        at = datetime.fromisoformat(row.at) if row.at else None
        return Revision(row.revision, row.seq, at, row.actor, row.body)

    def _as_plan(self, revision: Revision) -> OfficePlan:
        return replace(plan_of(revision.document), office=self.office, revision=revision.number)
