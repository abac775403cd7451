"""Nobody is called for twenty minutes: whoever leads is asked once, and kiosk and phone say so until the next call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.commands import CallNext, EndOutage, OpenCounter
from antrean.queueing.plan.model import Need, OfficePlan
from tests.admin.today.test_day_journey import signed_in
from tests.conftest import PassingClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk, shown

WHY = "Server tidak dapat dihubungi"
NO_CALL, UNTIL_NOW = "Tidak ada panggilan selama", "Tanpa panggilan selama"


class LaterClock(PassingClock):
    """A clock that goes on by itself, and can be turned forward."""

    later = timedelta()

    def __call__(self) -> datetime:
        return super().__call__() + self.later


@pytest.fixture
def clock() -> LaterClock:
    return LaterClock()


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan, clock: LaterClock) -> Iterator[OfficeHub]:
    server = Need("server", {"id": "Server"}, {"id": WHY})
    services = tuple(replace(one, needs=("server",)) for one in plan.services)
    running = OfficeHub(tmp_path, replace(plan, needs=(server,), services=services), clock)
    running.office.execute(OpenCounter(counter="3", operator="Ani"))
    yield running
    running.stop()


def open_phone(browser: Browser, hub: OfficeHub, address: str, number: str) -> Page:
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{address}/mobile_ticket/?ticket={hub.link(number)}&language=id")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    return page


def test_a_standstill_is_asked_about_and_answered_with_one_tap(
    browser: Browser, hub: OfficeHub, clock: LaterClock
) -> None:
    first, second = (hub.issue("card").number for _ in range(2))
    hub.issue("family")
    with hub.served() as address:
        kiosk = open_kiosk(browser, hub, address, (1080, 1920))
        phone = open_phone(browser, hub, address, second)
        today = signed_in(browser, address, "Dewi", "/admin/today")
        panel = signed_in(browser, address, "Dewi", "/counter_panel/")
        operator = signed_in(browser, address, "Ani", "/counter_panel/")
        tile, wait = shown(kiosk, ".tile[data-service=card]"), phone.locator(".figures")
        asked = (today.locator(".today-still"), panel.locator(".still"))

        def later(minutes: float) -> None:
            clock.later += timedelta(minutes=minutes)
            hub.app.extensions["antrean"].publisher.redraw()

        for question in asked:
            expect(question).to_have_count(0)
        expect(wait).to_contain_text("Perkiraan tunggu")

        later(21)
        for question in asked:
            expect(question).to_contain_text(f"{NO_CALL} 20 menit · 3 menunggu")
        expect(tile).to_contain_text(f"{NO_CALL} 20 menit")
        expect(wait).to_contain_text(UNTIL_NOW)
        expect(wait).to_contain_text("20 menit")
        expect(phone.locator("[data-still=longer]")).to_be_visible()
        expect(operator.locator(".still")).to_have_count(0)

        today.click("#still-down-server")
        for question in asked:
            expect(question).to_have_count(0)
        expect(tile).to_contain_text(WHY)
        expect(phone.locator("[data-reason]")).to_have_text(WHY)
        expect(wait).not_to_contain_text(UNTIL_NOW)
        hub.office.execute(EndOutage(need="server"))
        expect(tile).not_to_contain_text(WHY)

        later(22)
        expect(asked[0]).to_contain_text(f"{NO_CALL} 20 menit")
        panel.click("#still-break")
        for question in asked:
            expect(question).to_have_count(0)
        expect(tile).to_contain_text("Istirahat, tidak ada panggilan selama 20 menit")
        expect(phone.locator("[data-still=break]")).to_be_visible()
        expect(phone.locator("[data-still=longer]")).to_be_hidden()

        hub.office.execute(CallNext(counter="3", operator="Ani"))
        assert hub.ticket(first).state == "called"
        expect(tile).not_to_contain_text("menit")
        expect(phone.locator("[data-still=break]")).to_be_hidden()
        later(42)
        expect(asked[1]).to_contain_text(f"{NO_CALL} 40 menit")
        panel.click("#still-goes-on")
        for question in asked:
            expect(question).to_have_count(0)
        expect(tile).to_contain_text(f"{NO_CALL} 40 menit")
        later(60)
        expect(tile).to_contain_text(f"{NO_CALL} 100 menit")
        expect(asked[0]).to_have_count(0)
