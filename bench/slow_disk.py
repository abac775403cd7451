"""A disk whose fsync takes 10 ms: numbers with eight kiosks, and its effect on other requests."""

from __future__ import annotations

from dataclasses import replace

from bench.crowd import Crowd
from bench.disk import slow_appends, slow_fsync
from bench.hub_process import KIOSKS, HubProcess, fresh_hub
from bench.journal_check import lines_of, wrong_numbers
from bench.report import Row, median_rows, percentile

NEEDS = ("gcc",)
MILLISECONDS = 10
ROUNDS = 3
SECONDS = 3.0
NAME = f"{KIOSKS} kiosks"


def run(argv: list[str]) -> list[Row]:
    """Return the figures: the medians of some rounds, each on a fresh hub whose every fsync is slowed down."""
    rounds, faults = [], []
    for _ in range(ROUNDS):
        with fresh_hub() as hub:
            rows, wrong = _one_round(hub)
        rounds.append(rows)
        faults += wrong
    return [
        *(_judged(row) for row in median_rows(rounds)),
        Row(
            "slow_disk", "numbers refused, doubled, missing in the journal or with a gap", len(faults),
            aim="none" + (f"; {faults[0]}" if faults else ""), met=not faults,
        ),
    ]  # fmt: skip


def _one_round(hub: HubProcess) -> tuple[list[Row], list[str]]:
    library = slow_fsync(hub.folder, MILLISECONDS)
    hub.set_up()
    hub.start(LD_PRELOAD=str(library))
    disk = slow_appends(hub.folder, 0.5, library)
    headers = [hub.kiosk_headers(kiosk) for kiosk in range(KIOSKS)]
    quiet = Crowd(hub.port, ["probe"], [""], SECONDS).start().seen().latencies["probe"]
    bystander = Crowd(hub.port, ["probe"], [""], SECONDS).start()
    seen = Crowd(hub.port, ["issue"] * KIOSKS, headers, SECONDS).start().seen()
    probes = bystander.seen().latencies["probe"]
    times, alone = seen.latencies["issue"], "without kiosks"
    rows = [
        Row("slow_disk", f"{NAME}: numbers", seen.rate(), "/s", "append + fdatasync", 1000 * len(disk) / sum(disk)),
        Row("slow_disk", f"{NAME}: p50", percentile(times, 0.5), "ms", "append + fdatasync", percentile(disk, 0.5)),
        Row("slow_disk", f"{NAME}: p99", percentile(times, 0.99), "ms"),
    ] + [
        Row("slow_disk", f"another's empty request meanwhile: p{100 * share:g}", found, "ms", alone, limit)
        for share in (0.5, 0.99)
        for found, limit in [(percentile(probes, share), percentile(quiet, share))]
    ]
    return rows, wrong_numbers(lines_of(hub), [seen])


def _judged(row: Row) -> Row:
    assert row.value is not None
    aims = {
        f"{NAME}: numbers": ("≥ 250/s", row.value >= 250),
        f"{NAME}: p99": ("≤ 60 ms", row.value <= 60),
        "another's empty request meanwhile: p99": ("≤ 10 ms", row.value <= 10),
    }
    aim, met = aims.get(row.what, ("", None))
    return replace(row, aim=aim, met=met)
