"""The rows of what people show besides their password: PINs, authenticator apps, recovery codes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from antrean.storage.database import schema
from antrean.storage.database.engine import reading

TABLE = schema.factors
PIN, AUTHENTICATOR, RECOVERY = "pin", "authenticator", "recovery"
OF_APP = (AUTHENTICATOR, RECOVERY)  # they come and go together


@dataclass(frozen=True, slots=True)
class Factor:
    """One of them. A person has one PIN and one app, whose `id` is "", and recovery codes, whose `id` is their hash."""

    staff: str
    kind: str
    value: str
    id: str = ""
    used: int = 0


class FactorRows:
    """Reads and writes the factors of people, who have the same at each of their offices; everything here blocks."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def of(self, staff: str) -> list[Factor]:
        """Return what this person has."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(TABLE).where(TABLE.c.staff == staff).order_by(TABLE.c.kind, TABLE.c.id))
            return [Factor(row.staff, row.kind, row.value, row.id, row.used) for row in rows]

    def replace(self, staff: str, kinds: Collection[str], new: Collection[Factor]) -> None:
        """Take all of these kinds away from a person and write the new ones, in one commit."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(TABLE).where(TABLE.c.staff == staff, TABLE.c.kind.in_(tuple(kinds))))
            for one in new:
                row = {"staff": staff, "kind": one.kind, "id": one.id}
                connection.execute(sa.insert(TABLE), {**row, "value": one.value, "used": one.used})

    def use_step(self, staff: str, step: int) -> bool:
        """Note that an app's code of this step was taken; False when that step, or a later one, was taken before."""
        mine = (TABLE.c.staff == staff, TABLE.c.kind == AUTHENTICATOR)
        with self._engine.begin() as connection:
            changed = connection.execute(sa.update(TABLE).where(*mine, TABLE.c.used < step).values(used=step))
            return changed.rowcount == 1

    def use_recovery(self, staff: str, code: str) -> bool:
        """Take a recovery code with this hash away; False when there is none, or somebody was quicker."""
        mine = (TABLE.c.staff == staff, TABLE.c.kind == RECOVERY)
        with self._engine.begin() as connection:
            return connection.execute(sa.delete(TABLE).where(*mine, TABLE.c.id == code)).rowcount == 1
