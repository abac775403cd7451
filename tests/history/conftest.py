"""The hub whose history is checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from antrean.queueing.plan.model import OfficePlan
from tests.fakes.hub_process import HubProcess


@pytest.fixture(params=["eventlet"])
def hub(request: pytest.FixtureRequest, tmp_path: Path, plan: OfficePlan) -> Iterator[HubProcess]:
    """A hub on SQLite that is set up and not yet started."""
    process = HubProcess(tmp_path, plan, request.param)
    yield process
    process.end()
