"""Names in Arabic, Javanese, Sundanese and Thai have letters on every screen, on a machine that has none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, OpenCounter
from tests.conftest import SetClock, small_plan
from tests.fakes.large_plan import large_plan
from tests.fakes.office_hub import PASSWORD, OfficeHub

OTHER = re.compile(r"noto-sans-[^/]+\.woff2$")
CALLED = range(3, 7)  # counters with a name in each script


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("large"), large_plan(), SetClock())
    for place in range(30):
        running.issue(f"s{place}")
    for counter in map(str, CALLED):
        running.office.execute(OpenCounter(counter=counter, operator=f"Op{counter}"))
        running.office.execute(CallNext(counter=counter, operator=f"Op{counter}"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


def opened(browser: Browser, hub: OfficeHub, address: str, path: str) -> Page:
    """Return a page of a screen or of the administration, with all that it draws letters with."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    kind = path.strip("/")
    if kind in ("kiosk", "display"):
        services = hub.app.extensions["antrean"]
        _, token = pair_device(services.settings, kind, f"One {kind}", hub.office.clock)
        services.identities.load()
        context.add_cookies([{"name": f"antrean_{kind}", "value": token, "url": address}])
    else:
        name = "Eka" if path.startswith("/admin") else "Ani"
        assert context.request.post(f"{address}/sign_in", data={"name": name, "password": PASSWORD}).ok
    page = context.new_page()
    page.goto(address + path)
    page.evaluate("document.fonts.ready")
    return page


def borrowed(page: Page) -> dict[str, str]:
    """Return texts that are drawn with a font of the machine, by the name of that font."""
    engine = page.context.new_cdp_session(page)
    engine.send("DOM.enable")
    engine.send("CSS.enable")
    nodes = [engine.send("DOM.getDocument", {"depth": -1})["root"]]
    found: dict[str, str] = {}
    while nodes:
        node = nodes.pop()
        children = node.get("children", [])
        nodes += [child for child in children if child["nodeName"] not in ("HEAD", "SCRIPT", "STYLE")]
        texts = [child["nodeValue"].strip() for child in children if child["nodeName"] == "#text"]
        if any(texts):
            used = engine.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
            found.update({font["familyName"]: " ".join(texts) for font in used if not font["isCustomFont"]})
    return found


@pytest.mark.parametrize("path", ["/kiosk/", "/display/", "/counter_panel/", "/admin/services", "/admin/counters"])
def test_every_letter_is_drawn_with_a_font_that_comes_with_the_page(
    browser: Browser, hub: OfficeHub, address: str, path: str
) -> None:
    page = opened(browser, hub, address, path)
    expect(page.locator("body")).to_contain_text(re.compile("[ก-๛]"))
    expect(page.locator("body")).to_contain_text(re.compile("[ꦀ-꧟]"))
    assert borrowed(page) == {}


def test_an_office_that_writes_latin_letters_alone_loads_no_font_of_other_scripts(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plain = OfficeHub(tmp_path_factory.mktemp("plain"), small_plan(), SetClock())
    with plain.served() as address:
        for path in ("/kiosk/", "/display/", "/admin/services"):
            page = opened(browser, plain, address, path)
            loaded = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
            assert any("atkinson" in name for name in loaded)
            assert not [name for name in loaded if OTHER.search(name)]
            page.context.close()
    plain.stop()
