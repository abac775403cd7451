"""However clocks jump: no number twice on one real day, nobody expired who waits, and a recall after its gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from random import Random

import pytest
import sqlalchemy as sa

from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from tests.storage.random_clocks import RandomClocks, search

DAYS = 60


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    engine = open_engine(database)
    yield engine
    engine.dispose()


@pytest.mark.long
@pytest.mark.parametrize("number", [1, 2])
def test_no_jump_of_a_clock_breaks_the_promise(engine: sa.Engine, number: int) -> None:
    """The same days at each time, whatever stands in the sources: `make prove` tries others."""
    seen: Counter[str] = Counter()
    for seed in range(DAYS):
        RandomClocks(number, partial(SqlJournal, engine), seen).play(seed)
    # The run is worth something only when people were served in it, and clocks were set.
    assert seen["ticket.issued"] > 300
    assert seen["recall_ticket"]
    assert seen["clock.set"] > 20
    assert seen["ticket.expired"]


@pytest.mark.long
def test_the_search_plays_the_days_that_it_is_given() -> None:
    days = iter([True, True, True, False])
    assert search(lambda: next(days), Random(1)).startswith("clocks: 3 random days, ")
