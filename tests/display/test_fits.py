"""Nothing on the board is cut off or covered: long names, full lists, far seats, every layout; in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, ChangePlan, OpenCounter, StartService
from antrean.queueing.plan.campaign import Campaign
from antrean.queueing.plan.model import Counter, OfficePlan
from tests.conftest import PassingClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import until
from tests.fakes.stands import stands

SIZES = [(1920, 1080), (1366, 768), (1080, 1920)]
COUNTERS = ("Loket 1", "Loket Perekaman Biometrik", "Loket Prioritas", "Loket 4", "Loket 5", "Loket 6", "Loket 7")
# What stands outside its box, or has another's box over it: one line for each fault.
FAULTS = """() => {
    const faults = [], box = (it) => it.getBoundingClientRect(), seen = (it) => it && it.offsetParent !== null
        && getComputedStyle(it).visibility !== 'hidden';
    const inside = (what, inner, outer) => {
        const a = box(inner), b = box(outer);
        if (a.top < b.top - 1 || a.bottom > b.bottom + 1 || a.left < b.left - 1 || a.right > b.right + 1)
            faults.push(what + ' ' + inner.textContent.trim() + ' leaves its place');
    };
    const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
    for (const row of all('[data-row]')) inside('row', row, document.querySelector('.last-rows'));
    for (const part of all('.now-call > *')) inside('call', part, document.querySelector('.now'));
    for (const part of all('.room-card, .room-card > *')) inside('card', part, document.querySelector('.beside'));
    for (const row of all('[data-row]')) for (const part of row.children) inside('row', part, row);
    const numbers = all('[data-number], [data-row] b, .strip-counters b').map((one) => one.textContent);
    if (innerHeight > innerWidth && new Set(numbers).size < numbers.length) faults.push('a number stands twice');
    for (const part of all('.strip li > *, .strip-now > *')) inside('strip', part, part.closest('li'));
    const more = document.querySelector('[data-more]');
    if (seen(more)) for (const part of all('.now-call > *')) {
        const a = box(part), b = box(more), words = document.createRange();
        words.selectNodeContents(part);
        const c = words.getBoundingClientRect();
        const top = a.top + a.height * 0.16; // above a capital is nothing
        if (c.right > b.left && c.left < b.right && a.bottom > b.top && top < b.bottom)
            faults.push(part.textContent.trim() + ' is covered');
    }
    return faults;
}"""

STANDS_WHOLE = """part => {
    const number = document.querySelector(part), words = document.createRange();
    words.selectNodeContents(number);
    const a = words.getBoundingClientRect(), b = number.parentElement.getBoundingClientRect();
    return a.left >= b.left - 1 && a.right <= b.right + 1 && words.getClientRects().length === 1;
}"""


@pytest.fixture
def plan() -> OfficePlan:
    plan = small_plan(
        name="Dinas Kependudukan dan Pencatatan Sipil Kabupaten Kuningan",
        counters=tuple(Counter(str(at), name, ("card", "family")) for at, name in enumerate(COUNTERS, 1)),
    )
    long = {"id": "Perekaman dan Pencetakan KTP Elektronik Baru", "en": "Electronic identity cards, new ones"}
    return replace(plan, services=(replace(plan.services[0], names=long), *plan.services[1:]))


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    yield running
    running.stop()


@pytest.fixture
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


def open_display(browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int], **settings: Any) -> Page:
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "display", f"{size} {settings}", hub.office.clock, numbered=True)
    services.settings.set_device_settings(device.id, {"voice": {"volume": 0}, **settings})
    services.identities.load()
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    context.add_cookies([{"name": "antrean_display", "value": token, "url": address}])
    page = context.new_page()
    page.goto(address + "/display/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    page.evaluate("document.fonts.ready")
    return page


def lasting_faults(page: Page) -> list[str]:
    """Return what is still wrong once the rows have been given the letters that fit, which takes a moment."""
    with suppress(TimeoutError):
        page.wait_for_function(f"() => ({FAULTS})().length === 0", timeout=5_000)
    found: list[str] = page.evaluate(FAULTS)
    return found


@pytest.mark.long
@pytest.mark.parametrize("seat_m", [5.0, 30.0])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off_or_covered_in_a_rush(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int], seat_m: float
) -> None:
    page = open_display(browser, hub, address, size, seat_m=seat_m)
    for counter in (str(at) for at in range(1, len(COUNTERS) + 1)):
        hub.office.execute(OpenCounter(counter=counter, operator=f"Op{counter}"))
        hub.issue("card")
        hub.office.execute(CallNext(counter=counter, operator=f"Op{counter}"))
    faults: dict[str, list[str]] = {}
    for number in ("A-001", "A-002", "A-003"):
        expect(page.locator(".now.is-announcing [data-number]")).to_have_text(number)
        expect(page.locator("[data-row]:visible").nth(1)).to_be_visible()  # the rest of the rush may come a view later
        faults[number] = lasting_faults(page)
    assert faults == {number: [] for number in faults}
    page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
def test_sixteen_who_are_expected_and_a_paused_service_can_be_read_in_turn(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int]
) -> None:
    sixteen = tuple(Counter(str(at), f"Loket {at}", ("card", "family")) for at in range(1, 17))
    hub.office._load_plan = lambda: small_plan(counters=sixteen)
    hub.office.execute(ChangePlan(what="counters"))
    for counter in (str(at) for at in range(1, 17)):
        hub.office.execute(OpenCounter(counter=counter, operator=f"Op{counter}"))
        hub.issue("card")
        hub.office.execute(CallNext(counter=counter, operator=f"Op{counter}"))
    stands(hub.office, "card", "paused", {"id": "Blangko KTP habis, menunggu kiriman dari provinsi"})
    page = open_display(browser, hub, address, size)
    expect(page.locator(".room-card")).to_contain_text("menunggu kiriman dari provinsi")
    seen: set[str] = set()

    def all_seen() -> bool:
        assert page.evaluate(FAULTS) == []
        seen.update(page.locator("[data-row]:visible b").all_inner_texts())
        return len(seen) == 15

    until(page, all_seen, "all pages of the list, each for eight seconds", seconds=120)
    page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("seat_m", [5.0, 30.0])
@pytest.mark.parametrize("size", SIZES)
def test_the_campaign_stands_beside_the_calls_and_takes_no_place_of_those_who_are_expected(
    browser: Browser, hub: OfficeHub, address: str, plan: OfficePlan, size: tuple[int, int], seat_m: float
) -> None:
    today = hub.office.business_day()
    made = Campaign(1_839_345, 786_684, today, today + timedelta(days=9), ("card",), on_displays=True)
    hub.office._load_plan = lambda: replace(plan, campaign=made)
    hub.office.execute(ChangePlan(what="campaign"))
    page = open_display(browser, hub, address, size, seat_m=seat_m)
    card = page.locator("[data-goal]")
    expect(card).to_contain_text("1.839.345")
    assert lasting_faults(page) == []
    for counter in (str(at) for at in range(1, len(COUNTERS) + 1)):
        hub.office.execute(OpenCounter(counter=counter, operator=f"Op{counter}"))
        hub.issue("card")
        hub.office.execute(CallNext(counter=counter, operator=f"Op{counter}"))
    expect(page.locator(".now:not(.is-announcing) [data-number]")).to_have_text("A-007", timeout=60_000)
    assert lasting_faults(page) == []
    expected = {f"A-{number:03}" for number in range(1, len(COUNTERS))}  # the last one stands large
    seen: set[str] = set()

    def all_seen() -> bool:
        seen.update(page.locator("[data-row]:visible b").all_inner_texts())
        return seen >= expected

    until(page, all_seen, "all pages of the list, each for eight seconds", seconds=120)
    for number in range(1, len(COUNTERS) + 1):
        hub.office.execute(StartService(ticket=f"A-{number:03}", counter=str(number)))
    expect(card).to_be_visible()
    assert lasting_faults(page) == []
    page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("size", [*SIZES, (1024, 768)])
@pytest.mark.parametrize("series", ["A", "WM", "WMW", "WMWM"])
def test_the_longest_numbers_that_an_office_can_choose_stand_whole_on_both_screens(
    browser: Browser, tmp_path: Path, size: tuple[int, int], series: str
) -> None:
    plan = small_plan(number_digits=4)
    widest = replace(plan, services=(replace(plan.services[0], series=series), *plan.services[1:]))
    hub = OfficeHub(tmp_path, widest, PassingClock())
    hub.issue("card")
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    hub.office.execute(CallNext(counter="1", operator="Ani"))
    with hub.served() as address:
        for part, settings in ((".now-number", {}), (".side-number", {"layout": "counter", "counter": "1"})):
            page = open_display(browser, hub, address, size, **settings)
            expect(page.locator(part)).to_have_text(f"{series}-0001")
            assert page.evaluate(STANDS_WHOLE, part), part
            page.context.close()
    hub.stop()
