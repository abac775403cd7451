"""What every test room shares: a set clock, a small plan, an office on a list, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import resource
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from sqlalchemy.pool import NullPool

from antrean.config import Config
from antrean.queueing.command.data import refusals
from antrean.queueing.commands import COMMANDS, Command
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.office import JournalConflict, Office
from antrean.queueing.plan.model import Counter, OfficePlan, Service
from antrean.queueing.plan.zones import Zone
from antrean.queueing.standing import Standing
from antrean.storage.database.engine import database_file, database_url, open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.database.waits import CARE
from antrean.storage.journal.sql_journal import SqlJournal
from tests.examples import FAST_EXAMPLES
from tests.fakes.compiled_statements import compiled_once
from tests.fakes.newest_schema import newest_schema, schema_at_once
from tests.fakes.nothing_started import nothing_started

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

    from tests.fakes.chromium import Browsers
    from tests.fakes.office_hub import OfficeHub
    from tests.fakes.postgres_databases import PostgresDatabases

CI = os.environ.get("CI") == "true"
# Settings of the office that this machine runs, perhaps: tests never touch it.
INSTALLATION = (
    "PORT", "DATABASE_URL", *("ANTREAN_" + field.name.upper() for field in fields(Config)), "ANTREAN_HUB_URL",
    "ANTREAN_TOKEN", "ANTREAN_PRINTER",
)  # fmt: skip
OPEN_FILES = 8192  # a hub for 2,000 phones has room for them, with the test's own end of each


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="fail each test that starts a server, a browser or a process")


def pytest_configure(config: pytest.Config) -> None:
    """Leave the settings of this machine's own hub behind, and raise the limit of open files.

    Both go for every process that a test starts, too. Examples of properties are the same in each run, and none fails
    because the machine is busy. `--fast` looks at fewer of them.
    """
    settings.register_profile(
        "calm", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.register_profile("fast", settings.get_profile("calm"), max_examples=FAST_EXAMPLES)
    settings.load_profile("fast" if config.getoption("--fast") else "calm")
    for name in INSTALLATION:
        os.environ.pop(name, None)
    _raise_open_files()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have what takes longest begin first: no worker is left with it at the end, while the others do nothing."""
    items.sort(key=lambda item: item.get_closest_marker("first") is None)


def _raise_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= OPEN_FILES:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, max(hard, OPEN_FILES)))  # root may raise the hard one
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, OPEN_FILES), hard))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    if not item.config.getoption("--fast"):
        return (yield)
    with nothing_started():
        return (yield)


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """Leave the next test the umask of this machine: a command sets one that makes every file private."""
    before = os.umask(0o077)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


UNNAMED: set[str] = set()  # refusals of commands that do not name them


@pytest.fixture(scope="session", autouse=True)
def noting_refusals() -> Iterator[None]:
    """Note each refusal that a command decides on without naming its code."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in COMMANDS.values():
            patch.setattr(kind, "decide", _noting(kind.decide, refusals(kind)))
        yield


def _noting(decide: Callable[..., Sequence[Event]], named: Collection[str]) -> Callable[..., Sequence[Event]]:
    def noting(command: Command, day: ServiceDay, *others: object) -> Sequence[Event]:
        try:
            return decide(command, day, *others)
        except QueueError as refusal:
            if refusal.code not in named:
                UNNAMED.add(f"{command.name}: {refusal.code}")
            raise

    return noting


@pytest.fixture(autouse=True)
def named_refusals() -> Iterator[None]:
    """Fail the test in which a command was refused with a code that it does not name."""
    UNNAMED.clear()
    yield
    assert not UNNAMED


class SetClock:
    """A clock that stands until it is moved. Starts on a Tuesday at 09:00 in Jakarta."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now


class PassingClock:
    """A clock that goes on by itself from a Tuesday at 09:00 in Jakarta: no midnight comes while a test runs."""

    def __init__(self) -> None:
        self._began = SetClock().now, time.monotonic()

    def __call__(self) -> datetime:
        at, seconds = self._began
        return at + timedelta(seconds=time.monotonic() - seconds)


