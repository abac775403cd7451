"""A process that is killed while it saves plans leaves for each revision its line, and for each line its revision."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from antrean.queueing.events import PlanChanged
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.digests import check_all
from antrean.storage.settings.rows import Settings
from tests.conftest import small_plan

SAVES = """
import sys
from datetime import UTC, datetime
from antrean.queueing.commands import SavePlan
from antrean.queueing.office import Office
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
engine = open_engine(sys.argv[1])
office = Office(SqlJournal(engine, "test"), Settings(engine, "test").load_plan, lambda: datetime.now(UTC))
print("ready", flush=True)
count = 0
while True:
    count += 1
    text = f"{sys.argv[2]} {count} " + "x" * 200_000
    office.execute(SavePlan(what="voice", parts={"slip": {"logo": text}}))
"""
KILLS = 25


@pytest.mark.long
def test_a_kill_at_any_moment_leaves_both_or_neither(database: str) -> None:
    settings = Settings(open_engine(database), "test")
    settings.create_office(small_plan())
    for kill in range(10 * KILLS):
        process = subprocess.Popen([sys.executable, "-c", SAVES, database, str(kill)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05 + kill * 0.017)  # at another moment of a save each time
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        entries = SqlJournal(open_engine(database), "test").read(after=0)
        told = [
            (one.seq, one.event.revision, one.event.sha256) for one in entries if isinstance(one.event, PlanChanged)
        ]
        kept = [
            (one.seq, one.number, hashlib.sha256(one.body.encode()).hexdigest())
            for one in reversed(settings.revisions(10_000))
        ]
        assert told == kept[1:]
        with open_engine(database).begin() as connection:
            assert list(check_all(connection)) == []
        if kill + 1 >= KILLS and settings.load_plan().revision > KILLS:
            break  # saves came through between the kills, whatever this machine takes for one
    assert settings.load_plan().revision > KILLS
