"""People apart from what they are in offices: rows of the release before become both, and back, on either database."""

from __future__ import annotations

from datetime import UTC, datetime

import pyotp
import pytest
import sqlalchemy as sa

from antrean.access.identities import Identities
from antrean.access.second_factor import SecondFactor
from antrean.access.staff import add_existing
from antrean.storage.database import schema
from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.sessions import StaffSession
from antrean.storage.settings.digests import changes_of, check_all, renew_all
from antrean.storage.settings.rows import Settings
from tests.conftest import small_plan
from tests.fakes.downgrade import downgrade
from tests.fakes.office_hub import PASSWORD, QUICK
from tests.storage.migrations.test_names_of_staff import FACTOR, MEMBER

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HASH = QUICK.hash(PASSWORD, "somebody")
KEY = "the hub's key"
# What the app of somebody in Ende keeps since the release before: derived from office, name and salt.
SECRET = SecondFactor(None, KEY, lambda: AT).secret("ende:Dewi:salt")  # type: ignore[arg-type]


@pytest.fixture
def before(fresh_database: str) -> sa.Engine:
    """A database of the release before, with people of two offices and all they have."""
    engine = open_engine(fresh_database)
    upgrade(engine)
    downgrade(engine, "0019")
    for office, people in {"kuningan": (("Ani", True), ("Citra", False)), "ende": (("Dewi", True),)}.items():
        settings = Settings(engine, office)
        settings.create_office(small_plan(office=office), AT)
        with engine.begin() as connection:
            for name, active in people:
                known = {"role": "administrator", "password_hash": HASH, "session": f"mark of {name}"}
                connection.execute(MEMBER, {"office": office, "name": name, "active": active, **known})
            kinds = (("pin", "", "hash"), ("authenticator", "", "salt"), ("recovery", "code", ""))
            for kind, id, value in kinds:
                factor = {"kind": kind, "id": id, "value": value, "used": 7}
                connection.execute(FACTOR, {"office": office, "staff": people[0][0], **factor})
            left = {"kind": "pin", "id": "", "value": "of somebody who left", "used": 0}
            connection.execute(FACTOR, {"office": office, "staff": "Citra", **left})
            renew_all(connection)
        settings.sessions.write([StaffSession(f"s {office}", people[0][0], f"mark of {people[0][0]}", AT, AT)], {}, ())
    return engine


def test_everybody_goes_on_with_password_session_pin_and_app(before: sa.Engine) -> None:
    with before.connect() as connection:
        changes = {office: changes_of(connection, office) for office in ("kuningan", "ende")}
    upgrade(before)
    with before.connect() as connection:
        assert not list(check_all(connection))
        for office, changed in changes.items():
            assert changes_of(connection, office) >= changed  # what is remembered outside is not taken for lost
    ende = Settings(before, "ende")
    people = Identities(ende, passwords=QUICK, clock=lambda: AT)
    people.load()
    dewi = people.check_password("Dewi", PASSWORD)
    assert (dewi.role, dewi.session, dewi.mark) == ("administrator", "mark of Dewi", "mark of Dewi")
    assert [one.id for one in people.sessions_of(dewi)] == ["s ende"]
    assert {one.kind: one.value for one in ende.factors.of("Dewi")} == {
        "pin": "hash", "authenticator": "ende:Dewi:salt", "recovery": "",
    }  # fmt: skip
    code = pyotp.TOTP(SECRET).at(AT)
    assert SecondFactor(ende, KEY, lambda: AT).take("Dewi", code) == "authenticator"
    assert [(one.name, one.active) for one in Settings(before, "kuningan").staff()] == [("Ani", True), ("Citra", False)]
    assert ende.factors.of("Citra") == []  # of nobody who gets the name later


def test_back_again_everybody_is_as_before(before: sa.Engine) -> None:
    def rows(statement: str) -> list[tuple[object, ...]]:
        with before.connect() as connection:
            return sorted(tuple(row) for row in connection.execute(sa.text(statement)))

    staff = "SELECT office, name, role, password_hash, session, active FROM staff WHERE active"
    factors = "SELECT office, staff, kind, id, value, used FROM factors WHERE staff <> 'Citra'"
    told = rows(staff), rows(factors)
    upgrade(before)
    add_existing(Settings(before, "kuningan"), "Dewi", "viewer")
    downgrade(before, "0019")
    assert (rows(staff), rows(factors)) == told  # whoever works in two offices is in the first by its code
    with before.connect() as connection:
        assert not list(check_all(connection))
        assert not sa.inspect(connection).has_table(schema.people.name)
    upgrade(before)
    assert (
        Identities(Settings(before, "ende"), passwords=QUICK).check_password("Dewi", PASSWORD).role == "administrator"
    )


def test_a_digest_of_people_finds_a_password_that_was_put_in(before: sa.Engine) -> None:
    upgrade(before)
    with before.begin() as connection:
        connection.execute(sa.text("UPDATE people SET password_hash = 'another' WHERE name = 'Ani'"))
        assert [damaged.table for damaged in check_all(connection)] == ["people"]
