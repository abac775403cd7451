"""Announcing on the phone of an operator who sits at no counter: what was read is what is said."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.counter_panel.test_journey import sign_in
from tests.fakes.office_hub import OfficeHub


def test_an_operator_announces_from_a_phone_what_was_read_and_ends_it(
    tmp_path: Path, plan: OfficePlan, browser: Browser
) -> None:
    hub = OfficeHub(tmp_path, plan, PassingClock())
    with hub.served() as address:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        phone = context.new_page()
        sign_in(phone, address)
        phone.click("#open-announce")
        now, look = phone.locator("#announce-now"), phone.locator("#ask-announce [data-found]")
        expect(now).to_be_disabled()
        phone.select_option("#announce-phrase", "car")
        expect(look).to_contain_text("Tulis nomor mobilnya")
        phone.fill("#announce-about", "E 1234 YZ")
        expect(look).to_contain_text("Pemilik mobil E 1234 YZ, mohon pindahkan mobil Anda.")
        expect(look).to_contain_text("Tidak ada layar yang menyala")
        phone.select_option("#announce-times", "minutes")
        expect(look.locator("#announce-now[data-fields*='\"every\": 2']")).to_be_visible()
        now.click()
        expect(phone.locator("#ask-announce")).not_to_be_visible()
        expect(phone.locator("#open-announce.is-on")).to_be_visible()
        (held,) = hub.office.read(lambda day, _plan: list(day.announcements.values()))
        assert (held.texts["id"], held.every) == ("Pemilik mobil E 1234 YZ, mohon pindahkan mobil Anda.", 2)
        phone.click("#open-announce")
        expect(phone.locator(".announced li")).to_contain_text("E 1234 YZ")
        assert phone.evaluate("document.querySelector('#ask-announce').scrollWidth <= innerWidth")
        phone.click(f"#end-{held.seq}")
        expect(phone.locator("#open-announce:not(.is-on)")).to_be_visible()
        assert hub.office.read(lambda day, _plan: day.announcements) == {}
        context.close()
    hub.stop()
