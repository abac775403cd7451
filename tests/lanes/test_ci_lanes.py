"""What CI makes of the lanes: green only when every test passed, if need be once more and alone."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from types import ModuleType

import pytest

from antrean.config import ROOT

LIMIT_SECONDS = 300
MAKEFILE = """
test:
	@$(NODE)
	@.venv/bin/python -m pytest -q -p tests.outcomes --outcomes=$(OUTCOMES)/pytest.jsonl -m "not long" tests
test-long:
	@.venv/bin/python -m pytest -q -p tests.outcomes --outcomes=$(OUTCOMES)/pytest.jsonl -m long tests
"""
NODE_PASSED = """@echo '{"took": "one.test.mjs", "seconds": 0.25}' > $(OUTCOMES)/node.jsonl
	@echo '{"end": 0, "ran": 1}' >> $(OUTCOMES)/node.jsonl"""
# Of pytest's plugins these projects need none but that of the lanes, and to load them takes most of a run.
BARE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
SETTINGS = "[pytest]\nmarkers = long\naddopts = --import-mode=importlib\n"
STEADY = """
import pytest
def test_passes(): pass
@pytest.mark.long
def test_passes_too(): pass
"""
ONLY_ALONE = """
import pathlib
def test_shy(tmp_path_factory):
    seen = pathlib.Path(__file__).with_suffix(".seen")
    first = not seen.exists()
    seen.touch()
    assert not first, "somebody is looking"
"""
SLOW = """
import pytest, time
@pytest.fixture
def busy():
    until = time.monotonic() + 0.5
    while time.monotonic() < until: pass
