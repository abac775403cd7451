"""The lock of the panel in a real browser: by hand, by itself, with taps and with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.commands import CallNext
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock, SetClock
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.pages import sit_down

PIN = "739105"
LOCKED = "dialog.lock[open]"


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    yield running
    running.stop()


@pytest.fixture
def tablet(browser: Browser, hub: OfficeHub) -> Iterator[Page]:
    """Give a tablet at which Ani, who has a PIN, serves a visitor."""
    hub.as_staff("Ani").post("/account/pin", json={"password": PASSWORD, "pin": PIN})
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(10_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    with hub.served() as address:
        sit_down(page, hub, address, "1")
        hub.issue()
        hub.issue()
        expect(page.locator("#big")).to_contain_text("2 menunggu")
        hub.office.execute(CallNext(counter="1", operator="Ani"), "operator:Ani")
        expect(page.locator(".ticket-number")).to_have_text("A-001")
        expect(page.locator(".is-settling")).to_have_count(0)
        yield page
        context.close()
    assert faults == []


def test_a_locked_panel_shows_its_visitor_and_the_timer_and_takes_nothing(hub: OfficeHub, tablet: Page) -> None:
    tablet.click("#lock-now")
    expect(tablet.locator(LOCKED)).to_be_visible()
    expect(tablet.locator("#lock-pin")).to_be_focused()
    expect(tablet.locator(".ticket-number")).to_be_visible()
    expect(tablet.locator(".ticket-timer")).to_be_visible()
    expect(tablet.locator("#big")).to_be_hidden()
    for key in ("Escape", "Escape", "Space", "n", "r"):
        tablet.keyboard.press(key)
    expect(tablet.locator(LOCKED)).to_be_visible()
    tablet.reload()
    expect(tablet.locator(LOCKED)).to_be_visible()
    assert hub.ticket("A-001").state == "called"
    for digit in PIN:
        tablet.click(f'{LOCKED} [data-digit="{digit}"]')
    tablet.click(f"{LOCKED} .lock-open")
    expect(tablet.locator(LOCKED)).to_have_count(0)
    expect(tablet.locator("#big")).to_be_visible()


def test_the_panel_is_locked_and_opened_with_the_keyboard_alone(hub: OfficeHub, tablet: Page) -> None:
    tablet.keyboard.press("l")
    expect(tablet.locator("#lock-pin")).to_be_focused()
    tablet.keyboard.type("000000")
    tablet.keyboard.press("Enter")
    expect(tablet.locator("[data-error]")).to_have_text("PIN salah.")
    tablet.keyboard.type(PIN)
    tablet.keyboard.press("Enter")
    expect(tablet.locator(LOCKED)).to_have_count(0)
    expect(tablet.locator(".is-settling")).to_have_count(0)
    tablet.keyboard.press("n")
    expect(tablet.locator(".ticket.is-serving")).to_be_visible()


def test_after_five_wrong_pins_the_password_is_asked_for(tablet: Page) -> None:
    tablet.keyboard.press("l")
    for n in range(5):
        expect(tablet.locator("#lock-pin")).to_be_focused()
        tablet.keyboard.type(f"00000{n}")
        tablet.keyboard.press("Enter")
        expect(tablet.locator("[data-error]")).not_to_be_empty()
        expect(tablet.locator("#lock-pin")).to_have_value("")
    expect(tablet.locator("#lock-password")).to_be_focused()
    expect(tablet.locator("[data-error]")).to_have_text("PIN terlalu sering salah. Buka dengan kata sandi.")
    tablet.keyboard.type(PASSWORD)
    tablet.keyboard.press("Enter")
    expect(tablet.locator(LOCKED)).to_have_count(0)


def test_a_panel_that_nobody_touches_is_locked_by_itself_and_a_script_beside_it_too(
    hub: OfficeHub, tablet: Page
) -> None:
    clock = SetClock()
    sessions = hub.app.extensions["antrean"].identities.sessions
    clock.now = sessions.clock()
    sessions.clock = clock
    clock.forward(minutes=10)
    tablet.locator("#big").click()  # the hub refuses it; the page learns so from the answer
    expect(tablet.locator(LOCKED)).to_be_visible()
    assert hub.ticket("A-001").state == "called"
    said = tablet.evaluate(
        """async () => (await (await fetch('/counter_panel/calls', {method: 'POST', body: '{}',
        headers: {'Content-Type': 'application/json'}})).json()).error.code"""
    )
    assert said == "session_locked"


def test_the_page_asks_the_hub_by_itself_when_the_time_is_over(hub: OfficeHub, tablet: Page) -> None:
    clock = SetClock()
    sessions = hub.app.extensions["antrean"].identities.sessions
    clock.now = sessions.clock()
    sessions.clock = clock
    clock.forward(minutes=9, seconds=59)
    tablet.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when the tablet wakes up
    clock.forward(seconds=1)
    expect(tablet.locator(LOCKED)).to_be_visible(timeout=15_000)
    expect(tablet.locator("#lock-pin")).to_be_focused()
