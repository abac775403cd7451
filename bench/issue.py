"""Taking a number: how fast and how soon, with one kiosk and with eight, and whether every number told is true."""

from __future__ import annotations

from dataclasses import replace

from bench.crowd import Crowd, Seen
from bench.disk import synced_appends
from bench.hub_process import KIOSKS, HubProcess, fresh_hub
from bench.journal_check import lines_of, wrong_numbers
from bench.report import Row, median_rows, percentile

ROUNDS = 5
EMPTY, DISK = "empty request", "append + fdatasync"


def run(argv: list[str]) -> list[Row]:
    """Return the figures: the medians of some rounds, each on a fresh hub."""
    rounds: list[list[Row]] = []
    told, faults = 0, []
    for _ in range(ROUNDS):
        with fresh_hub() as hub:
            hub.set_up()
            hub.start()
            rows, seen = one_round(hub)
            rounds.append(rows)
            told += sum(len(crowd.answers) for crowd in seen)
            faults += wrong_numbers(lines_of(hub), seen)
    rows = [judged(row) for row in median_rows(rounds)]
    return [
        *rows,
        Row("issue", "numbers told", told),
        Row(
            "issue", "of these refused, doubled, missing in the journal or with a gap", len(faults),
            aim="none" + (f"; {faults[0]}" if faults else ""), met=not faults,
        ),
    ]  # fmt: skip


def one_round(hub: HubProcess) -> tuple[list[Row], list[Seen]]:
    """Ask the hub for empty answers and for numbers in turn, and the disk for commits."""
    headers = [hub.kiosk_headers(kiosk) for kiosk in range(KIOSKS)]
    rows, told = [], []
    disk = synced_appends(hub.folder, 0.5)
    for kiosks in (1, KIOSKS):
        name = "1 kiosk" if kiosks == 1 else f"{kiosks} kiosks"
        empty, empty_cpu = _asked(hub, "empty", headers[:kiosks])
        issued, cpu = _asked(hub, "issue", headers[:kiosks])
        told.append(issued)
        times = issued.latencies["issue"]
        rows += [
            Row("issue", f"{name}: numbers", issued.rate(), "/s", f"{EMPTY}, the same client", empty.rate()),
            Row("issue", f"{name}: numbers, beside the disk", issued.rate(), "/s", DISK, 1000 * len(disk) / sum(disk)),
            Row("issue", f"{name}: p50", percentile(times, 0.5), "ms", f"{DISK}, p50", percentile(disk, 0.5)),
            Row("issue", f"{name}: p99", percentile(times, 0.99), "ms", f"{DISK}, p99", percentile(disk, 0.99)),
            Row("issue", f"{name}: the hub's CPU for one", cpu, "ms", EMPTY, empty_cpu),
        ]
    return rows, told


def _asked(hub: HubProcess, kind: str, headers: list[str]) -> tuple[Seen, float]:
    """Return what a crowd saw, and the CPU time in ms that the hub spent on one of its requests."""
    before = hub.cpu_ms()
    seen = Crowd(hub.port, [kind] * len(headers), headers, seconds=1.5, warm=0.0).start().seen()
    return seen, (hub.cpu_ms() - before) / len(seen.latencies[kind])


def judged(row: Row) -> Row:
    """Return the row with its aim, met or not."""
    assert row.value is not None
    ratio = row.share() or 0.0
    aims = {
        "1 kiosk: p50": ("≤ 2 ms", row.value <= 2),
        "1 kiosk: p99": ("≤ 5 ms", row.value <= 5),
        f"{KIOSKS} kiosks: numbers": ("≥ 1,000/s and ≥ 0.4×", row.value >= 1000 and ratio >= 0.4),
        f"{KIOSKS} kiosks: numbers, beside the disk": ("≥ 0.2×", ratio >= 0.2),
        f"{KIOSKS} kiosks: p99": ("≤ 15 ms", row.value <= 15),
    }
    aim, met = aims.get(row.what, ("", None))
    return replace(row, aim=aim, met=met)
