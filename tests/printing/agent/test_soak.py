"""Thousands of slips through random faults: what is claimed of every slip is what happened to its paper."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

import antrean.printing.agent.worker
from tests.fakes.soak import World, WorldLink, live_through

SLIPS = int(os.environ.get("ANTREAN_SOAK", "10000"))


def lived(world: World, folder: Path, slips: int, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    monkeypatch.setattr(
        antrean.printing.agent.worker, "open_link", lambda address, profile, monotonic, allowed: WorldLink(world)
    )
    monkeypatch.setattr(os, "fsync", lambda fd: None)  # the note's safety against power loss is not at stake here
    live_through(world, folder, slips)
    assert len(world.outcomes) == slips
    on_paper = Counter(number for number in world.engine.numbers if len(number) == len("A-00000"))
    for job, outcome in world.outcomes.items():
        printed = on_paper[job.split("/")[1]]
        match outcome["result"]:
            case "printed" if outcome["evidence"] == "drained":
                assert printed <= 1, (job, outcome, printed)  # taken, not confirmed: it claims no more
            case "printed":
                assert printed == 1, (job, outcome, printed)
            case "failed":
                assert printed == 0, (job, outcome, printed)
            case "uncertain":
                assert printed <= 1, (job, outcome, printed)
            case other:
                pytest.fail(f"{job} ended as {other}")
    assert max(on_paper.values()) == 1
    return Counter(outcome["result"] for outcome in world.outcomes.values())


@pytest.mark.long
def test_thousands_of_slips_through_random_faults_end_as_they_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(seed=20261124, trouble=1.0, pictures=False)
    results = lived(world, tmp_path, SLIPS, monkeypatch)
    assert results["printed"] > 0.9 * SLIPS
    assert results["uncertain"] > 0
    assert results["failed"] > 0
    assert min(world.faults.values()) > 0, world.faults


@pytest.mark.long
def test_a_clone_that_only_answers_in_turn_is_believed_no_more_than_is_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answers carry no name: one that comes late must not confirm the next slip."""
    world = World(seed=11, trouble=6.0, profile_id="xprinter-80")
    results = lived(world, tmp_path, 500, monkeypatch)
    assert results["uncertain"] > 10
    evidence = Counter(outcome["evidence"] for outcome in world.outcomes.values() if outcome["result"] == "printed")
    assert evidence["echoed"] > 20 * evidence["drained"]


@pytest.mark.long
def test_an_agent_killed_a_hundred_times_at_any_point_tells_no_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(seed=7, trouble=8.0)
    lived(world, tmp_path, 500, monkeypatch)
    assert sum(count for fault, count in world.faults.items() if fault.startswith("killed")) >= 100


def test_without_faults_every_slip_is_printed_and_confirmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(seed=1, trouble=0.0)
    assert lived(world, tmp_path, 200, monkeypatch) == {"printed": 200}
    assert {outcome["evidence"] for outcome in world.outcomes.values()} == {"printed"}
