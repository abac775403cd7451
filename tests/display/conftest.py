"""A hub, an operator at counter 3 and a paired display for the display's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import OpenCounter
from antrean.queueing.plan.model import OfficePlan
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan, clock: Callable[[], datetime]) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, clock)
    running.office.execute(OpenCounter(counter="3", operator="Ani"))
    yield running
    running.stop()


@pytest.fixture
def token(hub: OfficeHub) -> str:
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "display", "Layar lobi", hub.office.clock)
    services.identities.load()
    return str(token)


@pytest.fixture
def display(hub: OfficeHub, token: str) -> FlaskClient:
    """A display's browser: it has the cookie of its pairing."""
    client = hub.app.test_client()
    client.set_cookie("antrean_display", token)
    return client
