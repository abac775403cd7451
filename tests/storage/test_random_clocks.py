"""However clocks jump: no number twice on one real day, nobody expired who waits, and a recall after its gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from tests.storage.random_clocks import RandomClocks

EXAMPLES = 40


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    engine = open_engine(database)
    yield engine
    engine.dispose()


@pytest.mark.long
@pytest.mark.parametrize("number", [1, 2])
def test_no_jump_of_a_clock_breaks_the_promise(engine: sa.Engine, number: int) -> None:
    seen: Counter[str] = Counter()

    class Machine(RandomClocks):
        hubs = number

        def __init__(self) -> None:
            super().__init__(lambda office: SqlJournal(engine, office), seen)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            derandomize=True,
            deadline=None,
            database=None,
            phases=(Phase.generate,),  # add Phase.shrink by hand: it takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    # The run is worth something only when people were served in it, and clocks were set.
    assert seen["ticket.issued"] > 300
    assert seen["recall_ticket"]
    assert seen["clock.set"] > 20
    assert seen["ticket.expired"]
