"""The display in a real browser: every call once and in order, over cuts, reloads and a wrong clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import (
    Announce,
    CallNext,
    CompleteTicket,
    EndAnnouncement,
    OpenCounter,
    StartService,
)
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.chromium import MAY_SOUND
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import until
from tests.fakes.plan import save_part

MOST_BYTES = 100_000
PATIENCE = 30000  # three announcements of five seconds and a reconnect, on a slow machine
CAR = {"id": "Pemilik mobil E 1234 YZ, mohon pindahkan mobil Anda.", "en": "Car E 1234 YZ, please move."}
LONG = "Mohon segera tinggalkan gedung dengan tenang lewat pintu keluar terdekat. " * 2


@pytest.fixture
def browser(browser_with: Callable[..., Browser]) -> Browser:
    return browser_with(MAY_SOUND)


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    running.office.execute(OpenCounter(counter="3", operator="Ani"))
    yield running
    running.stop()


@pytest.fixture
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


@pytest.fixture
def screen(browser: Browser, address: str, hub: OfficeHub) -> Iterator[BrowserContext]:
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "display", "Layar lobi", hub.office.clock)
    services.identities.load()
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, timezone_id="America/New_York")
    context.add_cookies([{"name": "antrean_display", "value": token, "url": address}])
    yield context
    context.close()


def open_display(screen: BrowserContext, address: str) -> Page:
    """Open the display with a record of what it showed as announced, and a clock that tests can hurry."""
    page = screen.new_page()
    page.clock.install()
    page.add_init_script("""
        window.announced = [];
        const add = DOMTokenList.prototype.add;
        DOMTokenList.prototype.add = function (...names) {
            if (names.includes('is-announcing')) announced.push(document.querySelector('[data-number]').textContent);
            return add.apply(this, names);
        };
    """)
    page.goto(address + "/display/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    return page


def call(hub: OfficeHub) -> int:
    """Issue one ticket, call it, finish it; return the seq of the call."""
    number = hub.issue().number
    seq = hub.office.execute(CallNext(counter="3", operator="Ani")).seq
    hub.office.execute(StartService(ticket=number, counter="3"))
    hub.office.execute(CompleteTicket(ticket=number, counter="3"))
    return seq


def told(hub: OfficeHub) -> list[int]:
    """Return the calls that the hub was told of as announced: large on the screen, and heard or not to be."""
    return hub.office.read(lambda day, _plan: list(day.sounded))


def wait_until_told(page: Page, hub: OfficeHub, calls: list[int]) -> None:
    """Hurry the display's timers until the hub has heard of these calls; the network keeps its own time."""
    until(page, lambda: told(hub) == calls, f"the calls {calls} to be told", hurry=100)


def test_calls_in_a_rush_are_each_shown_large_in_order_and_told_to_the_operators(
    hub: OfficeHub, address: str, screen: BrowserContext
) -> None:
    page = open_display(screen, address)
    expect(page.locator(".now-empty")).to_be_visible()
    calls = [call(hub) for _ in range(3)]
    expect(page.locator("[data-now].is-announcing [data-number]")).to_have_text("A-001")
    expect(page.locator("[data-counter]")).to_have_text("Loket 3")
    wait_until_told(page, hub, calls)
    assert page.evaluate("announced") == ["A-001", "A-002", "A-003"]
    page.clock.run_for(6000)
    expect(page.locator("[data-now]:not(.is-announcing) [data-number]")).to_have_text("A-003")
    rows = page.locator("[data-row]:visible b")
    expect(rows).to_have_text(["A-002", "A-001"])


def test_a_dimmed_display_is_bright_with_the_first_pulse_of_a_call(
    hub: OfficeHub, address: str, screen: BrowserContext
) -> None:
    page = open_display(screen, address)
    expect(page.locator("body[data-rest=dim]")).to_be_visible()
    page.evaluate("""() => {
        window.rests = [];
        new MutationObserver(() => {
            if (document.querySelector('.is-announcing')) rests.push(document.body.dataset.rest);
        }).observe(document.querySelector('[data-now]'), {attributes: true});
    }""")
    call(hub)
    expect(page.locator("[data-now].is-announcing")).to_be_visible()
    assert page.evaluate("rests[0]") == "bright"


def test_a_reload_neither_repeats_nor_loses_a_call(hub: OfficeHub, address: str, screen: BrowserContext) -> None:
    page = open_display(screen, address)
    first = call(hub)
    wait_until_told(page, hub, [first])
    page.goto("about:blank")
    missed = [call(hub), call(hub)]
    page.goto(address + "/display/")
    wait_until_told(page, hub, [first, *missed])
    assert page.evaluate("announced") == ["A-002", "A-003"]


