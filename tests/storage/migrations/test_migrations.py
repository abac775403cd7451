"""The migrations lead from nothing to the schema the code uses, and can be run again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.schema import metadata
from antrean.storage.database.upgrade import newest_version, schema_version, upgrade
from antrean.storage.settings.digests import renew_all
from antrean.storage.settings.rows import Settings
from tests.fakes.newest_schema import newest_schema, schema_at_once


def test_an_empty_database_is_brought_to_exactly_the_schema(fresh_database: str) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_what_is_laid_at_once_for_other_tests_is_what_the_migrations_make(tmp_path: Path) -> None:
    engine = open_engine(database_url("", tmp_path))
    with schema_at_once():
        upgrade(engine)
    (laid,) = tmp_path.glob("*.sqlite3")
    dumps = []
    for file in (laid, newest_schema()):
        with closing(sqlite3.connect(file)) as opened:
            dumps.append(list(opened.iterdump()))
    assert dumps[0] == dumps[1]
    assert schema_version(engine) == newest_version()


def test_upgrading_again_changes_nothing_and_loses_nothing(fresh_database: str) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    row = {"id": "o", "demo": False}
    with engine.begin() as connection:
        connection.execute(sa.insert(metadata.tables["offices"]), row)
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM offices")) == 1


def test_the_reason_of_a_paused_service_is_kept_when_reasons_get_languages(fresh_database: str) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine, "0004")
    office: dict[str, object] = {
        "id": "o",
        "name": "O",
        "zone": "Asia/Jakarta",
        "languages": '["su", "id"]',
        "discipline": "x",
    }
    office |= {"credit_minutes": 0, "interleave": 0, "limits": "{}", "notices": "{}", "demo": False}
    service = {"office": "o", "position": 1, "series": "A", "names": '{"id": "KTP"}', "icon": "card", "colour": 1}
    service |= {"promised_wait": 30}
    services = (
        {**service, "code": "card", "state": "paused", "notice": "blangko habis"},
        {**service, "code": "family", "state": "open", "notice": ""},
    )
    before = sa.MetaData()
    before.reflect(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(before.tables["offices"]), office)
        connection.execute(sa.insert(before.tables["services"]), services)
    upgrade(engine)
    kept = Settings(engine, "o").load_plan().services
    assert [(one.code, one.closed, dict(one.closure_reasons)) for one in kept] == [
        ("card", True, {"su": "blangko habis"}), ("family", False, {}),
    ]  # fmt: skip


def test_what_was_paused_or_closed_stays_closed_with_its_reason_until_somebody_opens_it(fresh_database: str) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine, "0009")
    office: dict[str, object] = {"id": "o", "name": "O", "zone": "Asia/Jakarta", "languages": '["id"]'}
    office |= {"discipline": "earliest_due_date", "credit_minutes": 0, "interleave": 0, "limits": "{}", "notices": "{}"}
    service = {"office": "o", "series": "A", "names": '{"id": "KTP"}', "icon": "card", "colour": 1, "promised_wait": 30}
    states = {"card": "paused", "family": "open", "birth": "closed"}
    before = sa.MetaData()
    before.reflect(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(before.tables["offices"]), {**office, "demo": False})
        for position, (code, state) in enumerate(states.items()):
            more = {"code": code, "position": position, "state": state, "notices": f'{{"id": "{state}"}}'}
            connection.execute(sa.insert(before.tables["services"]), {**service, **more})
        renew_all(connection)
    upgrade(engine)
    plan = Settings(engine, "o").load_plan()
    assert [(one.code, one.closed, one.opens_on, dict(one.closure_reasons)) for one in plan.services] == [
        ("card", True, None, {"id": "paused"}), ("family", False, None, {"id": "open"}),
        ("birth", True, None, {"id": "closed"}),
    ]  # fmt: skip


def test_no_service_has_a_head_start_until_somebody_gives_it_one_and_its_promise_stays(fresh_database: str) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine, "0015")
    office: dict[str, object] = {"id": "o", "name": "O", "zone": "Asia/Jakarta", "languages": '["id"]'}
    office |= {"discipline": "earliest_due_date", "credit_minutes": 0, "interleave": 0, "limits": "{}", "notices": "{}"}
    before = sa.MetaData()
    before.reflect(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(before.tables["offices"]), {**office, "demo": False})
        for position, promise in enumerate((30, 45)):
            row = {"office": "o", "code": f"s{position}", "position": position, "series": "A", "names": "{}"}
            row |= {"icon": "card", "colour": 1, "promised_wait": promise}
            connection.execute(sa.insert(before.tables["services"]), row)
        renew_all(connection)
    upgrade(engine)
    services = Settings(engine, "o").load_plan().services
    assert [(one.promised_wait, one.head_start) for one in services] == [(30, 0), (45, 0)]


def test_what_is_taken_for_the_newest_schema_is_the_newest(fresh_database: str) -> None:
    scripts = ScriptDirectory(str(resources.files("antrean.storage") / "migrations"))
    assert newest_version() == scripts.get_current_head()
    engine = open_engine(fresh_database)
    assert schema_version(engine) is None
    upgrade(engine, "0001")
    assert schema_version(engine) == "0001"
    upgrade(engine)
    assert schema_version(engine) == newest_version()


def test_sqlite_keeps_a_told_number_through_a_power_cut(tmp_path: object) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/antrean.sqlite3")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
