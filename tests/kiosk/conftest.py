"""A hub and a paired kiosk for the kiosk's tests, without script and in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from tests.fakes.office_hub import OfficeHub

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def hub(hub: OfficeHub) -> OfficeHub:
    pair_device(hub.app.extensions["antrean"].settings, "print_agent", "Printer 1", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    return hub


@pytest.fixture
def token(hub: OfficeHub) -> str:
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "kiosk", "Kiosk 1", hub.office.clock, numbered=True)
    services.identities.load()
    return str(token)


@pytest.fixture
def kiosk(hub: OfficeHub, token: str) -> FlaskClient:
    """A kiosk's browser: it has the cookie of its pairing."""
    client = hub.app.test_client()
    client.set_cookie("antrean_kiosk", token)
    return client


@pytest.fixture
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


@pytest.fixture
def size() -> tuple[int, int]:
    """Pixels of the panel on which `page` is opened; a module that needs another one says so."""
    return 1080, 1920


@pytest.fixture
def page(browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int]) -> Iterator[Page]:
    """A kiosk's page, live, whose scripts never fail."""
    from tests.fakes.pages import open_kiosk  # Playwright is slow to import, and some tests need no browser

    opened = open_kiosk(browser, hub, address, size, touch=True)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    opened.context.close()
    assert faults == []
