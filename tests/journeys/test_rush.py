"""Sixty calls on two displays of one zone and one of another: one voice in each, no number twice, none missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, CompleteTicket, OpenCounter, StartService
from antrean.queueing.plan.model import Counter, OfficePlan
from tests.conftest import PassingClock, small_plan
from tests.fakes.chromium import MAY_SOUND
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import until
from tests.fakes.plan import save_part
from tests.fakes.voice import tone_pack

pytestmark = pytest.mark.long
CALLS = 60
COUNTERS = 12
PATIENCE = 300  # seconds
# What is heard, what stands large, and what the display tells the hub, all by the machine's one clock.
IS_QUIET = "!document.querySelector('.is-announcing')"
RECORD = """
    window.sounds = []; window.large = [];
    const now = () => performance.timeOrigin + performance.now();
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (...given) {
        const one = {from: now(), to: null, number: document.querySelector('[data-number]').textContent};
        sounds.push(one);
        const longest = one.from + this.buffer.duration * 1000;
        this.addEventListener('ended', () => { one.to = Math.min(now(), longest); });
        return start.apply(this, given);
    };
    addEventListener('DOMContentLoaded', () => {
        const look = () => {
            const number = document.querySelector('[data-number]').textContent;
            if (!large.length || large[large.length - 1].number !== number) large.push({at: now(), number});
        };
        new MutationObserver(look).observe(document.querySelector('[data-now]'), {
            subtree: true, childList: true, characterData: true, attributes: true,
        });
    });
"""


@dataclass
class Heard:
    """What one display gave out: (from, to, number) of each sound, and (from, number) of what stood large."""

    sounds: list[tuple[float, float, str]] = field(default_factory=list)
    large: list[tuple[float, str]] = field(default_factory=list)

    def spoken(self) -> list[str]:
        """Return the numbers that were said, one after the other."""
        said: list[str] = []
        for _from, _to, number in self.sounds:
            if not said or said[-1] != number:
                said.append(number)
        return said

    def stood(self, at: float) -> str:
        return next((number for since, number in reversed(self.large) if since <= at), "")


@pytest.fixture
def plan() -> OfficePlan:
    counters = tuple(Counter(str(n), f"Loket {n}", ("card", "family", "birth")) for n in range(1, COUNTERS + 1))
    return small_plan(counters=counters)


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    tone_pack(tmp_path / "voice" / "id", "id")
    running = OfficeHub(tmp_path, plan, PassingClock())
    save_part(running.office, "voice", {"repeat": 1})
    for n in range(1, COUNTERS + 1):
        running.office.execute(OpenCounter(counter=str(n), operator=f"Op{n}"))
    yield running
    running.stop()


def open_display(browser: Browser, hub: OfficeHub, address: str, name: str, zone: str) -> Page:
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "display", name, hub.office.clock)
    services.settings.set_device_settings(device.id, {"zone": zone, "interludes": False})
    services.identities.load()
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_cookies([{"name": "antrean_display", "value": token, "url": address}])
    page = context.new_page()
    page.add_init_script(RECORD)
    page.goto(address + "/display/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    return page


def rush(hub: OfficeHub, page: Page) -> list[int]:
    """Call sixty visitors within two minutes, each counter in its turn; most have come by its next call."""
    calls: list[int] = []
    numbers: dict[str, str] = {}
    for n in range(CALLS):
        counter = str(n % COUNTERS + 1)
        if counter in numbers:
            hub.office.execute(StartService(ticket=numbers[counter], counter=counter))
            hub.office.execute(CompleteTicket(ticket=numbers[counter], counter=counter))
        hub.issue()
        found = hub.office.execute(CallNext(counter=counter, operator=f"Op{counter}"))
        assert found.ticket is not None
        numbers[counter] = found.ticket.number
        calls.append(found.seq)
        page.wait_for_timeout(2000)
    return calls


def heard_by(page: Page) -> Heard:
    told: dict[str, list[dict[str, Any]]] = page.evaluate("({sounds, large})")
    return Heard(
        [(one["from"], one["to"], one["number"]) for one in told["sounds"] if one["to"]],
        [(one["at"], one["number"]) for one in told["large"]],
    )


def test_sixty_calls_on_three_displays_of_two_zones(browser_with: Callable[..., Browser], hub: OfficeHub) -> None:
    with hub.served() as address:
        browser = browser_with(MAY_SOUND)
        pages = [
            open_display(browser, hub, address, name, zone)
            for name, zone in (("Kiri", "Lobi"), ("Kanan", "lobi"), ("Atas", "Lantai 2"))
        ]
        calls = rush(hub, pages[0])
        quiet = [partial(page.evaluate, IS_QUIET) for page in pages]
        until(pages[0], lambda: all(one() for one in quiet), "the end of all calls", seconds=PATIENCE)
        left, right, upstairs = (heard_by(page) for page in pages)
        numbers = hub.office.read(lambda day, _plan: {call.seq: call.number for call in day.calls})
        sounded = hub.office.read(lambda day, _plan: dict(day.sounded))
        shown = hub.office.read(lambda day, _plan: sorted(day.announced))
    for zone in ([left, right], [upstairs]):
        sounds = sorted(sound for one in zone for sound in one.sounds)
        assert [(before, after) for before, after in pairwise(sounds) if before[1] > after[0] + 1] == [], "two voices"
        said = [number for one in zone for number in one.spoken()]
        assert len(said) == len(set(said)), "a number twice"
        assert said, "nothing was said"
    assert shown == calls, "a call that no display has drawn"
    assert all({number for _at, number in one.large} >= set(numbers.values()) for one in (left, right, upstairs))
    # In step: while one of the zone says a number, the other shows it, a moment of drawing aside.
    for speaker, other in ((left, right), (right, left)):
        for begins, ends, number in speaker.sounds:
            assert other.stood((begins + ends) / 2 + 150) == number
    # Each lamp is true: said to be spoken is what was heard, and nothing else.
    spoken = {*left.spoken(), *right.spoken(), *upstairs.spoken()}
    assert {numbers[seq] for seq, word in sounded.items() if word == "spoken"} == spoken
    assert set(sounded.values()) <= {"spoken", "answered", "late"}
    assert set(sounded) == set(calls)
