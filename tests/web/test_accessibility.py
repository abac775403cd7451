"""Every screen in its states, looked at by axe-core in a real browser: nothing found, nothing moves, no key is caught.

axe sees about half of what can be wrong; wording, reading order aloud, glare and reach stay with people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from antrean.access.devices import pair_device
from antrean.hub.agents.printer_addresses import stored
from antrean.printing.transport.address import parse_address
from antrean.queueing.commands import (
    Announce,
    CallNext,
    CallTicket,
    CancelTicket,
    ChangePlan,
    CloseCounter,
    CloseDay,
    CountStock,
    DeferTicket,
    EndAnnouncement,
    OpenCounter,
    OpenDay,
    PauseCounter,
    ReportPrinter,
    SayComing,
    SettleSlip,
)
from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.model import OfficePlan, PlaylistItem, Requirement, StockItem
from tests.conftest import PassingClock, small_plan
from tests.fakes.chromium import needed
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.plan import save_item
from tests.fakes.slips import SlipKey
from tests.web.still_and_reached import WATCH, movements, traps

# What makes a page wider than its window; what scrolls within a frame of its own does not.
WIDER = """() => {
    const right = one => Math.round(one.getBoundingClientRect().right);
    const all = Array.from(document.querySelectorAll('body *')).filter(one => right(one) > innerWidth);
    const wider = document.documentElement.scrollWidth > innerWidth;
    return wider ? all.map(one => `${one.tagName}.${one.className} ends at ${right(one)}`) : [];
}"""
# The same with the words of each state of the connection, long ones among them.
WIDER_WHATEVER_THE_CONNECTION = f"""() => {{
    const was = document.documentElement.dataset.live;
    const found = ['connecting', 'live', 'stale', 'offline'].flatMap(state => {{
        document.documentElement.dataset.live = state;
        return ({WIDER})().map(one => `${{state}}: ${{one}}`);
    }});
    document.documentElement.dataset.live = was;
    return found;
}}"""
# A sign without a size of its own fills the room that there is.
HUGE_SIGNS = """() => [...document.querySelectorAll('svg.icon')].filter(one => one.getBoundingClientRect().width > 64)
    .map(one => `a sign of ${one.getBoundingClientRect().width} pixels in ${one.parentElement.className}`)"""
ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
LOOK = """() => axe.run(document, {
    resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}).then(found => found.violations.map(fault => fault.id + ': ' + fault.nodes.map(
    node => node.target.join(' ') + ' (' + node.any.concat(node.all, node.none).map(one => one.message).join('; ') + ')'
).join(' | ')))"""


@pytest.fixture(scope="module", autouse=True)
def axe() -> None:
    needed(AXE)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    plan: OfficePlan = small_plan(
        ticker={"id": "Semua layanan gratis.", "en": "All services are free."},
        stock=(StockItem("blank", {"id": "Blangko KTP-el"}, {"id": "lembar"}, 50),),
    )
    running = OfficeHub(tmp_path_factory.mktemp("office"), plan, PassingClock())
    yield running
    running.stop()


@pytest.fixture(scope="module")
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(WATCH)
    opened = context.new_page()
    yield opened
    context.close()


def faults(page: Page) -> list[str]:
    """Return what axe-core finds on the page as it is now, what moves, and what keys don't reach or leave."""
    # Colours on their way from one state to the next are nobody's reading matter. Looked at frame by frame, as is usual
    # here, the page itself would seem to draw so.
    page.wait_for_function(
        "() => document.getAnimations().every(one => one.playState !== 'running'"
        " || one.effect.getComputedTiming().iterations === Infinity)",
        polling=50,
    )
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(LOOK)
    found += movements(page)
    if "/admin/" in page.url or "/counter_panel/" in page.url:
        found += page.evaluate(HUGE_SIGNS)
    if "/mobile_ticket" in page.url:
        found += magnified(page)
    return found + traps(page)


