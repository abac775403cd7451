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


def test_a_number_is_cancelled_by_a_tap_on_a_reason_or_for_own_words_and_never_by_enter(
    phone: Page, hub: OfficeHub
) -> None:
    for _ in range(2):
        hub.issue()
    ask = phone.locator("#ask-cancel")

    def asked(number: str) -> None:
        phone.keyboard.press("f")
        phone.fill("#find", number)
        phone.click(f"[data-open=cancel][data-ticket={number}]")
        expect(ask).to_be_visible()

    hub.as_staff("Ani").post("/counter_panel/session", json={"counter": "1"})
    expect(phone.locator("#open-pause")).to_be_visible()
    asked("A-001")
    phone.keyboard.press("Enter")
    phone.keyboard.press("Escape")
    expect(ask).not_to_be_visible()
    asked("A-001")
    ask.get_by_role("button", name="Batalkan dengan alasan ini").click()
    expect(ask).to_be_visible()  # without words nothing is sent
    phone.fill("#cancel-reason", "pindah ke Cirebon")
    phone.locator("#cancel-reason").press("Enter")
    expect(ask).to_be_visible()
    phone.fill("#cancel-reason", "NIK 3208012112900001")
    ask.get_by_role("button", name="Batalkan dengan alasan ini").click()
    expect(ask.locator("[data-refused]")).to_contain_text("NIK")
    expect(phone.locator("#cancel-reason")).to_have_value("NIK 3208012112900001")
    expect(phone.locator("#cancel-reason")).to_be_focused()
    phone.fill("#cancel-reason", "pindah ke Cirebon")
    assert hub.ticket("A-001").state == "waiting"
    ask.get_by_role("button", name="Batalkan dengan alasan ini").click()
    expect(ask).not_to_be_visible()
    expect(phone.locator("body")).to_have_attribute("data-busy", "no")
    asked("A-002")
    expect(phone.locator("#cancel-reason")).to_have_value("")
    ask.get_by_role("button", name="Pengunjung sudah pergi").click()
    expect(ask).not_to_be_visible()
    expect(phone.locator("body")).to_have_attribute("data-busy", "no")
    page = hub.as_staff("Eka").get("/admin/audit?about=numbers", headers={"Accept": "text/html"}).text
    assert page.index("A-002 dibatalkan: Pengunjung sudah pergi") < page.index("A-001 dibatalkan: pindah ke Cirebon")
