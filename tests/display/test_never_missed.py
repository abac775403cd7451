"""No call missed, none announced twice, and the operator told the truth: cut off, killed, asleep, a day off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, CompleteTicket, OpenCounter, StartService
from antrean.queueing.plan.model import Counter, OfficePlan, PlaylistItem
from tests.conftest import PassingClock, small_plan
from tests.fakes.chromium import CHROMIUM, FLAGS, MAY_SOUND
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.pages import until
from tests.fakes.plan import save_item

TOKENS: dict[str, str] = {}
COUNTERS = [str(n) for n in range(1, 13)]
# What this page showed as announced, also before it was loaded again.
WATCH = """
    const add = DOMTokenList.prototype.add;
    DOMTokenList.prototype.add = function (...names) {
        if (names.includes('is-announcing')) {
            const seen = JSON.parse(sessionStorage.getItem('seen') || '[]');
            seen.push(document.querySelector('[data-number]').textContent);
            sessionStorage.setItem('seen', JSON.stringify(seen));
        }
        return add.apply(this, names);
    };
"""


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(counters=tuple(Counter(code, f"Loket {code}", ("card", "family")) for code in COUNTERS))


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path / "office", plan, PassingClock())
    running.office.execute(OpenCounter(counter="3", operator="Ani"))
    yield running
    running.stop()


@pytest.fixture
def address(hub: OfficeHub) -> Iterator[str]:
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "display", "Layar lobi", hub.office.clock)
    # Its clock is hurried, and sound can't be: this display shows and keeps silent.
    services.settings.set_device_settings(device.id, {"voice": {"volume": 0}})
    services.identities.load()
    with hub.served() as found:
        TOKENS[found] = token  # paired long ago: also a browser without power keeps it
        yield found


def browser_of(playwright: Playwright, folder: Path) -> BrowserContext:
    """Start a browser whose profile outlives it, as a television's does."""
    flags = [*FLAGS, MAY_SOUND]
    context = playwright.chromium.launch_persistent_context(
        str(folder), executable_path=str(CHROMIUM), args=flags, viewport={"width": 1280, "height": 720}
    )
    context.add_init_script(WATCH)
    return context


def kill(profile: Path) -> None:
    """Take the power away: no process of this profile gets to write anything any more."""
    mine = [one for one in psutil.process_iter(["cmdline"]) if str(profile) in " ".join(one.info["cmdline"] or [])]
    for process in mine:
        process.kill()
    psutil.wait_procs(mine, timeout=60)


