"""A hub, an operator at counter 3 and a paired display for the display's tests."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import OpenCounter
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def hub(hub: OfficeHub) -> OfficeHub:
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    return hub


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
