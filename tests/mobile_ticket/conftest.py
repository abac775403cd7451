"""A hub for the tests of the phone page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from antrean.queueing.plan.model import OfficePlan
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan, clock: Callable[[], datetime]) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, clock)
    yield running
    running.stop()
