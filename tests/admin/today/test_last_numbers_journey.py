"""Before closing a service stops: kiosk and Today say so, and a supervisor lets it go on in one tap with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from antrean.queueing.commands import OpenCounter, StopNumbers
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.model import Limits, OfficePlan
from tests.admin.today.test_day_journey import signed_in
from tests.conftest import PassingClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk, shown

WORDS = "Nomor hari ini habis: antrean sudah sampai jam tutup"


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    hours = Hours({"tuesday": read_spans(["08:00-15:00"])})  # the hub looks each second whether a stop is right
    running = OfficeHub(tmp_path, replace(plan, limits=Limits(served_percent=80), hours=hours), PassingClock())
    running.office.execute(OpenCounter(counter="3", operator="Ani"))
    for _ in range(3):
        running.issue()
    yield running
    running.stop()


def test_a_service_that_has_stopped_is_let_go_on_in_one_tap_and_the_kiosk_gives_numbers_again(
    browser: Browser, hub: OfficeHub
) -> None:
    with hub.served() as address:
        kiosk = open_kiosk(browser, hub, address, (1080, 1920))
        tile = shown(kiosk, ".tile[data-service=card]")
        expect(tile).to_be_enabled()
        today = signed_in(browser, address, "Dewi", "/admin/today")
        closes = "2026-11-24T08:00:00+00:00"
        hub.office.execute(StopNumbers(service="card", percent=80, counters=1, closes=closes), actor="hub")
        expect(tile).to_be_disabled()
        expect(tile).to_contain_text(WORDS)
        service = today.locator("[data-fragment='service.card']")
        expect(service).to_contain_text("setelah A-003")
        service.get_by_role("button", name="Kami buka lebih lama hari ini").click()
        expect(tile).to_be_enabled()
        expect(service).not_to_contain_text("setelah A-003")
        went_on = hub.office.read(lambda day, _plan: day.went_on["card"].reason)
        assert went_on == "Kami buka lebih lama hari ini"
