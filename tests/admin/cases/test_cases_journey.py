"""A supervisor with a reader for codes in a real browser, on a desk and on a phone: no scanned code is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.commands import KeyInCases
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.chromium import needed
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.queueing.cases.case_office import journeying
from tests.web.still_and_reached import WATCH
from tests.web.test_accessibility import AXE, WIDER, faults

SIZES = [(1280, 800), (390, 844)]


@pytest.fixture
def plan() -> OfficePlan:
    return journeying(languages=("en", "id"))


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    codes = tuple(f"K0000{number}" for number in range(3))
    running.office.execute(KeyInCases(cases=codes, service="card", stage="sent"))
    yield running
    running.stop()


def board(browser: Browser, address: str, width: int, height: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(f"{address}/sign_in?next=/admin/cases")
    page.fill("input[name=name]", "Dewi")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    expect(page.locator("html[data-live=live]")).to_be_attached()
    return page


def scan(page: Page, *codes: str) -> None:
    """Write codes into the box as a reader does: each as keys, and Enter at its end."""
    page.focus("#typed")
    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_scanned_codes_stay_over_a_reload_and_what_could_not_be_moved_stays_with_its_reason(
    browser: Browser, hub: OfficeHub, width: int, height: int
) -> None:
    with hub.served() as address:
        page = board(browser, address, width, height)
        scan(page, "k00000", f"{address}/case/K00001", "NOSUCH22")
        expect(page.locator("#typed-title ~ form [data-codes-count]")).to_have_text("3")
        page.reload()
        page.select_option("#wish", "move/card/checked")
        page.click("#typed-title ~ form button")
        expect(page.locator("#typed-title ~ form [data-codes-left]")).to_contain_text("NOSUCH22 This code is not known")
        expect(page.locator("#typed")).to_have_value("NOSUCH22\n")
        expect(page.locator("[data-fragment='board.card'] .cases-row", has_text="Checked")).to_contain_text("2")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_list_is_moved_and_taken_back_in_two_taps_and_a_figure_leads_to_its_meaning(
    browser: Browser, hub: OfficeHub, width: int, height: int
) -> None:
    with hub.served() as address:
        page = board(browser, address, width, height)
        page.click("a:has-text('Sent to the centre')")
        page.click("text=Move 3 cases")
        expect(page.locator("h1")).to_have_text("Checked for doubles")
        expect(page.locator("main")).to_contain_text("3 cases were moved here.")
        page.click("text=Take it back")
        expect(page.locator("h1")).to_have_text("Sent to the centre")
        expect(page.locator(".cases-meant").first).to_have_text("3 of 3 cases in this stage")
        page.locator("a[href='#what-days']:visible").first.click()
        expect(page.locator("#what-days")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_pages_of_cases_can_be_read_by_everybody_and_are_never_wider_than_the_window(
    browser: Browser, hub: OfficeHub
) -> None:
    needed(AXE)
    with hub.served() as address:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(f"{address}/sign_in?next=/admin/cases")
        page.fill("input[name=name]", "Dewi")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")
        paths = ("", "/stage?service=card&stage=sent", "/case?code=K00000", "/case?code=NOSUCH22")
        found = {}
        for path in paths:
            page.set_viewport_size({"width": 1280, "height": 800})
            page.goto(f"{address}/admin/cases{path}")
            expect(page.locator("html[data-live=live]")).to_be_attached()
            found[path] = faults(page)
            page.set_viewport_size({"width": 320, "height": 640})  # as at 400 % on 1280
            found[path] += page.evaluate(WIDER)
        assert found == {path: [] for path in paths}
