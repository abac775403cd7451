"""The board of what is ready in a real browser: every code comes by whole, new ones at once, over sleep and cuts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.cases.codes import LETTERS, spaced
from antrean.queueing.commands import CallNext, ChangePlan, CloseDay, KeyInCases, MoveCases, OpenCounter
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.chromium import MAY_SOUND
from tests.fakes.office_hub import OfficeHub
from tests.queueing.cases.case_office import journeying

OLD = date(2026, 11, 20)
SIZES = [(1920, 1080), (1080, 1920), (1024, 768)]
MANY = ["".join(letters) + "WMQWMW" for letters in product(LETTERS[:9], repeat=2)]  # the widest letters there are
VISIT = ["ZZZZZZZZ1", "ZZZZZZZZ2", "ZZZZZZZZ3", "ZZZZZZZZ5"]
# What is cut off or lies outside the picture; codes are cut by the place of all codes, a page is turned as a whole.
CUT = """() => {
    const seen = [...document.querySelectorAll('.head > *, .calls li, .codes h2, [data-code], .pickup p, .foot > *')]
        .filter((it) => it.getClientRects().length > 0);
    const codes = document.querySelector('.codes').getBoundingClientRect();
    return seen.filter((it) => {
        const box = it.getBoundingClientRect();
        const within = it.closest('.codes') ? codes : {left: 0, top: 0, right: innerWidth, bottom: innerHeight};
        return it.scrollWidth > it.clientWidth + 1 || box.left < within.left - 1 || box.top < within.top - 1
            || box.right > within.right + 1 || box.bottom > within.bottom + 1;
    }).map((it) => it.textContent.trim());
}"""
CODES = ".codes [data-code]:visible"


@pytest.fixture
def browser(browser_with: Callable[..., Browser]) -> Browser:
    return browser_with(MAY_SOUND)


@pytest.fixture
def plan() -> OfficePlan:
    return journeying()


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    running.office.execute(OpenCounter(counter="3", operator="Ani"))
    yield running
    running.stop()


@pytest.fixture
def opened(browser: Browser, hub: OfficeHub) -> Iterator[Callable[[tuple[int, int]], Page]]:
    """Open the board at a size, with a clock that a test hurries."""
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "display", "Siap", hub.office.clock, {"layout": "ready"})
    services.identities.load()
    contexts: list[BrowserContext] = []
    with hub.served() as address:

        def open_at(size: tuple[int, int]) -> Page:
            context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
            contexts.append(context)
            context.add_cookies([{"name": "antrean_display", "value": token, "url": address}])
            page = context.new_page()
            page.clock.install(time=hub.office.clock())
            page.goto(address + "/display/")
            expect(page.locator("html")).to_have_attribute("data-live", "live")
            return page

        yield open_at
        for context in contexts:
            context.close()


def key_in(hub: OfficeHub, codes: list[str], stage: str = "ready") -> None:
    for at in range(0, len(codes), 50):
        hub.office.execute(KeyInCases(cases=tuple(codes[at : at + 50]), service="card", stage=stage, since=OLD))


def ready(hub: OfficeHub, *codes: str) -> None:
    key_in(hub, list(codes), "printed")
    hub.office.execute(MoveCases(cases=codes, stage="ready", leads=True))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_each_of_many_codes_comes_by_whole_with_what_stands_around_it(
    hub: OfficeHub, opened: Callable[[tuple[int, int]], Page], size: tuple[int, int]
) -> None:
    key_in(hub, MANY)
    ready(hub, *VISIT)
    for _ in range(2):
        hub.issue("birth")
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    page = opened(size)
    wanted, came_by = {spaced(code) for code in MANY} | {"ZZZZ ZZZZ1–3 5"}, set[str]()
    for _ in range(120):
        assert page.evaluate(CUT) == []
        came_by |= {text.replace("\n", "") for text in page.locator(CODES).all_inner_texts()}
        if came_by >= wanted:
            break
        page.clock.run_for(4000)
    assert came_by == wanted


def test_a_new_code_stands_in_front_at_once_and_is_marked_for_a_while(
    hub: OfficeHub, opened: Callable[[tuple[int, int]], Page]
) -> None:
    key_in(hub, MANY)
    page = opened((1920, 1080))
    page.clock.run_for(40_000)
    expect(page.locator(".is-new")).to_have_count(0)
    ready(hub, "BBBBCCCC")
    expect(page.locator(".is-newest [data-code]:visible")).to_have_text("BBBB CCCC")
    expect(page.locator(".is-new:visible")).to_have_text("BBBB CCCC")
    expect(page.locator("body[data-rest=bright]")).to_be_visible()
    expect(page.locator(".codes h2:visible").first).to_contain_text("Baru siap pukul")
    page.clock.run_for(130_000)
    expect(page.locator(".is-new")).to_have_count(0)


def test_the_first_code_takes_the_place_of_the_words_for_none_and_one_that_is_collected_leaves(
    hub: OfficeHub, opened: Callable[[tuple[int, int]], Page]
) -> None:
    page = opened((1920, 1080))
    expect(page.locator(".codes-empty")).to_contain_text("Belum ada yang siap diambil")
    ready(hub, "BBBBCCCC", "DDDDFFFF")
    expect(page.locator(CODES)).to_have_text(["BBBB CCCC", "DDDD FFFF"])
    hub.office.execute(MoveCases(cases=("BBBBCCCC",), stage="collected", leads=True))
    expect(page.locator(CODES)).to_have_text(["DDDD FFFF"])


def test_who_is_called_is_read_above_the_codes_until_nobody_is_expected_any_more(
    hub: OfficeHub, opened: Callable[[tuple[int, int]], Page]
) -> None:
    ready(hub, "BBBBCCCC")
    page = opened((1920, 1080))
    number = hub.issue("birth").number
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    expect(page.locator(".calls .is-standing.is-announcing")).to_contain_text(number)
    expect(page.locator(".calls .is-standing")).to_contain_text("Loket 3")
    page.clock.run_for(10_000)
    expect(page.locator(".calls .is-announcing")).to_have_count(0)
    assert hub.office.read(lambda day, _plan: dict(day.announced)) == {}
    hub.office.execute(CloseDay())
    expect(page.locator(".calls-closed")).to_be_visible()
    expect(page.locator(CODES)).to_have_text(["BBBB CCCC"])


def test_a_board_that_was_cut_off_says_since_when_and_shows_what_came_meanwhile(
    hub: OfficeHub, opened: Callable[[tuple[int, int]], Page]
) -> None:
    page = opened((1920, 1080))
    page.context.set_offline(True)
    ready(hub, "BBBBCCCC")
    for _ in range(60):
        page.clock.run_for(1000)
    expect(page.locator("html")).to_have_attribute("data-live", "stale")
    expect(page.locator(".stale-note")).to_be_visible()
    page.context.set_offline(False)
    for _ in range(100):
        page.clock.run_for(1000)
        if page.locator(CODES).count():
            break
    expect(page.locator(".is-new:visible")).to_have_text("BBBB CCCC")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    expect(page.locator(".stale-note")).to_be_hidden()


def test_a_board_that_slept_for_an_hour_shows_what_is_ready_then(
    hub: OfficeHub, opened: Callable[[tuple[int, int]], Page]
) -> None:
    page = opened((1920, 1080))
    page.clock.pause_at(hub.office.clock() + timedelta(minutes=1))
    session = page.context.new_cdp_session(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    ready(hub, "BBBBCCCC")
    session.send("Page.setWebLifecycleState", {"state": "active"})
    page.clock.fast_forward(3_600_000)
    page.clock.resume()
    expect(page.locator(CODES)).to_have_text(["BBBB CCCC"])
    expect(page.locator("html")).to_have_attribute("data-live", "live")


def test_a_display_becomes_a_board_and_back_without_a_hand_at_it(
    hub: OfficeHub, opened: Callable[[tuple[int, int]], Page]
) -> None:
    ready(hub, "BBBBCCCC")
    page = opened((1920, 1080))
    services = hub.app.extensions["antrean"]
    device = next(one for one in services.identities.devices() if one.kind == "display")
    for layout, shown in (("room", ".now"), ("ready", CODES), ("counter", "[data-side]"), ("ready", CODES)):
        services.settings.set_device_settings(device.id, {"layout": layout, "counter": "3"})
        hub.office.execute(ChangePlan(what="display"))
        expect(page.locator(shown)).to_be_visible()


@pytest.mark.parametrize("wanted", [False, True])
def test_new_codes_are_heard_only_where_the_office_wants_it(
    hub: OfficeHub, opened: Callable[[tuple[int, int]], Page], wanted: bool
) -> None:
    services = hub.app.extensions["antrean"]
    device = next(one for one in services.identities.devices() if one.kind == "display")
    services.settings.set_device_settings(device.id, {"layout": "ready", "chime": wanted})
    hub.office.execute(ChangePlan(what="display"))
    page = opened((1920, 1080))
    page.evaluate(
        """() => {
            const start = OscillatorNode.prototype.start;
            OscillatorNode.prototype.start = function (...when) {
                document.body.dataset.rung = 'yes';
                return start.apply(this, when);
            };
        }"""
    )
    ready(hub, "BBBBCCCC")
    expect(page.locator(".is-new:visible")).to_have_text("BBBB CCCC")
    if wanted:
        expect(page.locator("body[data-rung]")).to_be_visible()
    ready(hub, "BBBBDDDD")
    expect(page.locator(CODES)).to_have_count(2)
    expect(page.locator("body[data-rung]")).to_have_count(int(wanted))
