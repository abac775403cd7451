"""Run the lanes of tests, then what failed once more, alone, and say which of it is unsteady.

Each lane is a target of the Makefile. It is given a folder in OUTCOMES, and pytest and node write there what failed
(`tests/outcomes.py`, `tests/node_outcomes.mjs`). A test that fails and then passes alone is a defect to mend and no
reason to throw a change away: it is printed under "unsteady". Everything else that is not green fails: a test that
fails again, a file that can't be collected, a runner or worker that died or took too long, a lane in which nothing ran.

At its end, a lane prints which files of tests took longest: that is where a lane that became slow is made quick again.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each lane and the records that its runners leave.
LANES = {"test": ("pytest.jsonl", "node.jsonl"), "test-long": ("pytest.jsonl",)}
LANE_SECONDS = 75 * 60.0
ALONE_SECONDS = 15 * 60.0
MOST_AGAIN = 40  # with more failures than this, nothing is learned by running each alone
NODE_ENDINGS = (".js", ".mjs")
TEXT_LINES = 12
SLOWEST = 15


@dataclass
class Record:
    """What one runner wrote: the text of the first failure of each test, what else went wrong, seconds of each file."""

    failed: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def read_record(path: Path) -> Record:
    """Return what stands in a record; one that is missing, torn, or tells of no test is broken."""
    record = Record()
    end: dict[str, int] | None = None
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        return Record(broken=[f"{path.name}: no record of what ran ({error})"])
    for line in lines:
        match line:
            case {"failed": str(test), "text": str(text)}:
                record.failed.setdefault(test, text)
            case {"crashed": str(test), "text": str(text)}:
                record.broken.append(f"{test}: the process that ran it died\n{text}")
            case {"not_collected": str(test), "text": str(text)}:
                record.broken.append(f"{test}: can't be collected\n{text}")
            case {"took": str(file), "seconds": int() | float() as seconds} if file not in record.seconds:
                record.seconds[file] = seconds
            case {"end": int(), "ran": int()}:
                end = line
            case _:
                record.broken.append(f"{path.name}: nobody knows what this line tells: {json.dumps(line)}")
    if end is None:
        record.broken.append(f"{path.name}: the run was broken off")
    elif end["end"] not in (0, 1):
        record.broken.append(f"{path.name}: the run ended with exit status {end['end']}")
    elif bool(end["end"]) != bool(record.failed or record.broken):
        record.broken.append(f"{path.name}: exit status {end['end']} with {len(record.failed)} failures told")
    elif not record.failed and not end["ran"]:
        record.broken.append(f"{path.name}: no test ran")
    elif not record.seconds:
        record.broken.append(f"{path.name}: of no file it is told how long it took")
    return record


def run(command: list[str], seconds: float) -> int:
    """Run a command in a process group of its own; return its exit status, 124 when it had to be ended."""
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return 124
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def run_lane(lane: str, folder: Path) -> Record:
    """Run one lane; return what its runners told."""
    folder.mkdir()
    began = time.monotonic()
    status = run(["make", lane, f"OUTCOMES={folder}"], LANE_SECONDS)
    print(f"== make {lane} took {(time.monotonic() - began) / 60:.1f} minutes ==", flush=True)  # noqa: T201
    found = Record()
    for name in LANES[lane]:
        record = read_record(folder / name)
        found.failed |= record.failed
        found.broken += record.broken
        found.seconds |= record.seconds
    print_slowest(lane, found.seconds)
    if status == 124:
        found.broken.append(f"make {lane} took longer than {LANE_SECONDS / 60:.0f} minutes")
    elif status and not found.failed and not found.broken:
        found.broken.append(f"make {lane} ended with exit status {status}, and no test had failed")
    return found


def print_slowest(lane: str, seconds: dict[str, float]) -> None:
    """Print which files took longest, and what all of them took together."""
    slowest = sorted(seconds.items(), key=lambda one: (-one[1], one[0]))[:SLOWEST]
    if slowest:
        print(f"== slowest files of make {lane}, of {sum(seconds.values()):.0f} seconds in all ==")  # noqa: T201
    for file, took in slowest:
        print(f"{took:8.1f} s  {file}", flush=True)  # noqa: T201


def passes_alone(test: str, folder: Path) -> bool:
    """Whether a test passes in a process of its own, beside nothing else."""
    if test.endswith(NODE_ENDINGS):
        return run(["node", "--test", test], ALONE_SECONDS) == 0
    path = folder / "alone.jsonl"
    path.unlink(missing_ok=True)
    python = ROOT / ".venv/bin/python"
    command = [str(python), "-m", "pytest", "-q", "-p", "tests.outcomes", f"--outcomes={path}", test]
    status = run(command, ALONE_SECONDS)
    record = read_record(path)
    return status == 0 and not record.failed and not record.broken


def judge(records: Iterable[Record], alone: Callable[[str], bool]) -> int:
    """Run again what failed, print what was found, and return the exit status."""
    failed = {test: text for record in records for test, text in record.failed.items()}
    broken = [text for record in records for text in record.broken]
    again = failed if len(failed) <= MOST_AGAIN else {}
    unsteady = {test: text for test, text in again.items() if alone(test)}
    _print("broken", broken)
    _print("failed", [f"{test}\n{text}" for test, text in failed.items() if test not in unsteady])
    _print("unsteady", [f"{test}\n{text}" for test, text in unsteady.items()])
    return 1 if broken or len(unsteady) < len(failed) else 0


def _print(heading: str, texts: list[str]) -> None:
    if texts:
        print(f"\n== {heading} ({len(texts)}) ==")  # noqa: T201
    for text in texts:
        lines = text.rstrip().splitlines()
        kept = lines if len(lines) <= TEXT_LINES else [lines[0], "  …", *lines[2 - TEXT_LINES :]]
        print("\n".join(kept), end="\n\n", flush=True)  # noqa: T201


def main() -> int:
    os.environ["PATH"] = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory(prefix="antrean-outcomes-") as name:
        folder = Path(name)
        records = [run_lane(lane, folder / lane) for lane in LANES]
        return judge(records, lambda test: passes_alone(test, folder))


if __name__ == "__main__":
    sys.exit(main())
