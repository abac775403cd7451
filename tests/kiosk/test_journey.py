"""The kiosk in a real browser: three taps to a number, clumsy fingers, a hub that goes away."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk, place

LONG_NAMES = {
    "id": "Pencetakan KTP-el (baru, hilang, rusak, atau perubahan data)",
    "su": "Nyitak KTP-el (anyar, leungit, ruksak, atanapi robih data)",
    "en": "Identity card printing (new, lost, damaged, or changed)",
}
# Screens as declared: pixels in a millimetre of a 27-inch upright panel, the same lying, and a 15-inch one.
SETTLED = 1000  # milliseconds after which a screen that has just come up takes a touch
PANELS = {(1080, 1920): 3.2, (1920, 1080): 3.2, (1024, 768): 3.36}


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    long = replace(plan.services[0], names=LONG_NAMES, icon="card")
    running = OfficeHub(tmp_path, replace(plan, services=(long, *plan.services[1:])), PassingClock())
    yield running
    running.stop()


def tile(page: Page, service: str = "card") -> Any:
    return page.locator(f'.in-language:not([hidden]) .tile[data-service="{service}"]')


def persons(page: Page, count: int) -> Any:
    return page.locator(f'.in-language:not([hidden]) [name=persons][value="{count}"]')


def numbers(hub: OfficeHub) -> list[str]:
    return hub.office.read(lambda day, _plan: list(day.tickets))


def wishes(page: Page) -> list[str]:
    """Return the addresses to which the page posts from now on, while it does."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if request.method == "POST" else None)
    return found


def test_three_taps_give_a_number_and_done_goes_back(hub: OfficeHub, page: Page) -> None:
    tile(page).tap()
    page.locator(".in-language:not([hidden]) .priority").tap()
    persons(page, 3).tap()
    expect(page.locator(".ticket-number")).to_have_text("A-001")
    assert (hub.ticket("A-001").persons, hub.ticket("A-001").priority) == (3, True)
    page.locator("[data-result] [data-done]").tap()
    expect(tile(page)).to_be_visible()
    expect(tile(page).locator(".tile-waiting b")).to_have_text("1")
    tile(page).tap()
    expect(page.locator(".in-language:not([hidden]) [name=priority]")).not_to_be_checked()


def test_the_language_can_be_changed_on_the_way_and_goes_with_the_ticket(hub: OfficeHub, page: Page) -> None:
    tile(page).tap()
    page.locator("[data-choose-language=su]").tap()
    expect(page.locator(".in-language:not([hidden]) [data-chosen]")).to_contain_text(LONG_NAMES["su"])
    persons(page, 1).tap()
    expect(page.locator("[data-result]")).to_contain_text("Nomer antrean anjeun")
    assert hub.ticket("A-001").language == "su"
    page.locator("[data-result] [data-done]").tap()
    expect(page.locator("html")).to_have_attribute("lang", "id")


def test_the_language_can_be_changed_on_the_number_too_and_frame_and_number_turn_together(
    hub: OfficeHub, page: Page
) -> None:
    tile(page).tap()
    persons(page, 2).tap()
    result = page.locator("[data-result]")
    expect(result).to_contain_text("Nomor antrean Anda")
    code = page.locator(".follow-code").inner_html()
    for language, label in (("en", "Your queue number"), ("su", "Nomer antrean anjeun")):
        page.locator(f"[data-choose-language={language}]").tap()
        expect(result).to_contain_text(label)
        expect(result.locator(".ticket-number")).to_have_text("A-001")
        expect(result).to_contain_text(LONG_NAMES[language])
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.locator(".follow-code").inner_html() == code
    page.route("**/kiosk/tickets/**", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.locator("[data-choose-language=en]").tap()
    expect(result).to_contain_text("Nomer antrean anjeun")
    expect(page.locator("html")).to_have_attribute("lang", "su")
    assert numbers(hub) == ["A-001"]
    assert hub.ticket("A-001").language == "id"


def test_a_phone_can_read_the_code_on_the_screen_whatever_its_size(hub: OfficeHub, page: Page, tmp_path: Path) -> None:
    if not shutil.which("zbarimg"):
        assert os.environ.get("CI") != "true", "zbarimg (package zbar-tools) is missing"
        pytest.skip("zbarimg (package zbar-tools) is missing")
    tile(page, "family").tap()
    persons(page, 1).tap()
    expect(page.locator(".follow-code svg")).to_be_visible()
    for width, height in PANELS:
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=tmp_path / "screen.png")
        read = subprocess.run(
            ["zbarimg", "-q", "--raw", str(tmp_path / "screen.png")], capture_output=True, text=True, check=True
        )
        assert read.stdout.strip() == f"http://hub.test/mobile_ticket/?ticket={hub.link('B-001')}"


