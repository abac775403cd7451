"""A supervisor begins a campaign and corrects its count in a real browser, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.office_hub import PASSWORD, OfficeHub


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    yield running
    running.stop()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_figures_come_once_past_days_are_read_and_a_correction_shows_at_once(
    browser: Browser, hub: OfficeHub, width: int, height: int
) -> None:
    with hub.served() as address:
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        page.goto(f"{address}/sign_in?next=/admin/campaign")
        page.fill("input[name=name]", "Dewi")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")
        page.fill("#target", "839345")
        page.fill("#start_count", "786684")
        page.fill("#pace", "569")
        page.fill("#deadline", page.input_value("#start_on"))
        page.click("text=Pencetakan KTP-el")
        page.route("**/campaign/figures", lambda _route: None)  # past days are still being read
        with page.expect_request("**/campaign/figures"):
            page.click("text=Mulai >> nth=-1")
        place = page.locator("[data-figures]")
        expect(place).to_have_text("Orang pada hari-hari yang lalu sedang dihitung …")
        page.unroute("**/campaign/figures")
        page.reload()
        expect(place).to_contain_text("52.661")
        page.fill("#persons", "61")
        page.fill("#reason", "direkam di desa")
        page.click("#correct-title ~ form button")
        expect(place).to_contain_text("52.600")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
