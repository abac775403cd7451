"""A guard's phone in a real browser: a number by keys, what a refusal looks like, a note that Enter does not send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.office_hub import PASSWORD, OfficeHub


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    yield running
    running.stop()


@pytest.fixture
def phone(browser: Browser, hub: OfficeHub) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    with hub.served() as address:
        page.goto(f"{address}/sign_in?next=/counter_panel/")
        page.fill("[name=name]", "Ani")
        page.fill("[name=password]", PASSWORD)
        page.click("button.wide")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        yield page
        context.close()
    assert faults == []


def test_a_guard_gives_numbers_by_phone_and_an_operator_writes_a_note(phone: Page, hub: OfficeHub) -> None:
    phone.keyboard.press("g")
    phone.locator("#ask-give label:has([name=priority])").click()
    phone.locator("#ask-give [data-step='1']").click()
    phone.locator("#ask-give .option >> nth=0").press("Enter")
    expect(phone.locator(".told-number")).to_have_text("A-001")
    expect(phone.locator(".told-code svg")).to_be_visible()
    assert (hub.ticket("A-001").persons, hub.ticket("A-001").priority) == (2, True)
    assert phone.evaluate("document.activeElement.closest('#ask-told') !== null")
    phone.keyboard.press("Enter")
    expect(phone.locator("#ask-told")).not_to_be_visible()
    expect(phone.locator(".told-code")).to_have_count(0)
    phone.keyboard.press("g")
    expect(phone.locator("#ask-give [data-persons]")).to_have_text("1")
    assert not phone.is_checked("#ask-give [name=priority]"), "the next visitor begins anew"
    phone.keyboard.press("Escape")

    taken = {"error": {"code": "counter_taken", "message": "Budi sits there"}}
    phone.route("**/counter_panel/session", lambda route: route.fulfill(status=409, body=json.dumps(taken)))
    phone.click("#sit-1")
    expect(phone.locator("[data-refusal]")).to_have_text("Budi sits there")
    expect(phone.locator("[data-refusal]")).to_be_visible()
    phone.unroute("**/counter_panel/session")
    phone.locator("[data-refusal]").click()

    hub.as_staff("Ani").post("/counter_panel/session", json={"counter": "1"})
    hub.as_staff("Ani").post("/counter_panel/calls", json={})
    expect(phone.locator(".ticket-number")).to_have_text("A-001")
    phone.click("#verb-3")
    phone.click("#ask-transfer [data-words] >> nth=0")
    phone.locator("#transfer-note").press("Enter")
    assert phone.is_visible("#ask-transfer"), "Enter ends the note; nobody is sent anywhere by it"
    phone.click("#ask-transfer .option >> nth=0")
    expect(phone.locator(".ticket-number")).to_have_count(0)
    assert hub.ticket("A-001").legs[-1].note == "Berkas sudah diperiksa dan lengkap"
