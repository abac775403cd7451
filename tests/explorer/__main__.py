"""Go through small offices by hand: `python -m tests.explorer 2x2 --minutes 10`."""

from __future__ import annotations

import argparse
import resource
import sys
import tomllib
from pathlib import Path

from tests.explorer.explore import BrokenPromise, Exploration, Found
from tests.explorer.small_offices import OFFICES

COUNTS = tomllib.loads((Path(__file__).parent / "counts.toml").read_text())


def main() -> int:
    """Explore, say how far it came; the exit status is 1 for a broken promise, or for counts that are others now."""
    parser = argparse.ArgumentParser(prog="python -m tests.explorer", description=__doc__)
    parser.add_argument("offices", nargs="*", help=f"one or more of {', '.join(OFFICES)}; 2x2 and 3x2 if none is named")
    parser.add_argument("--minutes", type=float, default=10.0, help="of one core, for each office")
    parser.add_argument("--fold-each", type=int, default=1, help="fold the whole journal at one state of so many")
    parser.add_argument("--counts", action="store_true", help="say it as it stands in counts.toml")
    chosen = parser.parse_args()
    for name in chosen.offices or ["2x2", "3x2"]:
        exploration = Exploration(OFFICES[name], chosen.fold_each, None if chosen.counts else _so_far)
        try:
            found = exploration.run(chosen.minutes * 60)
        except BrokenPromise as broken:
            sys.stdout.write(f"{name}: a promise is broken\n{broken}\n")
            return 1
        sys.stdout.write(_as_toml(name, found) if chosen.counts else _said(name, found))
        sys.stdout.flush()
        if found.whole and not chosen.counts and name in COUNTS and found.counts() != COUNTS[name]:
            sys.stdout.write(f"{name}: the counts are not those of counts.toml\n")
            return 1
    return 0


def _so_far(found: Found) -> None:
    sys.stderr.write(f"  {found.depth} commands: {found.states} states, {found.seconds:.0f} s\n")


def _said(name: str, found: Found) -> str:
    how_far = "all of it" if found.whole else f"everything up to {found.depth - 1} commands"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"{name}: {how_far}, no promise broken; {found.states} states, {found.edges} commands allowed, "
        f"{sum(found.refused.values())} refused; {found.seconds:.0f} s, {memory} MiB\n"
    )


def _as_toml(name: str, found: Found) -> str:
    counts = found.counts()
    lines = [f'["{name}"]', *(f"{key} = {counts[key]}" for key in ("states", "edges", "depth"))]
    for table in ("allowed", "refused"):
        lines += ["", f'["{name}".{table}]', *(f'"{key}" = {count}' for key, count in counts[table].items())]
    return "\n".join([*lines, "", ""])


if __name__ == "__main__":
    sys.exit(main())
