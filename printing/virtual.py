"""The virtual printer: a folder that keeps the last slips as their bytes, for a page to show."""

from __future__ import annotations

import os
import re
from pathlib import Path

KEPT = 50
JOB = re.compile(r"[A-Za-z0-9._/-]{1,120}")


def keep(folder: Path, job: str, data: bytes) -> None:
    """Store a slip as `<job with / replaced by _>.bin`, written whole or not at all; the oldest go.

    Refuses with ValueError a job name that is not a plain name.
    """
    path = slip_path(folder, job)
    folder.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    for old in kept(folder)[KEPT:]:
        old.unlink(missing_ok=True)


def kept(folder: Path) -> list[Path]:
    """The files of the kept slips, newest first."""
    found = []
    for path in folder.glob("*.bin"):
        try:
            found.append((path.stat().st_mtime_ns, path))
        except FileNotFoundError:
            continue  # another slip's arrival has just pushed it out
    return [path for _, path in sorted(found, reverse=True)]


def slip_path(folder: Path, job: str) -> Path:
    """Where a job's slip is kept. Refuses with ValueError a job name that could leave the folder."""
    if not JOB.fullmatch(job) or ".." in job:
        raise ValueError(f"job {job!r} is not a plain name")
    return folder / (job.replace("/", "_") + ".bin")
