"""Several hubs on one database: every number once, every ticket called once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from antrean.queueing.events import TicketCalled, TicketIssued
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.journal.verify import verify
from tests.storage.journal import many_processes

pytestmark = pytest.mark.long

TICKETS, KIOSKS, OPERATORS = 400, 8, 3


Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def run(database: str) -> Iterator[Run]:
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, many_processes.__file__, database, *map(str, arguments)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:  # whoever waits for a number that never comes must not outlive the test
        process.kill()
        process.communicate()


def test_eight_kiosks_and_three_operators_at_once_lose_and_double_nothing(database: str, run: Run) -> None:
    kiosks = [run("issue", TICKETS // KIOSKS, f"kiosk-{n}") for n in range(KIOSKS)]
    operators = [run("call", TICKETS, str(n + 1)) for n in range(OPERATORS)]
    told = [line for process in kiosks for line in process.communicate(timeout=120)[0].split()]
    called = [line for process in operators for line in process.communicate(timeout=120)[0].split()]
    assert all(process.returncode == 0 for process in (*kiosks, *operators))
    expected = [f"A-{number:03d}" for number in range(1, TICKETS + 1)]
    assert sorted(told) == expected
    assert sorted(called) == expected
    journal = SqlJournal(open_engine(database), "test")
    entries = journal.read(after=0)
    journal.close()
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert list(verify(open_engine(database), "test")) == []
    issued = Counter(entry.event.ticket for entry in entries if isinstance(entry.event, TicketIssued))
    calls = Counter(entry.event.ticket for entry in entries if isinstance(entry.event, TicketCalled))
    assert issued == calls == Counter(expected)