def open_display(context: BrowserContext, hub: OfficeHub, address: str, clock: datetime | None = None) -> Page:
    context.add_cookies([{"name": "antrean_display", "value": TOKENS[address], "url": address}])
    page = context.new_page()
    page.clock.install(time=clock or hub.office.clock())
    page.goto(address + "/display/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    return page


def call(hub: OfficeHub, finish: bool = True) -> int:
    number = hub.issue().number
    seq = hub.office.execute(CallNext(counter="3", operator="Ani")).seq
    if finish:
        hub.office.execute(StartService(ticket=number, counter="3"))
        hub.office.execute(CompleteTicket(ticket=number, counter="3"))
    return seq


def told(hub: OfficeHub) -> list[int]:
    """Return the calls that the hub was told of as announced: large on the screen, and heard or not to be."""
    return hub.office.read(lambda day, _plan: list(day.sounded))


def hurry(page: Page, done: Callable[[], object], step: int = 500) -> None:
    """Run the display's timers ahead until something holds; the network keeps its own time."""
    until(page, done, "what the display was hurried for", hurry=step * 2 // 5)


def seen(page: Page) -> list[str]:
    found: list[str] = page.evaluate("JSON.parse(sessionStorage.getItem('seen') || '[]')")
    return found


def panel_says(hub: OfficeHub) -> str:
    return str(hub.as_staff("Ani").get("/counter_panel/view").get_json()["html"]["lamps"])


def test_a_display_that_is_killed_and_started_again_announces_what_it_missed_and_nothing_twice(
    playwright: Playwright, hub: OfficeHub, address: str, tmp_path: Path
) -> None:
    first = browser_of(playwright, tmp_path / "profile")
    page = open_display(first, hub, address)
    before = call(hub)
    hurry(page, lambda: told(hub) == [before])
    kill(tmp_path / "profile")
    missed = [call(hub), call(hub)]
    again = browser_of(playwright, tmp_path / "profile")
    page = open_display(again, hub, address)
    hurry(page, lambda: told(hub) == [before, *missed])
    assert seen(page) == ["A-002", "A-003"]
    again.close()


def test_a_display_that_slept_for_an_hour_wakes_up_and_announces_in_order(
    playwright: Playwright, hub: OfficeHub, address: str, tmp_path: Path
) -> None:
    context = browser_of(playwright, tmp_path / "profile")
    page = open_display(context, hub, address)
    page.clock.pause_at(hub.office.clock() + timedelta(minutes=1))
    session = context.new_cdp_session(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    missed = [call(hub) for _ in range(3)]
    assert told(hub) == []
    session.send("Page.setWebLifecycleState", {"state": "active"})
    page.clock.fast_forward(3_600_000)
    page.clock.resume()
    hurry(page, lambda: told(hub) == missed)
    assert seen(page) == ["A-001", "A-002", "A-003"]
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    context.close()


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_a_day_off_changes_nothing(
    playwright: Playwright, hub: OfficeHub, address: str, tmp_path: Path, days: int
) -> None:
    context = browser_of(playwright, tmp_path / "profile")
    page = open_display(context, hub, address, hub.office.clock() + timedelta(days=days))
    calls = [call(hub), call(hub)]
    hurry(page, lambda: told(hub) == calls)
    page.reload()
    calls.append(call(hub))
    hurry(page, lambda: told(hub) == calls)
    assert seen(page) == ["A-001", "A-002", "A-003"]
    context.close()


def test_the_operator_reads_when_it_was_announced_or_that_no_display_has_it(
    playwright: Playwright, hub: OfficeHub, address: str, tmp_path: Path
) -> None:
    context = browser_of(playwright, tmp_path / "profile")
    page = open_display(context, hub, address)
    context.set_offline(True)
    seq = call(hub, finish=False)
    silent = panel_says(hub)
    assert "belum tampil di layar · <b>panggil dengan suara</b>" in silent
    assert "A-001: belum tampil di layar · panggil dengan suara" in text_of(silent)
    context.set_offline(False)
    hurry(page, lambda: told(hub) == [seq])
    at = hub.office.read(lambda day, plan: day.announced[seq].astimezone(plan.tz))
    assert f"{at:%H.%M.%S}" in panel_says(hub)
    assert seen(page) == ["A-001"]
    context.close()


def test_what_stands_between_calls_gives_way_to_a_call_at_once_and_never_covers_one(
    playwright: Playwright, hub: OfficeHub, address: str, tmp_path: Path
) -> None:
    notice = PlaylistItem("n", "notice", {"id": "Besok kantor tutup", "en": "Closed tomorrow"}, seconds=400)
    save_item(hub.office, notice)
    context = browser_of(playwright, tmp_path / "profile")
    page = open_display(context, hub, address)
    first = call(hub)
    hurry(page, lambda: told(hub) == [first])
    expect(page.locator("[data-signage]")).to_be_hidden()
    hurry(page, lambda: page.locator("[data-signage]").is_visible(), 1000)
    expect(page.locator("[data-row='A-001']")).to_be_visible()
    second = call(hub)
    expect(page.locator(".is-announcing [data-number]")).to_have_text("A-002")
    expect(page.locator("[data-signage]")).to_be_hidden()
    hurry(page, lambda: told(hub) == [first, second])
    assert seen(page) == ["A-001", "A-002"]
    context.close()


def test_languages_take_turns_while_number_and_counter_stay(
    playwright: Playwright, hub: OfficeHub, address: str, tmp_path: Path
) -> None:
    context = browser_of(playwright, tmp_path / "profile")
    page = open_display(context, hub, address)
    seq = call(hub)
    hurry(page, lambda: told(hub) == [seq])
    said: set[str] = set()
    hurry(page, lambda: said.add(page.locator(".now-label").inner_text()) or len(said) == 3, 2000)
    assert said == {"Nomor antrean", "Queue number", "Nomer antrean"}
    expect(page.locator("[data-number]")).to_have_text("A-001")
    context.close()


def test_more_called_numbers_than_fit_are_counted_and_each_comes_by(
    playwright: Playwright, hub: OfficeHub, address: str, tmp_path: Path
) -> None:
    expected = []
    for counter in (one for one in COUNTERS if one != "3"):
        expected.append(hub.issue().number)
        hub.office.execute(OpenCounter(counter=counter, operator=f"Op{counter}"))
        hub.office.execute(CallNext(counter=counter, operator=f"Op{counter}"))
    context = browser_of(playwright, tmp_path / "profile")
    page = open_display(context, hub, address)
    expect(page.locator("[data-number]")).to_have_text(expected.pop())
    visible = page.locator("[data-row]:visible b")
    assert 2 <= visible.count() < len(expected)
    assert int(page.locator("[data-rows-more-count]").inner_text()) == len(expected) - visible.count()
    came_by: set[str] = set()
    hurry(page, lambda: came_by.update(visible.all_inner_texts()) or came_by == set(expected), 4000)
    context.close()


def test_the_page_does_not_grow_with_the_calls_it_has_shown(
    playwright: Playwright, hub: OfficeHub, address: str, tmp_path: Path
) -> None:
    context = browser_of(playwright, tmp_path / "profile")
    page = open_display(context, hub, address)
    count = "document.querySelectorAll('*').length"
    calls = [call(hub) for _ in range(16)]
    hurry(page, lambda: told(hub) == calls, 2700)
    nodes = page.evaluate(count)
    calls += [call(hub) for _ in range(8)]
    hurry(page, lambda: told(hub) == calls, 2700)
    assert page.evaluate(count) == nodes
    assert seen(page) == [f"A-{n:03d}" for n in range(1, 25)]
    context.close()
