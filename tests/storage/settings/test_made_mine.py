"""The sample office becomes one's own in one commit: whatever happens meanwhile, all of it does, or nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa

from antrean.access.devices import pair_device, pair_sample_screen
from antrean.access.ownership import make_mine as owned
from antrean.queueing.commands import IssueTicket, MakeMine
from antrean.queueing.errors import Forbidden, Refused, Unavailable
from antrean.queueing.events import JournalSealed, OfficeMadeMine, PlanChanged, TicketIssued
from antrean.queueing.office import Office
from antrean.storage.codes import Code
from antrean.storage.database import schema
from antrean.storage.database.engine import open_engine
from antrean.storage.factors import PIN, Factor
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.journal.statements import Statements
from antrean.storage.journal.verify import verify
from antrean.storage.sessions import StaffSession
from antrean.storage.settings.digests import check_all
from antrean.storage.settings.rows import Settings
from antrean.storage.settings.staff import StaffMember
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import QUICK

MINE = MakeMine(
    office_name="Kota Baru", time_zone="Asia/Makassar", administrator="Rina", password_hash="hash", session="mark"
)
OTHER = "next-door"  # another office of the same database, which keeps everything


def rows_of(table: sa.Table, office: str) -> sa.Select[tuple[object, ...]]:
    """Return the query of an office's rows; of what people have, that of those who work there."""
    if "office" in table.c or table is schema.offices:
        return sa.select(table).where(table.c["id" if table is schema.offices else "office"] == office)
    works = sa.select(schema.staff.c.name).where(schema.staff.c.office == office)
    return sa.select(table).where(table.c["name" if table is schema.people else "staff"].in_(works))


@dataclass
class Sample:
    """The sample office of one database, with everything that it can have, beside another office."""

    database: str

    def __post_init__(self) -> None:
        self.engine = open_engine(self.database)
        for office, people in {"test": ("Eka", "Ani"), OTHER: ("Maria", "Yosefa")}.items():
            rows, clock = Settings(self.engine, office), SetClock()
            rows.create_office(small_plan(office=office, demo=True))
            for name in people:
                rows.save_staff(StaffMember(name, "administrator", "known", "old"))
            pair_device(rows, "kiosk", "Kiosk 1", clock)
            session = StaffSession(f"session of {office}", people[0], "old", clock(), clock())
            rows.sessions.write([session], {}, ())
            rows.factors.replace(people[1], (PIN,), [Factor(people[1], PIN, "hash")])
            rows.codes.add(Code(f"code of {office}", "password", people[1], clock.forward(hours=1)), SetClock()())
            rows.security.keep(f"line of {office}", ("10.0.0.1",), clock())
        for number in range(3):
            self.office().execute(IssueTicket(service="card"), request_id=f"visitor-{number}")

    def office(self, code: str = "test") -> Office:
        settings = Settings(open_engine(self.database), code)
        return Office(SqlJournal(open_engine(self.database), code), settings.load_plan, SetClock())

    def rows(self, office: str = "test") -> dict[str, list[tuple[object, ...]]]:
        """Return every row of an office, by table."""
        with self.engine.connect() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(rows_of(table, office))]
                for table in schema.metadata.sorted_tables
            }

    def is_sound(self) -> bool:
        with self.engine.begin() as connection:
            settings = list(check_all(connection))
        return not settings and not [*verify(self.engine, "test"), *verify(self.engine, OTHER)]


@pytest.fixture
def sample(database: str) -> Sample:
    return Sample(database)


def test_everything_of_the_sample_is_gone_and_only_the_new_office_is_there(sample: Sample) -> None:
    beside = sample.rows(OTHER)
    sample.office().execute(MINE, "administrator:Eka")
    entries = SqlJournal(open_engine(sample.database), "test").read(after=0)
    assert [type(entry.event) for entry in entries] == [JournalSealed, PlanChanged, OfficeMadeMine]
    assert [entry.seq for entry in entries] == [4, 5, 6]
    rows = sample.rows()
    assert rows["offices"] == [("test", False)]
    assert rows["staff"] == [("test", "Rina", "administrator", "mark", True, False)]
    assert rows["people"] == [("Rina", "hash", "mark")]
    with sample.engine.connect() as connection:
        assert set(connection.scalars(sa.select(schema.people.c.name))) == {"Rina", "Maria", "Yosefa"}
        assert set(connection.scalars(sa.select(schema.factors.c.staff))) == {"Yosefa"}
    ended = ("devices", "sessions", "factors", "codes", "security_addresses")
    assert {table: rows[table] for table in ended} == {table: [] for table in ended}
    assert not any("hash" in str(row) or "mark" in str(row) for row in rows["journal"])
    assert sample.rows(OTHER) == beside
    assert sample.is_sound()


