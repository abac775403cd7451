"""`make check` takes every step, names each that failed, and fails when one did."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from antrean.config import ROOT

# A program that notes how it was called and fails when it is told to.
PROGRAM = '#!/bin/sh\necho "$(basename "$0") $*" >> called\ncase " $FAIL " in *" $(basename "$0") "*) exit 1;; esac\n'
PROGRAMS = ("ruff", "python", "npx", "node", "djlint", "mypy", "lint-imports")
SET_UP = (".venv/.run", ".venv/.dev", "node_modules/.dev", "antrean/web/static/vendor/.done")


@pytest.fixture
def checked(tmp_path: Path) -> Path:
    """A folder with the Makefile, where everything is set up and each program of `make check` only notes its calls."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/runtime.txt", "requirements/build.txt", "requirements/dev.txt", "pyproject.toml",
                 "package-lock.json", "antrean/web/vendor.mjs", *SET_UP):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for at, name in enumerate(SET_UP):
        os.utime(tmp_path / name, (2e9 + at, 2e9 + at))
    for name in PROGRAMS:
        program = tmp_path / ".venv/bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(PROGRAM)
        program.chmod(0o755)
    return tmp_path


def check(folder: Path, *fail: str) -> tuple[int, str, str]:
    environ = {**os.environ, "FAIL": " ".join(fail), "MAKEFLAGS": ""}
    done = subprocess.run(
        ["make", "check"], cwd=folder, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout + done.stderr, (folder / "called").read_text()


def test_everything_is_checked(checked: Path) -> None:
    status, _said, called = check(checked)
    assert status == 0
    assert {line.partition(" ")[0] for line in called.splitlines()} == set(PROGRAMS)


def test_what_follows_a_fault_is_checked_too_and_every_fault_is_named(checked: Path) -> None:
    _status, _said, all_calls = check(checked)
    (checked / "called").unlink()
    status, said, called = check(checked, "ruff", "mypy")
    assert status != 0
    assert called == all_calls
    (named,) = re.findall(r"^failed: (.*)$", said, re.MULTILINE)
    assert named.split() == ["check-format", "check-lint", "check-types"]
