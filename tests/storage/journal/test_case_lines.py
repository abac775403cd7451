"""What happened to one case is found in the journal, newest first, and nothing of another case."""

from __future__ import annotations

from dataclasses import replace

from antrean.queueing.commands import AskCase, KeyInCases, MoveCases
from antrean.queueing.office import Office
from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.case_lines import CaseLines
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock
from tests.queueing.cases.case_office import journeying


def test_the_lines_about_a_case_are_those_that_name_it_newest_first(fresh_database: str, clock: SetClock) -> None:
    plan = replace(journeying(), office="o")
    engine = open_engine(fresh_database)
    upgrade(engine)
    office, lines = Office(SqlJournal(engine, "o"), lambda: plan, clock), CaseLines(engine, "o")
    office.execute(KeyInCases(cases=("KTP1", "KTP12", "KTP2"), service="card", stage="recorded"), "staff:Dewi")
    office.execute(MoveCases(cases=("KTP12",), stage="sent"), "staff:Dewi")
    office.execute(MoveCases(cases=("KTP2", "KTP1"), stage="sent"), "staff:Ani")
    office.execute(AskCase(case="KTP12", place="phone"))
    office.execute(AskCase(case="KTP1", place="phone"))
    kinds = [(one.event.kind, one.actor) for one in lines.of("KTP1", 9)]
    assert kinds == [("case.asked", ""), ("case.moved", "staff:Ani"), ("case.keyed_in", "staff:Dewi")]
    assert [one.event.kind for one in lines.of("KTP12", 2)] == ["case.asked", "case.moved"]
    assert CaseLines(engine, "another").of("KTP1", 9) == []
    assert lines.of("NOSUCH22", 9) == []
