"""SQL statements compiled once in each process, for whatever database file a test opens.

An engine keeps what it compiled for itself, and each hub of a test opens ten of them: most of a hub's start would be
spent on statements that an earlier hub has compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

MOST = 3000  # statements; a test makes tables of its own, whose statements come once


class Statements(dict[Any, Any]):
    """What SQLAlchemy compiled for one kind of database, found again by whatever engine of that kind asks."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the statement, which does not depend on the engine that its key begins with."""
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        if len(self) >= MOST:
            self.clear()
        super().__setitem__(key[1:], compiled)


@contextmanager
def compiled_once() -> Iterator[None]:
    """Have every SQLite engine that is made from now on share its statements."""
    make, statements = sa.create_engine, Statements()

    def create_engine(url: Any, **settings: Any) -> sa.Engine:
        engine = make(url, **settings)
        if engine.dialect.name == "sqlite":
            engine.update_execution_options(compiled_cache=statements)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sa, "create_engine", create_engine)
        yield
