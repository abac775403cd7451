"""A supervisor says in two taps that the server is down, and in one that it is back; kiosk and display turn with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from antrean.queueing.commands import OpenCounter
from antrean.queueing.plan.model import Need, OfficePlan
from tests.admin.today.test_day_journey import open_display, signed_in
from tests.conftest import PassingClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk, shown

WHY = "Server tidak dapat dihubungi"


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    server = Need("server", {"id": "Server"}, {"id": WHY})
    services = tuple(replace(one, needs=("server",)) for one in plan.services)
    running = OfficeHub(tmp_path, replace(plan, needs=(server,), services=services), PassingClock())
    running.office.execute(OpenCounter(counter="3", operator="Ani"))
    yield running
    running.stop()


def test_what_is_down_is_said_in_two_taps_and_is_back_in_one(browser: Browser, hub: OfficeHub) -> None:
    with hub.served() as address:
        kiosk = open_kiosk(browser, hub, address, (1080, 1920))
        display = open_display(browser, hub, address)
        today = signed_in(browser, address, "Dewi", "/admin/today")
        tile = shown(kiosk, ".tile[data-service=card]")
        today.click("#down-server summary")
        today.click("#down-server button[value='30']")
        expect(today.locator("[data-fragment='need.server']")).to_contain_text("Terganggu sejak pukul")
        expect(tile).to_contain_text(WHY)
        expect(tile).to_be_enabled()
        expect(display.locator("[data-message-words]")).to_contain_text(WHY)
        found = hub.office.read(lambda day, _plan: day.outages["server"])
        assert (found.until != "", found.numbers) == (True, True)

        today.uncheck("#down-server input[name=numbers]")
        today.click("#down-server button[value='0']")
        expect(tile).to_be_disabled()
        assert hub.office.read(lambda day, _plan: day.outages["server"].until) == ""

        today.click("#back-server")
        expect(today.locator("[data-fragment='need.server']")).to_contain_text("Berfungsi")
        expect(tile).to_be_enabled()
        expect(tile).not_to_contain_text(WHY)
        expect(display.locator(".cards li")).to_have_count(0)


def test_what_was_chosen_for_an_outage_that_is_over_is_not_chosen_for_the_next_one(
    browser: Browser, hub: OfficeHub
) -> None:
    with hub.served() as address:
        today = signed_in(browser, address, "Dewi", "/admin/today")
        stands = today.locator("[data-fragment='need.server']")
        today.click("#down-server summary")
        today.uncheck("#down-server input[name=numbers]")
        today.click("#down-server button[value='0']")
        expect(stands).to_contain_text("Terganggu sejak pukul")
        expect(today.locator("#down-server input[name=numbers]")).not_to_be_checked()
        today.click("#back-server")
        expect(stands).to_contain_text("Berfungsi")
        expect(today.locator("#down-server input[name=numbers]")).to_be_hidden()
        today.click("#down-server summary")
        expect(today.locator("#down-server input[name=numbers]")).to_be_checked()
        today.click("#down-server button[value='0']")
        expect(stands).to_contain_text("Terganggu sejak pukul")
        assert hub.office.read(lambda day, _plan: day.outages["server"].numbers)
