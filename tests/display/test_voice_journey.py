"""A real browser speaks the calls: in order, one at a time, once drawn; and owns up when it is kept silent."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, CompleteTicket, OpenCounter, StartService
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import until
from tests.fakes.plan import save_part
from tests.fakes.voice import tone_pack

PATIENCE = 90  # seconds, for two calls on a slow machine
# Everything that the page's audio gives out, with what was drawn at that moment.
RECORD = """
    window.heard = [];
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (...given) {
        const one = {
            from: performance.now(), to: null, seconds: this.buffer.duration,
            peak: this.buffer.getChannelData(0).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
            drawn: document.querySelector('[data-number]').textContent,
            flashes: document.querySelector('[data-now]').classList.contains('is-announcing'),
        };
        heard.push(one);
        this.addEventListener('ended', () => { one.to = performance.now(); });
        return start.apply(this, given);
    };
"""


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    tone_pack(tmp_path / "voice" / "id", "id")
    running = OfficeHub(tmp_path, plan, PassingClock())
    save_part(running.office, "voice", {"repeat": 1})
    running.office.execute(OpenCounter(counter="3", operator="Ani"))
    yield running
    running.stop()


@pytest.fixture
def open_display(hub: OfficeHub, browser_with: Callable[..., Browser]) -> Iterator[Callable[[str], Page]]:
    """Give a function that opens the display in a browser with an autoplay policy."""
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "display", "Layar lobi", hub.office.clock)
    services.identities.load()
    with hub.served() as address:

        def open_one(policy: str) -> Page:
            browser = browser_with(f"--autoplay-policy={policy}")
            screen: BrowserContext = browser.new_context(viewport={"width": 1920, "height": 1080})
            screen.add_cookies([{"name": "antrean_display", "value": token, "url": address}])
            page = screen.new_page()
            page.add_init_script(RECORD)
            page.goto(address + "/display/")
            # Asking the page anything counts as a touch, so the hub is asked whether the display is there.
            until(page, lambda: services.publisher.listeners("display"), "the display's connection")
            return page

        yield open_one


def call(hub: OfficeHub, counter: str = "3", operator: str = "Ani") -> int:
    """Call a visitor who does not come by themselves; return the seq of the call."""
    hub.issue()
    if hub.office.read(lambda day, _plan: day.counter(counter).state) == "closed":
        hub.office.execute(OpenCounter(counter=counter, operator=operator))
    return hub.office.execute(CallNext(counter=counter, operator=operator)).seq


def come(hub: OfficeHub, number: str, counter: str = "3") -> None:
    hub.office.execute(StartService(ticket=number, counter=counter))
    hub.office.execute(CompleteTicket(ticket=number, counter=counter))


def wait_for(page: Page, hub: OfficeHub, sounded: dict[int, str]) -> None:
    """Wait until the hub has heard of these calls."""

    def is_told() -> bool:
        return hub.office.read(lambda day, _plan: dict(day.sounded)) == sounded

    until(page, is_told, f"the hub to hear of {sounded}", seconds=PATIENCE)


def test_two_calls_at_once_are_drawn_and_heard_one_after_the_other(
    hub: OfficeHub, open_display: Callable[[str], Page]
) -> None:
    page = open_display("no-user-gesture-required")
    calls = [call(hub), call(hub, "1", "Budi")]
    wait_for(page, hub, dict.fromkeys(calls, "spoken"))
    heard: list[dict[str, Any]] = page.evaluate("heard")
    assert [one["drawn"] for one in heard] == ["A-001", "A-001", "A-002", "A-002"]
    assert all(one["flashes"] for one in heard)
    assert all(one["to"] is not None for one in heard)
    assert all(before["to"] <= after["from"] for before, after in itertools.pairwise(heard))
    services = hub.app.extensions["antrean"]
    with hub.app.test_request_context():  # what was told last may be older than the newest line, and is drawn anew
        sound = services.publisher.current("display", services.identities.devices()[0].id)["sound"]
    keys = [key for seq in calls for key in (sound["chime"], *sound["calls"][str(seq)]["call"])]
    lengths = [(len(services.voices.sound(key)) - 44) / 2 / 22050 for key in keys]
    assert [one["seconds"] for one in heard] == pytest.approx(lengths, abs=0.01)
    assert all(0.05 < one["peak"] < 0.9 for one in heard)
    assert page.locator("[data-sound-blocked]").is_hidden()


@pytest.mark.long
def test_whoever_has_come_meanwhile_is_shown_and_not_called_out(
    hub: OfficeHub, open_display: Callable[[str], Page]
) -> None:
    page = open_display("no-user-gesture-required")
    first = call(hub)
    # Ten more in a rush, at other counters: all but the last have come before their words could begin.
    rush = []
    for n in range(2, 12):
        rush.append(call(hub, "1", "Budi"))
        if n < 11:
            come(hub, f"A-{n:03d}", "1")
    sounded = {first: "spoken", **dict.fromkeys(rush[:-1], "answered"), rush[-1]: "spoken"}
    wait_for(page, hub, sounded)
    heard = page.evaluate("heard")
    assert {one["drawn"] for one in heard} == {"A-001", "A-011"}
    assert hub.office.read(lambda day, _plan: sorted(day.announced)) == [first, *rush]


def test_a_browser_that_waits_for_a_touch_says_so_and_one_touch_gives_it_its_voice(
    hub: OfficeHub, open_display: Callable[[str], Page]
) -> None:
    page = open_display("document-user-activation-required")
    first = call(hub)
    wait_for(page, hub, {first: "blocked"})
    expect(page.locator("[data-sound-blocked]")).to_be_visible()
    assert page.evaluate("heard") == []
    panel = hub.as_staff("Ani").get("/counter_panel/view").get_json()["html"]["lamps"]
    assert "layar tidak bersuara" in panel
    come(hub, "A-001")
    page.mouse.click(900, 500)
    expect(page.locator("[data-sound-blocked]")).to_be_hidden()
    second = call(hub)
    wait_for(page, hub, {first: "blocked", second: "spoken"})
    assert [one["drawn"] for one in page.evaluate("heard")] == ["A-002", "A-002"]


def test_a_display_that_is_set_silent_asks_for_no_touch(hub: OfficeHub, open_display: Callable[[str], Page]) -> None:
    services = hub.app.extensions["antrean"]
    services.settings.set_device_settings(services.identities.devices()[0].id, {"voice": {"volume": 0}})
    services.identities.load()
    page = open_display("document-user-activation-required")
    wait_for(page, hub, {call(hub): "muted"})
    assert page.evaluate("document.querySelector('[data-sound-blocked]').hidden")
