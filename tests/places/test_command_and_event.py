"""A command is one dataclass, an event one dataclass and one case: what is forgotten for a new one is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from antrean.config import ROOT
from antrean.queueing.commands import COMMANDS
from antrean.queueing.day_state import _CASES
from antrean.queueing.events import KINDS
from tests.history_checker import STEPS
from tests.storage.edges import EDGES
from tests.storage.random_wishes import NAMES, RandomWishes

COMMAND = '''
from antrean.queueing.counters.events import HelpAsked


@command("ask_for_help", gives=(HelpAsked,), given_by=(OPERATOR,), refuses=("not_at_counter",))
class AskForHelp(Command):
    """Ask a supervisor to come to the counter."""

    counter: Annotated[str, COUNTER, GIVEN]
    operator: Annotated[str, GIVEN]
    note: Annotated[str, SHORT_REASON] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the call for help."""
        counter_of(day, self.counter, self.operator)
        return (HelpAsked(self.counter, self.note),)
'''
EVENT = '''

@event("counter.help_asked")
@dataclass(frozen=True, slots=True)
class HelpAsked(Event):
    """An operator asked a supervisor to come to the counter."""

    counter: str
    note: str = ""
'''
CASE = """

def _help_asked(day: CountersState, event: e.HelpAsked, entry: JournalEntry) -> None:
    day.counter_row(event.counter).reason = "help: " + event.note


CASES[e.HelpAsked] = _help_asked
"""
DAY = """
from antrean.queueing.command.data import from_bytes, json_schema, to_bytes
from antrean.queueing.commands import COMMANDS, OpenCounter
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import from_data
from antrean.queueing.errors import QueueError
from antrean.queueing.journal.entry import to_data
from antrean.queueing.office import Office
from tests.conftest import ListJournal, SetClock, small_plan

ask = COMMANDS["ask_for_help"]
journal = ListJournal()
office = Office(journal, small_plan, SetClock())
try:
    office.execute(ask(counter="1", operator="Ani"))
except QueueError as refusal:
    print(refusal.code)
office.execute(OpenCounter(counter="1", operator="Ani"))
kept = from_bytes(to_bytes(ask(counter="1", operator="Ani", note="a lift")))
first = office.execute(kept, request_id="request-1")
print(first.event_kind, office.execute(kept, request_id="request-1").seq == first.seq)
line = journal.read(after=0)[-1]
print(from_data(line.event.kind, to_data(line.event)) == line.event, list(json_schema(ask)["properties"]))
print(ServiceDay.fold(line.business_day, journal.read(after=0)).counter("1").reason)
"""


def test_a_new_command_with_its_event_is_decided_journalled_and_folded(tmp_path: Path) -> None:
    package = tmp_path / "antrean"
    shutil.copytree(ROOT / "antrean" / "queueing", package / "queueing", ignore=shutil.ignore_patterns("__pycache__"))
    (package / "__init__.py").write_text(f"__path__.append({str(ROOT / 'antrean')!r})\n")
    for name, more in (("commands", COMMAND), ("events", EVENT), ("state", CASE)):
        with (package / "queueing" / "counters" / f"{name}.py").open("a") as file:
            file.write(more)
    ran = subprocess.run(
        [sys.executable, "-P", "-c", DAY],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [
        "not_at_counter",
        "counter.help_asked True",
        "True ['note']",
        "help: a lift",
    ]


def test_every_event_has_a_case() -> None:
    forgotten = sorted(kind.__qualname__ for kind in set(KINDS) - set(_CASES))
    assert forgotten == [], "give each a case in CASES of the state.py of its subject"


def test_every_event_of_a_ticket_is_a_step_that_the_checkers_of_journals_know() -> None:
    kinds = {kind.kind for kind in KINDS if kind.kind.startswith("ticket.")} - {"ticket.issued"}
    assert kinds - {kind for _state, kind in EDGES} == set(), (
        "say in EDGES of tests/storage/edges.py from where to where"
    )
    assert kinds - set(STEPS) == set(), "say in STEPS of tests/history_checker.py from where to where"


def test_every_command_is_given_at_random_too() -> None:
    forgotten = [name for name in NAMES if not hasattr(RandomWishes, f"for_{name}")]
    assert forgotten == [], "write for_NAME in tests/storage/random_wishes.py or a file beside it, or name it in RARE"
    assert set(NAMES) <= set(COMMANDS)