def magnified(page: Page) -> list[str]:
    """Return what is wider than the window at 400 % on 1280, and which words that can be read are lost there."""
    usual = page.viewport_size
    read = "document.body.innerText.split(/\\s+/)"
    before = page.evaluate(read)
    page.set_viewport_size({"width": 320, "height": 640})
    found: list[str] = page.evaluate(WIDER)
    lost = [word for word in before if word not in set(page.evaluate(read)) and not word[:1].isdigit()]
    if usual:
        page.set_viewport_size(usual)
    return found + [f"lost: {word}" for word in lost]


def magnified_administration(page: Page) -> list[str]:
    """Return what is wider than the window at 400 % on 1280, with the words of each state of the connection."""
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    usual = page.viewport_size
    assert usual is not None
    page.set_viewport_size({"width": 320, "height": 640})
    found: list[str] = page.evaluate(WIDER_WHATEVER_THE_CONNECTION)
    page.set_viewport_size(usual)
    return found


def paired(page: Page, hub: OfficeHub, address: str, kind: str, size: tuple[int, int], **settings: Any) -> None:
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, kind, f"{kind} {size}", hub.office.clock, numbered=True)
    services.settings.set_device_settings(device.id, settings)
    services.identities.load()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.context.add_cookies([{"name": f"antrean_{kind}", "value": token, "url": address}])
    page.goto(f"{address}/{kind}/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")


def sign_in(page: Page, address: str, name: str, then: str) -> None:
    page.goto(f"{address}/sign_in?next={then}")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button.wide")
    page.wait_for_url(address + then + "**")


