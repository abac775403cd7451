"""A display has neither a hole nor a repetition, upright above all: in every state, measured in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import Announce, CallNext, CloseDay, EndAnnouncement, OpenCounter
from antrean.queueing.plan.model import Counter, OfficePlan
from tests.conftest import PassingClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import until
from tests.fakes.stands import stands

HEIGHT = 1920
EMPTY_MOST = 4.0  # percent of the height that may be empty in one piece, the safe margin of televisions aside
CAR = {"id": "Pemilik mobil E 1234 YZ, mohon memindahkan mobil Anda", "en": "Car E 1234 YZ, please move"}
WHY = {"id": "Blangko KTP habis, menunggu kiriman dari provinsi", "en": "No blank cards, they come from the province"}
COUNTERS = tuple(Counter(str(at), f"Loket {at}", ("card", "family")) for at in range(1, 9))
# The highest empty band, in percent of the height; and what is said twice: numbers, sentences of four words.
MEASURE = """() => {
    const seen = (it) => it.getClientRects().length > 0 && getComputedStyle(it).visibility !== 'hidden';
    const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
    const drawn = all('.head > *, .now, .day-closed:not(:empty), .last-head > *, [data-row], .room-card, .strip li')
        .concat(all('.foot > *'));
    const spans = drawn.map((one) => one.getBoundingClientRect()).sort((a, b) => a.top - b.top);
    let until = spans[0].top, empty = 0;
    for (const span of spans) {
        empty = Math.max(empty, span.top - until);
        until = Math.max(until, span.bottom);
    }
    const closed = document.querySelector('.day-closed:not(:empty)');
    const words = all('body *').filter((one) => !one.children.length && !(closed && one.closest('.now, .beside')))
        .map((one) => one.textContent.trim().replace(/\\s+/g, ' '))
        .filter((text) => /^[A-Z]-\\d+$/.test(text) || text.split(' ').length > 3);
    return {
        empty: Math.round(empty / innerHeight * 1000) / 10,
        twice: words.filter((text, at) => words.indexOf(text) !== at),
        strip: all('.strip li').length > 0,
        wider: all('.room-card *').filter((one) => {
            const card = one.closest('.room-card').getBoundingClientRect();
            return one.getBoundingClientRect().right > card.right || one.getBoundingClientRect().bottom > card.bottom;
        }).map((one) => one.textContent.trim()),
    };
}"""

TICKER = {
    "id": "Semua layanan gratis. Siapkan berkas Anda sebelum nomor dipanggil. Terima kasih.",
    "en": "All services are free of charge.",
}
# The words of the running text that can be read now.
LINE = """() => {
    const place = document.querySelector('.foot-notice'), box = place.getBoundingClientRect(), range = new Range();
    const text = [...place.querySelectorAll('[data-running]')].find((one) => !one.hidden).firstChild;
    return [...text.data.matchAll(/\\S+/g)].filter((word) => {
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const at = range.getBoundingClientRect(), middle = (at.top + at.bottom) / 2;
        return middle > box.top && middle < box.bottom && at.left > box.left - 2 && at.right < box.right + 2;
    }).join(' ');
}"""


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(counters=COUNTERS, languages=("id", "en"), ticker=TICKER)


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, hub: OfficeHub) -> Iterator[Page]:
    """An upright display whose clock tests hurry."""
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "display", "Layar tegak", hub.office.clock)
    services.settings.set_device_settings(device.id, {"voice": {"volume": 0}})
    services.identities.load()
    with hub.served() as address:
        context = browser.new_context(viewport={"width": 1080, "height": HEIGHT}, reduced_motion="reduce")
        context.add_cookies([{"name": "antrean_display", "value": token, "url": address}])
        opened = context.new_page()
        opened.clock.install(time=hub.office.clock())
        opened.goto(address + "/display/")
        expect(opened.locator("html")).to_have_attribute("data-live", "live")
        opened.evaluate("document.fonts.ready")
        yield opened
        context.close()


def call(hub: OfficeHub, page: Page, counter: str) -> str:
    """Call a visitor to a counter; return the number once it has its place on the display."""
    hub.office.execute(OpenCounter(counter=counter, operator=f"Op{counter}"))
    number = hub.issue("card").number
    hub.office.execute(CallNext(counter=counter, operator=f"Op{counter}"))
    expect(page.locator(f'[data-row="{number}"]')).to_have_count(1)
    return number


def rest(page: Page, number: str) -> None:
    """Let everything be announced: the newest number then stands large."""
    quiet = page.locator(".now:not(.is-announcing):not(.is-message) [data-number]")
    until(page, lambda: quiet.count() and quiet.inner_text() == number, f"{number} to stand large", hurry=500)


def test_nothing_is_empty_and_nothing_is_said_twice(page: Page, hub: OfficeHub) -> None:
    found: dict[str, Any] = {"nobody was called": page.evaluate(MEASURE)}
    stands(hub.office, "family", "paused", WHY)
    expect(page.locator(".room-card")).to_contain_text(WHY["id"])
    found["nobody was called, a card"] = page.evaluate(MEASURE)
    for at in range(1, len(COUNTERS) + 1):
        number = call(hub, page, str(at))
        found[f"call {at} is announced"] = page.evaluate(MEASURE)
        rest(page, number)
        found[f"{at} were called, a card"] = page.evaluate(MEASURE)
        if at in (1, 3, 8):
            seq = hub.office.execute(Announce(texts=CAR, minutes=10)).seq
            expect(page.locator(".now.is-message")).to_be_visible()
            found[f"{at} were called, an announcement"] = page.evaluate(MEASURE)
            rest(page, number)
            expect(page.locator(".is-news").first).to_be_visible()
            found[f"{at} were called, two cards"] = page.evaluate(MEASURE)
            hub.office.execute(EndAnnouncement(announcement=seq))
            expect(page.locator(".is-news")).to_have_count(0)
    stands(hub.office, "family", "open")
    expect(page.locator(".room-card")).to_have_count(0)
    found["no card"] = page.evaluate(MEASURE)
    hub.office.execute(CloseDay())
    expect(page.locator(".day-closed p").first).to_be_visible()
    found["closed"] = page.evaluate(MEASURE)
    faults = {
        state: one
        for state, one in found.items()
        if one["empty"] > EMPTY_MOST or one["twice"] or one["wider"] or not one["strip"]
    }
    assert faults == {}


def test_the_strip_of_services_never_turns_to_an_empty_page(page: Page, hub: OfficeHub) -> None:
    seen: set[str] = set()
    for _ in range(40):
        page.clock.run_for(1000)
        assert page.evaluate(MEASURE)["strip"]
        seen.update(page.locator(".strip-services li:visible .badge").all_inner_texts())
    assert seen == {"A", "B", "C"}


def test_who_asked_for_less_motion_reads_a_long_running_text_line_by_line_to_its_end(
    page: Page, hub: OfficeHub
) -> None:
    seen: list[str] = []
    for _ in range(19):  # a display that is hurried further misses the hub's sign of life
        page.clock.run_for(1000)
        line = page.evaluate(LINE)
        if line not in seen:
            seen.append(line)
    assert (" ".join(seen), len(seen)) == (TICKER["id"], 2)
    assert page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length") == 0


def test_the_newest_call_has_the_width_of_a_lying_display_while_nothing_stands_beside_it(
    page: Page, hub: OfficeHub
) -> None:
    page.set_viewport_size({"width": HEIGHT, "height": 1080})
    whole = "document.querySelector('.head').getBoundingClientRect().width"
    wide = "document.querySelector('.now').getBoundingClientRect().width"
    number = call(hub, page, "1")
    rest(page, number)
    assert page.evaluate(wide) == page.evaluate(whole)
    second = call(hub, page, "2")
    rest(page, second)
    assert page.evaluate(wide) < 0.7 * page.evaluate(whole)
    expect(page.locator(f'[data-row="{number}"]')).to_be_visible()
    stands(hub.office, "family", "paused", WHY)
    expect(page.locator(".room-card")).to_be_visible()
    assert page.evaluate(wide) < 0.7 * page.evaluate(whole)
