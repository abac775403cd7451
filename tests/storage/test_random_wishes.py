"""Whatever is wished, in whatever order: no illegal state, and the journal alone tells everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from tests.storage.random_wishes import NAMES, RandomWishes

EXAMPLES, STEPS = {"sqlite": 25, "postgresql": 15}, 40


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    engine = open_engine(database)
    yield engine
    engine.dispose()


@pytest.mark.long
def test_no_order_of_wishes_leads_to_an_illegal_state(engine: sa.Engine) -> None:
    asked: Counter[str] = Counter()
    granted: Counter[str] = Counter()
    journals: list[SqlJournal] = []

    def open_journal(office: str) -> SqlJournal:
        journals.append(SqlJournal(engine, office))
        return journals[-1]

    class Machine(RandomWishes):
        def __init__(self) -> None:
            super().__init__(open_journal, asked, granted)

        def teardown(self) -> None:
            super().teardown()
            while journals:
                journals.pop().close()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES[engine.dialect.name],
            stateful_step_count=STEPS,
            derandomize=True,
            deadline=None,
            database=None,
            phases=(Phase.generate,),  # add Phase.shrink by hand: it takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    # The run is worth something only when it went deep: every wish was granted, most of them were refused too.
    assert not [name for name in NAMES if not granted[name]], granted
    assert granted["lines"] > 400
