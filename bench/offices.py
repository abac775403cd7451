"""A second office on the hub: what it costs the first in time, and what memory it takes."""

from __future__ import annotations

import time
from dataclasses import replace

from antrean.access.devices import pair_device
from antrean.commands.sample_office import sample_plan
from app import open_office, utc_now
from bench.crowd import Crowd, Seen
from bench.hub_process import KIOSKS, HubProcess, fresh_hub
from bench.journal_check import lines_of, wrong_numbers
from bench.report import Row, median_rows, percentile

ROUNDS = 5
SECONDS = 1.5
SETTLE_SECONDS = 3.0
NOTHING = 1.1  # times as much: what two runs of one hub may differ by
MOST_MIB = 2.0
ALONE = "the hub alone with the first"
MEMORY = "memory of a second office"


def run(argv: list[str]) -> list[Row]:
    """Return the figures: the medians of some rounds, each on two fresh hubs that are asked in turn."""
    rounds: list[list[Row]] = []
    told, faults = 0, []
    for number in range(ROUNDS):
        with fresh_hub() as alone, fresh_hub() as both:
            for hub in (alone, both):
                hub.set_up()
            _add_office(both)
            for hub in (alone, both):
                hub.start()
            time.sleep(SETTLE_SECONDS)
            taken = (both.memory_kib() - alone.memory_kib()) / 1024
            rows, seen = one_round(alone, both, turned=number % 2 == 1)
            rounds.append([*rows, Row("offices", MEMORY, taken, "MiB")])
            for hub, crowds in seen:
                told += sum(len(crowd.answers) for crowd in crowds)
                faults += wrong_numbers(lines_of(hub), crowds)
    return [
        *(judged(row) for row in median_rows(rounds)),
        Row(
            "offices", "of the numbers told refused, doubled, missing in the journal or with a gap", len(faults),
            aim=f"none of {told}" + (f"; {faults[0]}" if faults else ""), met=not faults,
        ),
    ]  # fmt: skip


def _add_office(hub: HubProcess) -> None:
    """Give the hub a second office, as the first one is, with a kiosk of its own."""
    _office, settings = open_office(replace(hub.config, office="second"))
    settings.create_office(sample_plan("second"))
    pair_device(settings, "kiosk", "Kiosk 1", utc_now)


def one_round(
    alone: HubProcess, both: HubProcess, turned: bool
) -> tuple[list[Row], list[tuple[HubProcess, list[Seen]]]]:
    """Ask both hubs in turn for numbers of the first office, by one kiosk and by eight."""
    rows: list[Row] = []
    seen: list[tuple[HubProcess, list[Seen]]] = [(alone, []), (both, [])]
    for kiosks in (1, KIOSKS):
        spent: dict[int, tuple[Seen, float]] = {}
        for place in (1, 0) if turned else (0, 1):
            hub, crowds = seen[place]
            spent[place] = _asked(hub, kiosks)
            crowds.append(spent[place][0])
        name = "1 kiosk" if kiosks == 1 else f"{kiosks} kiosks"
        (first, first_cpu), (second, second_cpu) = spent[0], spent[1]
        p50 = [percentile(one.latencies["issue"], 0.5) for one in (second, first)]
        rows += [
            Row("offices", f"{name}: a number's p50 beside a second office", p50[0], "ms", ALONE, p50[1]),
            Row("offices", f"{name}: the hub's CPU for a number", second_cpu, "ms", ALONE, first_cpu),
        ]
    return rows, seen


def _asked(hub: HubProcess, kiosks: int) -> tuple[Seen, float]:
    before = hub.cpu_ms()
    headers = [hub.kiosk_headers(kiosk) for kiosk in range(kiosks)]
    seen = Crowd(hub.port, ["issue"] * kiosks, headers, seconds=SECONDS, warm=0.0).start().seen()
    return seen, (hub.cpu_ms() - before) / len(seen.latencies["issue"])


def judged(row: Row) -> Row:
    """Return the row with its aim, met or not."""
    assert row.value is not None
    if row.what == MEMORY:
        return replace(row, aim=f"≤ {MOST_MIB:.0f} MiB", met=row.value <= MOST_MIB)
    return replace(row, aim=f"≤ {NOTHING}×", met=(row.share() or 0.0) <= NOTHING)