def test_slow(busy): pass
"""
NEVER = "def test_never(): assert 1 == 2, 'never equal'\n"
BROKEN_FILE = "import nothing_of_that_name\n"
TOOK = {"took": "tests/test_a.py", "seconds": 1.5}
DEAD_RUNNER = "import os\ndef test_dies(): os._exit(0)\n"


@pytest.fixture(scope="module")
def lanes() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ci_lanes", ROOT / ".ci/lanes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the real script over a small project with these files of tests; return its exit status and its words."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / ".ci/lanes.py", tmp_path / ".ci")
    shutil.copy(ROOT / "tests/outcomes.py", tmp_path / "tests")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    python = tmp_path / ".venv/bin/python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (tmp_path / "pytest.ini").write_text(SETTINGS, encoding="utf-8")

    def run_it(*files: str, node: str = NODE_PASSED) -> tuple[int, str]:
        (tmp_path / "Makefile").write_text(MAKEFILE.replace("@$(NODE)", node), encoding="utf-8")
        for number, text in enumerate(files):
            (tmp_path / f"tests/test_{number}.py").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, ".ci/lanes.py"], cwd=tmp_path, env={**os.environ, **BARE}, capture_output=True, text=True,
            timeout=LIMIT_SECONDS, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run_it


def after(heading: str, said: str) -> str:
    """Return what stands below a heading."""
    return said.partition(f"== {heading} (")[2].partition("\n== ")[0]


def slowest(lane: str, said: str) -> list[tuple[float, str]]:
    """Return the seconds and names of the slowest files that a lane told."""
    _heading, *lines = said.partition(f"== slowest files of make {lane}, ")[2].splitlines()
    told = takewhile(lambda line: line.count(" s  "), lines)
    return [(float(took), file) for took, file in (line.split(" s  ") for line in told)]


def test_all_green_is_green_and_says_which_files_were_slowest(run: Run) -> None:
    """One that takes half a second to set up is slower than one that does nothing; files of both runners are told."""
    status, said = run(STEADY, SLOW)
    assert status == 0, said
    assert not [heading for heading in ("broken", "failed", "unsteady") if after(heading, said)]
    assert [file for _took, file in slowest("test", said)] == ["tests/test_1.py", "one.test.mjs", "tests/test_0.py"]
    assert 0.5 <= slowest("test", said)[0][0] < LIMIT_SECONDS
    assert [file for _took, file in slowest("test-long", said)] == ["tests/test_0.py"]


def test_fifteen_slowest_files_are_told_and_the_seconds_of_all(
    lanes: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    lanes.print_slowest("test", {f"tests/test_{number}.py": number / 2 for number in range(1, 21)})
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading == "== slowest files of make test, of 105 seconds in all =="
    assert [line.split() for line in (lines[0], lines[-1])] == [
        ["10.0", "s", "tests/test_20.py"], ["3.0", "s", "tests/test_6.py"],
    ]  # fmt: skip
    assert len(lines) == 15


def test_what_passes_only_alone_is_told_as_unsteady_and_does_not_fail(run: Run) -> None:
    status, said = run(STEADY, ONLY_ALONE)
    assert status == 0, said
    assert "tests/test_1.py::test_shy" in after("unsteady", said)
    assert "somebody is looking" in after("unsteady", said)
    assert "== failed" not in said


def test_what_fails_again_fails_beside_what_is_only_unsteady(run: Run) -> None:
    status, said = run(STEADY, ONLY_ALONE, NEVER)
    assert status == 1
    assert "tests/test_2.py::test_never" in after("failed", said)
    assert "never equal" in after("failed", said)
    assert "test_shy" in after("unsteady", said)


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ((STEADY, BROKEN_FILE), "can't be collected"),
        ((STEADY, DEAD_RUNNER), "broken off"),
        (("def test_passes(): pass\n",), "exit status 5"),  # nothing in the long lane
    ],
)
def test_a_run_that_could_not_run_everything_fails(run: Run, files: tuple[str, ...], word: str) -> None:
    status, said = run(*files)
    assert status == 1
    assert word in after("broken", said)


def test_scripts_that_were_not_tested_fail(run: Run) -> None:
    status, said = run(STEADY, node="@true")
    assert status == 1
    assert "node.jsonl" in after("broken", said)


def record(folder: Path, *lines: object) -> Path:
    path = folder / "pytest.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (TOOK,),
        ({"failed": "a", "text": ""},),
        (TOOK, {"end": 0, "ran": 0}),
        (TOOK, {"end": 1, "ran": 3}),
        (TOOK, {"end": 3, "ran": 3}),
        ({"failed": "a", "text": ""}, TOOK, {"end": 0, "ran": 3}),
        ({"crashed": "a", "text": "worker 'gw0' crashed"}, TOOK, {"end": 1, "ran": 3}),
        ({"not_collected": "a", "text": ""}, TOOK, {"end": 1, "ran": 3}),
        ({"end": 0, "ran": 3},),
        (TOOK, TOOK, {"end": 0, "ran": 3}),
        ({"took": "tests/test_a.py", "seconds": "1.5"}, TOOK, {"end": 0, "ran": 3}),
        (TOOK, {"seconds": 1.5}, {"end": 0, "ran": 3}),
        (TOOK, {"end": 0}),
    ],
)
def test_a_record_that_does_not_add_up_is_broken(lanes: ModuleType, tmp_path: Path, lines: tuple[object, ...]) -> None:
    assert lanes.read_record(record(tmp_path, *lines)).broken


def test_a_record_without_a_file_or_with_half_a_line_is_broken(lanes: ModuleType, tmp_path: Path) -> None:
    assert lanes.read_record(tmp_path / "nothing.jsonl").broken
    (tmp_path / "torn.jsonl").write_text('{"failed": "a", "te', encoding="utf-8")
    assert lanes.read_record(tmp_path / "torn.jsonl").broken


def test_the_first_failure_of_a_test_is_the_one_that_is_told(lanes: ModuleType, tmp_path: Path) -> None:
    told = [{"failed": "a", "text": "in the call"}, {"failed": "a", "text": "in its end"}, TOOK, {"end": 1, "ran": 3}]
    found = lanes.read_record(record(tmp_path, *told))
    assert (found.failed, found.broken) == ({"a": "in the call"}, [])
    assert found.seconds == {"tests/test_a.py": 1.5}


def test_a_flood_of_failures_is_not_run_again(lanes: ModuleType) -> None:
    flood = lanes.Record(failed={f"test_{number}": "" for number in range(lanes.MOST_AGAIN + 1)})
    assert lanes.judge([flood], alone=lambda test: pytest.fail("run again")) == 1


def test_a_script_that_fails_is_told_by_its_file(lanes: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "one.test.mjs").write_text(
        "import test from 'node:test'; import assert from 'node:assert';\n"
        "test('right', () => {}); test('wrong', () => assert.equal(1, 2, 'not the same'));\n",
        encoding="utf-8",
    )
    out = tmp_path / "node.jsonl"
    report = [f"--test-reporter={ROOT / 'tests/node_outcomes.mjs'}", f"--test-reporter-destination={out}"]
    subprocess.run(["node", "--test", *report, str(tmp_path)], timeout=LIMIT_SECONDS, check=False)
    found = lanes.read_record(out)
    assert found.broken == []
    ((file, text),) = found.failed.items()
    assert file == str(tmp_path / "one.test.mjs")
    assert "wrong" in text
    assert "not the same" in text
    assert file.endswith(lanes.NODE_ENDINGS)
    assert list(found.seconds) == [file]
    assert 0 < found.seconds[file] < LIMIT_SECONDS
