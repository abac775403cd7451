"""The agent's process killed outright at random moments, over and over, with a real printer port and a real hub."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from antrean.printing.slip.content import to_json
from tests.fakes.agent_process import AgentProcesses
from tests.fakes.hub import TOKEN, FakeHub
from tests.fakes.printer import FakePrinter
from tests.printing.samples import SAMPLE

KILLS = int(os.environ.get("ANTREAN_KILLS", "100"))


def more_than(results: list[dict[str, Any]], seen: int) -> bool:
    return len(results) > seen


def has_come(moment: float) -> bool:
    return time.monotonic() >= moment


@pytest.mark.long
def test_killed_at_any_moment_no_slip_is_printed_twice_or_told_wrongly(
    hub: FakeHub, printer: FakePrinter, tmp_path: Path
) -> None:
    chance = random.Random(41)
    agents = AgentProcesses(hub.url, TOKEN, printer.address, tmp_path / "data")
    printer.bytes_per_s = 8000  # a slip takes long enough to be killed in its middle
    jobs: list[str] = []
    try:
        for _ in range(KILLS):
            for _ in range(2):
                jobs.append(f"A-{len(jobs):03d}")
                hub.add(jobs[-1], {**to_json(SAMPLE), "number": jobs[-1]})
            process = agents.start()
            seen = len(hub.results)
            assert hub.until(partial(more_than, hub.results, seen))
            moment = time.monotonic() + chance.uniform(0, 0.35)
            hub.until(partial(has_come, moment), moment - time.monotonic())
            os.kill(process, signal.SIGKILL)
        printer.bytes_per_s = None  # what has piled up meanwhile may come out quickly
        process = agents.start()
        assert hub.until(lambda: not hub.view()["slips"], 600)
        os.kill(process, signal.SIGKILL)
    finally:
        agents.close()
    on_paper = Counter(printer.numbers)
    results = Counter(hub.slips[job]["state"] for job in jobs)
    for job in jobs:
        state = hub.slips[job]["state"]
        assert on_paper[job] == 1 if state == "printed" else on_paper[job] <= 1, (job, hub.outcome(job))
    assert set(results) <= {"printed", "uncertain"}
    assert results["printed"] > 0
    assert results["uncertain"] > 0
