"""The kiosk for those who read, reach or press in other ways: measured in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.plan.model import Service
from tests.conftest import PassingClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk, shown

# Size in pixels and width of the picture in cm: a 27-inch panel upright and lying, and a 15-inch one.
PANELS = {(1080, 1920): 33.6, (1920, 1080): 59.8, (1024, 768): 30.4}
MEASURE = """() => {
    const first = ([name]) => name;
    const seen = [...document.querySelectorAll('button, a, .priority')].filter(e => e.offsetParent && !e.disabled);
    const boxes = seen.map(e => [e.className + ' ' + e.textContent.trim().slice(0, 20), e.getBoundingClientRect()]);
    return {
        least: Math.min(...boxes.map(([, box]) => Math.min(box.width, box.height))),
        highest: Math.min(...boxes.map(([, box]) => box.top)) / innerHeight,
        outside: boxes.filter(([, box]) => box.right > innerWidth + 1 || box.bottom > innerHeight + 1).map(first),
        over: boxes.filter(([, one], i) => boxes.some(([, other], j) => i < j && one.left < other.right - 1 &&
            other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1)).map(first),
        cut: [...document.querySelectorAll('.tile-name, .key, .priority, .question, .visit-ask')].filter(
            e => e.offsetParent && (e.scrollHeight > e.clientHeight + 8 || e.scrollWidth > e.clientWidth + 2)
        ).map(e => e.className + ' ' + e.textContent.trim().slice(0, 20)),
    };
}"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    plan = small_plan()
    more = tuple(
        Service(f"more-{series}", series, {"id": "Pindah dan Datang Penduduk", "en": "Moving in or out"}, hue=hue)
        for hue, series in enumerate("DEFGH", start=4)
    )
    folder = tmp_path_factory.mktemp("office")
    running = OfficeHub(folder, replace(plan, services=plan.services + more), PassingClock())
    yield running
    running.stop()


@pytest.fixture(scope="module")
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


def choose_service(page: Page) -> None:
    expect(page.locator(".is-settling")).to_have_count(0)  # a screen that has just come up takes no touch for a moment
    shown(page, '.tile[data-service="card"]').click()
    expect(shown(page, '[name=persons][value="1"]')).to_be_visible()


@pytest.mark.parametrize("aid", ["", "large", "contrast", "reach"])
@pytest.mark.parametrize("size", list(PANELS), ids=lambda size: f"{size[0]}x{size[1]}")
def test_on_the_declared_panel_every_target_is_twenty_millimetres_and_whole_with_every_aid(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int], aid: str
) -> None:
    page = open_kiosk(browser, hub, address, size, width_cm=PANELS[size])
    pixels = size[0] / (PANELS[size] * 10)
    if aid:
        shown(page, f"[data-aid={aid}]").click()
    for screen in ("start", "persons", "second", "both"):
        if screen == "persons":
            choose_service(page)
        elif screen == "second":
            shown(page, "[data-other]").dispatch_event("click")
        elif screen == "both":
            shown(page, '.tile[data-service="family"]').dispatch_event("click")
            expect(shown(page, ".visit [data-only-one]")).to_be_visible()
        seen = page.evaluate(MEASURE)
        assert seen["least"] >= 20 * pixels - 1, (screen, seen["least"] / pixels)
        assert (seen["outside"], seen["over"], seen["cut"]) == ([], [], []), screen
        if aid == "reach":
            assert seen["highest"] >= 0.5, screen
    page.context.close()


def test_a_kiosk_set_up_for_reach_starts_low_and_its_visitor_may_change_that(
    browser: Browser, hub: OfficeHub, address: str
) -> None:
    page = open_kiosk(browser, hub, address, (1080, 1920), reach=True)
    assert page.evaluate(MEASURE)["highest"] >= 0.5
    shown(page, "[data-aid=reach]").click()
    assert page.evaluate(MEASURE)["highest"] < 0.2
    page.context.close()


def test_five_keys_take_a_number_and_the_next_visitor_finds_the_kiosk_as_it_was(
    browser: Browser, hub: OfficeHub, address: str
) -> None:
    page = open_kiosk(browser, hub, address, (1080, 1920))
    shown(page, "[data-aid=contrast]").click()
    page.keyboard.press("ArrowDown")
    before = len(hub.office.read(lambda day, _plan: list(day.tickets)))
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.service") == "family"
    page.keyboard.press("Enter")
    expect(shown(page, '[name=persons][value="1"]')).to_be_visible()
    page.keyboard.press("Escape")
    expect(shown(page, '.tile[data-service="card"]')).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(shown(page, '[name=persons][value="1"]')).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(shown(page, "[name=priority]")).to_be_checked()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-number")).to_have_text("A-001")
    taken = hub.ticket("A-001")
    assert (taken.persons, taken.priority) == (2, True)
    assert len(hub.office.read(lambda day, _plan: list(day.tickets))) == before + 1
    expect(page.locator("body")).to_have_class("kiosk theme-contrast")
    page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_class("kiosk")
    expect(shown(page, "[data-aid=contrast]")).to_have_attribute("aria-pressed", "false")
    page.context.close()


def test_the_time_is_longer_with_an_aid_and_can_be_prolonged(browser: Browser, hub: OfficeHub, address: str) -> None:
    page = open_kiosk(browser, hub, address, (1080, 1920))
    page.clock.install()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    shown(page, "[data-aid=large]").click()
    shown(page, '.tile[data-service="card"]').click()
    page.clock.run_for(99000)
    expect(shown(page, "[data-stay]")).to_be_hidden()
    page.clock.run_for(2000)
    expect(shown(page, "[data-stay]")).to_be_visible()
    shown(page, "[data-stay]").click()
    expect(shown(page, "[data-stay]")).to_be_hidden()
    page.clock.run_for(99000)
    expect(shown(page, '[name=persons][value="1"]')).to_be_visible()
    page.context.close()


def test_the_time_is_doubled_from_the_touch_that_switches_an_aid_on(
    browser: Browser, hub: OfficeHub, address: str
) -> None:
    page = open_kiosk(browser, hub, address, (1080, 1920))
    page.clock.install()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    shown(page, '.tile[data-service="card"]').click()
    page.clock.run_for(1000)
    shown(page, "[data-aid=contrast]").click()
    page.clock.run_for(99000)
    expect(shown(page, "[data-stay]")).to_be_hidden()
    page.clock.run_for(2000)
    expect(shown(page, "[data-stay]")).to_be_visible()
    page.context.close()


def test_who_goes_by_keys_keeps_the_place_while_the_queue_moves(browser: Browser, hub: OfficeHub, address: str) -> None:
    page = open_kiosk(browser, hub, address, (1080, 1920))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    before = shown(page, '.tile[data-service="birth"] .tile-waiting').inner_text()
    hub.issue("birth")
    expect(shown(page, '.tile[data-service="birth"] .tile-waiting')).not_to_have_text(before)
    assert page.evaluate("document.activeElement.dataset.service") == "family"
    page.context.close()
