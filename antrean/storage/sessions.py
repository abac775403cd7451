"""The rows of sessions: who is signed in where."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from antrean.storage.database import schema
from antrean.storage.database.engine import reading
from antrean.storage.times import stored_time

TABLE = schema.sessions
BROWSER_LENGTH, ADDRESS_LENGTH = 60, 60


@dataclass(frozen=True, slots=True)
class StaffSession:
    """One browser in which a member of staff is signed in.

    `id` is the hash of what the browser's cookie says. `mark` is `StaffMember.session` as it was at the sign-in: the
    session ends when that changes. `browser` says roughly which one it is, `address` from where it signed in. `locked`:
    its person locked it, or a wrong PIN was given; `wrong_pins` is how many since the last right one.
    """

    id: str
    staff: str
    mark: str
    began_at: datetime
    used_at: datetime
    browser: str = ""
    address: str = ""
    locked: bool = False
    wrong_pins: int = 0


class SessionRows:
    """Reads and writes the open sessions of an office; those that ended have no row."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._engine = engine
        self._office = office

    def all(self) -> list[StaffSession]:
        """Return the open sessions, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(TABLE).where(TABLE.c.office == self._office).order_by(TABLE.c.began_at))
            return [
                StaffSession(
                    row.id,
                    row.staff,
                    row.mark,
                    datetime.fromisoformat(row.began_at),
                    datetime.fromisoformat(row.used_at),
                    row.browser,
                    row.address,
                    row.locked,
                    row.wrong_pins,
                )
                for row in rows
            ]

    def write(self, new: Collection[StaffSession], used: Mapping[str, datetime], ended: Collection[str]) -> None:
        """Add sessions, note when others were used last, and remove those that ended, in one commit."""
        mine = TABLE.c.office == self._office
        with self._engine.begin() as connection:
            for session in new:
                connection.execute(sa.delete(TABLE).where(mine, TABLE.c.id == session.id))
                connection.execute(sa.insert(TABLE), self._row(session))
            for one, at in used.items():
                connection.execute(sa.update(TABLE).where(mine, TABLE.c.id == one).values(used_at=stored_time(at)))
            if ended:
                connection.execute(sa.delete(TABLE).where(mine, TABLE.c.id.in_(tuple(ended))))

    def _row(self, session: StaffSession) -> dict[str, str | int]:
        return {
            "office": self._office,
            "id": session.id,
            "staff": session.staff,
            "mark": session.mark,
            "browser": session.browser[:BROWSER_LENGTH],
            "address": session.address[:ADDRESS_LENGTH],
            "began_at": stored_time(session.began_at),
            "used_at": stored_time(session.used_at),
            "locked": session.locked,
            "wrong_pins": session.wrong_pins,
        }
