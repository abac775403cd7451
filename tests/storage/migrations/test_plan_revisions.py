"""The rows of a plan without revisions become its first revision, on either database, and nothing of them is lost."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from antrean.queueing.plan.document import problems, to_document
from antrean.queueing.plan.model import Counter, Limits, OfficePlan, PlaylistItem, Service
from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.settings.digests import SettingsDamaged, changes_of, check_all, renew_all
from antrean.storage.settings.rows import Settings
from tests.fakes.downgrade import downgrade

PLAN = OfficePlan(
    "kuningan",
    "Disdukcapil Kabupaten Kuningan",
    "Asia/Makassar",
    (
        Service("kk", "B", {"id": "Kartu Keluarga", "su": "Kartu Kulawarga"}, "family", 7, 45, daily_limit=80),
        Service(
            "ktp", "A", {"id": "KTP-el"}, head_start=15, closed=True, opens_on=date(2026, 12, 1),
            closure_reasons={"id": "Blangko “habis”"},
        ),
    ),
    (Counter("1", "Loket 1", ("ktp",), ("kk",)), Counter("B", "Loket B", ("kk",))),
    languages=("su", "id"),
    discipline="interleave",
    credit_minutes=25,
    interleave=3,
    limits=Limits(recalls=4, let_first=1),
    ticker={"id": "Gratis"},
    playlist=(
        PlaylistItem("9f", "notice", {"id": "Libur"}, seconds=20, ends_on=date(2026, 12, 24)),
        PlaylistItem("a0", "video", file="abc.mp4"),
    ),
    voice={"repeat": 1, "mute": [[720, 780]]},
    slip={"beep": True, "footer": {"id": ["Simpan struk ini."]}},
    demo=True,
)  # fmt: skip
SMALL = OfficePlan("other", "O", "UTC", (), (), languages=("id",))


def rows_of(plan: OfficePlan) -> dict[str, list[dict[str, Any]]]:
    """Return a plan as the rows of the release before."""
    office = {
        "id": plan.office, "name": plan.name, "zone": plan.zone, "languages": json.dumps(plan.languages),
        "discipline": plan.discipline, "credit_minutes": plan.credit_minutes, "interleave": plan.interleave,
        "limits": json.dumps({"recalls": 4, "let_first": 1} if plan is PLAN else {}),
        "notices": json.dumps(plan.ticker), "voice": json.dumps(plan.voice), "slip": json.dumps(plan.slip),
        "demo": plan.demo,
    }  # fmt: skip
    written = to_document(plan)
    services, counters, items = written["services"], written["counters"], written["displays"]["playlist"]
    return {
        "offices": [office],
        "services": [
            {
                "office": plan.office, "position": place, "code": one["code"], "series": one["series"],
                "names": json.dumps(one["names"]), "icon": one["icon"], "colour": one["hue"],
                "promised_wait": one["promised_wait"], "notices": json.dumps(one["closure_reasons"]),
                "daily_limit": one["daily_limit"], "closed": one["closed"], "opens_on": one["opens_on"],
                "head_start": one["head_start"],
            }
            for place, one in enumerate(services)
        ],
        "counters": [
            {
                "office": plan.office, "position": place, "code": one["code"], "name": one["name"],
                "primary": json.dumps(one["primary"]), "overflow": json.dumps(one["overflow"]),
            }
            for place, one in enumerate(counters)
        ],
        "interludes": [
            {"office": plan.office, "position": place, **one, "texts": json.dumps(one["texts"])}
            for place, one in enumerate(items)
        ],
    }  # fmt: skip


@pytest.fixture
def before(fresh_database: str) -> sa.Engine:
    """A database of the release before, with two offices."""
    engine = open_engine(fresh_database)
    upgrade(engine, "0016")
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for plan in (PLAN, SMALL):
            for table, rows in rows_of(plan).items():
                if rows:
                    connection.execute(sa.insert(tables.tables[table]), rows)
        renew_all(connection)
        connection.execute(sa.text("UPDATE digests SET revision = 3 WHERE office = 'kuningan'"))
    return engine


def test_the_rows_of_today_are_the_first_revision(before: sa.Engine) -> None:
    upgrade(before)
    for plan in (PLAN, SMALL):
        settings = Settings(before, plan.office)
        assert settings.load_plan() == plan
        assert settings.load_plan().revision == 1
        (first,) = settings.revisions(9)
        assert (first.number, first.seq, first.at, first.actor) == (1, 0, None, "")
        assert settings.plan_at(10**9).services == plan.services
    assert list(problems(to_document(Settings(before, "kuningan").load_plan()))) == []


def test_what_was_taken_over_is_believed_and_the_tables_before_are_gone(before: sa.Engine) -> None:
    with before.begin() as connection:
        changes = changes_of(connection, "kuningan")
    upgrade(before)
    with before.begin() as connection:
        assert list(check_all(connection)) == []
        assert changes_of(connection, "kuningan") == changes  # what is remembered outside is not taken for lost
        assert not {"services", "counters", "interludes"} & set(sa.inspect(connection).get_table_names())
        assert [column["name"] for column in sa.inspect(connection).get_columns("offices")] == ["id", "demo"]


def test_a_damaged_plan_is_not_taken_over(before: sa.Engine) -> None:
    with before.begin() as connection:
        connection.execute(sa.text("UPDATE services SET series = 'Q'"))
    with pytest.raises(SettingsDamaged, match="services"):
        upgrade(before)
    with before.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM services")) == 2


def test_what_no_new_plan_may_have_stays_and_other_parts_can_be_changed(before: sa.Engine) -> None:
    with before.begin() as connection:
        connection.execute(sa.text("UPDATE services SET series = 'A'"))
        renew_all(connection)
    upgrade(before)
    plan = Settings(before, "kuningan").load_plan()
    assert [service.series for service in plan.services] == ["A", "A"]
    assert [problem.code for problem in problems(to_document(plan))] == ["plan_twice"]


def test_a_release_that_is_taken_back_has_the_rows_that_it_knows(before: sa.Engine) -> None:
    upgrade(before)
    downgrade(before, "0016")
    with before.begin() as connection:
        assert list(check_all(connection)) == []
    upgrade(before)
    assert [Settings(before, plan.office).load_plan() for plan in (PLAN, SMALL)] == [PLAN, SMALL]
