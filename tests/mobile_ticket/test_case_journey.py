"""The page of a case in a real browser: a code is typed, the page keeps itself true, and everybody can read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import SetClock
from tests.fakes.case_hub import Cases
from tests.fakes.office_hub import OfficeHub
from tests.queueing.cases.case_office import journeying
from tests.web.still_and_reached import WATCH
from tests.web.test_accessibility import faults

FIVE_MINUTES = 300_000


@pytest.fixture
def cases(tmp_path: Path) -> Iterator[Cases]:
    hub = OfficeHub(tmp_path, journeying(), SetClock())
    yield Cases(hub)
    hub.stop()


@pytest.fixture
def address(cases: Cases) -> Iterator[str]:
    with cases.hub.served() as served:
        yield served


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def test_a_code_is_typed_and_the_page_changes_by_itself_while_it_is_open(
    cases: Cases, address: str, phone: Page
) -> None:
    code = cases.record().case
    wrong: list[str] = []
    phone.on("pageerror", lambda error: wrong.append(str(error)))
    phone.clock.install()
    phone.goto(f"{address}/case?language=en")
    phone.fill("[name=code]", f"{code[:4]} {code[4:]}".lower())
    phone.click("button")
    expect(phone.locator(".far h2")).to_have_text("Recorded")
    cases.move("sent", code)
    phone.clock.fast_forward(FIVE_MINUTES)
    expect(phone.locator(".far h2")).to_have_text("Sent to the centre")
    expect(phone.locator("[aria-current=step]")).to_contain_text("Sent to the centre")
    assert wrong == []


def test_a_page_that_can_not_ask_keeps_what_it_said(cases: Cases, address: str, phone: Page) -> None:
    code = cases.record().case
    phone.clock.install()
    phone.goto(f"{address}/case/{code}?language=en")
    phone.context.set_offline(True)
    with phone.expect_event("requestfailed"):
        phone.clock.fast_forward(FIVE_MINUTES)
    expect(phone.locator(".far h2")).to_have_text("Recorded")
    cases.move("ready", code)
    phone.context.set_offline(False)
    phone.clock.fast_forward(FIVE_MINUTES)
    expect(phone.locator(".far h2")).to_have_text("Ready to collect")


def test_everybody_can_read_it_and_nothing_is_wider_than_a_small_phone(cases: Cases, address: str, phone: Page) -> None:
    on_its_way, family, ready, given = cases.record(), cases.record(persons=4), cases.record(), cases.record()
    cases.move("sent", on_its_way.case, f"{family.case}2")
    cases.move("ready", ready.case)
    cases.move("collected", given.case)
    waiting = cases.issue()
    pages = {
        "on its way": f"/case/{on_its_way.case}",
        "a family's": f"/case/{family.case}",
        "ready": f"/case/{ready.case}",
        "collected": f"/case/{given.case}",
        "not begun": f"/case/{waiting.case}",
        "unknown": "/case/BCDFGHJK",
        "the form": "/case",
        "a number's": f"/mobile_ticket/?ticket={cases.hub.link(waiting)}",
    }
    found: dict[str, object] = {}
    for name, path in pages.items():
        phone.goto(address + path)
        for width in (390, 320):
            phone.set_viewport_size({"width": width, "height": 640})
            found[f"{name}, {width}"] = faults(phone)
            assert phone.evaluate("document.documentElement.scrollWidth") <= width, name
    assert found == {name: [] for name in found}
