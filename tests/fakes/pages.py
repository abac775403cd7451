"""Opening a kiosk's page, reading a page that redraws itself, and waiting for what no element of a page says."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from antrean.access.devices import pair_device
from tests.fakes.office_hub import OfficeHub

TRIES = 50
EACH_MS = 20
SESSION = "antrean_staff"  # the cookie of whoever has signed in


def place(locator: Locator) -> FloatRect:
    """Return where an element is; a redraw may swap the element between finding and measuring it, so ask again."""
    for _ in range(TRIES):
        locator.wait_for(state="visible")
        box = locator.bounding_box()
        if box is not None:
            return box
    raise AssertionError(f"{locator} never stood still")


def open_kiosk(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int], touch: bool = False, **settings: Any
) -> Page:
    """Return the page of a kiosk that was just paired with these settings of the device, live.

    `touch`: the page can be tapped, too.
    """
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "kiosk", "Kiosk 1", hub.office.clock, numbered=True)
    services.settings.set_device_settings(device.id, settings)
    services.identities.load()
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=touch)
    context.add_cookies([{"name": "antrean_kiosk", "value": token, "url": address}])
    page = context.new_page()
    page.goto(address + "/kiosk/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    return page


def sit_down(page: Page, hub: OfficeHub, address: str, counter: str, name: str = "Ani") -> None:
    """Open a panel at which this operator sits, live. Signing in and sitting down by its pages is tested elsewhere."""
    browser = hub.as_staff(name)
    answer = browser.post("/counter_panel/session", json={"counter": counter})
    assert answer.status_code < 300, answer.json
    session = browser.get_cookie(SESSION)
    assert session is not None
    page.context.add_cookies([{"name": SESSION, "value": session.value, "url": address}])
    page.goto(address + "/counter_panel/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")


def until(page: Page, done: Callable[[], object], what: str, hurry: int = 0, seconds: float = 60) -> None:
    """Look again and again until something holds that no element of the page says; fails when it never does.

    The page goes on meanwhile, and asks its hub over the real network; `hurry` is by how many milliseconds its timers
    run ahead each time.
    """
    last = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < last, f"waited {seconds:.0f} s in vain: {what}"
        page.wait_for_timeout(EACH_MS)
        if hurry:
            page.clock.run_for(hurry)


def shown(page: Page, selector: str) -> Locator:
    """Return an element in the language that is on the screen."""
    return page.locator(f".in-language:not([hidden]) {selector}")