@pytest.mark.parametrize("path", ["/", "/sign_in", "/pair?kind=kiosk", "/sign_in?language=en"])
def test_the_first_pages(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    assert faults(page) == []


@pytest.mark.parametrize("size", [(1080, 1920), (1024, 768)])
def test_the_kiosk_on_every_screen(page: Page, hub: OfficeHub, address: str, size: tuple[int, int]) -> None:
    paired(page, hub, address, "kiosk", size)
    found = {"start": faults(page)}
    page.locator('.in-language:not([hidden]) .tile[data-service="card"]').click()
    expect(page.locator(".resting")).to_have_count(0)  # a key may lie where the service was touched
    found["persons"] = faults(page)
    page.locator(".in-language:not([hidden]) [data-other]").click()
    expect(page.locator("body")).to_have_attribute("data-screen", "second")
    expect(page.locator(".resting")).to_have_count(0)
    found["second"] = faults(page)
    page.locator('.in-language:not([hidden]) .tile[data-service="family"]').click()
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")
    expect(page.locator(".resting")).to_have_count(0)
    found["both"] = faults(page)

    def refuse(route: Route) -> None:
        route.fulfill(status=409, json={"error": {"code": "service_closed", "message": "Layanan ini tutup."}})

    page.route("**/kiosk/tickets*", refuse)
    page.locator('.in-language:not([hidden]) [name=persons][value="2"]').click()
    expect(page.locator("body")).to_have_attribute("data-screen", "problem")
    found["problem"] = faults(page)
    page.unroute("**/kiosk/tickets*")
    page.goto(f"{address}/kiosk/?service=card&language=en")
    page.locator('.in-language:not([hidden]) [name=persons][value="2"]').click()
    expect(page.locator("body")).to_have_attribute("data-screen", "result")
    found["result"] = faults(page)
    page.goto(f"{address}/kiosk/?service=card&language=su")
    page.route("**/kiosk/tickets*", lambda route: route.abort())
    page.locator('.in-language:not([hidden]) [name=persons][value="2"]').click()
    expect(page.locator("body")).to_have_attribute("data-cut", "yes")
    found["waiting"] = faults(page)
    page.locator(".in-language:not([hidden]) [data-give-up]").click()
    expect(page.locator("body")).to_have_attribute("data-screen", "stopped")
    found["given up"] = faults(page)
    assert found == {key: [] for key in found}


@pytest.mark.parametrize("size", [(1080, 1920), (1024, 768)])
def test_the_kiosk_while_it_reads_aloud(page: Page, hub: OfficeHub, address: str, size: tuple[int, int]) -> None:
    paired(page, hub, address, "kiosk", size)
    page.locator("[data-choose-language=su]").click()

    def go(steps: int) -> None:
        """Go so many steps by keys from the beginning, as a click of the mouse takes what it touches."""
        page.evaluate("document.activeElement.blur()")
        for _ in range(steps):
            page.keyboard.press("ArrowDown")

    go(1)
    expect(page.locator("body[data-speech]")).to_be_visible()
    found = {"start": faults(page)}
    go(1)
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")
    found["persons"] = faults(page)
    go(2)
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-screen", "result")
    found["result"] = faults(page)
    page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_attribute("data-screen", "start")
    page.locator(".in-language:not([hidden]) [data-ear]").click()
    expect(page.locator("body[data-explore]")).to_be_visible()
    expect(page.locator(".resting")).to_have_count(0)
    found["by finger"] = faults(page)
    assert found == {key: [] for key in found}


def test_the_displays(page: Page, hub: OfficeHub, address: str) -> None:
    paired(page, hub, address, "display", (1920, 1080))
    expect(page.locator("body[data-rest=dim]")).to_be_visible()  # nobody has been called
    found = {"dim": faults(page)}
    if hub.office.read(lambda day, _plan: day.counter("3").state) == "closed":
        hub.office.execute(OpenCounter(counter="3", operator="Budi"))
    number = hub.issue().number
    hub.office.execute(CallNext(counter="3", operator="Budi"))
    expect(page.locator(".now.is-announcing [data-number]")).not_to_be_empty()
    found["announcing"] = faults(page)
    expect(page.locator(".now:not(.is-announcing)")).to_be_visible()
    found["called"] = faults(page)
    page.evaluate("document.documentElement.dataset.live = 'stale'")
    found["stale"] = faults(page)
    paired(page, hub, address, "display", (1080, 1920))
    found["upright"] = faults(page)
    paired(page, hub, address, "display", (800, 480), layout="counter", counter="3")
    found["side"] = faults(page)
    current = hub.office.read(lambda day, _plan: day.current("3"))
    for size in ((1920, 1080), (1080, 1920)):
        paired(page, hub, address, "display", size, layout="ready", languages=["en"])
        expect(page.locator(".codes-empty")).to_be_visible()
        found[f"ready {size}"] = faults(page)
    paired(page, hub, address, "display", (800, 480), layout="counter", counter="3")
    assert current is not None
    hub.office.execute(CancelTicket(ticket=current.number, reason="test"))
    hub.office.execute(CloseCounter(counter="3", operator="Budi"))
    expect(page.locator(".side-state")).to_be_visible()
    found["side closed"] = faults(page)
    urgent = hub.office.execute(Announce(texts={"id": "Mohon tinggalkan gedung."}, urgent=True)).seq
    expect(page.locator(".side-alarm")).to_be_visible()
    found["side, urgent"] = faults(page)
    for size in ((1920, 1080), (1080, 1920)):
        paired(page, hub, address, "display", size, zone="of its own")
        expect(page.locator(".is-urgent")).to_be_visible()
        found[f"urgent {size}"] = faults(page)
        hub.office.execute(CloseDay())
        expect(page.locator(".day-closed p")).not_to_have_count(0)
        page.locator(".message-words").click(trial=True)  # nothing lies over it, now that the office is closed
        hub.office.execute(OpenDay())
        paired(page, hub, address, "kiosk", size)
        expect(page.locator(".in-language:not([hidden]) .message[role=alert]").first).to_be_visible()
        found[f"urgent at the kiosk {size}"] = faults(page)
    hub.office.execute(EndAnnouncement(announcement=urgent))
    assert number
    assert found == {key: [] for key in found}


def test_the_counter_panel_in_its_states(page: Page, hub: OfficeHub, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, address, "Ani", "/counter_panel/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    found = {"lobby": faults(page)}
    page.click("#open-give")
    found["give a number"] = faults(page)
    page.keyboard.press("Enter")
    expect(page.locator(".told-number")).to_be_visible()
    found["a number by hand"] = faults(page)
    hub.office.execute(CancelTicket(ticket=page.inner_text(".told-number").strip(), reason="test"))
    page.keyboard.press("Enter")
    page.click("#sit-2")
    expect(page.locator("body")).to_have_attribute("data-state", "open")
    found["empty"] = faults(page)
    first = hub.issue("birth", persons=2, priority=True).number
    hub.issue("birth")
    expect(page.locator(".part-next .row")).to_have_count(2)
    hub.office.execute(CallNext(counter="2", operator="Ani"))
    expect(page.locator(".ticket-number")).to_have_text(first)
    found["called"] = faults(page)
    page.set_viewport_size({"width": 390, "height": 844})
    found["called on a phone"] = faults(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.click("#open-find")
    found["dialog"] = faults(page)
    page.keyboard.press("Escape")
    for size, name in (((390, 844), "on a phone"), ((1280, 800), "on a tablet")):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.click("#open-announce")
        page.select_option("#announce-phrase", "evacuation")
        expect(page.locator("#announce-now")).to_be_enabled()
        found[f"announce {name}"] = faults(page)
        page.keyboard.press("Escape")
    page.click("#verb-3")
    found["send on"] = faults(page)
    page.keyboard.press("Escape")
    for button, drawn in (("correct", "#correct-persons-9"), ("keys", ".keys")):
        page.click(f"#open-{button}")
        expect(page.locator(drawn)).to_be_visible()
        found[button] = faults(page)
        page.keyboard.press("Escape")
    page.click("#leave")
    expect(page.locator("#hand-over-1")).to_be_visible()
    found["hand over"] = faults(page)
    page.keyboard.press("Escape")
    hub.office.execute(CancelTicket(ticket=first, reason="test"))
    for _ in range(5):
        hub.issue("birth")
    page.click("#open-waiting")
    expect(page.locator("#ask-waiting .row")).to_have_count(6)
    found["list"] = faults(page)
    page.keyboard.press("Escape")
    hub.office.execute(PauseCounter(counter="2", operator="Ani", reason="break"))
    expect(page.locator(".empty.is-paused")).to_be_visible()
    found["paused"] = faults(page)
    hub.office.execute(CloseCounter(counter="2", operator="Ani"))
    page.context.clear_cookies()
    sign_in(page, address, "Dewi", "/counter_panel/")
    page.click("#open-services")
    page.click("#lead-birth")
    page.click("#ask-lead summary")
    found["a service, to a supervisor"] = faults(page)
    assert found == {key: [] for key in found}


def test_the_ticket_on_the_phone(page: Page, hub: OfficeHub, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    hub.office.execute(OpenCounter(counter="1", operator="Dewi"))
    ticket = hub.issue("family")
    page.goto(f"{address}/mobile_ticket/?ticket={hub.link(ticket)}")
    found = {"waiting": faults(page)}
    page.click("[data-start]")
    expect(page.locator("[data-signals=on]")).to_be_visible()
    found["with signals"] = faults(page)
    hub.issue("family")
    hub.office.execute(DeferTicket(ticket=ticket.number))
    hub.office.execute(SayComing(ticket=ticket.number))
    page.reload()
    found["after others, and on the way"] = faults(page)
    page.set_viewport_size({"width": 320, "height": 640})  # as at 400 % on 1280
    found["magnified"] = faults(page)
    page.set_viewport_size({"width": 390, "height": 844})
    hub.office.execute(CallTicket(ticket=ticket.number, counter="1", operator="Dewi", reason="test"))
    page.goto(f"{address}/mobile_ticket/?ticket={hub.link(ticket)}&language=en")
    found["called"] = faults(page)
    page.goto(f"{address}/mobile_ticket/?ticket=nobody")
    found["gone"] = faults(page)
    page.goto(f"{address}/mobile_ticket/")
    found["by code"] = faults(page)
    page.fill("[name=number]", "A 1")
    page.fill("[name=code]", "guess")
    page.click(".find button")
    expect(page.locator(".refusal")).to_be_visible()
    found["wrong code"] = faults(page)
    assert found == {key: [] for key in found}


@pytest.mark.first
def test_the_administration(page: Page, hub: OfficeHub, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    services = hub.app.extensions["antrean"]
    hang = stored([parse_address("tcp://a"), parse_address("tcp://b")])
    device, _token = pair_device(services.settings, "print_agent", "Printer 1", hub.office.clock, hang)
    hub.office.execute(ChangePlan(what="devices"))
    states = {"state": "paper_out", "address": "tcp://a", "fallback": "near_end", "fallback_address": "tcp://b"}
    hub.office.execute(ReportPrinter(printer=device.id, **states))
    for result in ("printed", "uncertain", "failed", ""):
        slip: SlipKey = {"ticket": hub.issue("birth").number, "copy": 0, "claim": "run"}
        for said in ("sending", result) if result else ():
            hub.office.execute(SettleSlip(**slip, result=said, evidence="sent", reason="x"))
    services = hub.app.extensions["antrean"]
    for kind in ("display", "kiosk"):
        pair_device(services.settings, kind, f"A {kind}", hub.office.clock, numbered=True)
    save_item(hub.office, PlaylistItem("notice", "notice", {"id": "Besok tutup"}))
    hub.office.execute(ChangePlan(what="devices"))
    hub.office.execute(CountStock(item="blank", count=12))
    found = {}
    sign_in(page, address, "Dewi", f"/admin/printers/{device.id}/set_up")
    found["set up, as a supervisor sees it"] = faults(page)
    sign_in(page, address, "Eka", "/admin/printers")
    page.click(f"#hold-{device.id}")
    found["confirm"] = faults(page)
    page.goto(f"{address}/admin/printers/{device.id}/set_up")
    found["set up, magnified"] = magnified_administration(page)
    found["set up"] = faults(page)
    links = page.eval_on_selector_all("nav a[href*='/admin/']", "all => all.map(one => one.pathname)")
    links.append("/admin/services/card/settings")
    for path in sorted(set(links)):
        page.goto(address + path)
        found[f"{path} magnified"] = magnified_administration(page)
        found[path] = faults(page)
        for part in page.locator("details.list-part").all():  # one form of the list is open at a time
            part.locator("summary").first.click()
            found[f"{path} {part.get_attribute('id')}"] = faults(page)
    page.goto(f"{address}/admin/stock")
    page.eval_on_selector_all("main details", "all => all.forEach(one => { one.open = true; })")
    found["stock, all of it open"] = faults(page)
    assert found == {key: [] for key in found}


def test_what_only_some_offices_show(page: Page, tmp_path: Path) -> None:
    """The documents to bring, a kiosk outside opening hours, and the end of the sample office."""
    plan = small_plan(demo=True, languages=("id", "en", "su"))
    papers = tuple(Requirement(f"d{one}", {"id": f"Surat keterangan nomor {one}"}) for one in range(1, 9))
    card = replace(
        plan.services[0], requirements=papers, costs={"id": "Gratis"}, legal_days=3,
        spare_questions={"id": "Hanya karena tanggalnya lewat?"}, spare_words={"id": "KTP-el berlaku seumur hidup."},
    )  # fmt: skip
    plan = replace(plan, services=(card, *plan.services[1:]))
    hub = OfficeHub(tmp_path, plan, PassingClock())
    found: dict[str, list[str]] = {}
    with hub.served() as address:
        paired(page, hub, address, "kiosk", (1024, 768))
        page.locator('.in-language:not([hidden]) .tile[data-service="card"]').click()
        page.locator("[data-of=spare] .in-language:not([hidden]) [data-other-reason]").click()
        expect(page.locator("body")).to_have_attribute("data-screen", "documents")
        expect(page.locator(".resting")).to_have_count(0)
        found["documents"] = faults(page)
        page.set_viewport_size({"width": 390, "height": 844})
        ticket = hub.issue("card")
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link(ticket)}")
        expect(page.locator(".bring")).to_be_visible()
        found["documents on the phone"] = faults(page)
        hub.office.execute(OpenCounter(counter="1", operator="Ani"))
        hub.office.execute(CallTicket(ticket=ticket.number, counter="1", operator="Ani", reason="test"))
        expect(page.locator("[data-face=called]")).to_be_visible()
        found["called with a number of the sample"] = faults(page)
        sign_in(page, address, "Eka", "/admin/office/mine")
        found["make it mine"] = faults(page)
        page.goto(f"{address}/admin/today")
        expect(page.locator("[data-fragment=spared] .card")).to_be_visible()
        found["today, with visits that are not needed"] = faults(page)
        closed = Hours({"tuesday": ((20 * 60, 21 * 60),), "wednesday": ((8 * 60, 12 * 60),)})
        hub.office._load_plan = lambda: replace(plan, hours=closed)
        hub.office.execute(ChangePlan(what="hours"))
        for size in ((1080, 1920), (1024, 768)):
            paired(page, hub, address, "kiosk", size)
            expect(page.locator(".in-language:not([hidden]) .opening-days")).to_be_visible()
            found[f"closed {size}"] = faults(page)
    hub.stop()
    assert found == {key: [] for key in found}


@pytest.mark.parametrize("width", [1280, 390])
def test_the_lock_and_the_own_account(page: Page, hub: OfficeHub, address: str, width: int) -> None:
    hub.as_staff("Budi").post("/account/pin", json={"password": PASSWORD, "pin": "739105"})
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, address, "Budi", "/account")
    assert faults(page) == []
    page.goto(address + "/counter_panel/")
    page.evaluate("fetch('/sign_in/lock', {method: 'POST'})")
    page.reload()
    expect(page.locator("#lock-pin")).to_be_focused()
    assert faults(page) == []
    page.fill("#lock-pin", "000000")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error]")).not_to_be_empty()
    assert faults(page) == []
    page.click('[data-other="password"]')
    expect(page.locator("#lock-password")).to_be_focused()
    assert faults(page) == []
    page.goto(address + "/sign_in/locked")
    assert faults(page) == []


MOVING = """<style>@keyframes go { to { left: 9px } } .css { animation: go 1s infinite }</style>
<p class="css">one</p><p id="script">two</p><a href="#end" style="outline: none">three</a>
<input id="trap" onkeydown="event.key === 'Tab' && event.preventDefault()"><button>four</button>"""


def test_what_moves_and_what_catches_a_key_would_be_seen(page: Page, address: str) -> None:
    page.goto(address + "/sign_in")
    assert movements(page) + traps(page) == []
    page.route("**/moving", lambda route: route.fulfill(content_type="text/html", body=MOVING))
    page.goto(address + "/moving")
    page.evaluate("document.getElementById('script').animate([{opacity: 0}, {opacity: 1}], 500)")
    page.evaluate("scrollTo({top: 1, behavior: 'smooth'})")
    page.evaluate("() => { const again = () => requestAnimationFrame(again); again(); }")
    page.wait_for_function("() => moved.includes('frame by frame') && moved.some((one) => one.startsWith('go '))")
    assert set(movements(page)) == {"moves: go of css", "moves: script of ", "moves: scrollTo", "moves: frame by frame"}
    page.focus("a")
    assert traps(page) == ["the Tab key stays at INPUT#trap. "]
