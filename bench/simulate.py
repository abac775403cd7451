"""How long a simulated day takes, and its replay: 400 visitors at five counters, by the real rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from statistics import median
from typing import Any

from antrean.commands.sample_office import MIX, SERVE, sample_plan
from antrean.simulation.demand import DemandModel, counters, invent_day
from antrean.simulation.engine import run as run_day
from antrean.simulation.replay import script
from bench.report import Row

DAY = date(2026, 11, 23)
VISITORS, COUNTERS, ROUNDS = 400, 5, 5
AIM = 2.0


def run(argv: Sequence[str]) -> list[Row]:
    """Return the seconds of a day drawn and run, and of the same day read as a script and run again."""
    plan = replace(sample_plan("bench"), counters=counters(sample_plan("bench"), COUNTERS))
    model = DemandModel(MIX, SERVE)
    entries = run_day(invent_day(DAY, plan, VISITORS, 1, model)).entries
    what = {
        f"simulate {VISITORS} visitors": lambda: run_day(invent_day(DAY, plan, VISITORS, 1, model)),
        f"replay {len(entries):,} lines": lambda: run_day(script(DAY, entries, plan)[0]),
    }
    rows = []
    for name, task in what.items():
        seconds = median(_seconds(task) for _ in range(ROUNDS))
        rows.append(Row("simulate", name, seconds, "s", aim=f"under {AIM:g} s", met=seconds < AIM))
    return rows


def _seconds(task: Callable[[], Any]) -> float:
    started = time.perf_counter()
    task()
    return time.perf_counter() - started
