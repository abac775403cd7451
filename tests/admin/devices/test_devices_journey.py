"""An administrator finds a display by its name; an operator reads that it was switched off, until it is back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, CloseCounter, OpenCounter
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.office_hub import PASSWORD, OfficeHub

PATIENCE = 60000


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    yield running
    running.stop()


def signed_in(browser: Browser, address: str, name: str, path: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{address}/sign_in?next={path}")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=PATIENCE)
    return page


def test_a_display_shows_its_name_until_a_call_and_is_missed_once_it_is_switched_off(
    browser: Browser, hub: OfficeHub
) -> None:
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "display", "Layar lobi", hub.office.clock)
    services.identities.load()
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    ticket = hub.issue("card")
    with hub.served() as address:
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        context.add_cookies([{"name": "antrean_display", "value": token, "url": address}])
        display = context.new_page()
        display.goto(address + "/display/")
        expect(display.locator("html")).to_have_attribute("data-live", "live", timeout=PATIENCE)

        devices = signed_in(browser, address, "Eka", "/admin/devices")
        devices.click(f"[action$='{device.id}/show_name'] button", timeout=PATIENCE)
        expect(display.locator(".own-name")).to_have_text("Layar lobi", timeout=PATIENCE)
        hub.office.execute(CallNext(counter="3", operator="Ani"))
        expect(display.locator("[data-number]")).to_have_text(ticket.number, timeout=PATIENCE)
        expect(display.locator(".own-name")).to_have_count(0, timeout=PATIENCE)

        panel = signed_in(browser, address, "Budi", "/counter_panel/")
        display.close()
        expect(devices.locator(".device-seen")).to_contain_text("terakhir terlihat", timeout=PATIENCE)
        expect(panel.locator("[data-silent]")).to_have_count(0)
        services.devices_seen.monotonic = services.silence.monotonic = lambda: monotonic() + 61
        expect(panel.locator("[data-silent]")).to_contain_text("Layar lobi: tidak tersambung sejak", timeout=PATIENCE)
        again = context.new_page()
        again.goto(address + "/display/")
        expect(panel.locator("[data-silent]")).to_have_count(0, timeout=PATIENCE)


def test_the_counter_at_which_a_tablet_was_last_comes_first(browser: Browser, hub: OfficeHub) -> None:
    with hub.served() as address:
        panel = signed_in(browser, address, "Budi", "/counter_panel/")
        first, last = panel.locator(".lobby-counter").first, panel.locator(".lobby-counter").last
        expect(first.locator("[data-usual]")).to_have_count(0)
        name = last.locator("strong").inner_text()
        last.click()
        expect(panel.locator("body")).to_have_attribute("data-state", "open", timeout=PATIENCE)
        counter = hub.office.read(lambda day, _plan: day.counter_of("Budi"))
        assert counter is not None
        hub.office.execute(CloseCounter(counter=counter.code, operator="Budi"))
        expect(first.locator("strong")).to_have_text(name, timeout=PATIENCE)
        expect(first.locator("[data-usual]")).to_be_visible()
        panel.reload()
        expect(first.locator("strong")).to_have_text(name, timeout=PATIENCE)
        expect(last.locator("[data-usual]")).to_have_count(0)

        def of_another_office(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=answer.text().replace('data-office="test"', 'data-office="other"'))

        panel.route("**/counter_panel/", of_another_office)
        panel.reload()
        expect(panel.locator("body")).to_have_attribute("data-office", "other")
        expect(panel.locator("html")).to_have_attribute("data-live", "live", timeout=PATIENCE)
        expect(panel.locator("[data-usual]")).to_have_count(0)
