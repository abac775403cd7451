"""How many visits were not needed stays known when the lines of a day leave the journal, and no day counts twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from antrean.queueing.commands import SpareVisit
from antrean.storage.database.engine import database_url
from antrean.storage.settings.rows import Settings
from tests.storage.journal.old_office import OldOffice


def test_the_counts_of_days_that_left_the_journal_are_those_that_were_told(tmp_path: Path) -> None:
    old = OldOffice(database_url("", tmp_path))
    card, *others = old.plan.services
    spared = replace(card, spare_questions={"id": "Hanya itu?"}, spare_words={"id": "Tidak perlu."})
    old.plan = replace(old.plan, services=(spared, *others))
    first = old.today()
    for _ in range(2):
        old.office.execute(SpareVisit(service="card"))
    old.work(50)
    old.office.execute(SpareVisit(service="card"))
    last, settings = old.today(), Settings(old.engine, old.name)
    told = settings.spared_by_day(first, last)
    assert told == {last: {"card": 1}, first: {"card": 2}}
    assert list(told) == [last, first]
    old.seal()
    assert first in old.figures()
    assert settings.spared_by_day(first, last) == told
    assert settings.spared_by_day(first + timedelta(days=1), last - timedelta(days=1)) == {}
