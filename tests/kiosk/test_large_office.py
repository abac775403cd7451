"""A large office with names of many scripts: its services are found, read and touched, and nothing is cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.conftest import SetClock
from tests.fakes.large_plan import GROUPS, SERVICES, large_plan, large_plan_in_groups
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk
from tests.fakes.panel_measure import AIDS, DECLARED_CM, WITH_AIDS, pixels_of_a_millimetre

CODES = [f"s{place}" for place in range(SERVICES)]
MOST_PAGES = 6  # without an aid
# In groups: without an aid, and with those that take most room, with which all at once stand on 28 pages.
MOST_OF_GROUPS, MOST_OF_GROUPS_WITH_AIDS = 1, 6
MOST_IN_A_GROUP, MOST_IN_A_GROUP_WITH_AIDS = 2, 6
TAP = "selector => [...document.querySelectorAll(selector)].find(one => one.offsetParent !== null).click()"
# How high the lines of tall letters are, in sizes of their letters.
TALL = """() => [...document.querySelectorAll('.tile .tall')].filter(one => one.getClientRects().length)
    .map(one => parseFloat(getComputedStyle(one).lineHeight) / parseFloat(getComputedStyle(one).fontSize))"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("large"), large_plan(), SetClock())
    for place, code in enumerate(CODES):
        for _ in range(place % 3):
            running.issue(code)
    yield running
    running.stop()


@pytest.mark.parametrize("size", DECLARED_CM, ids=lambda size: f"{size[0]}x{size[1]}")
def test_thirty_services_in_five_scripts_are_found_read_and_touched(
    browser: Browser, hub: OfficeHub, size: tuple[int, int]
) -> None:
    with hub.served() as address:
        page = open_kiosk(browser, hub, address, size)
        page.evaluate("document.fonts.ready")
        mm = pixels_of_a_millimetre(size, 0)
        seen = page.evaluate(WITH_AIDS, [mm, True, AIDS, [], CODES])
        high = page.evaluate(TALL)
        page.context.close()
    assert {aids: one["faults"] for aids, (one,) in zip(AIDS, seen, strict=True)} == {aids: [] for aids in AIDS}
    assert seen[0][0]["pages"] <= MOST_PAGES
    assert high
    assert min(high) > 1.6


@pytest.fixture(scope="module")
def sorted_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("sorted"), large_plan_in_groups(), SetClock())
    for place, code in enumerate(CODES):
        for _ in range(place % 3):
            running.issue(code)
    yield running
    running.stop()


@pytest.mark.slow
@pytest.mark.parametrize("size", DECLARED_CM, ids=lambda size: f"{size[0]}x{size[1]}")
def test_in_groups_thirty_services_are_found_within_few_pages_with_every_aid(
    browser: Browser, sorted_hub: OfficeHub, size: tuple[int, int]
) -> None:
    plan = large_plan_in_groups()
    inside = {group.code: [one.code for one in plan.services if one.group == group.code] for group in GROUPS}
    mm, faults = pixels_of_a_millimetre(size, 0), dict[str, list[str]]()
    pages = dict[str, list[int]]()
    with sorted_hub.served() as address:
        page = open_kiosk(browser, sorted_hub, address, size)
        page.evaluate("document.fonts.ready")

        def look(where: str, codes: list[str]) -> None:
            seen = page.evaluate(WITH_AIDS, [mm, True, AIDS, [], codes])
            pages[where] = [one["pages"] for (one,) in seen]
            for aids, (one,) in zip(AIDS, seen, strict=True):
                if one["faults"]:
                    faults[f"{where} {aids}"] = one["faults"]

        look("groups", [*inside, *(one.code for one in plan.services if not one.group)])
        for group, codes in inside.items():
            page.evaluate(TAP, f"[data-open-group={group}]")
            look(group, ["all", *codes])
            page.evaluate(TAP, "[data-leave-group]")
        page.context.close()
    of_groups = pages.pop("groups")
    assert faults == {}
    assert (of_groups[0], max(of_groups)) <= (MOST_OF_GROUPS, MOST_OF_GROUPS_WITH_AIDS)
    assert max(one[0] for one in pages.values()) <= MOST_IN_A_GROUP
    assert max(max(one) for one in pages.values()) <= MOST_IN_A_GROUP_WITH_AIDS
