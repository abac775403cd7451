"""A plan is saved as its next revision: the row and the line that says so in one commit, or neither."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from antrean.queueing.commands import IssueTicket, SavePlan
from antrean.queueing.errors import QueueError, Unavailable
from antrean.queueing.events import PlanChanged
from antrean.queueing.office import JournalConflict, Office
from antrean.queueing.plan.document import to_document
from antrean.queueing.plan.parts import part
from antrean.queueing.request import Request
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.digests import check_all
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock, small_plan

VOICE, TICKER = {"voice": {"repeat": 1}}, {"displays/ticker": {"id": "Gratis"}}
Start = Callable[[], Office]


@pytest.fixture
def settings(database: str) -> Settings:
    made = Settings(open_engine(database), "test")
    made.create_office(small_plan())
    return made


@pytest.fixture
def start(database: str, settings: Settings) -> Start:
    """Return what makes an office as one more process has it."""
    return lambda: Office(SqlJournal(open_engine(database), "test"), settings.load_plan, SetClock())


def save(office: Office, parts: dict[str, Any], **more: Any) -> str:
    """Return the code of the refusal, empty for none."""
    try:
        office.execute(SavePlan(what="plan", parts=parts, **more), "supervisor:Dewi")
    except QueueError as refused:
        return refused.code
    return ""


def lines(database: str) -> list[tuple[int, int, str]]:
    found = SqlJournal(open_engine(database), "test").read(after=0)
    changes = ((entry.seq, entry.event) for entry in found)
    return [(seq, event.revision, event.sha256) for seq, event in changes if isinstance(event, PlanChanged)]


def test_each_save_is_a_revision_and_its_line_names_it_and_its_digest(
    database: str, settings: Settings, start: Start
) -> None:
    office = start()
    assert save(office, VOICE) == save(office, TICKER) == ""
    newest, second, first = settings.revisions(9)
    assert lines(database) == [
        (one.seq, one.number, hashlib.sha256(one.body.encode()).hexdigest()) for one in (second, newest)
    ]
    assert [(one.number, one.actor) for one in (first, second, newest)] == [
        (1, ""), (2, "supervisor:Dewi"), (3, "supervisor:Dewi"),
    ]  # fmt: skip
    assert newest.at == SetClock()()
    plan = office.read(lambda _day, plan: plan)
    assert (plan.revision, dict(plan.voice), dict(plan.ticker)) == (3, {"repeat": 1}, {"id": "Gratis"})


def test_what_is_so_already_makes_no_revision(database: str, settings: Settings, start: Start) -> None:
    office = start()
    assert save(office, VOICE) == save(office, VOICE) == ""
    assert settings.load_plan().revision == 2
    assert len(lines(database)) == 1


def test_a_code_stays_named_when_it_has_left_the_plan_and_no_revision_is_read_twice(
    database: str, settings: Settings, start: Start
) -> None:
    office = start()
    assert save(office, {"counters/2": None}) == ""
    assert settings.codes_named("counters") == {"1", "2", "3"}
    counter = {**part(to_document(small_plan()), "counters/1"), "code": "7", "name": "Loket 7"}
    assert save(office, {"counters/7": counter}) == ""
    with open_engine(database).begin() as connection:
        connection.execute(sa.text("UPDATE plans SET body = 'damaged' WHERE revision <= 2"))
    assert settings.codes_named("counters") == {"1", "2", "3", "7"}


def test_who_changes_another_part_loses_nothing_and_who_changes_the_same_is_refused(start: Start) -> None:
    one, other = start(), start()
    nobody = {"seen": {"voice": {}}, "made_from": 1}
    assert save(one, VOICE) == ""
    assert save(other, TICKER, made_from=1, seen={"displays/ticker": {}}) == ""
    assert save(other, {"voice": {"repeat": 3}}, **nobody) == "plan_changed_meanwhile"
    assert save(other, {"voice": {"repeat": 3}}, made_from=3, seen={"voice": {"repeat": 1}}) == ""
    for office in (one, other):
        office.catch_up()
        plan = office.read(lambda _day, plan: plan)
        assert (dict(plan.voice), dict(plan.ticker)) == ({"repeat": 3}, {"id": "Gratis"})


def test_a_plan_saved_right_after_another_process_wrote_holds_at_once_where_it_was_saved(start: Start) -> None:
    one, other = start(), start()
    for office in (one, other):
        office.catch_up()
    one.execute(IssueTicket(service="card", language="id"), "kiosk:1")
    other.catch_up()  # from now on it takes turns with who writes too
    assert save(other, VOICE) == ""
    assert dict(other.read(lambda _day, plan: plan).voice) == {"repeat": 1}
    one.execute(IssueTicket(service="card", language="id"), "kiosk:1")
    other.catch_up()
    assert save(other, TICKER) == save(one, {"voice": {"repeat": 3}}) == ""
    for office in (one, other):
        office.catch_up()
        plan = office.read(lambda _day, plan: plan)
        assert (plan.revision, dict(plan.voice), dict(plan.ticker)) == (4, {"repeat": 3}, {"id": "Gratis"})


def test_a_whole_plan_is_saved_over_the_revision_that_it_was_made_from_only(start: Start, settings: Settings) -> None:
    office = start()
    first = settings.revisions(1)[0].document
    assert save(office, VOICE) == ""
    assert save(office, {"": first}, made_from=1) == "plan_changed_meanwhile"
    assert save(office, {"": first}, made_from=2) == ""
    assert settings.revisions(1)[0].document == first


def test_saves_and_numbers_of_one_batch_are_each_decided_on_what_those_before_them_made(start: Start) -> None:
    office = start()
    wishes = [
        SavePlan(what="plan", parts=VOICE, made_from=1),
        IssueTicket(service="card", language="id"),
        SavePlan(what="plan", parts=TICKER, made_from=1),
        SavePlan(what="plan", parts={"services/card/closed": True}),
        IssueTicket(service="card", language="id"),
    ]
    done = office.decide([Request(wish, "supervisor:Dewi", None) for wish in wishes])
    office.publish(done)
    codes = [getattr(outcome, "code", "") for outcome in done.outcomes]
    assert codes == ["", "", "plan_changed_meanwhile", "", "service_closed"]
    assert office.read(lambda _day, plan: plan.revision) == 3


def test_a_plan_that_no_office_can_have_is_refused_and_nothing_is_written(database: str, start: Start) -> None:
    assert save(start(), {"services/card/series": "B"}) == "plan_twice"
    assert save(start(), {"services/card/names": {"id": "3208011205900001"}}) == "note_has_id_number"
    assert lines(database) == []


def test_neither_row_nor_line_is_written_when_the_other_can_not_be(
    database: str, settings: Settings, start: Start
) -> None:
    office = start()
    assert save(office, VOICE) == ""
    with open_engine(database).begin() as connection:
        connection.execute(sa.text("UPDATE digests SET digest = 'x' WHERE name = 'plans'"))
    with pytest.raises(Unavailable):
        office.execute(SavePlan(what="plan", parts=TICKER), "supervisor:Dewi")
    assert [revision for _seq, revision, _digest in lines(database)] == [2]
    assert settings.revision(3) is None


def test_a_revision_that_another_process_has_made_is_a_clash_and_leaves_no_line(database: str, start: Start) -> None:
    one = start()
    assert save(one, VOICE) == ""
    journal = SqlJournal(open_engine(database), "test")
    (entry,) = [entry for entry in journal.read(after=0) if isinstance(entry.event, PlanChanged)]
    event = PlanChanged("plan", revision=2, sha256="x", body="{}")
    again = type(entry)(journal.last_seq() + 1, entry.at, entry.business_day, event, None, "")
    with pytest.raises(JournalConflict):
        journal.append([again])
    assert len(lines(database)) == 1
    with open_engine(database).begin() as connection:
        assert list(check_all(connection)) == []


def test_a_line_is_read_under_the_plan_that_was_in_force_when_it_was_written(
    database: str, settings: Settings, start: Start
) -> None:
    office = start()
    before = office.execute(IssueTicket(service="card", language="id")).seq
    assert save(office, {"services/card/names": {"id": "Cetak KTP"}}) == ""
    after = office.execute(IssueTicket(service="card", language="id")).seq
    assert settings.plan_at(before).service_name("card") == "Pencetakan KTP-el"
    assert settings.plan_at(before + 1).service_name("card") == "Pencetakan KTP-el"  # the line of the change itself
    assert settings.plan_at(after).service_name("card") == "Cetak KTP"
    assert settings.plan_at(0).revision == 1
