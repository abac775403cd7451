"""The pages of a beginning, looked at by axe-core: the first start, the first steps, the choice of an office."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.access.staff import add_existing, add_staff
from antrean.config import Config
from app import open_office
from tests.conftest import PassingClock, SetClock, small_plan
from tests.fakes.made_once import create_app
from tests.fakes.new_hub import CLINIC, NewHub
from tests.fakes.office_hub import PASSWORD, QUICK, OfficeHub
from tests.web.still_and_reached import WATCH
from tests.web.test_accessibility import WIDER, faults, sign_in

LANGUAGES = ("id", "en", "su")
EACH = ["id", *(pytest.param(code, marks=pytest.mark.long) for code in LANGUAGES[1:])]
WIDTHS = (1280, 390)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(WATCH)
    opened = context.new_page()
    yield opened
    context.close()


def seen(page: Page) -> list[str]:
    """Return what is wrong with the page at both widths, and what is wider than the window at 400 %."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        found += [f"{width}: {fault}" for fault in faults(page)]
    page.set_viewport_size({"width": 320, "height": 640})
    found += page.evaluate(WIDER)
    return found


@pytest.mark.parametrize("language", EACH)
def test_the_first_start_from_the_code_to_the_summary(page: Page, tmp_path: Path, language: str) -> None:
    new = NewHub(tmp_path, PassingClock())
    found: dict[str, list[str]] = {}
    with new.served() as address:
        page.goto(f"{address}/first_start/?language={language}")
        found["code"] = seen(page)
        ask = page.context.request
        assert ask.post(f"{address}/first_start/", data={"code": new.first.code.code}).ok
        for step, fields in CLINIC.items():
            page.goto(f"{address}/first_start/{step}?language={language}")
            expect(page.locator("h1")).to_be_visible()
            found[step] = seen(page)
            assert ask.post(f"{address}/first_start/{step}", data=dict(fields)).ok, step
        page.goto(f"{address}/first_start/summary?language={language}")
        found["summary"] = seen(page)
        page.goto(f"{address}/kiosk/")
        found["a kiosk meanwhile"] = seen(page)
    new.stop()
    assert found == {key: [] for key in found}


@pytest.mark.parametrize("language", EACH)
def test_the_first_steps(page: Page, tmp_path: Path, language: str) -> None:
    languages = (language, *(one for one in LANGUAGES if one != language))
    hub = OfficeHub(tmp_path, small_plan(first_steps=True, languages=languages), PassingClock())
    with hub.served() as address:
        page.set_viewport_size({"width": 1280, "height": 844})
        sign_in(page, address, "Eka", "/admin/first_steps")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        assert seen(page) == []
    hub.stop()


def test_the_choice_of_an_office(page: Page, tmp_path: Path) -> None:
    config, clock = Config(data=tmp_path, async_mode="threading", public_url="http://hub.test"), SetClock()
    for code, name in (("kuningan", "Kantor Kuningan"), ("jayapura", "مكتب جايابورا · Kantor Jayapura")):
        _office, rows = open_office(replace(config, office=code), clock)
        rows.create_office(small_plan(office=code, name=name), clock())
        if code == "kuningan":
            add_staff(rows, "Siti", "operator", PASSWORD, QUICK)
        else:
            add_existing(rows, "Siti", "supervisor")
    app = create_app(config, clock)
    hub = OfficeHub.__new__(OfficeHub)
    hub.app = app
    with hub.served() as address:
        page.set_viewport_size({"width": 1280, "height": 844})
        page.goto(f"{address}/sign_in")
        page.fill("[name=name]", "Siti")
        page.fill("[name=password]", PASSWORD)
        page.click("button.wide")
        page.wait_for_url("**/sign_in/office**")
        assert seen(page) == []
    app.extensions["antrean"].stop()
