"""Settings of single devices and the interludes of displays keep what was written."""

from __future__ import annotations

from datetime import UTC, date, datetime

from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan, PlaylistItem
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.devices import Device
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock
from tests.fakes.plan import save_item, save_part

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_a_devices_settings_are_merged_and_leave_other_devices_alone(database: str, plan: OfficePlan) -> None:
    settings = Settings(open_engine(database), plan.office)
    settings.create_office(plan)
    for name in ("one", "two"):
        settings.add_device(Device(name, "display", name, f"hash-{name}"), NOW)
    settings.set_device_settings("one", {"seat_m": 8.0, "volume": 3})
    settings.set_device_settings("one", {"seat_m": 6.5})
    found = {device.id: device.settings for device in settings.devices()}
    assert found == {"one": {"seat_m": 6.5, "volume": 3}, "two": {}}


def test_interludes_come_with_the_plan_in_their_order_and_can_be_changed_and_taken_away(
    database: str, plan: OfficePlan
) -> None:
    settings, office = set_up(database, plan)
    first = PlaylistItem("a", "notice", {"id": "Libur", "en": "Closed"}, seconds=9, ends_on=date(2026, 12, 24))
    second = PlaylistItem("b", "picture", {}, "abc.jpg")
    save_item(office, first)
    save_item(office, second)
    assert settings.load_plan().playlist == (first, second)
    changed = PlaylistItem("a", "notice", {"id": "Buka"}, seconds=20)
    save_item(office, changed)
    assert settings.load_plan().playlist == (changed, second)
    for _ in range(2):
        save_part(office, "displays/playlist/a", None)
    assert settings.load_plan().playlist == (second,)


def set_up(database: str, plan: OfficePlan) -> tuple[Settings, Office]:
    engine = open_engine(database)
    settings = Settings(engine, plan.office)
    settings.create_office(plan)
    return settings, Office(SqlJournal(engine, plan.office), settings.load_plan, SetClock())


def test_an_interlude_is_shown_from_its_first_day_to_its_last() -> None:
    interlude = PlaylistItem("a", "notice", starts_on=date(2026, 11, 24), ends_on=date(2026, 11, 25))
    days = [date(2026, 11, day) for day in (23, 24, 25, 26)]
    assert [interlude.shown_on(day) for day in days] == [False, True, True, False]
    assert PlaylistItem("b", "notice").shown_on(days[0])


def test_the_running_text_is_written_by_language(database: str, plan: OfficePlan) -> None:
    settings, office = set_up(database, plan)
    save_part(office, "displays/ticker", {"id": "Semua layanan gratis", "su": "Haratis"})
    assert settings.load_plan().ticker == {"id": "Semua layanan gratis", "su": "Haratis"}
    assert settings.load_plan().name == plan.name
