"""All settings of one office: its plan, its staff, its devices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import sqlalchemy as sa

from antrean.storage.codes import CodeRows
from antrean.storage.database.engine import database_file, reading
from antrean.storage.factors import FactorRows
from antrean.storage.journal.security import SecurityRecords
from antrean.storage.paper_usage import paper_before
from antrean.storage.sessions import SessionRows
from antrean.storage.settings.devices import DeviceRows
from antrean.storage.settings.plan import PlanRows
from antrean.storage.settings.staff import StaffRows


class Settings(PlanRows, StaffRows, DeviceRows):
    """Reads and writes the settings of one office.

    After a change of staff or devices its writer journals it through the office. The plan is saved by `SavePlan` alone.
    """

    def __init__(self, engine: sa.Engine, office: str) -> None:
        super().__init__(engine, office)
        self.security = SecurityRecords(engine, office)
        self.sessions = SessionRows(engine, office)
        self.codes = CodeRows(engine, office)
        self.factors = FactorRows(engine, office)

    @property
    def file(self) -> Path | None:
        """The database's file, None when it is kept by a server."""
        return database_file(self._engine)

    def paper_before(self, day: date) -> dict[str, int]:
        """Return, by printer, the millimetres that business days before this one took of the roll that is in it."""
        with reading(self._engine) as connection:
            return paper_before(connection, self.office, day)
