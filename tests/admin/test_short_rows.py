"""The lists of a large office on a phone: each row is short until it is opened, and nothing of it is out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.admin.today.test_day_journey import signed_in
from tests.conftest import PassingClock
from tests.fakes.large_plan import large_plan
from tests.fakes.office_hub import OfficeHub

PHONE, WIDE = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=800)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, large_plan(), PassingClock())
    yield running
    running.stop()


@pytest.mark.parametrize(
    ("section", "rows", "most"), [("services", 30, 3_600), ("counters", 40, 4_000)], ids=["services", "counters"]
)
def test_a_long_list_is_short_on_a_phone_and_each_row_opens(
    browser: Browser, hub: OfficeHub, section: str, rows: int, most: int
) -> None:
    one = section[:-1]
    codes = hub.office.read(lambda _day, plan: [thing.code for thing in getattr(plan, section)])
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", f"/admin/{section}")
        row = page.locator(f"#{one}-{codes[1]}")
        up, more = row.locator("form button").first, row.locator(".short-row-more")
        expect(page.locator(".short-row")).to_have_count(rows)
        expect(up).to_be_visible()
        expect(more).to_be_hidden()
        page.set_viewport_size(PHONE)
        expect(up).to_be_hidden()
        expect(row.locator("h2 a")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollHeight") <= most
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        more.click()
        expect(more).to_have_attribute("aria-expanded", "true")
        up.click()
        expect(page.locator(".short-row").first).to_have_id(f"{one}-{codes[1]}")
        expect(row.locator("form button").first).to_be_visible()  # what was moved is open, to be moved again
        more.click()
        expect(row.locator("form button").first).to_be_hidden()
        page.set_viewport_size(WIDE)
        expect(row.locator("form button").first).to_be_visible()
