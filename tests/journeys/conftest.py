"""Hubs as processes, in both async modes, for what only a whole running hub can show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from antrean.queueing.plan.model import OfficePlan
from tests.fakes.hub_process import HubProcess

MODES = ["eventlet", pytest.param("threading", marks=pytest.mark.long)]


@pytest.fixture(params=MODES)
def hub(request: pytest.FixtureRequest, tmp_path: Path, plan: OfficePlan) -> Iterator[HubProcess]:
    """A hub that is set up and not yet started."""
    process = HubProcess(tmp_path, plan, request.param)
    yield process
    process.end()
