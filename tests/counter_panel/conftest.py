"""An office whose panels speak English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SetClock, small_plan
from tests.counter_panel.english import Panel
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def panel(tmp_path: Path, clock: SetClock) -> Iterator[Panel]:
    hub = OfficeHub(tmp_path, small_plan(languages=("en", "id")), clock)
    yield Panel(hub, clock)
    hub.stop()
