"""A hub and a paired kiosk for the kiosk's tests."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def hub(hub: OfficeHub) -> OfficeHub:
    pair_device(hub.app.extensions["antrean"].settings, "print_agent", "Printer 1", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    return hub


@pytest.fixture
def token(hub: OfficeHub) -> str:
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "kiosk", "Kiosk 1", hub.office.clock)
    services.identities.load()
    return str(token)


@pytest.fixture
def kiosk(hub: OfficeHub, token: str) -> FlaskClient:
    """A kiosk's browser: it has the cookie of its pairing."""
    client = hub.app.test_client()
    client.set_cookie("antrean_kiosk", token)
    return client
