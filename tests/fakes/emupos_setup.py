"""Sets up emupos, an independent printer emulator, in a virtual environment of its own (Python 3.13 or newer).

By hand: `python tests/fakes/emupos_setup.py` prints the emulator's interpreter, or says why there is none.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "0.4.0"
FOLDER = Path(__file__).resolve().parents[2] / ".venv" / "emupos"
NAMES = ("python3.15", "python3.14", "python3.13", "python3")


def ready() -> Path:
    """The emulator's interpreter, set up first where it is missing. Refuses with RuntimeError saying why.

    One process at a time: the workers of a run want it at once, and each would clear what the other has begun.
    """
    with FOLDER.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _ready()


def _ready() -> Path:
    interpreter = FOLDER / "bin" / "python"
    if _has_emulator(interpreter):
        return interpreter
    newer = _newer_python()
    if newer is None:
        raise RuntimeError("no Python 3.13 or newer on this machine (ANTREAN_PYTHON_313 may name one)")
    for command in (
        [newer, "-m", "venv", "--clear", str(FOLDER)],
        [str(interpreter), "-m", "pip", "install", "-q", "--disable-pip-version-check", f"emupos=={VERSION}"],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            raise RuntimeError(f"emupos cannot be set up: {done.stderr.strip()[-300:]}")
    return interpreter


def _has_emulator(interpreter: Path) -> bool:
    if not interpreter.exists():
        return False
    wanted = f"import importlib.metadata as m; assert m.version('emupos') == '{VERSION}'"
    return subprocess.run([interpreter, "-c", wanted], capture_output=True, check=False).returncode == 0


def _newer_python() -> str | None:
    managed = sorted(Path("~/.pyenv/versions").expanduser().glob("3.1[3-9]*/bin/python"), reverse=True)
    found = [os.environ.get("ANTREAN_PYTHON_313"), *map(shutil.which, NAMES), *map(str, managed)]
    for candidate in found:
        if candidate and _is_new_enough(candidate):
            return candidate
    return None


def _is_new_enough(candidate: str) -> bool:
    test = "import sys, ensurepip; sys.exit(sys.version_info < (3, 13))"
    return subprocess.run([candidate, "-c", test], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{ready()}\n")
    except RuntimeError as refusal:
        sys.exit(str(refusal))
