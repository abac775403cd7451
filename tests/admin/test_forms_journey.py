"""What the administration's pages send from a real browser is taken: each value with the type that the hub reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.settings.devices import Device
from tests.admin.today.test_day_journey import signed_in
from tests.conftest import PassingClock
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    yield running
    running.stop()


def save(page: Page, action: str) -> None:
    """Press the form's own button and wait until the hub says that it is saved."""
    said = page.locator("[data-said]")
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith(action)) as posted:
        page.locator(f"form[action$='{action}'] button:not([type=button])").last.click()
    assert posted.value.status == 200, posted.value.text()
    expect(said).to_contain_text("Tersimpan")


def test_voice_screens_and_slip_are_saved_as_they_stand_on_the_page(browser: Browser, hub: OfficeHub) -> None:
    services = hub.app.extensions["antrean"]
    paired = {
        kind: pair_device(services.settings, kind, f"A {kind}", hub.office.clock)[0].id for kind in ("display", "kiosk")
    }
    hub.office.execute(ChangePlan(what="devices"))

    def settings(kind: str) -> dict[str, object]:
        found: Device = next(one for one in services.identities.devices() if one.id == paired[kind])
        return dict(found.settings)

    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", "/admin/voice")
        page.select_option("#repeat", "3")
        save(page, "/admin/voice")
        page.select_option(f"#volume_{paired['display']}", "60")
        save(page, "/admin/voice/displays")
        page.goto(f"{address}/admin/screens")
        display = page.locator(f"form[action$='/admin/screens/{paired['display']}']")
        page.click("summary:has-text('A display')")
        display.locator("[name=seat_m]").fill("9.5")
        save(page, f"/admin/screens/{paired['display']}")
        page.click("summary:has-text('A kiosk')")
        page.locator(f"form[action$='/admin/screens/{paired['kiosk']}'] [name=width_cm]").fill("")
        save(page, f"/admin/screens/{paired['kiosk']}")
        page.goto(f"{address}/admin/slip")
        page.select_option("#number_size", "5")
        page.uncheck("[name=show_qr]")
        save(page, "/admin/slip")
    plan = hub.office.read(lambda _day, plan: plan)
    assert plan.voice["repeat"] == 3
    assert (plan.slip["number_size"], "qr" in plan.slip["blocks"]) == (5, False)
    shown = settings("display")
    assert (shown["voice"], shown["seat_m"], shown["turn_seconds"]) == ({"volume": 60}, 9.5, 12)
    assert settings("kiosk")["width_cm"] == 0


def test_the_office_is_renamed_and_its_rules_are_found_also_on_a_phone(browser: Browser, hub: OfficeHub) -> None:
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", "/admin/office")
        page.set_viewport_size({"width": 390, "height": 844})
        page.fill("#name", "Disdukcapil Kuningan")
        save(page, "/admin/office/name")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.click(".office-ways a[href$='/rules']")
        page.fill("#interleave", "3")
        save(page, "/admin/rules")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    plan = hub.office.read(lambda _day, plan: plan)
    assert (plan.name, plan.interleave) == ("Disdukcapil Kuningan", 3)


def test_screens_are_a_list_with_one_form_open_at_a_time_that_a_phone_has_room_for(
    browser: Browser, hub: OfficeHub
) -> None:
    services = hub.app.extensions["antrean"]
    for name in ("Layar 1", "Layar 2", "Layar 3"):
        pair_device(services.settings, "display", name, hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", "/admin/screens")
        page.set_viewport_size({"width": 390, "height": 844})
        seats = page.locator("[name=seat_m]")
        expect(seats).to_have_count(3)
        for seat in seats.all():
            expect(seat).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollHeight") < 2 * 844
        page.click("summary:has-text('Layar 1')")
        expect(seats.nth(0)).to_be_visible()
        page.click("summary:has-text('Layar 3')")
        expect(seats.nth(2)).to_be_visible()
        expect(seats.nth(0)).to_be_hidden()
        page.click("summary:has-text('Di antara panggilan')")
        page.fill("#interlude-id", "Besok tutup")
        page.click(".interlude-add button")
        expect(page.locator(".interlude-words strong")).to_have_text("Besok tutup")
        page.click(".interludes button")
        page.click("[data-confirm-yes]")
        expect(page.locator(".interlude-words")).to_have_count(0)
        expect(page.locator(".interlude-add")).to_be_visible()
