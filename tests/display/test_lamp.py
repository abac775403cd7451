"""The operator's lamp beside real displays: one that is well, one without sound, one that is frozen, and none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, ChangePlan, CompleteTicket, OpenCounter, StartService
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.pages import until
from tests.fakes.plan import save_part
from tests.fakes.voice import tone_pack

PATIENCE = 60_000  # milliseconds; a slow machine speaks late
CALLS = 20
LOUD, SILENT = "no-user-gesture-required", "document-user-activation-required"
# Every red lamp of a display that the operator has seen, and every state that a call had, in their order.
WATCH = """() => {
    window.reds = [];
    window.states = [];
    const look = () => {
        for (const lamp of document.querySelectorAll('[data-display]')) {
            if (lamp.hidden) continue;
            const state = lamp.textContent.trim().split(':')[0] + ' ' + lamp.dataset.display;
            if (states[states.length - 1] !== state) states.push(state);
            if (lamp.classList.contains('danger') && reds[reds.length - 1] !== state) reds.push(state);
        }
    };
    new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
}"""


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    tone_pack(tmp_path / "voice" / "id", "id")
    running = OfficeHub(tmp_path, plan, PassingClock())
    save_part(running.office, "voice", {"repeat": 2})
    running.office.execute(OpenCounter(counter="3", operator="Ani"))
    yield running
    running.stop()


@pytest.fixture
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


@pytest.fixture
def open_display(browser_with: Callable[..., Browser], hub: OfficeHub, address: str) -> Callable[[str], Page]:
    """Give a function that opens a display in a browser with an autoplay policy."""
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "display", "Layar lobi", hub.office.clock)
    services.identities.load()

    def open_one(policy: str) -> Page:
        browser = browser_with(f"--autoplay-policy={policy}")
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.context.add_cookies([{"name": "antrean_display", "value": token, "url": address}])
        page.goto(address + "/display/")
        # Asking the page anything counts as a touch, so the hub is asked whether the display is there.
        until(page, lambda: services.publisher.listeners("display"), "the display's connection")
        return page

    return open_one


@pytest.fixture
def panel(browser_with: Callable[..., Browser], hub: OfficeHub, address: str) -> Page:
    """Give Ani's panel at counter 3, whose clock can be hurried, with its lamp watched."""
    page = browser_with(f"--autoplay-policy={LOUD}").new_page(viewport={"width": 1280, "height": 800})
    page.clock.install(time=hub.office.clock())
    page.goto(address + "/counter_panel/")
    page.fill("#name", "Ani")
    page.fill("#password", PASSWORD)
    page.click("form button")
    page.wait_for_url("**/counter_panel/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    page.evaluate(WATCH)
    return page


def call(hub: OfficeHub) -> str:
    number = hub.issue().number
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    return number


def serve(hub: OfficeHub, number: str) -> None:
    hub.office.execute(StartService(ticket=number, counter="3"))
    hub.office.execute(CompleteTicket(ticket=number, counter="3"))


def lamp(panel: Page, number: str, *states: str) -> Locator:
    """Return the lamp of a call in one of these states, as far as it can be seen."""
    wanted = ", ".join(f'[data-display="{state}"]:visible' for state in states)
    return panel.locator(wanted).filter(has_text=number)


def states(panel: Page, number: str) -> list[str]:
    found: list[str] = panel.evaluate("states")
    return [state.split(" ")[1] for state in found if state.startswith(number + " ")]


@pytest.mark.long
def test_a_healthy_display_never_turns_the_lamp_red(
    hub: OfficeHub, open_display: Callable[[str], Page], panel: Page
) -> None:
    open_display(LOUD)
    for _ in range(3):
        number = call(hub)
        expect(lamp(panel, number, "heard")).to_be_visible(timeout=PATIENCE)
        assert states(panel, number)[-1] == "heard"
        serve(hub, number)
    assert any("shown" in states(panel, call.number) for call in hub.office.read(lambda day, _plan: list(day.calls)))
    # In a rush each call is seen among the last ones at once, while those before it are still shown large.
    for _ in range(CALLS - 3):
        number = call(hub)
        expect(lamp(panel, number, "shown", "heard")).to_be_visible(timeout=PATIENCE)
        expect(panel.locator('[data-display="unseen"]')).to_have_count(0)
        serve(hub, number)
    assert panel.evaluate("reds") == []
    assert hub.office.read(lambda day, _plan: [call.seq for call in day.calls] == list(day.announced))


def test_a_silent_display_is_said_to_be_silent_and_never_turns_the_lamp_red(
    hub: OfficeHub, open_display: Callable[[str], Page], panel: Page
) -> None:
    open_display(SILENT)
    number = call(hub)
    silent = lamp(panel, number, "silent")
    expect(silent).to_have_text(f"{number}: layar tidak bersuara · panggil dengan suara", timeout=PATIENCE)
    panel.clock.fast_forward(10_000)
    expect(silent).to_be_visible()
    serve(hub, number)
    expect(silent).to_have_text(f"{number}: layar tidak bersuara")
    assert panel.evaluate("reds") == []


def test_a_frozen_display_turns_the_lamp_red(hub: OfficeHub, open_display: Callable[[str], Page], panel: Page) -> None:
    display = open_display(LOUD)
    first = call(hub)
    expect(lamp(panel, first, "heard")).to_be_visible(timeout=PATIENCE)
    serve(hub, first)
    debugger: Any = display.context.new_cdp_session(display)
    debugger.send("Debugger.enable")
    debugger.send("Debugger.pause")
    second = call(hub)
    expect(lamp(panel, second, "waiting")).to_be_visible()
    panel.clock.fast_forward(7000)
    expect(lamp(panel, second, "unseen")).to_have_text(f"{second}: belum tampil di layar · panggil dengan suara")
    assert panel.evaluate("reds") == [f"{second} unseen"]
    # It wakes up, draws the call and says so: nothing has to be called aloud any more.
    debugger.send("Debugger.resume")
    debugger.send("Debugger.disable")
    expect(lamp(panel, second, "heard")).to_be_visible(timeout=PATIENCE)
    expect(panel.locator('[data-display="unseen"]')).to_have_count(0)


def test_without_any_display_the_lamp_turns_red(hub: OfficeHub, panel: Page) -> None:
    number = call(hub)
    expect(lamp(panel, number, "waiting")).to_be_visible()
    expect(lamp(panel, number, "unseen")).to_have_count(0)
    panel.clock.fast_forward(7000)
    expect(lamp(panel, number, "unseen")).to_have_text(f"{number}: belum tampil di layar · panggil dengan suara")
    serve(hub, number)
    expect(lamp(panel, number, "missed")).to_have_text(f"{number}: tidak diumumkan layar")


def test_the_screen_beside_the_counter_is_enough_only_where_the_waiting_room_has_no_display(
    hub: OfficeHub, open_display: Callable[[str], Page], panel: Page
) -> None:
    services = hub.app.extensions["antrean"]
    (beside,) = services.identities.devices()
    services.settings.set_device_settings(beside.id, {"layout": "counter", "counter": "3"})
    hub.office.execute(ChangePlan(what="devices"))
    open_display(SILENT)
    first = call(hub)
    expect(lamp(panel, first, "beside")).to_contain_text(f"{first}: tampil di layar loket")
    panel.clock.fast_forward(7000)
    expect(lamp(panel, first, "beside")).to_be_visible()
    serve(hub, first)
    # A display of the waiting room is paired, and switched off.
    pair_device(services.settings, "display", "Layar ruang tunggu", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    second = call(hub)
    expect(lamp(panel, second, "waiting")).to_be_visible()
    expect(panel.locator('[data-display="aside"]')).to_have_count(1)  # the screen has told, and the panel has heard
    panel.clock.fast_forward(7000)
    expect(lamp(panel, second, "aside")).to_have_text(f"{second}: hanya tampil di layar loket · panggil dengan suara")
    assert panel.evaluate("reds") == []
    assert hub.office.read(lambda day, _plan: (len(day.beside), len(day.announced))) == (2, 0)
