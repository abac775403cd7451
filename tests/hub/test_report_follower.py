"""What reports read is what the journal says, however the hub was interrupted, and costs the writer nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from antrean.config import ROOT
from antrean.hub.async_mode import ThreadingMode
from antrean.hub.report_follower import ReportFollower
from antrean.queueing.commands import (
    AnnounceCall,
    CallNext,
    CallTicket,
    CancelTicket,
    CloseDay,
    CompleteTicket,
    HandOverCounter,
    HoldTicket,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    PauseCounter,
    ReadmitTicket,
    RecallTicket,
    RequestTestSlip,
    ResumeCounter,
    ResumeTicket,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.events import ClockSet, OfficeMadeMine
from antrean.queueing.office import Office
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.reports.catch_up import catch_up, rebuild
from antrean.storage.reports.schema import ROWS, cursors
from antrean.storage.reports.tables import ReportTables, open_reports
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock, Stopwatch, small_plan
from tests.fakes.does import does
from tests.fakes.hub_process import STEPPED_BACK_SECONDS
from tests.storage.journal.old_office import KEEP, OldOffice

ANI = {"counter": "3", "operator": "Ani"}


def all_rows(database: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table, in the order of their keys."""
    with open_reports(database).connect() as connection:
        return {
            table.name: [
                dict(row._mapping) for row in connection.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for table in ROWS
        }


class Followed:
    """An office on SQLite whose follower looks when it is told to."""

    def __init__(self, data: Path) -> None:
        self.clock, self.monotonic = SetClock(), Stopwatch()
        self.database = database_url("", data)
        self.engine = open_engine(self.database)
        upgrade(self.engine)
        self.plan = small_plan(printers={"kiosk-1": "p", "": "p"})
        Settings(self.engine, "test").create_office(self.plan)
        self.start()

    def start(self) -> None:
        """Start a hub: what one before it was about to write is forgotten."""
        self.journal = SqlJournal(self.engine, "test")
        self.office = Office(self.journal, lambda: self.plan, self.clock)
        self.office.catch_up()
        self.tables = ReportTables(open_reports(self.database), "test")
        self.follower = ReportFollower(
            self.office, "test", self.tables, self.engine, self.database, ThreadingMode(), self.monotonic, ROOT,
            first_after=0.0,
        )  # fmt: skip

    def do(self, command: Any, seconds: int = 20) -> None:
        self.clock.forward(seconds=seconds)
        self.office.execute(command)

    def issue(self, service: str = "card", **more: Any) -> str:
        self.clock.forward(seconds=20)
        ticket = self.office.execute(IssueTicket(service=service, device="kiosk-1", **more)).ticket
        assert ticket is not None
        return ticket.number

    def look(self) -> None:
        """Let the follower look until nothing is left to write."""
        until = time.monotonic() + STEPPED_BACK_SECONDS
        self.follower.look()
        while (self.follower._process.running or self.follower.behind) and time.monotonic() < until:
            time.sleep(0.02)
            self.follower.look()
        assert self.follower.behind == 0

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of every table, in the order of their keys."""
        return all_rows(self.database)

    def from_the_journal_alone(self) -> dict[str, list[dict[str, Any]]]:
        """Return what the rows are when they are made anew."""
        rebuild(self.engine, "test", self.tables)
        return self.rows()

    def seq(self) -> int:
        return self.office.read(lambda day, _plan: day.seq)


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[Followed]:
    found = Followed(tmp_path)
    yield found
    found.follower.stop()
    found.journal.close()


def a_morning(here: Followed, look: Any = lambda: None) -> None:
    """Let a morning pass in which everything happens to somebody; `look` is called after each command."""

    def do(*commands: Any) -> None:
        for command in commands:
            here.do(command)
            look()

    do(OpenCounter(**ANI))
    first, second, third, fourth = here.issue(), here.issue(persons=3), here.issue("birth"), here.issue(priority=True)
    do(CallTicket(ticket=first, **ANI), RecallTicket(ticket=first, counter="3"))
    call = here.office.read(lambda day, _plan: day.calls[-1].seq)
    do(AnnounceCall(call=call, display="d"), AnnounceCall(call=call, display="d", sound="spoken"))
    do(StartService(ticket=first, counter="3"), HoldTicket(ticket=first, counter="3", reason="server"))
    do(CallTicket(ticket=second, **ANI), MarkNoShow(ticket=second, counter="3"))
    do(PauseCounter(reason="prayer", **ANI), ResumeCounter(**ANI))
    do(ResumeTicket(ticket=first, counter="3"), CompleteTicket(ticket=first, counter="3", outcome="papers_missing"))
    do(UndoStep(**ANI), CompleteTicket(ticket=first, counter="3"))
    do(ReadmitTicket(ticket=second), CallTicket(ticket=third, **ANI))
    do(TransferTicket(ticket=third, counter="3", service="card"), UndoStep(**ANI))
    do(TransferTicket(ticket=third, counter="3", service="card"), CallNext(**ANI))
    do(HandOverCounter(to="Budi", **ANI), CancelTicket(ticket=second), RequestTestSlip(printer="p"))
    assert fourth


def test_rows_that_were_written_line_by_line_are_those_of_the_journal(followed: Followed) -> None:
    a_morning(followed, followed.look)
    followed.look()
    rows = followed.rows()
    assert {name: len(found) for name, found in rows.items()} == {
        "report_visits": 6,  # one came back after a missed call, one was sent on
        "report_calls": 5,
        "report_counter_spans": 2,
        "report_counter_pauses": 1,
        "report_slips": 5,
    }
    assert rows == followed.from_the_journal_alone()


def test_rows_say_what_happened_to_the_microsecond(followed: Followed) -> None:
    a_morning(followed)
    followed.look()
    first = followed.rows()["report_visits"][0]
    at = int(followed.office.read(lambda day, _plan: day.tickets["A-001"].issued_at).timestamp() * 1_000_000)
    assert (first["issued_at"], first["waiting_since"]) == (at, at)
    # Issued, three more numbers; called, called again, drawn, heard, begun, held; two calls and a pause of others.
    assert (first["called_at"] - at, first["last_call_at"] - at) == (80_000_000, 100_000_000)
    assert (first["started_at"] - at, first["held"]) == (160_000_000, 120_000_000 - 20_000_000)
    assert (first["end"], first["state"], first["operator"], first["counter"]) == ("finished", "completed", "Ani", "3")
    assert (first["calls"], first["persons"], first["ahead"]) == (2, 1, 0)
    call = followed.rows()["report_calls"][0]
    assert (call["number"], call["sound"], call["recall"]) == ("A-001", "", 0)
    again = followed.rows()["report_calls"][1]
    assert (again["recall"], again["sound"], again["drawn_at"] - again["at"]) == (1, "spoken", 20_000_000)
    (ani, budi), (pause,) = followed.rows()["report_counter_spans"], followed.rows()["report_counter_pauses"]
    assert (ani["operator"], ani["closed_at"], budi["operator"]) == ("Ani", budi["opened_at"], "Budi")
    assert (pause["reason"], pause["ended_at"] - pause["begun_at"]) == ("prayer", 20_000_000)


def test_nothing_is_written_while_nothing_happens(followed: Followed) -> None:
    followed.issue()
    followed.look()
    before = followed.tables.cursor()
    written: list[object] = []
    followed.tables.write = lambda *of: written.append(of)  # type: ignore[method-assign, assignment]
    followed.follower.look()
    assert (followed.tables.cursor(), written) == (before, [])


def test_a_hub_that_is_killed_at_any_line_counts_each_line_once(followed: Followed) -> None:
    killed = 0

    def kill() -> None:
        nonlocal killed
        killed += 1
        if killed % 2:
            followed.look()  # else it is killed before it wrote this line
        followed.follower.stop()
        followed.journal.close()
        followed.start()

    a_morning(followed, kill)
    assert killed > 20
    followed.look()
    rows = followed.rows()
    assert rows == followed.from_the_journal_alone()


def test_days_that_passed_without_a_hub_and_lines_about_a_day_that_is_over_are_written(followed: Followed) -> None:
    a_morning(followed)
    followed.look()
    followed.clock.forward(hours=24)
    followed.office.catch_up()
    followed.issue()
    followed.look()
    yesterday = followed.clock().date() - timedelta(days=1)
    followed.do(CloseDay(business_day=yesterday))
    followed.look()
    rows = followed.rows()
    assert {row["business_day"] for row in rows["report_visits"]} == {"2026-11-24", "2026-11-25"}
    assert not [
        row for row in rows["report_visits"] if row["state"] == "waiting" and row["business_day"] < "2026-11-25"
    ]
    assert rows == followed.from_the_journal_alone()


def test_a_day_that_is_closed_and_opened_again_has_the_rows_of_its_end(followed: Followed) -> None:
    a_morning(followed)
    followed.look()
    followed.do(CloseDay())
    followed.look()
    followed.do(OpenDay())
    followed.look()
    rows = followed.rows()
    assert "waiting" in {row["state"] for row in rows["report_visits"]}
    assert rows == followed.from_the_journal_alone()


def test_times_that_move_with_the_clock_move_in_the_rows(followed: Followed) -> None:
    followed.issue()
    followed.look()
    before = followed.rows()["report_visits"][0]["issued_at"]
    followed.do(does(lambda _day, _plan, _at: (ClockSet(2400.0, "adopted"),)))
    followed.look()
    assert followed.rows()["report_visits"][0]["issued_at"] == before + 2_400_000_000
    assert followed.rows() == followed.from_the_journal_alone()


def test_rows_that_somebody_made_anew_beside_the_hub_are_brought_on_by_it(followed: Followed) -> None:
    followed.issue()
    followed.look()
    followed.issue()
    rebuild(followed.engine, "test", ReportTables(open_reports(followed.database), "test"))
    followed.issue()
    followed.look()
    followed.issue()
    followed.look()
    assert [row["number"] for row in followed.rows()["report_visits"]] == ["A-001", "A-002", "A-003", "A-004"]
    assert followed.rows() == followed.from_the_journal_alone()


def test_a_journal_that_was_brought_back_is_read_from_its_start(followed: Followed) -> None:
    followed.issue()
    followed.issue()
    followed.look()
    with followed.engine.begin() as connection:  # as a restore of an older backup leaves it
        connection.execute(sa.text("DELETE FROM journal WHERE seq > 1"))
    followed.follower.stop()
    followed.journal.close()
    followed.start()
    followed.issue("birth")
    followed.look()
    assert [row["number"] for row in followed.rows()["report_visits"]] == ["A-001", "C-001"]
    assert followed.rows() == followed.from_the_journal_alone()


def test_rows_of_days_whose_lines_have_left_the_journal_stay(database: str) -> None:
    old = OldOffice(database)
    tables = ReportTables(open_reports(database), "test")
    old.work(KEEP + 3)
    written = catch_up(old.engine, "test", tables)
    before = all_rows(database)
    assert old.let_go() > 0
    left = rebuild(old.engine, "test", tables)
    assert left
    assert len(left) < len(written)
    assert all_rows(database) == before
    old.journal.close()


def test_a_day_whose_lines_are_damaged_keeps_its_rows_and_the_others_are_made_anew(followed: Followed) -> None:
    followed.issue()
    followed.clock.forward(hours=24)
    followed.office.catch_up()
    followed.issue()
    catch_up(followed.engine, "test", followed.tables)
    before = followed.rows()
    with followed.engine.begin() as connection:
        connection.execute(sa.text("UPDATE journal SET data = replace(data, 'A-001', 'A-009') WHERE seq = 1"))
    assert rebuild(followed.engine, "test", followed.tables) == [followed.clock().date()]
    assert followed.rows() == before


def test_of_a_sample_that_ended_no_row_stays(followed: Followed) -> None:
    followed.issue()
    followed.clock.forward(hours=24)
    followed.office.catch_up()
    followed.issue()
    followed.look()
    last = followed.seq()
    own = OfficeMadeMine(last=last, administrator="Rina", password_hash="x", session="s")
    followed.do(does(lambda _day, _plan, _at: (own,)))
    followed.issue("birth")
    followed.look()
    assert [row["number"] for row in followed.rows()["report_visits"]] == ["C-001"]


def test_tables_of_another_form_are_made_anew(followed: Followed) -> None:
    followed.issue()
    followed.look()
    before = followed.rows()
    with open_reports(followed.database).begin() as connection:
        connection.execute(sa.update(cursors).values(form=0))
        connection.execute(sa.text("ALTER TABLE report_visits RENAME COLUMN number TO label"))
    followed.follower.stop()
    followed.journal.close()
    followed.start()
    followed.look()
    assert followed.rows() == before


def test_two_offices_keep_their_rows_apart(followed: Followed) -> None:
    followed.issue()
    followed.look()
    other = ReportTables(open_reports(followed.database), "other")
    other.make()
    other.begin_anew(date.min)
    assert len(followed.rows()["report_visits"]) == 1
    assert json.dumps(followed.rows())
