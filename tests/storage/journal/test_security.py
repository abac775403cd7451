"""Addresses of security events are kept apart and not for long; who did what is found without reading the rest."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from antrean.queueing.commands import CancelTicket, ChangePlan, IssueTicket, NoteSecurity
from antrean.queueing.events import SecurityNoted
from antrean.queueing.office import Office
from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.security import KEPT, SecurityRecords, newest_lines
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock, small_plan


def records(database: str) -> SecurityRecords:
    engine = open_engine(database)
    upgrade(engine)
    return SecurityRecords(engine, "o")


def an_office(database: str, clock: SetClock) -> Office:
    plan = small_plan(office="o")
    engine = open_engine(database)
    upgrade(engine)
    return Office(SqlJournal(engine, "o"), lambda: plan, clock)


def test_an_address_is_kept_for_90_days_and_then_gone(fresh_database: str, clock: SetClock) -> None:
    kept, office = records(fresh_database), an_office(fresh_database, clock)
    for ref, address in (("first", "192.0.2.1"), ("later", "192.0.2.2")):
        kept.keep(ref, [address], clock())
        office.execute(NoteSecurity(noted=SecurityNoted("sign_in", "Ani", address=ref)))
        clock.forward(minutes=1)
    began = clock() - timedelta(minutes=2)
    assert kept.page(9).addresses == {"first": ["192.0.2.1"], "later": ["192.0.2.2"]}
    assert kept.forget(began + KEPT) == 0
    assert kept.forget(began + KEPT + timedelta(seconds=1)) == 1
    found = kept.page(9)
    assert found.addresses == {"later": ["192.0.2.2"]}
    assert [entry.event for entry in found.entries] == [
        SecurityNoted("sign_in", "Ani", address="later"), SecurityNoted("sign_in", "Ani", address="first"),
    ]  # fmt: skip


def test_an_address_that_is_kept_twice_is_there_once(fresh_database: str, clock: SetClock) -> None:
    kept, office = records(fresh_database), an_office(fresh_database, clock)
    office.execute(NoteSecurity(noted=SecurityNoted("sign_in", "Ani", address="same")))
    kept.keep("same", ["192.0.2.1", "192.0.2.1"], clock())
    kept.keep("same", ["192.0.2.1", "2001:db8::1"], clock())
    assert kept.page(9).addresses == {"same": ["192.0.2.1", "2001:db8::1"]}


def test_who_did_what_is_given_newest_first_and_page_by_page(fresh_database: str, clock: SetClock) -> None:
    kept, office = records(fresh_database), an_office(fresh_database, clock)
    for _ in range(5):
        ticket = office.execute(IssueTicket(service="card", language="id")).ticket
        assert ticket is not None
        office.execute(CancelTicket(ticket=ticket.number, reason="left"), actor="operator:Ani")
        office.execute(ChangePlan(what="notices"), actor="supervisor:Dewi")
    seen, before = [], None
    while True:
        page = kept.page(3, before)
        seen += [(entry.seq, entry.actor) for entry in page.entries]
        before = page.before
        if before is None:
            break
        assert len(page.entries) == 3
    assert seen == [
        (seq, ("operator:Ani", "supervisor:Dewi")[seq % 3 == 0]) for seq in range(15, 0, -1) if seq % 3 != 1
    ]
    mine = kept.page(2, wanted=lambda entry: entry.actor == "operator:Ani")
    assert [entry.seq for entry in mine.entries] == [14, 11]
    assert mine.before == 11


def test_lines_that_tell_who_did_what_have_an_index_of_their_own(fresh_database: str) -> None:
    """A journal of years has few of them: a page that looks for them must not read all the others."""
    engine = open_engine(fresh_database)
    upgrade(engine)
    if engine.dialect.name != "sqlite":
        return
    values = {"office": "o", "before": 9, "most": 9}
    with engine.connect() as connection:
        plan = [row[-1] for row in connection.execute(sa.text(f"EXPLAIN QUERY PLAN {newest_lines('sqlite')}"), values)]
    assert len(plan) == 1
    assert "USING INDEX ix_journal_audited (office=? AND seq<?)" in plan[0]
