"""Two people of one name in two offices: both go on, under names that tell them apart, on either database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from antrean.access.identities import Identities
from antrean.queueing.errors import Forbidden, Refused
from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.settings.digests import check_all, renew_all
from antrean.storage.settings.rows import Settings
from antrean.storage.settings.staff import StaffMember
from tests.conftest import small_plan
from tests.fakes.downgrade import downgrade
from tests.fakes.office_hub import PASSWORD, QUICK

HASH = QUICK.hash(PASSWORD, "somebody")
# As that release had these tables.
MEMBER = sa.text(
    "INSERT INTO staff (office, name, role, password_hash, session, active) "
    "VALUES (:office, :name, :role, :password_hash, :session, :active)"
)
FACTOR = sa.text(
    "INSERT INTO factors (office, staff, kind, id, value, used) VALUES (:office, :staff, :kind, :id, :value, :used)"
)


@pytest.fixture
def before(fresh_database: str) -> sa.Engine:
    """A database of the release before: three offices, the one that was set up first the last by its code."""
    engine = open_engine(fresh_database)
    upgrade(engine)
    downgrade(engine, "0018")
    rows: dict[str, tuple[tuple[str, bool], ...]] = {
        "kuningan": (("Ani", True), ("Budi", True), ("Citra", False)),
        "ende": (("Ani", True), ("Citra", True), ("ani (ende)", False)),
        "bima": (("ANI", True), ("Dewi", True)),
    }
    for day, (office, people) in enumerate(rows.items(), 1):
        Settings(engine, office).create_office(small_plan(office=office), datetime(2026, 11, day, tzinfo=UTC))
        with engine.begin() as connection:
            for name, active in people:
                member = {"name": name, "role": "operator", "password_hash": HASH, "session": "s", "active": active}
                connection.execute(MEMBER, {"office": office, **member})
            for kind, value in (("pin", "a"), ("authenticator", "b")):
                factor = {"office": office, "staff": people[0][0], "kind": kind, "id": "x", "value": value, "used": 0}
                connection.execute(FACTOR, factor)
            renew_all(connection)
    return engine


def names(engine: sa.Engine, office: str) -> list[str]:
    return [one.name for one in Settings(engine, office).staff() if one.active]


def test_the_office_that_was_set_up_later_has_its_code_behind_the_name(
    before: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    upgrade(before)
    assert names(before, "kuningan") == ["Ani", "Budi"]
    assert names(before, "ende") == ["Ani (ende)", "Citra"]
    assert names(before, "bima") == ["ANI (bima)", "Dewi"]
    assert "the one of ende signs in as “Ani (ende)” from now on; the authenticator app has to" in caplog.text
    with before.connect() as connection:
        assert not list(check_all(connection))


def test_the_password_and_the_pin_go_on_and_the_app_is_set_up_again(before: sa.Engine) -> None:
    upgrade(before)
    settings = Settings(before, "ende")
    people = Identities(settings, passwords=QUICK)
    assert people.check_password("ani (ende)", PASSWORD).role == "operator"
    with pytest.raises(Forbidden, match="wrong"):
        people.check_password("Ani", PASSWORD)
    assert [one.value for one in settings.factors.of("Ani (ende)")] == ["a"]
    assert sorted(one.value for one in settings.factors.of("Ani")) == ["a", "kuningan:Ani:b"]


def test_no_two_people_of_one_name_can_be_written_any_more(before: sa.Engine) -> None:
    upgrade(before)
    twice = StaffMember("Budi", "operator", HASH, "s")
    with pytest.raises(Refused, match="works in another office"):
        Settings(before, "ende").save_staff(twice)
