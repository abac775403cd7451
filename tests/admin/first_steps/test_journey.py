"""From a new office to its first number, by its list of first steps alone, with real screens and a real printer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import antrean.printing.transport.address
from antrean.queueing.plan.model import OfficePlan
from printer_profiles import load_profile
from tests.conftest import PassingClock
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.own_agent import own_agent
from tests.fakes.pages import shown
from tests.fakes.printer import FakePrinter
from tests.printing.conftest import quick

LONGEST = 60_000
HEARD = "--autoplay-policy=no-user-gesture-required"  # as a display's browser is started


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, replace(plan, first_steps=True), PassingClock())
    yield running
    running.stop()


def signed_in(browser: Browser, address: str, name: str, path: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(LONGEST)
    page.goto(f"{address}/sign_in?next={path}")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=LONGEST)
    return page


def step(page: Page, code: str) -> Locator:
    return page.locator(f'.first-step:has([data-fragment="step.{code}"])')


def says(place: Locator, words: str) -> None:
    expect(place).to_contain_text(words, timeout=LONGEST)


def new_screen(browser: Browser, address: str, steps: Page, kind: str) -> Page:
    """Open a screen's address, let it show its code, and type that at the list."""
    screen = browser.new_context(viewport={"width": 1080, "height": 1920}).new_page()
    screen.set_default_timeout(LONGEST)
    screen.goto(f"{address}/{kind}/")
    screen.click("form[action='/pair/code'] button")
    code = screen.locator(".pairing-code").inner_text()
    steps.fill(f"#code-{kind}", code)
    step(steps, kind).locator("button").click()
    expect(screen.locator("html")).to_have_attribute("data-live", "live", timeout=LONGEST)
    return screen


@pytest.mark.long
def test_a_new_office_comes_to_its_first_number_by_its_list(
    browser_with: Callable[..., Browser], hub: OfficeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(antrean.printing.transport.address, "load_profile", lambda name: quick(load_profile(name), 5.0))
    browser = browser_with(HEARD)
    with hub.served() as address, FakePrinter() as printer:
        page = signed_in(browser, address, "Eka", "/admin/")
        expect(page).to_have_url(f"{address}/admin/first_steps")
        page.click("#own-agent")
        expect(page.locator("#own-agent")).to_have_count(0, timeout=LONGEST)
        with own_agent(hub.app.extensions["antrean"].config.data, address):
            says(step(page, "agent"), "Printer 1")
            step(page, "printer").locator("a.button").click()
            says(page.locator("[data-fragment^=find]"), "Tidak ada pencetak")  # it looked by itself
            page.fill("#address", f"127.0.0.1:{printer.port}")
            page.locator("form:has(#address) button").click()
            page.click("#use-printer")
            says(page.locator("[data-fragment^=test]"), "Tercetak: pencetak memastikan karcis ini")
            page.click("#looks-right")
            expect(page).to_have_url(f"{address}/admin/first_steps", timeout=LONGEST)
            expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=LONGEST)

            kiosk = new_screen(browser, address, page, "kiosk")
            says(step(page, "kiosk"), "Kios 1 ada di sini")
            new_screen(browser, address, page, "display")
            says(step(page, "display"), "1")
            shown(kiosk, ".tile[data-service]").first.click()
            shown(kiosk, 'button[name=persons][value="1"]').click()
            says(step(page, "first_number"), "A-001")
            says(step(page, "first_number"), "Tercetak")
            assert printer.numbers[-1] == "A-001"

            panel = signed_in(browser, address, "Ani", "/counter_panel/")
            panel.locator(".lobby-counter").first.click()
            says(panel.locator("#big"), "Panggil berikutnya")
            expect(panel.locator(".is-settling")).to_have_count(0, timeout=LONGEST)
            panel.locator("#big").click()
            says(page.locator(".first-works"), "A-001")
