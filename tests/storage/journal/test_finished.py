"""What days did for a campaign stays known when their lines leave the journal, and is read some days at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from antrean.queueing.commands import CorrectCampaign
from antrean.queueing.keeping.finished_day import FinishedDay
from antrean.queueing.plan.campaign import Campaign
from antrean.storage.database import schema
from antrean.storage.database.engine import database_url
from antrean.storage.settings.rows import Settings
from tests.storage.journal.old_office import OldOffice


@pytest.fixture
def old(tmp_path: Path) -> OldOffice:
    found = OldOffice(database_url("", tmp_path))
    found.plan = replace(found.plan, campaign=Campaign(900, 20, date(2020, 1, 1), date(2029, 1, 1), ("card",), began=7))
    return found


def sums(days: dict[date, FinishedDay]) -> dict[date, tuple[dict[str, int], dict[int, int]]]:
    return {day: (dict(one.done), dict(one.corrected)) for day, one in days.items()}


def test_what_a_day_did_is_the_same_after_its_lines_left(old: OldOffice) -> None:
    first = old.today()
    old.office.execute(CorrectCampaign(persons=40, reason="village"), "supervisor:Dewi")
    old.work(50)
    last, settings = old.today(), Settings(old.engine, old.name)
    told = settings.finished_days(first, last, (), 99)
    assert list(told) == sorted(told, reverse=True)
    assert last not in told  # it is not over
    assert told[first].corrected == {7: 40}
    assert [(one.by, one.persons, one.reason, one.campaign) for one in told[first].corrections] == [
        ("supervisor:Dewi", 40, "village", 7)
    ]
    assert any(one.done for one in told.values())
    old.seal()
    assert first in old.figures()
    assert sums(settings.finished_days(first, last, (), 99)) == sums(told)


def test_days_are_read_the_newest_first_and_none_that_is_known(old: OldOffice) -> None:
    first = old.today()
    old.work(6)
    last, settings = old.today(), Settings(old.engine, old.name)
    every = settings.finished_days(first, last, (), 99)
    newest = settings.finished_days(first, last, (), 2)
    assert list(newest) == list(every)[:2]
    rest = settings.finished_days(first, last, set(newest), 99)
    assert {**newest, **rest} == every
    assert settings.finished_days(first + timedelta(days=1), last, (), 99).keys() == every.keys() - {first}


def test_a_damaged_day_has_nobody_and_harms_no_other(old: OldOffice) -> None:
    first = old.today()
    old.work(3)
    last, settings = old.today(), Settings(old.engine, old.name)
    every = settings.finished_days(first, last, (), 99)
    with old.engine.begin() as connection:
        of_it = schema.journal.c.business_day == first.isoformat()
        connection.execute(sa.update(schema.journal).where(of_it).values(data="{"))
    assert settings.finished_days(first, last, (), 99) == {**every, first: FinishedDay()}