def test_a_display_cut_off_for_three_calls_greys_out_and_then_announces_all_three(
    hub: OfficeHub, address: str, screen: BrowserContext
) -> None:
    sockets: list[Any] = []

    def let_through(ws: Any) -> None:
        ws.connect_to_server()
        sockets.append(ws)

    screen.route_web_socket("**/socket.io/**", let_through)
    page = open_display(screen, address)
    first = call(hub)
    wait_until_told(page, hub, [first])
    screen.set_offline(True)
    screen.route_web_socket("**/socket.io/**", lambda ws: ws.close())
    for ws in sockets:
        ws.close()
    page.clock.run_for(21000)
    expect(page.locator("html")).to_have_attribute("data-live", "stale", timeout=PATIENCE)
    expect(page.locator(".stale-note")).to_be_visible()
    calls = [call(hub) for _ in range(3)]
    assert page.evaluate("announced") == ["A-001"]
    screen.set_offline(False)
    screen.route_web_socket("**/socket.io/**", let_through)
    wait_until_told(page, hub, [first, *calls])
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    expect(page.locator(".stale-note")).to_be_hidden()
    assert page.evaluate("announced") == ["A-001", "A-002", "A-003", "A-004"]


def test_the_clock_is_the_hubs_although_the_television_is_a_day_off_and_in_another_zone(
    hub: OfficeHub, address: str, screen: BrowserContext
) -> None:
    page = screen.new_page()
    page.clock.install()
    page.clock.set_system_time(hub.office.clock() - timedelta(days=1, hours=5, minutes=17))
    page.goto(address + "/display/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    page.clock.run_for(1500)  # its hands have moved since it was loaded
    jakarta = hub.office.clock() + timedelta(hours=7)
    shown = {(jakarta - timedelta(minutes=back)).strftime("%H.%M") for back in (0, 1)}
    assert page.locator("[data-clock]").inner_text() in shown
    seq = call(hub)
    expect(page.locator("[data-now] [data-number]")).to_have_text("A-001")
    wait_until_told(page, hub, [seq])


def test_a_browser_that_keeps_silent_is_owned_up_to_and_the_calls_go_on(
    hub: OfficeHub, address: str, screen: BrowserContext
) -> None:
    screen.add_init_script("""
        AudioContext.prototype.resume = () => new Promise(() => {});
        Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' });
    """)
    page = open_display(screen, address)
    calls = [call(hub), call(hub)]
    expect(page.locator("[data-sound-blocked]")).to_be_visible()
    wait_until_told(page, hub, calls)


def test_the_first_look_is_light_and_the_second_loads_nothing_but_the_page(
    hub: OfficeHub, address: str, screen: BrowserContext
) -> None:
    for _ in range(8):
        call(hub)
    page = screen.new_page()
    measure = """() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
        .filter(entry => !entry.name.includes('socket.io/') && entry.transferSize > 0)
        .map(entry => [entry.name.split('/').pop(), entry.transferSize])"""
    page.goto(address + "/display/")
    page.wait_for_load_state("networkidle")  # "load" does not wait for fonts and the tab's icon
    first = page.evaluate(measure)
    assert sum(size for _name, size in first) < MOST_BYTES, first
    page.goto("about:blank")
    page.goto(address + "/display/")
    page.wait_for_load_state("networkidle")
    assert [name for name, _size in page.evaluate(measure)] == [""]


def test_an_announcement_stands_large_then_on_its_card_and_an_urgent_one_until_it_is_ended(
    hub: OfficeHub, address: str, screen: BrowserContext
) -> None:
    page = open_display(screen, address)
    large, card = page.locator("[data-message-words]"), page.locator(".room-card.is-news")
    hub.office.execute(Announce(texts=CAR, minutes=10))
    expect(large).to_have_text(CAR["id"])
    page.clock.run_for(6500)
    expect(large).to_have_text(CAR["en"])
    until(page, large.is_hidden, "the announcement to leave its large place", hurry=200)
    expect(card).to_contain_text("E 1234 YZ")

    alarm = hub.office.execute(Announce(texts={"id": LONG.strip()}, urgent=True)).seq
    expect(page.locator("[data-now].is-urgent [data-message-words]")).to_have_text(LONG.strip())
    assert page.evaluate(
        "(() => { const at = document.querySelector('[data-message]'); return at.scrollHeight <= at.clientHeight; })()"
    )
    hub.issue()
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    expect(page.locator("[data-row='A-001']")).to_be_visible()  # nobody has to miss it
    expect(page.locator(".now-call")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-now].is-urgent [data-message-words]")).to_be_visible()
    hub.office.execute(EndAnnouncement(announcement=alarm))
    expect(page.locator("[data-now].is-announcing [data-number]")).to_have_text("A-001")
    expect(large).to_be_hidden()


def test_a_counter_of_another_zone_is_shown_without_an_arrow_and_with_its_zone(
    hub: OfficeHub, address: str, screen: BrowserContext
) -> None:
    save_part(hub.office, "zones", [{"code": "wing", "names": {"id": "Sayap timur"}}])
    save_part(hub.office, "counters/3/arrow", "left")
    page = open_display(screen, address)
    first = call(hub)
    expect(page.locator(".now-arrow")).to_have_class("now-arrow is-arrow-left")
    wait_until_told(page, hub, [first])
    save_part(hub.office, "counters/3/zone", "wing")
    second = call(hub)
    expect(page.locator("[data-number]")).to_have_text("A-002")
    expect(page.locator(".now-arrow")).to_be_hidden()
    expect(page.locator("[data-now] [data-zone]")).to_have_text("Sayap timur")
    expect(page.locator("[data-now] [data-zone]")).to_be_visible()
    expect(page.locator("[data-row='A-001'] .row-floor")).to_have_text("Sayap timur")
    wait_until_told(page, hub, [first, second])
