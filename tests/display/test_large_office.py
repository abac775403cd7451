"""The large office on displays: names of 64 letters and five scripts are whole, in a rush, lying and upright."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from antrean.queueing.commands import CallNext, OpenCounter
from tests.conftest import PassingClock
from tests.display.test_fits import SIZES, lasting_faults, open_display
from tests.fakes.large_plan import COUNTERS, SERVICES, ZONES, large_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.screen_measure import faults

LEAST = 0.009  # of the screen's shorter side: the line on how old the data is, which is read by staff from near by


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("large"), large_plan(), PassingClock())
    for place in range(SERVICES):
        for _ in range(place % 3 + 1):
            running.issue(f"s{place}")
    for counter in range(1, COUNTERS + 1):
        at = {"counter": str(counter), "operator": f"Op{counter}"}
        running.office.execute(OpenCounter(**at))
        if counter % 2:
            running.office.execute(CallNext(**at))
    yield running
    running.stop()


@pytest.mark.parametrize("zone", ["", ZONES[0].code], ids=["everywhere", "one floor"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_name_of_a_large_office_is_cut_and_no_floor_is_broken_from_its_number(
    browser: Browser, hub: OfficeHub, size: tuple[int, int], zone: str
) -> None:
    with hub.served() as address:
        page = open_display(browser, hub, address, size, **({"zone": zone} if zone else {}))
        expect(page.locator("[data-row]:visible").nth(1)).to_be_visible()
        wrong = lasting_faults(page)
        seen = faults(page, LEAST * min(size), moving=".foot-notice")
        page.context.close()
    assert (wrong, seen) == ([], [])