def test_the_next_number_of_every_process_is_the_first(sample: Sample) -> None:
    beside = sample.office()
    assert beside.execute(IssueTicket(service="card")).ticket is not None
    sample.office().execute(MINE, "administrator:Eka")
    for office, number in ((beside, "A-001"), (sample.office(), "A-002")):
        ticket = office.execute(IssueTicket(service="card")).ticket
        assert ticket is not None
        assert ticket.number == number
    told = [one.event for one in SqlJournal(open_engine(sample.database), "test").read(after=0)]
    assert [event.ticket for event in told if isinstance(event, TicketIssued)] == ["A-001", "A-002"]
    assert sample.is_sound()


def test_whatever_fails_on_the_way_leaves_the_sample_as_it_was(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    before, ran, run = sample.rows(), [0, 0], Statements.run

    def failing(self: Statements, cursor: object, statement: object, **values: object) -> object:
        ran[0] += 1
        if ran[0] == ran[1]:
            raise sa.exc.OperationalError("a cable was pulled", None, Exception("a cable was pulled"))
        return run(self, cursor, statement, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(Statements, "run", failing)
    for fails_at in range(1, 100):
        ran[:] = [0, fails_at]
        try:
            sample.office().execute(MINE, "administrator:Eka")
        except Unavailable:
            assert sample.rows() == before, fails_at
            continue
        break
    assert fails_at > 15
    assert sample.rows()["offices"] == [("test", False)]
    assert sample.is_sound()


def test_a_name_of_another_office_is_no_name_of_the_first_administrator(sample: Sample) -> None:
    settings = Settings(open_engine(sample.database), "test")
    for name in ("Maria", "MARIA", "Mаria"):  # the last with a letter of another script
        with pytest.raises(Refused) as refused:
            owned(settings, "Kota Baru", "Kota Baru", "Asia/Makassar", name, "kertas hijau delapan", QUICK)
        assert refused.value.code == "name_elsewhere"
    # Somebody of that name may have been added there since it was looked for.
    before = sample.rows()
    with pytest.raises(Unavailable):
        sample.office().execute(replace(MINE, administrator="Maria"), "administrator:Eka")
    assert sample.rows() == before
    assert sample.is_sound()


def test_a_screen_that_was_tapped_before_and_is_written_after_is_refused(sample: Sample) -> None:
    settings = Settings(open_engine(sample.database), "test")
    pair_sample_screen(settings, "kiosk", "Demo kiosk", SetClock())
    sample.office().execute(MINE, "administrator:Eka")
    with pytest.raises(Forbidden):
        pair_sample_screen(settings, "kiosk", "Demo kiosk", SetClock())
    assert settings.devices() == []


MAKES = """
import sys
from antrean.queueing.office import Office
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock
from tests.storage.settings.test_made_mine import MINE
engine = open_engine(sys.argv[1])
office = Office(SqlJournal(engine, "test"), Settings(engine, "test").load_plan, SetClock())
office.begin()
statement = 0
def count(*_):
    global statement
    statement += 1
    if statement == int(sys.argv[2]):
        print("here", flush=True)
        sys.stdin.readline()
from antrean.storage.journal.statements import Statements
run = Statements.run
def counted(*given, **values):
    count()
    return run(*given, **values)
Statements.run = counted
office.execute(MINE, "administrator:Eka")
count_all = statement
print("done", flush=True)
"""


@pytest.mark.long
@pytest.mark.parametrize("statement", [1, 5, 9, 14, 18])
def test_a_kill_between_two_statements_leaves_the_sample_as_it_was(sample: Sample, statement: int) -> None:
    before = sample.rows()
    process = subprocess.Popen(
        [sys.executable, "-c", MAKES, sample.database, str(statement)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"here\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert sample.rows() == before
    assert sample.is_sound()