class Stopwatch:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class ListJournal:
    """A journal in a list, refusing what the real ones refuse."""

    def __init__(self) -> None:
        self.entries: list[JournalEntry] = []

    def last_seq(self) -> int:
        return self.entries[-1].seq if self.entries else 0

    def newest_day(self, before: date) -> date | None:
        return max((entry.business_day for entry in self.entries if entry.business_day < before), default=None)

    def ends_closed(self, day: date) -> bool:
        kinds = [entry.event.kind for entry in self.entries if entry.business_day == day]
        return next((kind for kind in reversed(kinds) if kind in ("day.closed", "day.reopened")), "") == "day.closed"

    def clock_steps(self, day: date) -> Sequence[JournalEntry]:
        return [entry for entry in self.entries if entry.business_day == day and entry.event.kind == "clock.set"]

    def read(
        self, *, after: int | None = None, day: date | None = None, request_id: str | None = None
    ) -> Sequence[JournalEntry]:
        if day is not None:
            return [entry for entry in self.entries if entry.business_day == day and entry.seq > (after or 0)]
        if after is not None:
            return [entry for entry in self.entries if entry.seq > after]
        return [entry for entry in self.entries if entry.request_id == request_id]

    def standing(self, until: int | None = None) -> Standing:
        found = Standing()
        for entry in self.entries:
            found = found.after(entry) if until is None or entry.seq <= until else found
        return found

    def append(self, entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        requests = {entry.request_id for entry in self.entries} - {None}
        if entries[0].seq != self.last_seq() + 1 or any(entry.request_id in requests for entry in entries):
            raise JournalConflict
        self.entries.extend(entries)

    def exclusive(self) -> AbstractContextManager[None]:
        return nullcontext()


def small_plan(**changes: object) -> OfficePlan:
    """Three services and three counters; counter 1 serves A first and B as overflow, 3 serves everything."""
    plan = OfficePlan(
        office="test",
        name="Disdukcapil Kabupaten Kuningan",
        zone="Asia/Jakarta",
        services=(
            Service("card", "A", {"id": "Pencetakan KTP-el", "en": "Card printing"}, promised_wait=30),
            Service("family", "B", {"id": "Kartu Keluarga", "en": "Family card"}, promised_wait=30),
            Service("birth", "C", {"id": "Akta Kelahiran", "en": "Birth certificate"}, promised_wait=40),
        ),
        counters=(
            Counter("1", "Loket 1", ("card",), ("family",)),
            Counter("2", "Loket 2", ("family", "birth")),
            Counter("3", "Loket 3", ("card", "family", "birth")),
        ),
        zones=(Zone("upstairs", {"id": "Lantai 2", "en": "Upstairs"}, {"id": "naik tangga"}, 24),),
    )
    return replace(plan, **changes)  # type: ignore[arg-type]


@pytest.fixture
def open_files() -> None:
    """Skip where the system does not let the limit of open files be raised; under CI that is a failure."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < OPEN_FILES:
        assert not CI, f"only {soft} open files are allowed here"
        pytest.skip(f"only {soft} open files are allowed here")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan()


@pytest.fixture
def office(clock: SetClock, plan: OfficePlan) -> Office:
    return Office(ListJournal(), lambda: plan, clock)


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan, clock: SetClock) -> Iterator[OfficeHub]:
    """The whole application for the `plan` and the `clock` of the test. A folder that needs more adds to it."""
    from tests.fakes.office_hub import OfficeHub  # it imports all of the product, and most tests need the queue alone

    running = OfficeHub(tmp_path, plan, clock)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers, once for all tests of a process: there can't be two at a time."""
    from tests.fakes.chromium import driver  # Playwright is slow to import, and most tests need no browser

    with driver() as started:
        yield started


@pytest.fixture(scope="session")
def running_browsers(playwright: Playwright) -> Browsers:
    from tests.fakes.chromium import Browsers

    return Browsers(playwright)


@pytest.fixture
def browser_with(running_browsers: Browsers) -> Iterator[Callable[..., Browser]]:
    """Give a function that gives the browser with these flags; its pages are closed at the end of the test."""
    yield running_browsers.with_flags
    running_browsers.close_pages()


@pytest.fixture
def browser(browser_with: Callable[..., Browser]) -> Browser:
    return browser_with()


def postgres_url() -> str:
    """Return the server's address for tests; skips when there is none, which under CI is a failure."""
    url = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
    try:
        sa.create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 2}).connect().close()
    except sa.exc.OperationalError as error:
        if CI:
            pytest.fail(f"PostgreSQL is required under CI: {error}")
        pytest.skip("no PostgreSQL server at TEST_POSTGRES_URL")
    return url


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    from tests.fakes.postgres_databases import PostgresDatabases

    made = PostgresDatabases(postgres_url())
    yield made
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def fresh_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database of each kind; beside `database`, of the one that it gives."""
    if request.param == "sqlite":
        yield database_url("", tmp_path)
        return
    databases: PostgresDatabases = request.getfixturevalue("postgres_databases")
    address = databases.newest() if "database" in request.fixturenames else databases.empty()
    yield address
    databases.drop(address)


@pytest.fixture(name="newest_schema", scope="session")
def newest_schema_file() -> Path:
    """Give an SQLite file of the newest schema, to be copied."""
    return newest_schema()


@pytest.fixture(scope="session", autouse=True)
def laying_schemas_at_once() -> Iterator[None]:
    """To run all migrations takes as long as most tests do."""
    with schema_at_once():
        yield


@pytest.fixture
def database(fresh_database: str, newest_schema: Path) -> str:
    """Give the address of a database with the newest schema."""
    engine = open_engine(fresh_database)
    if (file := database_file(engine)) is not None:
        shutil.copyfile(newest_schema, file)
    upgrade(engine)
    return fresh_database


@pytest.fixture
def open_journal(database: str) -> Iterator[Callable[[], SqlJournal]]:
    """Give a function that opens one more journal on the same database, as another process would.

    It waits for a busy machine longer than a hub does; what a hub's limits do is tested with those limits.
    """
    opened: list[SqlJournal] = []

    def open_one() -> SqlJournal:
        opened.append(SqlJournal(open_engine(database, CARE), "test"))
        return opened[-1]

    yield open_one
    for journal in opened:
        journal.close()
