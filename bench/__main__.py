"""`python -m bench [NAME …] [OPTIONS]`: run all benchmarks or the named ones.

Without a name every benchmark runs, bench/results.json is written and the tables of docs/benchmarks.md are drawn
anew. With names only the table is printed. `--json FILE` writes the rows there; other options go to the benchmarks.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import __path__ as folder
from bench import report

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"
SET_UP = ROOT / "tests" / "set_up.sh"
SET_UP_SECONDS = 900


def main(argv: Sequence[str]) -> int:
    """Run the named benchmarks. Returns 0 when all were completed, 1 when one failed, 2 when the run can't begin."""
    names = [word for word in argv[: _first_option(argv)] if word]
    options = list(argv[_first_option(argv) :])
    if "--help" in options and not names:
        print(f"{__doc__}\nBenchmarks: {', '.join(sorted(benchmarks()))}; estimates TICKETS SNAPSHOTS; profile")
        return 0
    if names and hasattr(own := _module(names[0]), "main"):
        # Not one figure after another but a report: it has arguments and an output of its own.
        return int(own.main([*names[1:], *options]))  # type: ignore[union-attr]
    known = benchmarks()
    if unknown := [name for name in names if name not in known]:
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(sorted(known))}, estimates", file=sys.stderr)
        return 2
    file = _taken(options, "--json")
    whole_run = not names and not options
    if whole_run and (homeless := set(known) - report.places(PAGE.read_text(encoding="utf-8"))):
        print(f"{PAGE.name} has no place for {', '.join(sorted(homeless))}", file=sys.stderr)
        return 2
    about = {
        "at": datetime.now(UTC).strftime("%Y-%m-%d"),
        "load_before": os.getloadavg()[0],
        "machine": report.machine(),
    }
    rows, failed = run_all(names or sorted(known), options)
    if file:
        report.save(Path(file), rows, about)
    if whole_run:
        report.save(RESULTS, rows, about)
        PAGE.write_text(report.redraw(PAGE.read_text(encoding="utf-8"), rows, about), encoding="utf-8")
        print(f"\nwritten: {RESULTS.relative_to(ROOT)}, {PAGE.relative_to(ROOT)}")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def benchmarks() -> dict[str, ModuleType]:
    """Return every benchmark by name: each module of this folder that has `run(argv) -> list[Row]`."""
    modules = {name: _module(name) for _, name, _ in pkgutil.iter_modules(folder) if not name.startswith("_")}
    return {name: module for name, module in modules.items() if module is not None and hasattr(module, "run")}


def run_all(names: Sequence[str], options: Sequence[str]) -> tuple[list[report.Row], list[str]]:
    """Run benchmarks one after another; give their rows, and the names of those that broke.

    What a benchmark needs of the machine (`NEEDS`, names of programs) is installed where it is missing. One that still
    lacks something, or breaks, has a row that says so, in place of figures that would be those of another day.
    """
    rows: list[report.Row] = []
    failed: list[str] = []
    for name in names:
        started = time.monotonic()
        try:
            module: Any = _module(name)
            if missing := _missing(getattr(module, "NEEDS", ())):
                failed.append(name)
                aim = f"{', '.join(missing)} is missing and could not be installed"
                found = [report.Row(name, "not measured", None, aim=aim, met=False)]
            else:
                found = list(module.run(list(options)))
        except report.IncompleteError as incomplete:
            failed.append(name)
            found = list(incomplete.rows)
        except Exception as error:
            traceback.print_exc()
            failed.append(name)
            found = [report.Row(name, "broke off", None, aim=type(error).__name__, met=False)]
        rows += found
        print(report.text_table(found), f"\n  ({time.monotonic() - started:.0f} s)", flush=True)
    return rows, failed


def _missing(needs: Sequence[str]) -> list[str]:
    """Install the missing programs. Returns those that are still missing."""
    missing = [program for program in needs if shutil.which(program) is None]
    if missing:
        try:
            subprocess.run(
                ["bash", str(SET_UP), *missing], stdin=subprocess.DEVNULL, timeout=SET_UP_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            print(f"installing {', '.join(missing)} took too long", file=sys.stderr)
    return [program for program in missing if shutil.which(program) is None]


def _module(name: str) -> ModuleType | None:
    """Import and return the module of this folder with that name, or None."""
    if not name.isidentifier() or name.startswith("_"):
        return None
    try:
        return importlib.import_module(f"bench.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"bench.{name}":
            raise
        return None


def _first_option(argv: Sequence[str]) -> int:
    return next((i for i, word in enumerate(argv) if word.startswith("-")), len(argv))


def _taken(options: list[str], name: str) -> str:
    """Remove an option and its value from the options. Returns the value, "" when the option is missing."""
    if name not in options:
        return ""
    place = options.index(name)
    if place + 1 == len(options):
        raise SystemExit(f"{name} needs a value")
    value = options[place + 1]
    del options[place : place + 2]
    return value


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that hubs and crowds end and their folders are removed
    sys.exit(main(sys.argv[1:]))
