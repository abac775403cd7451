"""A day as its people live it, by taps on real screens: printer unplugged, hub killed, display cut off."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from tests.fakes.agent_process import AgentProcesses
from tests.fakes.chromium import MAY_SOUND
from tests.fakes.hub_process import PASSWORD, HubProcess, wait_until
from tests.fakes.printer import FakePrinter

PATIENCE = 60_000
RECORD = """
  window.announced = [];
  const add = DOMTokenList.prototype.add;
  DOMTokenList.prototype.add = function (...names) {
    if (names.includes('is-announcing')) announced.push(document.querySelector('[data-number]').textContent);
    return add.apply(this, names);
  };
"""


def settled(page: Page) -> None:
    """Wait until a screen that has just come up takes touches, or a button with a new meaning listens."""
    expect(page.locator(".is-settling")).to_have_count(0, timeout=PATIENCE)


@pytest.fixture
def browser(browser_with: Callable[..., Browser]) -> Browser:
    return browser_with(MAY_SOUND)


class Office:
    """One hub process with its printer, agent and the pages of its people."""

    def __init__(self, hub: HubProcess, printer: FakePrinter, browser: Browser) -> None:
        self.hub, self.printer = hub, printer
        self.faults: list[str] = []
        self._browser = browser
        self.kiosk = self._device("kiosk", 1080, 1920)
        self.display = self._device("display", 1920, 1080)
        self.ani, self.budi = self._operator("Ani", "Loket 1"), self._operator("Budi", "Loket 3")

    def day(self) -> ServiceDay:
        """Fold today anew from the journal's file."""
        journal = SqlJournal(open_engine(database_url("", self.hub.config.data)), "test")
        entries = journal.read(after=0)
        journal.close()
        return ServiceDay.fold(entries[-1].business_day, entries)

    def take(self, service: str, persons: int) -> str:
        """Take a number by two taps and go back to the start; give the number that the screen told."""
        expect(self.kiosk.locator(".resting")).to_have_count(0)  # where the last touch turned the screen
        self._page_at(self.kiosk, f'.tile[data-service="{service}"]').tap()
        expect(self.kiosk.locator(".resting")).to_have_count(0)
        key = self._page_at(self.kiosk, f'[name=persons][value="{persons}"]')
        expect(key).to_be_visible()
        settled(self.kiosk)
        key.tap()
        shown = self.kiosk.locator(".ticket-number")
        expect(shown).to_be_visible(timeout=PATIENCE)
        return shown.inner_text()

    def back(self) -> None:
        """Leave the result screen."""
        settled(self.kiosk)
        self.kiosk.locator("[data-ticket] [data-done]").tap()
        expect(self._page_at(self.kiosk, ".tile[data-service]").first).to_be_visible()

    def press(self, tablet: Page, words: str, after: str) -> None:
        """Press the big button once it says so, and see what comes of it."""
        big = tablet.locator("#big")
        expect(big).to_contain_text(words, timeout=PATIENCE)
        settled(tablet)
        big.click()
        expect(tablet.locator(f".ticket.is-{after}")).to_be_visible(timeout=PATIENCE)

    def _page_at(self, page: Page, selector: str) -> Locator:
        return page.locator(f".in-language:not([hidden]) {selector}")

    def _device(self, kind: str, width: int, height: int) -> Page:
        context = self._browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
        token = self.hub.pair(kind, kind)
        context.add_cookies([{"name": f"antrean_{kind}", "value": token, "url": self.hub.url}])
        page = self._watched(context.new_page())
        page.add_init_script(RECORD)
        page.goto(f"{self.hub.url}/{kind}/")
        expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=PATIENCE)
        return page

    def _operator(self, name: str, counter: str) -> Page:
        page = self._watched(self._browser.new_context(viewport={"width": 1280, "height": 800}).new_page())
        page.goto(f"{self.hub.url}/sign_in?next=/counter_panel/")
        page.fill("[name=name]", name)
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button").first.click()
        expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=PATIENCE)
        page.locator(f"button:has-text('{counter}')").first.click()
        expect(page.locator("#big")).to_be_visible(timeout=PATIENCE)
        return page

    def _watched(self, page: Page) -> Page:
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page


@pytest.fixture
def office(tmp_path: Path, plan: OfficePlan, browser: Browser) -> Iterator[Office]:
    hub = HubProcess(tmp_path / "hub", plan)
    token = hub.pair("print_agent", "Printer")
    with FakePrinter() as printer, hub:
        agents = AgentProcesses(hub.url, token, printer.address, tmp_path / "agent")
        agent = agents.start()
        try:
            yield Office(hub, printer, browser)
        finally:
            os.kill(agent, signal.SIGKILL)
            agents.close()


@pytest.mark.first
def test_a_day_by_taps_loses_no_number_no_call_and_no_slip(office: Office) -> None:
    told = [office.take("card", 1)]
    expect(office.kiosk.locator("[data-slip=printed]")).to_be_attached(timeout=PATIENCE)
    office.back()
    told.append(office.take("family", 3))
    office.back()

    # The printer's plug is pulled: the number stands, and its slip comes once there is power again.
    office.printer.power_off()
    told.append(office.take("card", 2))
    office.back()
    office.press(office.ani, "Panggil berikutnya", "called")
    office.printer.power_on()
    wait_until(lambda: len(office.printer.numbers) == 3, "the slip of the ticket taken without a printer")

    # The hub is killed while a call is shown; a tap in between is kept and done once.
    office.press(office.budi, "Panggil berikutnya", "called")
    office.hub.kill()
    settled(office.ani)
    office.ani.locator("#big").click()
    office.hub.start()
    expect(office.ani.locator(".ticket.is-serving")).to_be_visible(timeout=PATIENCE)
    told.append(office.take("birth", 1))
    office.back()

    # The display is cut off while two more are called, and tells both when it is back.
    office.display.context.set_offline(True)
    office.press(office.ani, "Selesai & panggil berikutnya", "called")
    office.press(office.budi, "Mulai layani", "serving")
    office.press(office.budi, "Selesai & panggil berikutnya", "called")
    office.display.context.set_offline(False)
    for tablet in (office.ani, office.budi):
        office.press(tablet, "Mulai layani", "serving")

    wait_until(lambda: len(office.day().sounded) == 4, "the display to announce all calls")
    day = office.day()
    numbers = [call.number for call in day.calls]
    assert told == ["A-001", "B-001", "A-002", "C-001"]
    assert sorted(day.tickets) == sorted(told)
    assert sorted(numbers) == sorted(told)
    assert office.display.evaluate("announced") == numbers
    assert {number: ticket.state for number, ticket in day.tickets.items()} == {
        "A-001": "completed", "B-001": "completed", "A-002": "serving", "C-001": "serving",
    }  # fmt: skip
    wait_until(lambda: len(office.printer.numbers) == 4, "the last slip")
    assert sorted(office.printer.numbers) == sorted(told)
    assert office.faults == []
