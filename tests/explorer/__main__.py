"""Go through small offices by hand: `python -m tests.explorer 2x2 --minutes 10`.

`--write` writes what was counted into counts.toml, of all offices that tests go through if none is named.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.explorer.explore import BrokenPromise, Exploration, Found
from tests.explorer.small_offices import OFFICES

FILE = Path(__file__).parent / "counts.toml"
HEAD = """\
# States, steps (waiting included) and the longest way to a state of each small office; how often each command was
# allowed, and refused with which code. Written by `python -m tests.explorer NAME --write`.

"""
COUNTS: dict[str, dict[str, Any]] = tomllib.loads(FILE.read_text())


def main(given: Sequence[str] | None = None) -> int:
    """Explore, say how far it came; the exit status is 1 for a broken promise, or for counts that are others now."""
    parser = argparse.ArgumentParser(prog="python -m tests.explorer", description=__doc__)
    parser.add_argument("offices", nargs="*", help=f"one or more of {', '.join(OFFICES)}; 2x2 and 3x2 if none is named")
    parser.add_argument("--minutes", type=float, default=10.0, help="of one core, for each office")
    parser.add_argument("--fold-each", type=int, default=1, help="fold the whole journal at one state of so many")
    parser.add_argument("--write", action="store_true", help="write what was counted into counts.toml")
    chosen = parser.parse_args(given)
    tested = [name for name, office in OFFICES.items() if not office.proved]
    for name in chosen.offices or (tested if chosen.write else ["2x2", "3x2"]):
        exploration = Exploration(OFFICES[name], chosen.fold_each, _so_far)
        try:
            found = exploration.run(chosen.minutes * 60)
        except BrokenPromise as broken:
            sys.stdout.write(f"{name}: a promise is broken\n{broken}\n")
            return 1
        sys.stdout.write(_said(name, found))
        sys.stdout.flush()
        if chosen.write and not found.whole:
            sys.stdout.write(
                f"{name}: nothing is written, it was not gone through to the end; give it more --minutes\n"
            )
            return 1
        if chosen.write:
            write({**tomllib.loads(FILE.read_text()), name: found.counts()})
        elif found.whole and name in COUNTS and found.counts() != COUNTS[name]:
            sys.stdout.write(f"{name}: the counts are not those of counts.toml; {remedy(name)}\n")
            return 1
    return 0


def remedy(*names: str) -> str:
    """Return what to do when the counts of these offices are others."""
    quoted = " ".join(f"'{name}'" if " " in name else name for name in names)
    return f"if the rules are meant to have changed, run `python -m tests.explorer {quoted} --write` and read the diff"


def write(counts: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the counts of all offices."""
    FILE.write_text(HEAD + "\n".join(_as_toml(name, counts[name]) for name in OFFICES if name in counts))


def _so_far(found: Found) -> None:
    sys.stderr.write(f"  {found.depth} commands: {found.states} states, {found.seconds:.0f} s\n")


def _said(name: str, found: Found) -> str:
    how_far = "all of it" if found.whole else f"everything up to {found.depth - 1} commands"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"{name}: {how_far}, no promise broken; {found.states} states, {found.edges} commands allowed, "
        f"{sum(found.refused.values())} refused; {found.seconds:.0f} s, {memory} MiB\n"
    )


def _as_toml(name: str, counts: Mapping[str, Any]) -> str:
    lines = [f'["{name}"]', *(f"{key} = {counts[key]}" for key in ("states", "edges", "depth"))]
    for table in ("allowed", "refused"):
        lines += ["", f'["{name}".{table}]', *(f'"{key}" = {count}' for key, count in counts[table].items())]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
