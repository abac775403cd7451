"""The paper that earlier days took of a roll, from the journal of a real database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from antrean.queueing.commands import ChangeRoll, IssueTicket, SettleSlip
from antrean.queueing.office import Office
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock, small_plan
from tests.fakes.slips import SlipKey


def test_earlier_days_count_since_the_last_change_of_each_printers_roll(
    database: str, open_journal: Callable[[], SqlJournal], clock: SetClock
) -> None:
    engine = open_engine(database)
    plan = small_plan(printers={"": "p1"})
    settings = Settings(engine, "test")
    settings.create_office(plan)
    office = Office(open_journal(), lambda: plan, clock)

    def print_one(mm: int, fallback: bool = False) -> None:
        ticket = office.execute(IssueTicket(service="card", language="id")).ticket
        assert ticket is not None
        slip: SlipKey = {"ticket": ticket.number, "copy": 0, "claim": "run"}
        office.execute(SettleSlip(**slip, result="sending", evidence="composed"))
        office.execute(SettleSlip(**slip, result="printed", evidence="printed", paper_mm=mm, fallback=fallback))

    first = plan.business_day(clock.now)
    print_one(400)
    clock.forward(days=1)
    print_one(300)
    office.execute(ChangeRoll(printer="p1"))
    print_one(200)
    print_one(77, fallback=True)
    clock.forward(days=1)
    print_one(100)
    assert settings.paper_before(first) == {}
    assert settings.paper_before(first + timedelta(days=1)) == {"p1": 400}
    assert settings.paper_before(first + timedelta(days=2)) == {"p1": 200}
    assert settings.paper_before(first + timedelta(days=3)) == {"p1": 300}
