"""The first office of a database is written whole, by one of those who try, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antrean.queueing.errors import Unknown
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database.engine import open_engine, reading
from antrean.storage.database.holdings import holds_nothing
from antrean.storage.settings.devices import Device
from antrean.storage.settings.digests import check_all
from antrean.storage.settings.rows import Settings
from antrean.storage.settings.staff import StaffMember
from tests.conftest import SetClock

SITTI = StaffMember("Sitti", "administrator", "hash", "mark", mark="mark")
AGENT = Device("d1", "print_agent", "Printer 1", "0" * 64)


def test_a_first_office_has_its_plan_its_administrator_and_its_print_agent_at_once(
    database: str, plan: OfficePlan, clock: SetClock
) -> None:
    engine = open_engine(database)
    assert holds_nothing(engine)
    rows = Settings(engine, plan.office)
    rows.begin_office(plan, SITTI, AGENT, clock())
    assert not holds_nothing(engine)
    assert rows.load_plan() == replace(plan, printers={"": AGENT.id})
    assert rows.staff() == [SITTI]
    assert [one.id for one in rows.devices()] == ["d1"]
    with reading(engine) as connection:
        assert list(check_all(connection)) == []


@pytest.mark.parametrize("code", ["office", "another"])
def test_a_second_office_is_refused_and_changes_nothing(
    database: str, plan: OfficePlan, clock: SetClock, code: str
) -> None:
    engine = open_engine(database)
    rows = Settings(engine, plan.office)
    rows.begin_office(plan, SITTI, AGENT, clock())
    later = Settings(engine, code)
    with pytest.raises(Unknown) as refused:
        later.begin_office(plan, StaffMember("Rina", "administrator", "hash", "mark"), AGENT, clock())
    assert refused.value.code == "office_made"
    assert rows.staff() == [SITTI]
    assert later.exists() is (code == plan.office)
    with reading(engine) as connection:
        assert list(check_all(connection)) == []
