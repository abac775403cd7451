"""A supervisor keeps the stock in a real browser: an item, a delivery, a mistake, and what the page says meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from antrean.queueing.plan.model import OfficePlan
from tests.admin.today.test_day_journey import signed_in
from tests.conftest import PassingClock
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    yield running
    running.stop()


def test_an_item_is_added_filled_and_a_mistake_taken_back_also_on_a_phone(browser: Browser, hub: OfficeHub) -> None:
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", "/admin/stock")
        page.set_viewport_size({"width": 390, "height": 844})
        page.fill("#new-name-id", "Blangko KTP-el")
        page.fill("#new-unit-id", "lembar")
        page.fill("#new-each-card", "1")
        page.fill("#new-low", "50")
        page.click(".stock-new button:has-text('Tambah')")
        item = page.locator("#item-blangko-ktp-el")
        expect(item).to_contain_text("Jumlahnya belum dicatat.")
        page.fill("#receive-blangko-ktp-el-count", "60")
        page.fill("#receive-blangko-ktp-el-why", "SJ 12/2026")
        item.locator("form[action$='/receive'] button").click()
        level = item.locator("[data-fragment]")
        expect(level.locator("dd").first).to_have_text("60 lembar")
        hub.issue("card", persons=9)
        hub.issue("card", persons=9)
        expect(level).to_contain_text("Tinggal sedikit")  # nobody loads the page anew
        expect(level.locator("dd").nth(1)).to_have_text("18")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        newest = page.locator("#entries li").first
        expect(newest).to_contain_text("Blangko KTP-el: 60 masuk: SJ 12/2026")
        newest.locator("button").click()
        page.click("[data-confirm-yes]")
        expect(newest).to_contain_text("catatan 60 masuk diurungkan")
        expect(level).to_contain_text("Jumlahnya belum dicatat.")
    assert hub.office.read(lambda day, _plan: day.standing.stock.items) == {}
