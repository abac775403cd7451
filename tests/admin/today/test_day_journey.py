"""A supervisor closes the day by mistake and opens it again; kiosk, display and panel turn with it in real browsers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.pages import open_kiosk, shown

CLOSED = "Kantor sudah tutup untuk hari ini."


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
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    return page


def open_display(browser: Browser, hub: OfficeHub, address: str) -> Page:
    services = hub.app.extensions["antrean"]
    _device, token = pair_device(services.settings, "display", "Hall", hub.office.clock)
    services.identities.load()
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.add_cookies([{"name": "antrean_display", "value": token, "url": address}])
    page = context.new_page()
    page.goto(address + "/display/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    return page


def test_a_day_closed_by_mistake_is_opened_again_on_every_screen(browser: Browser, hub: OfficeHub) -> None:
    ticket = hub.issue("card")
    with hub.served() as address:
        kiosk = open_kiosk(browser, hub, address, (1080, 1920))
        display = open_display(browser, hub, address)
        panel = signed_in(browser, address, "Ani", "/counter_panel/")
        today = signed_in(browser, address, "Dewi", "/admin/today")
        expect(shown(kiosk, ".tile[data-service]").first).to_be_visible()
        expect(display.locator(".day-closed")).to_be_hidden()
        expect(panel.locator(".lobby-counter").first).to_be_visible()

        today.click("#close-day")
        expect(today.locator("[data-confirm-words]")).to_contain_text("1 nomor yang belum selesai diakhiri")
        today.click("[data-confirm-yes]")
        expect(today.locator("#open-day")).to_be_visible()
        expect(kiosk.locator(".screen-start .in-language:not([hidden]) h1")).to_have_text(CLOSED)
        expect(shown(kiosk, ".tile")).to_have_count(0)
        expect(display.locator(".day-closed")).to_contain_text(CLOSED)
        expect(panel.locator("[data-fragment=work]")).to_contain_text(CLOSED)
        assert hub.ticket(ticket.number).state == "expired"

        today.click("#open-day")
        today.click("[data-confirm-yes]")
        expect(today.locator("#close-day")).to_be_visible()
        expect(shown(kiosk, ".tile[data-service]").first).to_be_visible()
        expect(display.locator(".day-closed")).to_be_hidden()
        expect(panel.locator(".lobby-counter").first).to_be_visible()
        assert hub.ticket(ticket.number).state == "waiting"


@pytest.mark.parametrize("section", ["today", "clock"])
def test_on_a_phone_the_section_that_is_open_is_in_sight(browser: Browser, hub: OfficeHub, section: str) -> None:
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", f"/admin/{section}")
        page.set_viewport_size({"width": 390, "height": 844})
        page.reload()
        box = page.locator(".admin-nav [aria-current]").bounding_box()
        page.context.close()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
