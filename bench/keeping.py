"""Keeping a long day beside the hub: its effect on a kiosk, and its cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median

from antrean.queueing.office import Office
from antrean.storage.database.engine import database_url
from antrean.storage.journal.kept_state import kept_file
from bench.crowd import Crowd, Seen
from bench.hub_process import ROOT, HubProcess, fresh_hub
from bench.journal_check import issue_many, lines_of, serve_many, wrong_numbers
from bench.report import Row, percentile

LINES = 20_000
ROUNDS = 3
SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Keeping:
    """One run of the process that keeps the day: how long it took, and the most memory that it held."""

    seconds: float
    mib: float


def run(argv: list[str]) -> list[Row]:
    """Return the medians of some rounds with and without keeping, in turn."""
    quiet, meanwhile, kept = [], [], []
    with fresh_hub() as hub:
        office = hub.set_up()
        serve_many(office, len(issue_many(office, LINES // 4)))
        hub.start()
        for _ in range(ROUNDS):
            quiet.append(_issued(hub).seen())
            crowd = _issued(hub)
            kept += _keep_for(hub, office, SECONDS)
            meanwhile.append(crowd.seen())
        lines = lines_of(hub)
        # No crowd got the numbers from before the hub started.
        faults = wrong_numbers(lines, [*quiet, *meanwhile])
    rows = [_row(share, meanwhile, quiet) for share in (0.5, 0.99)]
    day = f"a day of {LINES:,} lines"
    return [
        *rows,
        Row("keeping", f"{day} kept from its first line", median(one.seconds for one in kept), "s"),
        Row("keeping", f"{day}: the most memory of the process", max(one.mib for one in kept), "MiB"),
        Row("keeping", "numbers refused, doubled, missing in the journal or with a gap", len(faults), aim="none",
            met=not faults),
    ]  # fmt: skip


def _issued(hub: HubProcess) -> Crowd:
    return Crowd(hub.port, ["issue"], [hub.kiosk_headers(0)], SECONDS).start()


def _row(share: float, meanwhile: list[Seen], quiet: list[Seen]) -> Row:
    told = [median(percentile(seen.latencies["issue"], share) for seen in rounds) for rounds in (meanwhile, quiet)]
    aim, met = ("≤ 15 ms", told[0] <= 15) if share == 0.99 else ("", None)
    what = f"1 kiosk, JSON, while the day is kept: p{100 * share:g}"
    return Row("keeping", what, told[0], "ms", "not kept meanwhile", told[1], aim=aim, met=met)


def _keep_for(hub: HubProcess, office: Office, seconds: float) -> list[Keeping]:
    """Keep the whole day again and again until so many seconds have passed."""
    asked = {
        "database": database_url("", hub.folder),
        "data": str(hub.folder),
        "office": hub.config.office,
        "business_day": office.business_day().isoformat(),
    }
    done = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        kept_file(hub.folder, hub.config.office).unlink(missing_ok=True)
        begin = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "antrean.hub.processes.keep"], cwd=ROOT, stdin=subprocess.PIPE
        )
        assert process.stdin is not None
        with process.stdin as words:
            words.write(json.dumps(asked).encode())
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"the day was not kept: {process.returncode}")
        done.append(Keeping(time.monotonic() - begin, used.ru_maxrss / 1024))
    return done
