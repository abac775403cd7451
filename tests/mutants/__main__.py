"""Try the tests of the queue on mutants of its rules: `python -m tests.mutants calling/ guard.py`."""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.mutants.mutations import ROOT, mutants_of
from tests.mutants.record import Record
from tests.mutants.trial import Outcome, Trial

LEAST_PERCENT = 90
QUEUE = "antrean/queueing"
SCOPE = (
    "clock/guard.py", "clock/safe_numbers.py", "clock/step.py", "calling/*.py", "*/state.py", "*/commands.py",
)  # fmt: skip
# The offices that take the longest are left out: they find little that the others do not find.
OFFICES = ("persons", "helping", "reasons", "sound", "seat", "printer")
EXPLORED = "tests/explorer/test_explorer.py::test_all_promises_hold_in_all_that_can_happen_in_a_small_office"
TESTS = ("tests/queueing", *(f"{EXPLORED}[{office}]" for office in OFFICES))
OUTPUT = ROOT / "tests" / "output"


def main() -> int:
    """Try all mutants of the files; the exit status is 1 when too few of them are killed, 2 when not all were tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("files", nargs="*", help="parts of the paths of the files to change; all of the scope if none")
    parser.add_argument("--again", action="store_true", help="only those that the run before did not kill")
    parser.add_argument("--each", type=int, default=1, help="only one mutant of so many, for a quick look")
    parser.add_argument("--most", type=float, default=2.0, help="seconds of tests after which a mutant has survived")
    parser.add_argument("--workers", type=int, default=2, help="how many mutants are tried at a time")
    chosen = parser.parse_args()
    mutants = [mutant for file in _files(chosen.files) for mutant in mutants_of(file)[:: chosen.each]]
    record = Record(OUTPUT / "mutants.jsonl", keep=chosen.again or bool(chosen.files))
    known = {mutant.name: record.known(mutant) for mutant in mutants} if chosen.again else {}
    outcomes = {name: outcome for name, outcome in known.items() if outcome is not None}

    def hear(outcome: Outcome) -> None:
        outcomes[outcome.mutant.name] = outcome
        record.write(outcome)

    rest = [mutant for mutant in mutants if mutant.name not in outcomes]
    killers = {outcome.by for outcome in outcomes.values()}
    trial = Trial(rest, hear, OUTPUT / "mutants-tests.json", chosen.again, chosen.most, chosen.workers, killers)
    status = pytest.main(["-q", "-p", "no:cacheprovider", "-m", "not long and not postgresql", *TESTS], plugins=[trial])
    if status != pytest.ExitCode.OK or len(outcomes) != len(mutants):
        return 2
    said = [outcomes[mutant.name] for mutant in mutants]
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    minutes = sum(one.ru_utime + one.ru_stime for one in spent) / 60
    sys.stdout.write(f"{_said(said)}\n{len(rest)} mutants tried in {minutes:.0f} minutes of the processor\n")
    return int(_percent(said) < LEAST_PERCENT)


def _files(parts: Sequence[str]) -> list[str]:
    found = {str(file.relative_to(ROOT)): None for glob in SCOPE for file in sorted((ROOT / QUEUE).glob(glob))}
    return [file for file in found if not parts or any(part in file for part in parts)]


def _percent(outcomes: Sequence[Outcome]) -> float:
    return 100 * sum(outcome.how == "killed" for outcome in outcomes) / max(len(_counted(outcomes)), 1)


def _counted(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.how != "same"]


def _said(outcomes: Sequence[Outcome]) -> str:
    """Return each mutant that was not killed, and below them the table of the files."""
    lines = [
        f"{one.mutant.name}: {one.how}, {one.mutant.said()}\n" for one in _counted(outcomes) if one.how != "killed"
    ]
    lines.append(f"{'file':32} mutants  killed  percent")
    for file in dict.fromkeys(outcome.mutant.file for outcome in outcomes):
        lines.append(_row(str(Path(file).relative_to(QUEUE)), [one for one in outcomes if one.mutant.file == file]))
    return "\n".join([*lines, _row("all", outcomes)])


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    killed = sum(outcome.how == "killed" for outcome in outcomes)
    return f"{name:32} {len(_counted(outcomes)):7} {killed:7} {_percent(outcomes):7.1f} %"


if __name__ == "__main__":
    sys.exit(main())
