"""The settings of an office: a row changed behind the hub's back is found, its table named, and not believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from antrean.queueing.office import JournalError, Office
from antrean.queueing.plan.model import PlaylistItem
from antrean.storage.database.engine import open_engine
from antrean.storage.database.waits import CARE
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.devices import Device
from antrean.storage.settings.digests import SettingsDamaged, check_all
from antrean.storage.settings.rows import Settings
from antrean.storage.settings.staff import StaffMember
from tests.conftest import SetClock, small_plan
from tests.fakes.plan import close_service, save_item, save_part

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def settings(database: str) -> Settings:
    """Return an office that has used every way to change its settings."""
    made = Settings(open_engine(database), "test")
    made.create_office(small_plan(ticker={"id": "Selamat datang"}))
    made.save_staff(StaffMember("Ani", "operator", "hash", "s1"))
    made.save_staff(StaffMember("Dewi", "supervisor", "hash", "s2"))
    made.save_staff(StaffMember("Ani", "operator", "hash", "s3"))
    for kind in ("kiosk", "print_agent"):
        made.add_device(Device(kind, kind, kind, f"token of {kind}"), NOW)
    made.set_device_settings("print_agent", {"printers": [{"kind": "cups", "queue": "tiket"}]})
    made.set_device_settings("kiosk", {"large": True})
    made.set_device_settings("nobody", {"large": True})
    made.revoke_device("print_agent", NOW)
    office = Office(SqlJournal(open_engine(database), "test"), made.load_plan, SetClock())
    close_service(office, "family")
    save_part(office, "services/family/closed", False)
    close_service(office, "card", {"id": "blangko habis"})
    save_part(office, "services/card/opens_on", "2026-12-01")
    save_part(office, "displays/ticker", {"id": "Buka sampai pukul 15"})
    for interlude in ("one", "two"):
        save_item(office, PlaylistItem(interlude, "notice", {"id": interlude}, starts_on=date(2026, 1, 1)))
    save_part(office, "displays/playlist/two", None)
    return made


def found(database: str) -> list[str]:
    with open_engine(database, CARE).begin() as connection:  # as a start looks at them: a busy machine is no damage
        return [damaged.table for damaged in check_all(connection)]


def test_every_way_to_change_settings_leaves_them_to_be_believed(database: str, settings: Settings) -> None:
    assert found(database) == []
    assert [(one.code, one.closed, one.opens_on) for one in settings.load_plan().services] == [
        ("card", True, date(2026, 12, 1)),
        ("family", False, None),
        ("birth", False, None),
    ]
    assert [member.name for member in settings.staff()] == ["Ani", "Dewi"]
    assert [device.id for device in settings.devices()] == ["kiosk", "print_agent"]


Read = Callable[[Settings], object]
CHANGES: dict[str, tuple[str, str, Read]] = {
    "a service's letter": (
        "plans",
        """UPDATE plans SET body = replace(body, '"series":"A"', '"series":"Q"')""",
        Settings.load_plan,
    ),
    "the newest plan": ("plans", "DELETE FROM plans WHERE revision = 9", Settings.load_plan),
    "an earlier plan": ("plans", "DELETE FROM plans WHERE revision = 3", lambda settings: settings.revision(4)),
    "who changed the plan": (
        "plans",
        "UPDATE plans SET actor = 'Eka' WHERE revision = 3",
        lambda settings: settings.revision(3),
    ),
    "since when a plan was in force": (
        "plans",
        "UPDATE plans SET seq = 99 WHERE revision = 3",
        lambda settings: settings.revisions(9),
    ),
    "what the office is": ("offices", "UPDATE offices SET demo = TRUE", Settings.load_plan),
    "a role": ("staff", "UPDATE staff SET role = 'administrator' WHERE name = 'Ani'", Settings.staff),
    "a revoked device": ("devices", "UPDATE devices SET revoked_at = NULL", Settings.devices),
    "a printer's address": ("devices", "UPDATE devices SET address = 'tcp://10.0.0.1:9100'", Settings.load_plan),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_behind_the_back_is_named_and_not_believed(
    database: str, settings: Settings, change: str
) -> None:
    table, statement, read = CHANGES[change]
    with open_engine(database).begin() as connection:
        connection.exec_driver_sql(statement)
    assert found(database) == [table]
    with pytest.raises((SettingsDamaged, JournalError), match=f"the table {table} is not as it was written"):
        read(settings)


def test_damage_does_not_become_the_truth_with_the_next_change(database: str, settings: Settings) -> None:
    with open_engine(database).begin() as connection:
        connection.exec_driver_sql("UPDATE staff SET role = 'administrator' WHERE name = 'Ani'")
    with pytest.raises(SettingsDamaged, match="staff"):
        settings.save_staff(StaffMember("Budi", "operator", "hash", "s4"))
    assert found(database) == ["staff"]
    with open_engine(database).begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM staff")) == 2
    settings.revoke_device("kiosk", NOW)  # other tables can still be changed
    assert found(database) == ["staff"]


def test_two_offices_are_believed_apart(database: str, settings: Settings) -> None:
    other = Settings(open_engine(database), "other")
    other.create_office(small_plan())
    with open_engine(database).begin() as connection:
        connection.exec_driver_sql("UPDATE plans SET actor = 'Eka' WHERE office = 'other'")
    assert settings.load_plan().service("card").series == "A"
    with pytest.raises(JournalError):
        other.load_plan()
