"""What outlives the day is kept in the commit that changed it, and is always what the journal says."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from antrean.queueing.commands import (
    CallNext,
    CloseDay,
    CompleteTicket,
    CountStock,
    IssueTicket,
    OpenCounter,
    ReceiveStock,
    RedeemVoucher,
    SealJournal,
    SpoilStock,
    StartService,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.events import Event
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office, Request
from antrean.queueing.plan.model import Limits, OfficePlan
from antrean.queueing.standing import NOTHING, Standing
from antrean.queueing.vouchers.book import Book
from antrean.storage.database.schema import lasting
from antrean.storage.database.trust import damage
from antrean.storage.journal.lasting import differences, folded, rebuild
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock, small_plan
from tests.fakes.does import does
from tests.queueing.stock.test_ledger import stocked
from tests.storage.journal.old_office import KEEP, OldOffice

ANI = {"counter": "3", "operator": "Ani"}
Open = Callable[[], SqlJournal]


@pytest.fixture
def offices(open_journal: Open, clock: SetClock) -> Callable[[], Office]:
    """Give what opens one more hub on the same journal."""
    plan = stocked()
    return lambda: Office(open_journal(), lambda: plan, clock)


def serve(office: Office, persons: int = 1) -> None:
    office.execute(IssueTicket(service="card", persons=persons))
    office.execute(CallNext(**ANI))
    number = office.read(lambda day, _plan: day.counter("3").ticket)
    office.execute(StartService(ticket=number, counter="3"))
    office.execute(CompleteTicket(ticket=number, counter="3"))


def on_hand(office: Office) -> int | None:
    office.catch_up()
    return office.read(lambda day, _plan: day.standing.stock.on_hand("blank"))


def stands(office: Office) -> Standing:
    office.catch_up()
    return office.read(lambda day, _plan: day.standing)


def engine_of(office: Office) -> sa.Engine:
    engine: sa.Engine = office._journal._engine  # type: ignore[attr-defined]
    return engine


def as_kept_and_told(office: Office) -> list[str]:
    """Return where what is kept is not what the journal says."""
    with engine_of(office).connect() as connection:
        assert folded(connection, "test") == stands(office)
        return list(differences(connection, "test"))


def kept_seq(office: Office) -> int | None:
    with engine_of(office).connect() as connection:
        found: int | None = connection.scalar(sa.select(lasting.c.seq).where(lasting.c.office == "test"))
        return found


def test_what_stands_is_kept_with_its_line_and_taken_up_by_whoever_starts(offices: Callable[[], Office]) -> None:
    office = offices()
    office.execute(OpenCounter(**ANI))
    assert kept_seq(office) is None  # nothing has changed it: nothing was written
    office.execute(ReceiveStock(item="blank", count=10))
    assert kept_seq(office) == 2
    serve(office, persons=3)
    seq = office.read(lambda day, _plan: day.seq)
    assert kept_seq(office) == seq - 1  # what was used, before what finished
    office.execute(IssueTicket(service="card"))
    assert kept_seq(office) == seq - 1
    after = offices()
    assert (on_hand(after), stands(after)) == (7, stands(office))
    assert as_kept_and_told(after) == []


def test_two_hubs_decide_on_one_stock(offices: Callable[[], Office]) -> None:
    one, other = offices(), offices()
    one.execute(OpenCounter(**ANI))
    one.execute(ReceiveStock(item="blank", count=10))
    assert on_hand(other) == 10
    serve(other, persons=4)
    one.execute(SpoilStock(item="blank", count=6, reason="wet"))
    with pytest.raises(QueueError, match="the list says 0"):
        other.execute(SpoilStock(item="blank", count=1, reason="wet"))
    assert (on_hand(one), stands(one)) == (0, stands(other))
    assert as_kept_and_told(one) == []


def test_a_hub_that_came_second_decides_again_on_what_the_first_left(
    open_journal: Open, offices: Callable[[], Office], clock: SetClock
) -> None:
    first = offices()
    first.execute(ReceiveStock(item="blank", count=10))
    plan, journal = stocked(), open_journal()
    second = Office(journal, lambda: plan, clock)
    second.catch_up()
    append = journal.append
    raced: list[bool] = []

    def after_the_other(entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        if not raced:
            raced.append(True)
            first.execute(SpoilStock(item="blank", count=8, reason="wet"))
        append(entries, standing)

    journal.append = after_the_other  # type: ignore[method-assign]
    with pytest.raises(QueueError) as refused:
        second.execute(SpoilStock(item="blank", count=5, reason="bent"))
    assert (refused.value.code, raced) == ("stock_not_there", [True])
    second.execute(CountStock(item="blank", count=1, reason="counted"))
    assert (on_hand(first), stands(first)) == (1, stands(second))
    assert as_kept_and_told(second) == []


def test_of_two_hubs_that_take_up_one_voucher_at_once_one_gets_the_number(open_journal: Open, clock: SetClock) -> None:
    plan = small_plan(limits=Limits(voucher_days=1))
    first, journal = Office(open_journal(), lambda: plan, clock), open_journal()
    second = Office(journal, lambda: plan, clock)
    for _ in range(2):
        first.execute(IssueTicket(service="card"))
    first.execute(CloseDay())
    clock.forward(hours=24)
    second.catch_up()
    voucher, other = stands(second).vouchers.vouchers
    append = journal.append
    raced: list[bool] = []

    def after_the_other(entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        if not raced:
            raced.append(True)
            first.execute(RedeemVoucher(voucher=voucher))
        append(entries, standing)

    journal.append = after_the_other  # type: ignore[method-assign]
    with pytest.raises(QueueError) as refused:
        second.execute(RedeemVoucher(voucher=voucher))
    assert (refused.value.code, refused.value.values["ticket"], raced) == ("voucher_redeemed", "A-001", [True])
    second.execute(RedeemVoucher(voucher=other))
    assert stands(first).vouchers == stands(second).vouchers == Book()
    assert first.read(lambda day, _plan: list(day.tickets)) == ["A-001", "A-002"]
    assert as_kept_and_told(second) == []
    after = Office(open_journal(), lambda: plan, clock)
    assert stands(after) == stands(second)


def test_a_seal_holds_no_voucher_that_is_over_and_a_fold_from_it_is_the_same(database: str) -> None:
    old = OldOffice(database)
    old.plan = small_plan(limits=Limits(voucher_days=2))
    old.visit()
    old.close()
    old.to_tomorrow()
    assert len(stands(old.office).vouchers.vouchers) == 1
    old.plan = small_plan()
    old.restart()
    old.work(KEEP + 3)
    found = old.look()
    assert found.seal is not None
    assert (found.seal["standing"] or {"vouchers": []})["vouchers"] == []
    old.office.execute(SealJournal(**found.seal), actor="hub")
    old.remove()
    assert stands(old.office).vouchers == Book()
    with old.engine.begin() as connection:
        assert list(differences(connection, "test")) == []
    assert rebuild(old.engine, "test").vouchers == Book()


def test_a_command_at_fault_takes_nothing_of_the_stock_with_it(offices: Callable[[], Office]) -> None:
    def at_fault(_day: ServiceDay, _plan: OfficePlan, _at: datetime) -> Sequence[Event]:
        raise ZeroDivisionError

    office = offices()
    receive = ReceiveStock(item="blank", count=10)
    batch = office.decide([Request(receive), Request(does(at_fault)), Request(receive)])
    office.publish(batch)
    assert on_hand(office) == 20
    office.publish(office.decide([Request(does(at_fault)), Request(receive)]))
    assert on_hand(office) == 30
    assert as_kept_and_told(office) == []


@pytest.mark.parametrize("state", [None, "{}", "no JSON", '{"form":99}', '{"form":1,"seq":1,"stock":[]}'])
def test_what_is_not_kept_or_can_not_be_read_is_folded_anew(offices: Callable[[], Office], state: str | None) -> None:
    office = offices()
    office.execute(OpenCounter(**ANI))
    office.execute(ReceiveStock(item="blank", count=10))
    serve(office)
    with engine_of(office).begin() as connection:
        if state is None:  # as in a journal whose release kept nothing yet
            connection.execute(sa.delete(lasting))
        else:
            connection.execute(sa.update(lasting).values(state=state))
    after = offices()
    assert (on_hand(after), stands(after)) == (9, stands(office))
    serve(after)
    assert as_kept_and_told(after) == []


def test_what_is_kept_otherwise_than_the_journal_says_is_named_and_made_anew(
    offices: Callable[[], Office], tmp_path: Path
) -> None:
    office = offices()
    office.execute(ReceiveStock(item="blank", count=10))
    engine = engine_of(office)
    with engine.begin() as connection:
        row = json.loads(connection.scalar(sa.select(lasting.c.state)) or "")
        row["stock"]["items"]["blank"]["received"] = 1000
        connection.execute(sa.update(lasting).values(state=json.dumps(row)))
    said = (
        "test: what is kept of stock, vouchers and cases is not what the journal says; "
        "end the hub, and antrean rebuild makes it anew"
    )
    assert list(damage(engine, tmp_path)) == [said]
    assert on_hand(offices()) == 1000
    assert rebuild(engine, "test") == stands(office)
    assert (on_hand(offices()), list(damage(engine, tmp_path))) == (10, [])


def test_days_after_a_seal_of_another_release_stay_and_say_why(database: str) -> None:
    old = OldOffice(database)
    old.plan = stocked()
    old.office.execute(ReceiveStock(item="blank", count=100))
    old.work(KEEP + 3)
    found = old.look()
    assert found.seal is not None
    old.office.execute(SealJournal(**{**found.seal, "standing": {"form": 99}}), actor="hub")
    old.remove()
    old.work(3)
    look = old.look()
    assert (look.seal, look.code) == (None, "unreadable")
    assert look.wrong.startswith("what the last seal says of it can't be read")
    old.journal.close()


def test_an_office_without_stock_has_nothing_to_keep_or_to_name(offices: Callable[[], Office], tmp_path: Path) -> None:
    office = offices()
    office.execute(OpenCounter(**ANI))
    serve(office)
    assert (kept_seq(office), stands(office), list(damage(engine_of(office), tmp_path))) == (None, NOTHING, [])


def test_stock_of_days_that_have_left_stands_in_the_seal(database: str) -> None:
    old = OldOffice(database)
    old.plan = stocked()
    old.office.execute(ReceiveStock(item="blank", count=100))
    old.office.execute(OpenCounter(**ANI))
    serve(old.office, persons=3)
    old.close()
    old.to_tomorrow()
    old.work(KEEP + 3)
    old.office.execute(SpoilStock(item="blank", count=7, reason="wet"))
    before = stands(old.office)
    assert old.let_go() > 0
    assert old.seqs()[0] > 4  # the lines about stock of the first day are gone
    with old.engine.connect() as connection:
        assert folded(connection, "test").stock == before.stock
        assert list(differences(connection, "test")) == []
    with old.engine.begin() as connection:
        connection.execute(sa.delete(lasting))
    old.restart()
    assert stands(old.office).stock == before.stock
    assert rebuild(old.engine, "test") == before
    old.journal.close()
