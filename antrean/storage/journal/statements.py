"""SQL as the driver takes it, for what is written within the journal's own transaction by its own connection."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

# A statement, the order of its values where they have no names there, and those that it has.
Statement = tuple[str, tuple[str, ...], dict[str, Any]]


class Statements:
    """Compiles statements for one database, and runs them by a cursor of its driver."""

    def __init__(self, engine: sa.Engine) -> None:
        self._dialect = engine.dialect

    def compiled(self, statement: sa.Select[Any] | sa.Insert | sa.Update | sa.Delete | sa.TextClause) -> Statement:
        """Return a statement as the driver takes it."""
        compiled = statement.compile(dialect=self._dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return str(compiled), tuple(compiled.positiontup or ()), fixed

    def run(self, cursor: Any, statement: Statement, **values: object) -> Any:
        """Execute a statement with these values and return the cursor."""
        text, names, fixed = statement
        every = {**fixed, **values}
        cursor.execute(text, tuple(every[name] for name in names) if names else every)
        return cursor
