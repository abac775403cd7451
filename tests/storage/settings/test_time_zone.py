"""An office changes its time zone: only while no number and no date hangs on it, whoever asks and however."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

import pytest

from antrean.queueing.commands import HoldPrinter, IssueTicket, SavePlan
from antrean.queueing.errors import QueueError
from antrean.queueing.journal.entry import COMMAND
from antrean.queueing.office import Office
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock, small_plan

TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
NIGHT = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # 23:30 in Jakarta, half past one of the next day in Jayapura
EAST, NEXT = {"time_zone": "Asia/Jayapura"}, {"time_zone": "Asia/Makassar"}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def settings(database: str) -> Settings:
    made = Settings(open_engine(database), "test")
    made.create_office(small_plan())
    return made


@pytest.fixture
def start(database: str, settings: Settings, clock: SetClock) -> Callable[[], Office]:
    """Return what makes an office as one more process has it, or the same one after a new start."""
    return lambda: Office(SqlJournal(open_engine(database), "test"), settings.load_plan, clock)


def save(office: Office, parts: Mapping[str, object], actor: str = "supervisor:Dewi") -> str:
    """Return the code of the refusal, empty for none."""
    try:
        office.execute(SavePlan(what="plan", parts=parts), actor)
    except QueueError as refused:
        return refused.code
    return ""


def zone(office: Office) -> str:
    return office.read(lambda _day, plan: plan.zone)


def number(office: Office) -> str:
    ticket = office.execute(IssueTicket(service="card", language="id")).ticket
    assert ticket is not None
    return ticket.number


def test_the_time_zone_stays_from_the_first_number_of_a_day_until_it_is_over(
    start: Callable[[], Office], settings: Settings, clock: SetClock
) -> None:
    office, other = start(), start()
    assert save(office, NEXT) == ""
    assert number(other) == "A-001"
    before = settings.revisions(2)[1].document
    for parts in (EAST, {"": before}):  # as the page saves it, and as a file or an undo does
        assert save(office, parts) == save(office, parts, COMMAND) == "time_zone_numbers"
    assert save(office, {"voice": {"repeat": 1}}) == ""
    assert save(office, {"": settings.revisions(1)[0].document}) == ""
    clock.forward(days=1)
    assert save(office, EAST) == ""
    other.catch_up()  # the first that it hears of this day
    assert zone(other) == zone(office) == EAST["time_zone"]
    assert (number(other), other.business_day()) == ("A-001", TOMORROW)


def test_no_day_is_lost_or_comes_twice(start: Callable[[], Office], clock: SetClock) -> None:
    office = start()
    assert save(office, {"time_zone": "Pacific/Honolulu"}) == "time_zone_date"  # there it is the day before
    clock.now = NIGHT
    assert save(office, EAST) == "time_zone_date"
    assert save(office, NEXT) == "time_zone_date"
    assert office.business_day() == TODAY
    clock.forward(minutes=30)
    assert save(office, NEXT) == ""
    assert office.business_day() == TOMORROW
    assert save(office, {"time_zone": "Asia/Jakarta"}) == ""
    assert office.business_day() == TOMORROW


def test_a_line_of_last_evening_ends_no_morning_after_a_file_has_changed_the_time_zone(
    start: Callable[[], Office], clock: SetClock
) -> None:
    office = start()
    clock.now = NIGHT
    office.execute(HoldPrinter(printer="printer-1"), "supervisor:Dewi")
    clock.forward(hours=8)
    assert save(start(), EAST, COMMAND) == ""
    again = start()
    assert (number(again), again.business_day()) == ("A-001", TOMORROW)
