"""The floor in real browsers: it shows what happens without a reload, and phones show alarms first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from antrean.hub.watches.usual_floor import EarlierFloor
from antrean.queueing.commands import CallNext, OpenCounter, StartService
from antrean.queueing.keeping.report_rows import MINUTE
from antrean.queueing.plan.model import OfficePlan
from tests.admin.today.test_day_journey import signed_in
from tests.admin.today.test_standstill_journey import LaterClock
from tests.fakes.office_hub import OfficeHub

AT = {"counter": "3", "operator": "Ani"}


@pytest.fixture
def clock() -> LaterClock:
    return LaterClock()


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan, clock: LaterClock) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, clock)
    yield running
    running.stop()


def test_what_happens_shows_without_a_reload_and_minutes_go_on(
    browser: Browser, hub: OfficeHub, clock: LaterClock
) -> None:
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", "/admin/floor")
        services, counter = page.locator("[data-fragment=services]"), page.locator(".floor-counter")
        expect(page.locator(".floor-well")).to_be_visible()
        expect(counter).to_have_count(0)
        hub.office.execute(OpenCounter(**AT))
        hub.issue("card")
        expect(page.locator("[data-fragment=cards] dd").first).to_contain_text("1")
        expect(services).to_contain_text("1 menunggu")
        hub.office.execute(CallNext(**AT))
        expect(counter).to_contain_text("A-001")
        hub.app.extensions["antrean"].usual_floor._earlier = EarlierFloor(clock(), served_within={"card": 2 * MINUTE})
        hub.office.execute(StartService(ticket="A-001", counter="3"))
        expect(counter.locator("[data-minutes]")).to_have_text("0")
        expect(counter.locator(".floor-long")).to_be_hidden()
        clock.later += timedelta(minutes=3)
        now = int(clock().timestamp() * 1000)
        page.evaluate("now => document.dispatchEvent(new CustomEvent('admin:second', {detail: now}))", now)
        expect(counter.locator(".floor-long")).to_be_visible()
        assert counter.get_attribute("data-pace") == "long"


def test_a_phone_shows_alarms_first_and_nothing_beyond_its_width(
    browser: Browser, hub: OfficeHub, clock: LaterClock
) -> None:
    hub.office.execute(OpenCounter(**AT))
    hub.issue("card")
    hub.office.execute(CallNext(**AT))
    clock.later += timedelta(minutes=6)
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", "/admin/floor")
        page.set_viewport_size({"width": 390, "height": 844})
        alarm = page.locator(".floor-alarms li").first
        expect(alarm).to_contain_text("A-001 dipanggil di Loket 3")
        tops = [
            page.locator(place).first.bounding_box()
            for place in (".floor-alarms li", ".floor-cards", ".floor-service", ".floor-counter")
        ]
        assert [box["y"] for box in tops if box] == sorted(box["y"] for box in tops if box)
        assert len([box for box in tops if box]) == 4
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        alarm.locator("a").click()
        expect(page).to_have_url(f"{address}/admin/today#counters-title")
