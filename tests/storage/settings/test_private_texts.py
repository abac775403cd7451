"""What people write in settings: nothing that nobody sees, and no identity number, whatever release took it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from antrean.queueing.errors import Invalid
from antrean.queueing.plan.document import to_document
from antrean.queueing.privacy import MASK
from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.settings.devices import Device
from antrean.storage.settings.private_texts import mask_settings
from antrean.storage.settings.rows import Settings
from tests.conftest import small_plan
from tests.fakes.plan import put_plan


def test_an_office_is_not_set_up_with_names_that_nobody_sees_or_numbers_of_people(fresh_database: str) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    settings = Settings(engine, "o")
    plan = small_plan(office="o")
    for wrong in (
        replace(plan, name="Kantor\u202e"),
        replace(plan, ticker={"id": "NIK 3208011205900001"}),
        replace(plan, slip={"footer": {"id": ["3208 0112 0590 0001"]}}),
        replace(plan, counters=(replace(plan.counters[0], name="Loket\u200b1"),)),
        replace(plan, services=(replace(plan.services[0], names={"id": "\ue000"}),)),
    ):
        with pytest.raises(Invalid):
            settings.create_office(wrong)
    assert not settings.exists()
    settings.create_office(plan)


def test_settings_that_are_brought_back_lose_the_digits_of_identity_numbers_and_nothing_else(
    fresh_database: str,
) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    settings = Settings(engine, "o")
    logo = "iVBORw0KGgo3208011205900001AAAANSUhEUg=="
    plan = replace(small_plan(office="o"), slip={"logo": logo, "beep": True})
    settings.create_office(plan)
    ticker = {"id": "Bawa KTP 3208011205900001, telp 0812-3456-7890", "en": "Free of charge"}
    put_plan(engine, "o", to_document(replace(plan, ticker=ticker)))
    device = Device("d", "kiosk", "3208 0112 0590 0001", "hash")
    settings.add_device(device, datetime(2026, 11, 24, tzinfo=UTC))
    with engine.begin() as connection:
        assert mask_settings(connection) == 2
    plan = settings.load_plan()
    assert plan.ticker == {"id": f"Bawa KTP {MASK * 16}, telp 0812-3456-7890", "en": "Free of charge"}
    assert plan.slip == {"logo": logo, "beep": True}
    assert [one.name for one in settings.devices()] == [" ".join([MASK * 4] * 4)]
    with engine.begin() as connection:
        assert mask_settings(connection) == 0
