"""A page that can't have one of its own files loads itself again: once, and only when the hub answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from antrean.access.devices import pair_device
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

MODULE = "**/display/static/{board,shared-*}.js"  # a module that another one imports, as written or packed
LIMIT = 60_000


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("hub"), small_plan(), SetClock())
    yield running
    running.stop()


@pytest.fixture(scope="module")
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as url:
        yield url


@pytest.fixture
def page(browser: Browser, hub: OfficeHub, address: str) -> Iterator[Page]:
    """A display's browser; `loads` in its memory counts how often the page was loaded."""
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "display", "Lobby", hub.office.clock, numbered=True)
    services.identities.load()
    context = browser.new_context()
    context.add_cookies([{"name": "antrean_display", "value": token, "url": address}])
    context.add_init_script("sessionStorage.setItem('loads', 1 + Number(sessionStorage.getItem('loads')))")
    page = context.new_page()
    yield page
    context.close()


def loads(page: Page) -> int:
    return int(page.evaluate("Number(sessionStorage.getItem('loads'))"))


def live(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=LIMIT)


def test_a_page_whose_build_is_gone_loads_itself_again(page: Page, address: str) -> None:
    missed = []

    def gone_once(route: Route) -> None:
        missed.append(route.request.url)
        if len(missed) > 1:
            route.continue_()
        else:
            route.fulfill(status=404)

    page.route(MODULE, gone_once)
    page.goto(address + "/display/")
    live(page)
    assert loads(page) == 2


def test_a_file_that_stays_away_does_not_load_the_page_for_ever(page: Page, address: str) -> None:
    asked = []

    def gone(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=404)

    page.clock.install()
    page.route(MODULE, gone)
    with page.expect_event("framenavigated", lambda _frame: len(asked) > 0, timeout=LIMIT):
        page.goto(address + "/display/")
    page.wait_for_load_state("networkidle")
    page.clock.run_for(500_000)
    page.wait_for_load_state("networkidle")
    assert loads(page) == 2


@pytest.mark.long
def test_a_page_waits_for_the_hub_before_it_loads_itself_again(page: Page, address: str) -> None:
    away = [True]
    page.route(MODULE, lambda route: route.abort() if away[0] else route.continue_())
    asked = []

    def asks(route: Route) -> None:
        if not route.request.is_navigation_request():
            asked.append(route.request.url)
        if away[0] and asked:
            route.fulfill(status=503)
            away[0] = len(asked) < 3
        else:
            route.continue_()

    page.route("**/display/", asks)
    page.goto(address + "/display/")
    live(page)
    assert loads(page) == 2
    assert len(asked) == 4


def test_what_is_not_ours_loads_nothing_again(page: Page, address: str) -> None:
    page.goto(address + "/display/")
    live(page)
    page.evaluate("""() => new Promise(done => {
        const picture = new Image();
        picture.onerror = done;
        picture.src = "/display/media/nothing.png";
        document.body.append(picture);
    })""")
    page.evaluate("Promise.reject(new Error('something else')); null")
    page.wait_for_load_state("networkidle")
    assert loads(page) == 1


def test_a_page_of_another_build_loads_itself_again_with_the_next_view(
    page: Page, hub: OfficeHub, address: str
) -> None:
    page.goto(address + "/display/")
    live(page)
    now = page.evaluate("document.body.dataset.build")
    page.evaluate("document.body.dataset.build = 'the build before'")
    hub.issue()
    expect(page.locator("body")).to_have_attribute("data-build", now, timeout=LIMIT)
    live(page)
    assert loads(page) == 2
