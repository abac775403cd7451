"""Cases are kept one by one in the commit that changed them, and are always what the journal says."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from antrean.queueing.commands import (
    AskCase,
    CallNext,
    CloseDay,
    Command,
    CompleteTicket,
    IssueTicket,
    KeyInCases,
    MoveCases,
    OpenCounter,
    StartService,
    TakeBackCases,
    UndoStep,
    WithdrawCase,
)
from antrean.queueing.errors import QueueError
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office, Request
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.model import Limits
from antrean.queueing.standing import Standing
from antrean.storage.database.engine import open_engine
from antrean.storage.database.schema import cases, lasting
from antrean.storage.database.trust import damage
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.lasting import differences, folded, rebuild
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock, small_plan
from tests.queueing.cases.case_office import ANI, FIRST, STAGES, foreseen, journeying
from tests.storage.journal.old_office import KEEP, OldOffice
from tests.storage.settings.test_made_mine import MINE

Open = Callable[[], SqlJournal]


@pytest.fixture
def offices(open_journal: Open, clock: SetClock) -> Callable[[], Office]:
    """Give what opens one more hub on the same journal."""
    plan = journeying(Journey(STAGES, expires_days=30), limits=Limits(case_days=10))
    return lambda: Office(open_journal(), lambda: plan, clock, draw=foreseen().__next__)


def record(office: Office) -> None:
    office.execute(IssueTicket(service="card", persons=2))
    office.execute(CallNext(**ANI))
    number = office.read(lambda day, _plan: day.counter("3").ticket)
    office.execute(StartService(ticket=number, counter="3"))
    office.execute(CompleteTicket(ticket=number, counter="3"))


def key_in(office: Office, *codes: str) -> None:
    office.execute(KeyInCases(cases=codes, service="card", stage="sent"))


def stages(office: Office) -> dict[str, str]:
    office.catch_up()
    known = office.read(lambda day, _plan: day.standing.cases.cases)
    return {code: case.ended or case.stage for code, case in known.items()}


def stands(office: Office) -> Standing:
    office.catch_up()
    return office.read(lambda day, _plan: day.standing)


def engine_of(office: Office) -> sa.Engine:
    engine: sa.Engine = office._journal._engine  # type: ignore[attr-defined]
    return engine


def rows(office: Office) -> set[str]:
    with engine_of(office).connect() as connection:
        return set(connection.scalars(sa.select(cases.c.code).where(cases.c.office == "test")))


def as_kept_and_told(office: Office) -> list[str]:
    """Return where what is kept is not what the journal says."""
    assert rows(office) == set(stages(office))
    now = stands(office)
    with engine_of(office).connect() as connection:
        assert folded(connection, "test") == now
        return list(differences(connection, "test"))


def raced(journal: SqlJournal, first: Office, command: Command) -> None:
    """Let the other hub give its command right before the next lines of this journal are written."""
    append = journal.append
    done: list[bool] = []

    def after_the_other(entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        if not done:
            done.append(True)
            first.execute(command)
        append(entries, standing)

    journal.append = after_the_other  # type: ignore[method-assign]


def test_a_case_that_two_hubs_move_at_once_moves_once_and_goes_back_once(
    open_journal: Open, offices: Callable[[], Office], clock: SetClock
) -> None:
    first, plan = offices(), journeying()
    key_in(first, "KTP1", "KTP2")
    for command, code, left in (
        (MoveCases(cases=("KTP1",), stage="printed"), "case_moved", "printed"),
        (TakeBackCases(cases=("KTP1",), stage="printed"), "case_not_moved", "sent"),
    ):
        journal = open_journal()
        second = Office(journal, lambda: plan, clock)
        second.catch_up()
        raced(journal, first, command)
        with pytest.raises(QueueError) as refused:
            second.execute(command)
        assert (refused.value.code, stages(first), stages(second)) == (
            code,
            {"KTP1": left, "KTP2": "sent"},
            stages(first),
        )
        assert as_kept_and_told(second) == []


def test_of_two_hubs_only_one_gives_a_number_for_a_case(
    open_journal: Open, offices: Callable[[], Office], clock: SetClock
) -> None:
    first, journal, plan = offices(), open_journal(), journeying()
    second = Office(journal, lambda: plan, clock)
    key_in(first, "KTP1")
    first.execute(MoveCases(cases=("KTP1",), stage="ready", leads=True))
    second.catch_up()
    raced(journal, first, IssueTicket(service="family", case="KTP1"))
    with pytest.raises(QueueError) as refused:
        second.execute(IssueTicket(service="family", case="KTP1"))
    assert (refused.value.code, refused.value.values["ticket"]) == ("case_has_number", "B-001")


def test_whatever_happens_to_cases_is_kept_and_taken_up_by_whoever_starts(
    offices: Callable[[], Office], clock: SetClock
) -> None:
    office = offices()
    office.execute(OpenCounter(**ANI))
    record(office)
    key_in(office, "KTP1", "KTP2", "KTP3")
    for command in (
        MoveCases(cases=(FIRST, "KTP1"), stage="ready", leads=True),
        TakeBackCases(cases=("KTP1",), stage="ready", leads=True),
        AskCase(case="KTP1", place="phone"),
        WithdrawCase(case="KTP2", reason="twice"),
        UndoStep(**ANI),
        IssueTicket(service="family", case=FIRST),
        CloseDay(),
    ):
        clock.forward(seconds=10)
        office.execute(command)
        assert as_kept_and_told(office) == []
        assert stands(offices()) == stands(office)
    for days, left in ((31, {"expired"}), (11, set())):
        clock.forward(hours=24 * days)
        office.catch_up()
        office.execute(OpenCounter(**ANI))
        office.execute(CloseDay())
        assert (set(stages(office).values()), as_kept_and_told(office)) == (left, [])


def test_a_batch_of_many_changes_keeps_what_came_of_the_last(offices: Callable[[], Office]) -> None:
    office = offices()
    batch = office.decide(
        [
            Request(KeyInCases(cases=("KTP1", "KTP2"), service="card", stage="sent")),
            Request(MoveCases(cases=("KTP1", "KTP2"), stage="printed")),
            Request(MoveCases(cases=("KTP1",), stage="printed")),  # is refused
            Request(TakeBackCases(cases=("KTP2",), stage="printed")),
            Request(WithdrawCase(case="KTP1", reason="twice")),
        ]
    )
    office.publish(batch)
    assert (stages(office), as_kept_and_told(office)) == ({"KTP2": "sent"}, [])


@pytest.mark.parametrize("how", ["changed", "gone", "one more", "no JSON"])
def test_damage_of_a_kept_case_is_named_and_made_good(offices: Callable[[], Office], tmp_path: Path, how: str) -> None:
    office = offices()
    key_in(office, "KTP1", "KTP2")
    right = stands(office)
    mine = cases.c.code == "KTP1"
    with engine_of(office).begin() as connection:
        row = json.loads(connection.scalar(sa.select(cases.c.state).where(mine)) or "")
        other = json.dumps(["KTP9", *row[1:]])
        said = {
            "changed": sa.update(cases).where(mine).values(state=json.dumps([*row[:2], "printed", *row[3:]])),
            "gone": sa.delete(cases).where(mine),
            "one more": sa.insert(cases).values(office="test", code="KTP9", state=other),
            "no JSON": sa.update(cases).where(mine).values(state="no JSON"),
        }
        connection.execute(said[how])
    assert [one.split(";")[0] for one in damage(engine_of(office), tmp_path)] == [
        "test: what is kept of stock, vouchers and cases is not what the journal says"
    ]
    assert rebuild(engine_of(office), "test") == right
    assert list(damage(engine_of(office), tmp_path)) == []
    assert stands(offices()) == right


@pytest.mark.parametrize("how", ["no JSON", "nothing is kept"])
def test_what_could_not_be_read_is_written_anew_with_the_next_change(offices: Callable[[], Office], how: str) -> None:
    office = offices()
    key_in(office, "KTP1", "KTP2")
    with engine_of(office).begin() as connection:
        if how == "no JSON":
            connection.execute(sa.update(cases).where(cases.c.code == "KTP1").values(state=how))
        else:
            connection.execute(sa.delete(cases))
            connection.execute(sa.delete(lasting))
    after = offices()
    assert stages(after) == {"KTP1": "sent", "KTP2": "sent"}
    after.execute(MoveCases(cases=("KTP2",), stage="printed"))
    assert as_kept_and_told(after) == []
    assert stages(offices()) == {"KTP1": "sent", "KTP2": "printed"}


def test_a_journal_of_the_release_before_has_no_cases_and_gets_some(offices: Callable[[], Office]) -> None:
    office = offices()
    key_in(office, "KTP1")
    office.execute(WithdrawCase(case="KTP1", reason="twice"))
    with engine_of(office).begin() as connection:
        row = json.loads(connection.scalar(sa.select(lasting.c.state)) or "")
        del row["cases"]
        connection.execute(sa.update(lasting).values(state=json.dumps({**row, "form": 2})))
    after = offices()
    assert stages(after) == {}
    key_in(after, "KTP2")
    assert stages(offices()) == {"KTP2": "sent"}


def test_an_office_of_ones_own_has_no_case_of_the_sample(database: str, clock: SetClock) -> None:
    engine = open_engine(database)
    upgrade(engine)
    settings = Settings(engine, "test")
    settings.create_office(journeying(demo=True))
    office = Office(SqlJournal(engine, "test"), settings.load_plan, clock)
    key_in(office, "KTP1", "KTP2")
    office.execute(MINE, "administrator:Eka")
    assert (stages(office), rows(office), as_kept_and_told(office)) == ({}, set(), [])
    assert stages(Office(SqlJournal(engine, "test"), settings.load_plan, clock)) == {}


def test_a_seal_holds_the_cases_and_a_fold_from_it_is_the_same(database: str) -> None:
    old = OldOffice(database)
    old.plan = journeying()
    key_in(old.office, "KTP1", "KTP2")
    old.office.execute(MoveCases(cases=("KTP1",), stage="printed"))
    old.close()
    old.to_tomorrow()
    old.plan = small_plan()
    old.restart()
    old.work(KEEP + 3)
    old.let_go()
    old.restart()
    right = {"KTP1": "printed", "KTP2": "sent"}
    assert stages(old.office) == right
    with old.engine.begin() as connection:
        assert not any("case." in kind for kind in connection.scalars(sa.text("SELECT kind FROM journal")))
        assert list(differences(connection, "test")) == []
    assert rebuild(old.engine, "test").cases == stands(old.office).cases
    old.plan = journeying()
    old.restart()
    old.office.execute(MoveCases(cases=("KTP2",), stage="printed"))
    assert stages(old.office) == dict.fromkeys(right, "printed")
