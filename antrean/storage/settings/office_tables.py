"""Reading the rows of one office as of one moment, checked against their digests."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from antrean.storage.database.engine import reading
from antrean.storage.settings.digests import check


class OfficeTables:
    """Reads and writes rows of one office."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._engine = engine
        self.office = office

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        """Give a connection that reads all as of one moment."""
        return reading(self._engine, at_one_moment=True)

    def _all(self, connection: sa.Connection, table: sa.Table, by: Any) -> Sequence[sa.Row[Any]]:
        rows = connection.execute(sa.select(table).where(table.c.office == self.office).order_by(by)).all()
        check(connection, self.office, table, rows)
        return rows
