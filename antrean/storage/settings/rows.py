"""All settings of one office: its plan, its staff, its devices."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Unknown
from antrean.queueing.journal.port import JournalDamaged
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.codes import CodeRows
from antrean.storage.database import schema
from antrean.storage.database.engine import database_file, reading
from antrean.storage.factors import FactorRows
from antrean.storage.journal.case_lines import CaseLines
from antrean.storage.journal.day_lines import LastLine, call_facts, last_line_of
from antrean.storage.journal.earlier_work import EarlierWork, earlier_work
from antrean.storage.journal.finished import Finished, finished_by_day
from antrean.storage.journal.outages import OutagesByDay, outages_by_day
from antrean.storage.journal.security import SecurityRecords
from antrean.storage.journal.spared import Spared, spared_by_day
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.journal.ticket_lines import TicketLines
from antrean.storage.paper_usage import paper_before
from antrean.storage.sessions import SessionRows
from antrean.storage.settings.devices import Device, DeviceRows
from antrean.storage.settings.digests import changing
from antrean.storage.settings.plan import PlanRows
from antrean.storage.settings.staff import StaffMember, StaffRows


class Settings(PlanRows, StaffRows, DeviceRows):
    """Reads and writes the settings of one office.

    After a change of staff or devices its writer journals it through the office. The plan is saved by `SavePlan` alone.
    """

    def __init__(self, engine: sa.Engine, office: str) -> None:
        super().__init__(engine, office)
        self.security = SecurityRecords(engine, office)
        self.case_lines = CaseLines(engine, office)
        self.ticket_lines = TicketLines(engine, office)
        self.sessions = SessionRows(engine, office)
        self.codes = CodeRows(engine, office)
        self.factors = FactorRows(engine)

    def begin_office(self, plan: OfficePlan, administrator: StaffMember, agent: Device, at: datetime) -> None:
        """Write the first office of a database with its first administrator and print agent, all or nothing.

        Refuses (`office_made`) where there is an office already, and names and texts that no office can have.
        """
        tables = schema.people, schema.offices, schema.plans, schema.staff, schema.devices
        try:
            with changing(self._engine, self.office, *tables) as connection:
                if connection.scalar(sa.select(schema.offices.c.id).limit(1)) is not None:
                    raise Unknown("office_made")
                self._insert_office(connection, plan, at)
                self._insert_staff(connection, administrator)
                self._insert_device(connection, agent, at)
        except sa.exc.IntegrityError:
            raise Unknown("office_made") from None

    def past_days(self, before: date, most: int) -> list[ServiceDay]:
        """Return the newest business days before a date that have numbers, so many at most, without damaged ones."""
        journal, found = SqlJournal(self._engine, self.office), list[ServiceDay]()
        past = journal.newest_day(before=before)
        while past is not None and len(found) < most:
            with suppress(JournalDamaged):
                day = ServiceDay.fold(past, journal.read(day=past))
                found += [day] if day.tickets else []
            past = journal.newest_day(before=past)
        return found

    @property
    def file(self) -> Path | None:
        """The database's file, None when it is kept by a server."""
        return database_file(self._engine)

    def paper_before(self, day: date) -> dict[str, int]:
        """Return, by printer, the millimetres that business days before this one took of the roll that is in it."""
        with reading(self._engine) as connection:
            return paper_before(connection, self.office, day)

    def spared_by_day(self, first: date, last: date) -> Spared:
        """Return by business day and service how many visits were not needed, newest day first."""
        with reading(self._engine) as connection:
            return spared_by_day(connection, self.office, first, last)

    def outages_by_day(self, first: date, last: date) -> OutagesByDay:
        """Return the outages of the business days from `first` to `last`, oldest first."""
        with reading(self._engine) as connection:
            return outages_by_day(connection, self.office, first, last)

    def last_line_of(self, day: date) -> LastLine | None:
        """Return the last line of a business day and its chain value; None where the journal has none of it."""
        with reading(self._engine) as connection:
            return last_line_of(connection, self.office, day)

    def call_facts(self, lines: Collection[int]) -> dict[int, Mapping[str, Any]]:
        """Return the facts that calls recorded, by their lines."""
        with reading(self._engine) as connection:
            return call_facts(connection, self.office, lines)

    def finished_days(self, first: date, before: date, known: Collection[date], most: int) -> Finished:
        """Return what business days did for a campaign: so many of those that are not known."""
        return finished_by_day(self._engine, self.office, first, before, known, most)

    def earlier_work(self, day: date) -> EarlierWork:
        """Return what the office did on business days before this one."""
        with reading(self._engine) as connection:
            return earlier_work(connection, self.office, day)
