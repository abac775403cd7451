"""A kiosk beside a backup: how long its numbers take with one being made all the time, and with none."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from statistics import median

from antrean.storage.database.engine import database_url
from bench._paced_kiosk import PacedKiosk
from bench.hub_process import ROOT, HubProcess, fresh_hub
from bench.journal_check import issue_many, serve_many
from bench.report import Row, percentile

ROUNDS = 3
SECONDS = 6.0
LINES = 79_000


class Backups:
    """Backups made one after another by the hub's own process, until `stop`."""

    def __init__(self, hub: HubProcess) -> None:
        self.took: list[float] = []
        self.largest_wal = 0
        self._hub = hub
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            begin = time.monotonic()
            self._make(len(self.took))
            self.took.append(time.monotonic() - begin)

    def _make(self, turn: int) -> None:
        asked = {
            "data": str(self._hub.folder), "database": database_url("", self._hub.folder), "second": "",
            "at": f"2026-11-24T02:{turn // 60 % 60:02d}:{turn % 60:02d}+00:00", "zone": "Asia/Jakarta",
            "passphrase": "",
        }  # fmt: skip
        with subprocess.Popen(
            [sys.executable, "-m", "antrean.hub.processes.backup"], cwd=ROOT, stdin=-1, stdout=-1
        ) as child:
            said, _ = child.communicate(json.dumps(asked).encode())
        done = json.loads(said)
        if done["wrong"]:
            raise RuntimeError(done["wrong"])
        wal = self._hub.folder / "antrean.sqlite3-wal"
        self.largest_wal = max(self.largest_wal, wal.stat().st_size)

    def stop(self) -> None:
        """Let the current backup end."""
        self._stopped.set()
        self._thread.join()


def run(argv: list[str]) -> list[Row]:
    """Return the figures: the medians of some rounds on one hub, quiet and beside backups in turn."""
    quiet: list[float] = []
    beside: list[float] = []
    took: list[float] = []
    wal = 0
    with fresh_hub() as hub:
        office = hub.set_up()
        serve_many(office, len(issue_many(office, LINES // 4)))
        hub.start()
        for _ in range(ROUNDS):
            quiet.append(_p99(hub))
            backups = Backups(hub)
            time.sleep(1.0)
            beside.append(_p99(hub))
            backups.stop()
            took += backups.took
            wal = max(wal, backups.largest_wal)
    p99, alone = median(beside), median(quiet)
    return [
        Row("backup", "a number's p99 meanwhile", p99, "ms", "the same without", alone, aim="≤ 15 ms", met=p99 <= 15),
        Row("backup", f"one of {LINES:,} lines: written, read back", median(took) * 1000, "ms"),
        Row("backup", "the WAL afterwards", wal / 1e6, "MB"),
    ]


def _p99(hub: HubProcess) -> float:
    kiosk = PacedKiosk(hub.port, (hub.kiosk_headers(0), hub.kiosk_headers(1)), SECONDS)
    kiosk.start()
    kept, new = kiosk.saw()
    if kept.missing or new.missing or kept.refused or new.refused:
        raise RuntimeError(f"{kept.missing + new.missing} numbers missing, {kept.refused + new.refused} refused")
    return percentile(kept.latencies + new.latencies, 0.99)
