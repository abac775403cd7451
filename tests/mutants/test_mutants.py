"""A mutant is one small change of a rule, in force in one process only."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antrean.queueing.clock import safe_numbers

if TYPE_CHECKING:  # what draws mutants takes more than a second to import, in each process that collects tests
    from tests.mutants.mutations import Mutant

FILE, GUARD = "antrean/queueing/clock/safe_numbers.py", "antrean/queueing/clock/guard.py"


@pytest.fixture
def mutants() -> list[Mutant]:
    from tests.mutants.mutations import mutants_of

    return [mutant for mutant in mutants_of(FILE) if mutant.function == "safe_last"]


@pytest.fixture
def unchanged() -> Iterator[None]:
    code = safe_numbers.safe_last.__code__
    yield
    safe_numbers.safe_last.__code__ = code


def test_a_mutant_says_what_it_changes_and_where(mutants: list[Mutant]) -> None:
    _lines, first = inspect.getsourcelines(safe_numbers.safe_last)
    said = [mutant.said().splitlines() for mutant in mutants]
    assert [
        f"line {first + 5}",
        "- thousand = (last // FULL + 1) * FULL",
        "+ thousand = (last // FULL - 1) * FULL",
    ] in said
    assert len({mutant.name for mutant in mutants}) == len(mutants) == len({"\n".join(lines) for lines in said})


@pytest.mark.usefixtures("unchanged")
def test_a_mutant_is_in_force_after_it_was_put_in(mutants: list[Mutant]) -> None:
    from tests.mutants.mutations import Program

    assert safe_numbers.safe_last(12) == 1000
    wanted = next(mutant for mutant in mutants if "FULL - 1" in mutant.source())
    assert Program([FILE]).become(wanted)
    assert safe_numbers.safe_last(12) == 0  # 1000 less than nothing has too little room, so the next thousand


def test_methods_and_properties_are_changed_and_texts_are_not() -> None:
    import libcst as cst

    from tests.mutants.mutations import mutants_of

    mutants = mutants_of(GUARD)
    assert {"ClockGuard.moment", "ClockGuard.state", "ClockGuard.day_waits"} <= {mutant.function for mutant in mutants}
    assert not [mutant.name for mutant in mutants if isinstance(mutant.mutation.original_node, cst.BaseString)]


def test_a_record_that_was_broken_off_says_what_was_killed_until_the_function_is_another(
    mutants: list[Mutant], tmp_path: Path
) -> None:
    from tests.mutants.record import Record
    from tests.mutants.trial import Outcome

    file = tmp_path / "mutants.jsonl"
    record = Record(file, keep=False)
    record.write(Outcome(mutants[0], "survived"))
    record.write(Outcome(mutants[1], "killed", "a test"))
    again = Record(file, keep=True)
    assert [again.known(mutant) for mutant in mutants[:3]] == [None, Outcome(mutants[1], "killed", "a test"), None]
    other = file.read_text().replace('"text": "', '"text": "0')
    file.write_text(other)
    assert Record(file, keep=True).known(mutants[1]) is None
