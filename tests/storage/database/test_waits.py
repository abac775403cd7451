"""No wait for the database is without end: silent connections, locked tables, a commit whose answer is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from antrean.queueing.commands import IssueTicket
from antrean.queueing.errors import Unavailable
from antrean.queueing.office import JournalError, Office, Request
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.results import CommandResult
from antrean.storage.database.engine import open_engine
from antrean.storage.database.errors import DatabaseError, in_a_line
from antrean.storage.database.upgrade import schema_version, upgrade
from antrean.storage.database.waits import CARE, HUB, WaitLimits
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock
from tests.fakes.hub_process import wait_until
from tests.fakes.silent_proxy import SilentProxy

# As for the hub, only shorter, so that nobody waits long for these tests.
SHORT = WaitLimits(connect=2, lock=0.4, file=0.4, statement=0.8, idle=0.8, late=0.2)
postgresql_only = pytest.mark.parametrize(
    "fresh_database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


def take(request_id: str) -> Request:
    return Request(IssueTicket(service="card", language="id"), request_id=request_id)


@pytest.fixture
def proxy(database: str) -> Iterator[SilentProxy]:
    url = sa.make_url(database)
    with SilentProxy((url.host or "127.0.0.1", url.port or 5432)) as running:
        yield running


@pytest.fixture
def behind(database: str, proxy: SilentProxy) -> str:
    """Give the address of the database on the other side of the proxy."""
    return sa.make_url(database).set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)


@pytest.fixture
def journal(behind: str) -> Iterator[SqlJournal]:
    opened = SqlJournal(open_engine(behind, SHORT), "test")
    yield opened
    opened.close()


@contextmanager
def locked(database: str) -> Iterator[sa.Connection]:
    """Hold the journal as somebody does who types LOCK TABLE and goes to lunch."""
    other = sa.create_engine(database, poolclass=NullPool)
    with other.connect() as connection:
        connection.exec_driver_sql("LOCK TABLE journal")
        yield connection
        connection.rollback()


def waiting(connection: sa.Connection) -> int:
    """Return how many sessions wait for what somebody holds in this database."""
    counted = "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database AND datname = current_database()"
    return int(connection.exec_driver_sql(f"{counted} WHERE NOT granted").scalar_one())


@postgresql_only
def test_a_connection_that_falls_silent_is_given_up_and_replaced(
    journal: SqlJournal, proxy: SilentProxy, plan: OfficePlan, clock: SetClock
) -> None:
    office = Office(journal, lambda: plan, clock)
    assert office.submit(take("r1")).seq == 1
    proxy.silence()
    with pytest.raises(Unavailable):
        office.submit(take("r2"))
    assert office.submit(take("r2")).seq == 2
    assert office.submit(take("r1")).seq == 1
    assert [entry.request_id for entry in journal.read(after=0)] == ["r1", "r2"]


@postgresql_only
def test_new_connections_that_stay_silent_are_given_up_too(
    journal: SqlJournal, proxy: SilentProxy, plan: OfficePlan, clock: SetClock
) -> None:
    office = Office(journal, lambda: plan, clock)
    office.submit(take("r1"))
    proxy.silence(new=True)
    for _ in range(2):
        with pytest.raises(Unavailable):
            office.submit(take("r2"))
    proxy.let_through()
    wait_until(lambda: _taken(office, "r2"), "numbers again")


def _taken(office: Office, request_id: str) -> bool:
    try:
        return office.submit(take(request_id)).ticket is not None
    except Unavailable:
        return False


@postgresql_only
def test_a_number_that_was_written_while_its_answer_was_lost_is_told_when_it_is_asked_for_again(
    behind: str, proxy: SilentProxy, database: str, plan: OfficePlan, clock: SetClock
) -> None:
    limits = WaitLimits(lock=2.0, statement=2.0, idle=2.0, late=0.2)
    patient = SqlJournal(open_engine(behind, limits), "test")
    office = Office(patient, lambda: plan, clock)
    office.submit(take("r1"))
    refused: list[object] = []

    def ask() -> None:
        try:
            refused.append(office.submit(take("r2")))
        except Unavailable as error:
            refused.append(error.code)

    writes = sa.create_engine(database, poolclass=NullPool)
    with writes.connect() as other:
        other.exec_driver_sql("LOCK TABLE journal IN SHARE MODE")  # it can be read, not written
        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        with writes.connect() as looking:
            wait_until(lambda: waiting(looking), "the number to be on its way into the journal")
        proxy.silence()
        other.rollback()
    asking.join(60)
    assert refused == ["storage_unavailable"]
    again = office.submit(take("r2"))
    assert isinstance(again, CommandResult)
    assert (again.seq, again.ticket and again.ticket.number) == (2, "A-002")
    assert [entry.request_id for entry in patient.read(after=0)] == ["r1", "r2"]
    patient.close()


@postgresql_only
def test_a_locked_journal_refuses_after_a_moment_and_works_when_it_is_free(
    journal: SqlJournal, database: str, plan: OfficePlan, clock: SetClock
) -> None:
    office = Office(journal, lambda: plan, clock)
    office.submit(take("r1"))
    with locked(database):
        with pytest.raises(Unavailable):
            office.submit(take("r2"))
        with pytest.raises(Unavailable):
            office.newest_seq()
    assert office.submit(take("r2")).seq == office.newest_seq() == 2


@postgresql_only
def test_a_statement_that_takes_too_long_is_given_up_by_the_server(behind: str) -> None:
    with open_engine(behind, SHORT).connect() as connection, pytest.raises(DatabaseError, match="statement timeout"):
        connection.exec_driver_sql("SELECT pg_sleep(30)")


@postgresql_only
def test_settings_on_a_silent_connection_are_an_error_and_not_a_wait(
    behind: str, proxy: SilentProxy, plan: OfficePlan
) -> None:
    settings = Settings(open_engine(behind, SHORT), "test")
    settings.create_office(plan)
    assert settings.exists()
    proxy.silence(new=True)
    with pytest.raises(DatabaseError):
        settings.exists()
    with pytest.raises(JournalError):
        settings.load_plan()
    proxy.let_through()
    assert settings.load_plan().name == plan.name


@postgresql_only
def test_a_whole_day_may_take_longer_to_read_than_one_statement(
    database: str, journal: SqlJournal, plan: OfficePlan, clock: SetClock
) -> None:
    office = Office(journal, lambda: plan, clock)
    for number in range(15):
        office.submit(take(f"r{number}"))
    slow = (
        "ALTER TABLE journal RENAME TO fast",
        "CREATE FUNCTION slowly(integer) RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT pg_sleep(0.1) IS NOT NULL'",
        "CREATE VIEW journal AS SELECT * FROM fast WHERE slowly(seq::integer)",
    )
    with open_engine(database, CARE).begin() as connection:
        for statement in slow:
            connection.exec_driver_sql(statement)
    assert len(journal.read(day=plan.business_day(clock()))) == 15
    with pytest.raises(JournalError, match="statement timeout"):
        journal.read(after=0)


@postgresql_only
def test_every_connection_of_the_hub_has_its_limits(database: str) -> None:
    with open_engine(database).connect() as connection:
        connection.rollback()  # what was set must not be undone with a transaction
        names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        found = [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names]
        driver = connection.connection.driver_connection
        assert driver is not None
        parameters = driver.info.get_parameters()
    assert found == ["2s", "3s", "10s"]
    assert parameters["tcp_user_timeout"] == "5000"
    assert parameters["keepalives_idle"] == "5"
    assert driver.answer_seconds == 4.0


@postgresql_only
def test_what_the_address_says_itself_about_connections_is_kept(database: str) -> None:
    url = sa.make_url(database).update_query_dict({"keepalives_idle": "77", "connect_timeout": "9"})
    with open_engine(url.render_as_string(hide_password=False)).connect() as connection:
        assert connection.connection.driver_connection.info.get_parameters()["keepalives_idle"] == "77"  # type: ignore[union-attr]


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_a_locked_file_refuses_after_a_moment_and_works_when_it_is_free(
    database: str, plan: OfficePlan, clock: SetClock
) -> None:
    journal = SqlJournal(open_engine(database, SHORT), "test")
    office = Office(journal, lambda: plan, clock)
    office.submit(take("r1"))
    with open_engine(database).begin():  # takes the lock for writing
        with pytest.raises(Unavailable):
            office.submit(take("r2"))
        assert office.newest_seq() == 1
    assert office.submit(take("r2")).seq == 2
    journal.close()


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_an_outage_of_the_journal_stands_in_the_log_once_until_a_line_is_written(
    database: str, plan: OfficePlan, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    journal = SqlJournal(open_engine(database, SHORT), "test")
    office = Office(journal, lambda: plan, clock)
    for outage in (1, 2):
        with open_engine(database).begin():
            for attempt in range(3):
                with pytest.raises(Unavailable):
                    office.submit(take(f"r{outage}-{attempt}"))
                office.catch_up()  # reading works meanwhile, and does not end the outage
        assert caplog.text.count("the journal failed") == outage
        office.submit(take(f"r{outage}"))
        assert caplog.text.count("the journal is written again") == outage
    assert office.faults["journal"] == 6
    journal.close()


def test_an_error_without_words_is_told_by_its_kind() -> None:
    assert in_a_line(OSError()) == "OSError"
    assert in_a_line(OSError("the disk is full\nand more")) == "the disk is full"


def test_a_migration_may_take_longer_than_a_number(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[WaitLimits] = []
    real = open_engine

    def noted(url: str, limits: WaitLimits = HUB) -> sa.Engine:
        used.append(limits)
        return real(url, limits)

    monkeypatch.setattr("antrean.storage.database.upgrade.open_engine", noted)
    engine = real(fresh_database)
    upgrade(engine)
    assert schema_version(engine) is not None
    assert used == [CARE]


def test_a_turn_that_others_hold_refuses_after_a_moment(
    database: str, open_journal: Callable[[], SqlJournal], plan: OfficePlan, clock: SetClock
) -> None:
    mine = SqlJournal(open_engine(database, SHORT), "test")
    office = Office(mine, lambda: plan, clock)
    office.submit(take("r1"))
    with open_journal().exclusive(), pytest.raises(Unavailable):
        office.submit(take("r2"))
    assert office.submit(take("r2")).seq == 2
    mine.close()
