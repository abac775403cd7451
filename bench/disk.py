"""How fast the disk is by itself, and a disk that is made slower."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = 4096


def synced_appends(folder: Path, seconds: float) -> list[float]:
    """Append 4 kB and fdatasync, again and again. Returns the ms of each."""
    block, times = os.urandom(BLOCK), []
    descriptor = os.open(folder / "appended", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    end = time.perf_counter() + seconds
    try:
        while (begin := time.perf_counter()) < end:
            os.write(descriptor, block)
            os.fdatasync(descriptor)
            times.append((time.perf_counter() - begin) * 1000)
    finally:
        os.close(descriptor)
    return times


def slow_appends(folder: Path, seconds: float, library: Path) -> list[float]:
    """Return the same from a process whose fsync is slow."""
    command = [sys.executable, "-m", "bench.disk", str(folder), str(seconds)]
    environment = {**os.environ, "LD_PRELOAD": str(library)}
    out = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    return [float(took) for took in json.loads(out)]


def slow_fsync(folder: Path, milliseconds: int) -> Path:
    """Build the library that makes fsync and fdatasync take that much longer."""
    library = folder / "slow_fsync.so"
    source = ROOT / "bench" / "slow_fsync.c"
    command = ["gcc", "-shared", "-fPIC", "-O1", f"-DMILLISECONDS={milliseconds}", "-o", str(library), str(source)]
    subprocess.run([*command, "-ldl"], check=True)
    return library


if __name__ == "__main__":
    json.dump(synced_appends(Path(sys.argv[1]), float(sys.argv[2])), sys.stdout)
