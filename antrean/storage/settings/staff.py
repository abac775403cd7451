"""The rows of people who sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from antrean.storage.database import schema
from antrean.storage.settings.digests import changing
from antrean.storage.settings.office_tables import OfficeTables

ROLES = ("operator", "supervisor", "administrator", "viewer")


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Someone who signs in. `session` changes when all of their sessions are to end."""

    name: str
    role: str
    password_hash: str
    session: str
    active: bool = True


class StaffRows(OfficeTables):
    """Reads and writes an office's staff."""

    def staff(self) -> list[StaffMember]:
        """Return everyone who can or could sign in, by name."""
        with self._reading() as connection:
            rows = self._all(connection, schema.staff, schema.staff.c.name)
        return [StaffMember(row.name, row.role, row.password_hash, row.session, row.active) for row in rows]

    def names_elsewhere(self) -> list[str]:
        """Return the names of those who can sign in at other offices of the database."""
        table = schema.staff
        others = sa.select(table.c.name).where(table.c.office != self.office, table.c.active)
        with self._reading() as connection:
            return list(connection.scalars(others.order_by(table.c.name)))

    def save_staff(self, member: StaffMember) -> None:
        """Add a member of staff, or replace the one of that name."""
        self.change_staff(lambda known: member)

    def change_staff(self, change: Callable[[list[StaffMember]], StaffMember]) -> StaffMember:
        """Add or replace the member that `change` makes of all who are known; no other change comes between."""
        table = schema.staff
        with changing(self._engine, self.office, schema.staff) as connection:
            rows = self._all(connection, table, table.c.name)
            member = change(
                [StaffMember(row.name, row.role, row.password_hash, row.session, row.active) for row in rows]
            )
            connection.execute(sa.delete(table).where(table.c.office == self.office, table.c.name == member.name))
            connection.execute(sa.insert(table), {"office": self.office, **asdict(member)})
        return member
