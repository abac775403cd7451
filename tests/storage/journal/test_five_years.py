"""Five years of an office's journal: the oldest leave while numbers are given, and all figures stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from antrean.commands.sample_office import sample_plan
from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping.day_figures import figures_of
from antrean.simulation import engine
from antrean.simulation.demand import DemandModel, invent_day
from antrean.storage.database.engine import database_url
from antrean.storage.database.trust import examine_newest_day
from antrean.storage.journal.sealed import daily_figures
from antrean.storage.journal.sealing import remove_some
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.journal.verify import verify
from bench.crowd import SERVICES
from tests.history_checker import read_sqlite, violations
from tests.queueing.wishes import issue
from tests.storage.journal.old_office import OldOffice

pytestmark = pytest.mark.long
YEARS, DAYS_A_YEAR, VISITORS = 5, 300, 15
A_YEAR = 365


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OldOffice]:
    """Give an office with the same invented day again and again, the last of them yesterday."""
    old = OldOffice(database_url("", tmp_path_factory.mktemp("years")))
    today = old.today()
    first = today - timedelta(days=YEARS * DAYS_A_YEAR)
    mix = {service: 1 / len(SERVICES) for service in SERVICES}
    one = engine.run(invent_day(first, sample_plan("test"), VISITORS, 1, DemandModel(mix))).entries
    with old.journal.exclusive():
        for n in range(YEARS * DAYS_A_YEAR):
            old.journal.append(list(_again(one, n, first)))
    old.restart()
    yield old
    old.journal.close()


def _again(day: Sequence[JournalEntry], n: int, first: date) -> Iterator[JournalEntry]:
    for place, entry in enumerate(day, 1):
        later = timedelta(days=n)
        yield replace(entry, seq=n * len(day) + place, at=entry.at + later, business_day=first + later, request_id=None)


def test_old_years_leave_while_numbers_are_given_and_their_figures_stay(old: OldOffice, tmp_path: Path) -> None:
    before, days = old.seqs(), old.days()
    with_lines = SqlJournal(old.engine, "test")
    figures = figures_of(ServiceDay.fold(days[0], with_lines.read(day=days[0])))
    with_lines.close()
    given: list[str] = []
    while old.seal(A_YEAR).seal is not None:
        while remove_some(old.engine, "test"):
            if len(given) < 500:
                given.append(issue(old.office).number)
    assert given == [f"A-{number:03d}" for number in range(1, len(given) + 1)]
    left = [day for day in days if (old.today() - day).days > A_YEAR]
    assert len(left) > 1000
    assert old.days() == [*days[len(left) :], old.today()]
    with old.engine.connect() as connection:
        kept = daily_figures(connection, "test")
    assert sorted(kept) == left
    assert all(kept[day] == figures for day in left)
    assert len(old.seqs()) < len(before) / 3
    assert [str(one) for one in verify(old.engine, "test")] == []
    assert violations(read_sqlite(Path(str(old.engine.url.database)), "test"), [], everything_was_told=False) == []
    examine_newest_day(old.engine, "test", tmp_path)
    old.restart()
    assert issue(old.office).number == f"A-{len(given) + 1:03d}"