def test_double_taps_take_one_number_and_choose_nothing_by_accident(hub: OfficeHub, page: Page) -> None:
    asked = wishes(page)
    box = place(tile(page))
    page.mouse.dblclick(box["x"] + 500, box["y"] + 50)
    expect(persons(page, 5)).to_be_visible()
    assert asked == []  # both touches were answered: a wish is sent in the answer to a touch
    box = place(persons(page, 5))
    page.mouse.dblclick(box["x"] + 50, box["y"] + 50)
    expect(page.locator(".ticket-number")).to_have_text("A-001")
    assert len(asked) == 1
    assert numbers(hub) == ["A-001"]
    expect(page.locator("body")).to_have_attribute("data-screen", "result")


MIDDLES = """keys => keys.map(key => key.getBoundingClientRect())
    .map(box => [box.left + box.width / 2, box.top + box.height / 2])"""
FIRST_ON_A_TILE = """spots => spots.find(([x, y]) => document.elementFromPoint(x, y).closest('.tile:not(:disabled)'))"""


@pytest.mark.parametrize("size", list(PANELS), ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_second_tap_on_the_same_spot_takes_no_number_and_one_on_the_right_key_does_at_once(
    browser: Browser, address: str, hub: OfficeHub, size: tuple[int, int]
) -> None:
    page = open_kiosk(browser, hub, address, size, touch=True)
    page.clock.install()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    tile(page).tap()
    expect(persons(page, 9)).to_be_visible()
    keys = page.locator(".in-language:not([hidden]) [name=persons]").evaluate_all(MIDDLES)
    page.locator(".in-language:not([hidden]) [data-back]").tap()
    spot = page.evaluate(FIRST_ON_A_TILE, keys)
    assert spot, "no tile lies where a key comes up"
    page.clock.run_for(4000)
    page.touchscreen.tap(*spot)
    expect(persons(page, 5)).to_be_visible()
    page.clock.run_for(1700)
    expect(page.locator(".resting")).to_be_visible()
    page.touchscreen.tap(spot[0] + 5, spot[1] - 5)
    page.clock.run_for(1400)
    expect(page.locator(".resting")).to_have_count(0)
    assert numbers(hub) == []
    page.touchscreen.tap(*spot)
    expect(page.locator(".ticket-number")).to_be_visible()
    assert len(numbers(hub)) == 1
    page.clock.run_for(2000)
    page.locator("[data-result] [data-done]").tap()
    page.clock.run_for(4000)
    tile(page).tap()
    page.clock.run_for(500)
    persons(page, 9).tap()
    expect(page.locator(".ticket-number")).to_be_visible()
    expect(page.locator(".resting")).to_have_count(0)  # nothing lies over the number and its code
    assert len(numbers(hub)) == 2
    page.context.close()


PALM = """target => {
  const send = kind => [1, 2, 3, 4].forEach(
    id => target.dispatchEvent(new PointerEvent(kind, { pointerId: id, pointerType: "touch", bubbles: true })));
  send("pointerdown");
  send("pointerup");
  target.click();
}"""


def test_a_palm_on_the_glass_takes_no_number(hub: OfficeHub, page: Page) -> None:
    tile(page).tap()
    expect(persons(page, 1)).to_be_visible()
    expect(page.locator(".is-settling")).to_have_count(0)
    asked = wishes(page)
    page.clock.install()
    persons(page, 5).evaluate(PALM)
    assert asked == []
    page.clock.run_for(400)  # after a palm the next touch counts again
    persons(page, 5).tap()
    expect(page.locator(".ticket-number")).to_have_text("A-001")


def test_a_pressed_key_answers_before_the_finger_is_lifted(page: Page) -> None:
    box = place(tile(page))
    page.mouse.move(box["x"] + 300, box["y"] + 40)
    page.mouse.down()
    expect(tile(page)).to_have_class("tile hue-1 is-open is-pressed")
    page.mouse.move(0, 0)
    page.mouse.up()
    expect(tile(page)).to_have_class("tile hue-1 is-open")


def test_a_hub_that_is_away_costs_no_number_and_gives_none_twice(hub: OfficeHub, page: Page) -> None:
    """Three kinds of trouble in a row: no way to the hub, an answer lost on the way back, a hub that answers 503."""
    asked: list[str] = []

    def trouble(route: Route) -> None:
        asked.append(json.loads(route.request.post_data or "{}")["request_id"])
        if len(asked) == 1:
            route.abort()
        elif len(asked) == 2:
            route.fetch()
            route.abort()
        elif len(asked) == 3:
            route.fulfill(status=503, json={"error": {"code": "storage_unavailable", "message": ""}})
        else:
            route.continue_()

    page.route("**/kiosk/tickets*", trouble)
    tile(page).tap()
    persons(page, 2).tap()
    expect(page.locator(".in-language:not([hidden]) .when-cut")).to_be_visible()
    expect(page.locator(".ticket-number")).to_have_text("A-001")
    assert len(asked) == 4
    assert len(set(asked)) == 1
    assert numbers(hub) == ["A-001"]


def test_a_slow_hub_is_said_to_be_slow_and_its_number_still_comes(hub: OfficeHub, page: Page) -> None:
    held: list[Route] = []
    page.route("**/kiosk/tickets*", lambda route: held.append(route))
    tile(page).tap()
    persons(page, 2).tap()
    expect(page.locator(".in-language:not([hidden]) .when-slow")).to_be_visible()
    expect(page.locator(".in-language:not([hidden]) .when-cut")).to_be_hidden()
    held[0].continue_()
    expect(page.locator(".ticket-number")).to_have_text("A-001")
    assert len(held) == 1


@pytest.mark.parametrize("status", [0, 500], ids=["silent", "in trouble"])
def test_after_three_minutes_without_a_number_the_visitor_is_sent_to_the_staff(
    browser: Browser, address: str, hub: OfficeHub, status: int
) -> None:
    page = open_kiosk(browser, hub, address, (1080, 1920), touch=True)
    page.clock.install()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    asked: list[str] = []

    def trouble(route: Route) -> None:
        asked.append(json.loads(route.request.post_data or "{}")["request_id"])
        _ = route.fulfill(status=status, json={}) if status else route.abort()

    page.route("**/kiosk/tickets*", trouble)
    tile(page).tap()
    page.clock.run_for(SETTLED)
    persons(page, 2).tap()
    expect(page.locator(".in-language:not([hidden]) .when-cut")).to_be_visible()
    page.clock.fast_forward(180_000)
    expect(page.locator("body")).to_have_attribute("data-screen", "stopped")
    sent = len(asked)
    page.clock.run_for(10_000)
    assert len(asked) == sent
    assert len(set(asked)) == 1
    page.context.close()


def test_a_visitor_who_does_not_want_to_wait_for_the_hub_leaves_nothing_behind(hub: OfficeHub, page: Page) -> None:
    """The hub heard the request, only its response was lost; the next visitor finds the kiosk free."""
    page.route("**/kiosk/requests/**", lambda route: route.abort())
    page.route("**/kiosk/tickets*", lambda route: (route.fetch(), route.abort()))
    tile(page).tap()
    persons(page, 2).tap()
    expect(page.locator(".in-language:not([hidden]) .when-cut")).to_be_visible()
    page.locator(".in-language:not([hidden]) [data-give-up]").tap()
    expect(page.locator("body")).to_have_attribute("data-screen", "stopped")
    assert hub.ticket("A-001").state == "waiting"
    page.locator(".screen-stopped .in-language:not([hidden]) [data-done]").tap()
    page.unroute_all()
    with page.expect_response("**/withdrawal"):
        page.reload()
    assert hub.ticket("A-001").state == "cancelled"
    tile(page).tap()
    persons(page, 1).tap()
    expect(page.locator(".ticket-number")).to_have_text("A-002")
    assert hub.ticket("A-002").state == "waiting"


def test_a_page_loaded_again_while_the_hub_was_away_still_shows_the_number(hub: OfficeHub, page: Page) -> None:
    page.route("**/kiosk/tickets*", lambda route: (route.fetch(), route.abort()))
    tile(page).tap()
    persons(page, 2).tap()
    expect(page.locator(".in-language:not([hidden]) .when-cut")).to_be_visible()
    page.unroute_all()
    page.reload()
    expect(page.locator(".ticket-number")).to_have_text("A-001")
    assert numbers(hub) == ["A-001"]


def test_the_start_screen_says_that_the_hub_is_away_and_that_it_is_back(
    browser: Browser, tmp_path: Path, hub: OfficeHub
) -> None:
    with hub.served() as address:
        page = open_kiosk(browser, hub, address, (1080, 1920), touch=True)
        sockets: list[Any] = []
        page.route_web_socket("**/socket.io/**", lambda ws: (ws.connect_to_server(), sockets.append(ws)))
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        page.route("**/kiosk/view", lambda route: route.abort())
        page.route("**/socket.io/**", lambda route: route.abort())
        page.route_web_socket("**/socket.io/**", lambda ws: ws.close())
        for ws in sockets:
            ws.close()
        notice = page.locator(".in-language:not([hidden]) .foot-offline")
        expect(notice).to_be_visible()
        page.unroute_all()
        page.route_web_socket("**/socket.io/**", lambda ws: ws.connect_to_server() and None)
        expect(notice).to_be_hidden()
        page.context.close()


def test_a_forgotten_visit_warns_and_goes_back_to_the_first_language(
    browser: Browser, address: str, hub: OfficeHub
) -> None:
    page = open_kiosk(browser, hub, address, (1080, 1920), touch=True)
    page.clock.install()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    page.locator("[data-choose-language=en]").tap()
    tile(page, "family").tap()
    expect(persons(page, 1)).to_be_visible()
    page.clock.run_for(41000)
    expect(page.locator(".in-language:not([hidden]) [data-stay]")).to_be_visible()
    page.clock.run_for(20000)
    expect(tile(page)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "id")
    page.context.close()


@pytest.mark.parametrize("size", list(PANELS), ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_target_is_at_least_twenty_millimetres_and_nothing_is_cut_off(
    browser: Browser, address: str, hub: OfficeHub, size: tuple[int, int]
) -> None:
    for _ in range(12):
        hub.issue("card", persons=9)
    page = open_kiosk(browser, hub, address, size, touch=True)
    least = 20 * PANELS[size]
    measure = """() => ({
        small: [...document.querySelectorAll('button, a, .priority')].filter(e => e.offsetParent && !e.disabled)
            .map(e => [e.className + ' ' + e.textContent.trim().slice(0, 20), Math.min(e.offsetWidth, e.offsetHeight)]),
        outside: [...document.querySelectorAll('main *, footer *')].filter(e => e.offsetParent).filter(e => {
            const box = e.getBoundingClientRect();
            return box.width > 1 && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1);
        }).map(e => e.className || e.tagName),
        cut: [...document.querySelectorAll('.tile-name, .tile, .key, .chosen, .ticket, .follow, .slip p, .keys')]
            .filter(e => e.offsetParent && (e.scrollHeight > e.clientHeight + 8 || e.scrollWidth > e.clientWidth + 2))
            .map(e => e.className),
    })"""

    def check(screen: str, state: str = "") -> None:
        # State and measure in one step: the next view of the hub would put the truth back.
        seen = page.evaluate(f"() => {{ {state}; return ({measure})(); }}")
        assert [one for one in seen["small"] if one[1] < least] == [], screen
        assert len(seen["small"]) >= 3, screen
        assert (seen["outside"], seen["cut"]) == ([], []), screen

    for language in ("id", "su", "en"):
        page.locator(f"[data-choose-language={language}]").tap()
        check(f"start {language}")
        tile(page).tap()
        expect(persons(page, 9)).to_be_visible()
        check(f"persons {language}")
        page.locator(".in-language:not([hidden]) .priority").tap()
        persons(page, 9).tap()
        expect(page.locator(".ticket-number")).to_be_visible()
        for slip in ("printing", "printed", "failed", "elsewhere"):
            check(f"result {language} {slip}", f"document.querySelector('[data-ticket]').dataset.slip = '{slip}'")
        offered = "document.querySelector('[data-ticket]').dataset.again = 'yes'"
        key = "return document.querySelector('[data-print-again] button').offsetParent !== null"
        assert page.evaluate(f"() => {{ {offered}; {key}; }}")
        check(f"result {language} with a copy offered", offered)
        page.locator("[data-result] [data-done]").tap()
        expect(tile(page)).to_be_visible()
    page.context.close()
