"""A phone tells its holder in a real browser: what it says it does is what it does, until somebody touches it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.commands import CallNext, OpenCounter, RecallTicket, StartService
from antrean.queueing.plan.model import Limits, OfficePlan
from tests.conftest import PassingClock, small_plan
from tests.fakes.office_hub import OfficeHub

# What a phone can do, so that a test can tell what was done: each call is noted.
PHONE = """
window.done = [];
const made = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.done.push("tone"); return made.call(this); };
navigator.vibrate = (pattern) => { if (pattern) window.done.push("buzz"); return true; };
Object.defineProperty(navigator, "wakeLock", { value: {
  request: async () => ({ addEventListener() {}, release() {} }) }, configurable: true });
"""
BARE = """
delete window.AudioContext; delete window.webkitAudioContext;
delete Navigator.prototype.vibrate; delete Navigator.prototype.wakeLock;
"""


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(limits=Limits(recall_gap_seconds=0))


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    yield running
    running.stop()


@contextmanager
def phone(browser: Browser, script: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.add_init_script(script)
    page = context.new_page()
    yield page
    context.close()


def follow(page: Page, hub: OfficeHub, address: str, number: str) -> None:
    page.goto(f"{address}/mobile_ticket/?ticket={hub.link(number)}&language=en")
    expect(page.locator("html")).to_have_attribute("data-live", "live")


def said(page: Page) -> list[str]:
    return [one.inner_text() for one in page.locator("[data-can]:visible").all()]


def test_what_a_phone_can_do_is_said_after_one_touch_that_proves_it(hub: OfficeHub, browser: Browser) -> None:
    number = hub.issue().number
    with hub.served() as address, phone(browser, PHONE) as page:
        follow(page, hub, address, number)
        assert said(page) == []
        assert page.evaluate("window.done") == []
        page.get_by_role("button", name="Tell me when it is my turn").click()
        expect(page.locator("[data-signals=on]")).to_be_visible()
        expect(page.locator("[data-can=awake]")).to_be_visible()
        assert said(page) == [
            "It sounds, unless the phone is on silent.", "It vibrates.", "The screen stays on.",
        ]  # fmt: skip
        assert page.evaluate("window.done") == ["buzz", "tone"]
        page.get_by_role("button", name="No signals").click()
        expect(page.locator("[data-signals=off]")).to_be_visible()
        assert said(page) == []


def test_a_phone_that_can_do_nothing_promises_nothing(hub: OfficeHub, browser: Browser) -> None:
    number = hub.issue().number
    with hub.served() as address, phone(browser, BARE) as page:
        follow(page, hub, address, number)
        page.get_by_role("button", name="Tell me when it is my turn").click()
        expect(page.locator("[data-can=look]")).to_be_visible()
        assert said(page) == ["It can neither sound nor vibrate: look at it from time to time."]


def test_a_phone_signals_being_next_and_the_call_again_and_again_until_it_is_touched(
    hub: OfficeHub, browser: Browser
) -> None:
    first, mine = hub.issue().number, hub.issue().number
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    with hub.served() as address, phone(browser, PHONE) as page:
        follow(page, hub, address, mine)
        page.get_by_role("button", name="Tell me when it is my turn").click()
        expect(page.locator("[data-signals=on]")).to_be_visible()
        page.evaluate("window.done.length = 0")
        hub.office.execute(CallNext(counter="1", operator="Ani"))
        page.wait_for_function("() => window.done.filter((one) => one === 'buzz').length >= 2")  # more than once
        expect(page.locator("[data-face=next]")).to_be_visible()
        expect(page.locator("[data-ringing]")).to_be_visible()
        expect(page).to_have_title(f"(!) You are next · {mine} · Disdukcapil Kabupaten Kuningan")
        page.locator("[data-face=next]").tap()
        expect(page.locator("[data-ringing]")).to_be_hidden()
        expect(page).to_have_title(f"You are next · {mine} · Disdukcapil Kabupaten Kuningan")
        page.evaluate("window.done.length = 0")
        hub.office.execute(StartService(ticket=first, counter="1"))
        hub.office.execute(CallNext(counter="1", operator="Ani"))
        page.wait_for_function("() => window.done.filter((one) => one === 'tone').length >= 12")
        page.locator("[data-face=called]").tap()
        expect(page.locator("[data-ringing]")).to_be_hidden()
        expect(page).to_have_title(f"Loket 1 · {mine} · Disdukcapil Kabupaten Kuningan")
        hub.office.execute(RecallTicket(ticket=mine, counter="1"))
        expect(page.locator("[data-ringing]")).to_be_visible()
        hub.office.execute(StartService(ticket=mine, counter="1"))
        expect(page.locator("[data-ringing]")).to_be_hidden()  # nobody is waited for any more


def test_a_page_loaded_again_keeps_what_was_asked_and_what_was_noticed(hub: OfficeHub, browser: Browser) -> None:
    mine = hub.issue().number
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    with hub.served() as address, phone(browser, PHONE) as page:
        follow(page, hub, address, mine)
        page.get_by_role("button", name="Tell me when it is my turn").click()
        expect(page.locator("[data-signals=on]")).to_be_visible()
        page.reload()
        expect(page.locator("[data-signals=again]")).to_be_visible()
        expect(page.get_by_text("This page was loaded again.")).to_be_visible()
        page.locator(".stub").tap()  # anywhere
        expect(page.locator("[data-signals=on]")).to_be_visible()
        hub.office.execute(CallNext(counter="1", operator="Ani"))
        expect(page.locator("[data-ringing]")).to_be_visible()
        page.reload()  # nobody has noticed the call yet
        expect(page).to_have_title(f"(!) Loket 1 · {mine} · Disdukcapil Kabupaten Kuningan")
        page.locator(".stub").tap()
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        expect(page).to_have_title(f"Loket 1 · {mine} · Disdukcapil Kabupaten Kuningan")
