"""Taking a number: rate and latency with one kiosk and with eight, and whether every number is in the journal.

First as the kiosk's own page asks, with the result drawn and its code on it; beside it as plain JSON.
"""

from __future__ import annotations

from dataclasses import replace

from bench._screens import Join, Screens
from bench.crowd import Crowd, Seen
from bench.disk import synced_appends
from bench.hub_process import KIOSKS, HubProcess, fresh_hub
from bench.journal_check import lines_of, wrong_numbers
from bench.report import Row, median_rows, percentile

ROUNDS = 5
SECONDS = 1.5
PAGE, JSON = "the page", "JSON"  # the page has its result drawn, code included, and holds its socket open
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
            "issue", "of these refused, without a code, doubled, missing in the journal or with a gap", len(faults),
            aim="none" + (f"; {faults[0]}" if faults else ""), met=not faults,
        ),
    ]  # fmt: skip


def one_round(hub: HubProcess) -> tuple[list[Row], list[Seen]]:
    """Ask the hub for empty answers and for numbers in turn, and the disk for commits.

    While a kiosk's page asks, its socket hears of every change as in the office. The first numbers are not measured: a
    hub that was just started prepares its codes and looks at all its duties for the first time.
    """
    first, _ = _asked(hub, "page", [hub.page_headers(0)])
    rows, told = [], [first]
    disk = synced_appends(hub.folder, 0.5)
    for kiosks in (1, KIOSKS):
        name = "1 kiosk" if kiosks == 1 else f"{kiosks} kiosks"
        plain = [hub.kiosk_headers(kiosk) for kiosk in range(kiosks)]
        pages = [hub.page_headers(kiosk) for kiosk in range(kiosks)]
        with Screens(hub.port, [Join("kiosk", token) for token in hub.kiosks[:kiosks]]):
            shown, page_cpu = _asked(hub, "page", pages)
        empty, empty_cpu = _asked(hub, "empty", plain)
        issued, cpu = _asked(hub, "issue", plain)
        told += [shown, issued]
        for way, seen, spent in ((PAGE, shown, page_cpu), (JSON, issued, cpu)):
            times = seen.latencies["page" if way == PAGE else "issue"]
            what = f"{name}, {way}"
            beside = seen.rate(), "/s", DISK, 1000 * len(disk) / sum(disk)
            rows += [
                Row("issue", f"{what}: numbers", seen.rate(), "/s", f"{EMPTY}, the same client", empty.rate()),
                Row("issue", f"{what}: numbers, beside the disk", *beside),
                Row("issue", f"{what}: p50", percentile(times, 0.5), "ms", f"{DISK}, p50", percentile(disk, 0.5)),
                Row("issue", f"{what}: p99", percentile(times, 0.99), "ms", f"{DISK}, p99", percentile(disk, 0.99)),
                Row("issue", f"{what}: the hub's CPU for one", spent, "ms", EMPTY, empty_cpu),
            ]
    return rows, told


def _asked(hub: HubProcess, kind: str, headers: list[str]) -> tuple[Seen, float]:
    """Return the results of a crowd, and the CPU time in ms that the hub spent on one of its requests."""
    before = hub.cpu_ms()
    seen = Crowd(hub.port, [kind] * len(headers), headers, seconds=SECONDS, warm=0.0).start().seen()
    return seen, (hub.cpu_ms() - before) / len(seen.latencies[kind])


def judged(row: Row) -> Row:
    """Return the row with its aim, met or not."""
    assert row.value is not None
    ratio = row.share() or 0.0
    aims = {
        f"1 kiosk, {PAGE}: p50": ("≤ 3 ms", row.value <= 3),
        f"1 kiosk, {PAGE}: p99": ("≤ 15 ms", row.value <= 15),
        f"{KIOSKS} kiosks, {PAGE}: numbers": ("≥ 900/s", row.value >= 900),
        f"{KIOSKS} kiosks, {JSON}: numbers": ("≥ 0.5×", ratio >= 0.5),
        f"{KIOSKS} kiosks, {JSON}: numbers, beside the disk": ("≥ 0.2×", ratio >= 0.2),
        f"{KIOSKS} kiosks, {JSON}: p99": ("≤ 15 ms", row.value <= 15),
    }
    aim, met = aims.get(row.what, ("", None))
    return replace(row, aim=aim, met=met)
