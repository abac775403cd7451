"""Takes the picture of the screens in README.md, those of docs/screens.md and those of docs/first-start.md.

`make pictures` runs it. The screens are the real ones in the system's Chromium: of an invented Tuesday morning, and of
the way from an empty folder to the first number.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from antrean.access.devices import pair_device
from antrean.commands.sample_office import ADMINISTRATOR, OPERATORS, sample_plan
from antrean.commands.simulate import demand_model
from antrean.printing.escpos.preview import render_png
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import content_from_json, layout_from_json
from antrean.queueing.commands import Announce, CallNext, ChangePlan, PauseService, StartService
from antrean.queueing.events import CounterOpened, TicketCalled
from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.demand import invent_day
from antrean.simulation.engine import run
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.web.text.slip_words import sample_content
from docs.walk_first_start import take_pictures
from printer_profiles import load_profile
from tests.fakes.chromium import MAY_SOUND, chromium
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.plan import save_part

PICTURE = Path(__file__).with_name("screens.png")
STATES = Path(__file__).with_name("screens")
STATE_SIZE, STATE_COLOURS = (900, 640), 64  # pixels at most; a picture in docs/screens.md takes few KB
ZONE = ZoneInfo("Asia/Jakarta")
MORNING = datetime(2026, 11, 24, 10, 12, tzinfo=ZONE)
VISITORS, SEED = 330, 7
PAPERS = (
    "Kartu Keluarga lama",
    "Buku nikah atau kutipan akta perkawinan",
    "Formulir F-1.01 yang sudah diisi dan ditandatangani kepala keluarga",
)
# The sheet, and where each screen stands on it: left, top, width.
SHEET, TABLE = (1800, 1107), "#d9d2c1"
PLACES = {
    "display": (36, 36, 1110),
    "panel": (36, 696, 598),
    "phone": (670, 696, 173),
    "slip": (895, 696, 234),
    "kiosk": (1182, 36, 582),
}


def main() -> None:
    """Live the morning, look at every screen, paste them on one sheet."""
    began = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder, chromium(MAY_SOUND) as browser:
        take_pictures(browser)
        plan = replace(sample_plan("office"), demo=False)
        hub = OfficeHub(Path(folder), plan, lambda: MORNING.astimezone(UTC) + (datetime.now(UTC) - began))
        live_the_morning(Path(folder), plan)
        hub.office.catch_up()
        with hub.served() as address:
            shots = {
                "display": display(browser, hub, address),
                "kiosk": kiosk(browser, hub, address),
                "panel": panel(browser, hub, address),
                "phone": phone(browser, hub, address),
                "slip": slip(hub, plan),
            }
            states = {
                "kiosk": shots["kiosk"],
                "kiosk-aids": kiosk_with_aids(browser, hub, address),
                "panel": shots["panel"],
                "panel-list": panel_list(browser, hub, address),
                "phone": shots["phone"],
                "phone-called": phone_called(browser, hub, address),
                "display": shots["display"],
                "display-paused": display_paused(browser, hub, address),
                "display-announcement": display_announcement(browser, hub, address),
                "display-upright": display_upright(browser, hub, address),
                "display-cut-off": display_cut_off(browser, hub, address),
                "kiosk-ear": kiosk_by_ear(browser, hub, address),
                "slip": shots["slip"],
                "kiosk-documents": kiosk_documents(browser, hub, address),
                "panel-lock": panel_lock(browser, hub, address),
                "hours": hours(browser, hub, address),
                "kiosk-lost": kiosk_lost(browser, hub, address),
            }
        hub.stop()
    STATES.mkdir(exist_ok=True)
    for name, state in states.items():
        small = Image.open(io.BytesIO(state)).convert("RGB")
        small.thumbnail(STATE_SIZE, Image.Resampling.LANCZOS)
        small.quantize(STATE_COLOURS, dither=Image.Dither.NONE).save(STATES / f"{name}.png", optimize=True)
    sheet = Image.new("RGB", SHEET, TABLE)
    for name, (left, top, width) in PLACES.items():
        shot = Image.open(io.BytesIO(shots[name])).convert("RGB")
        sheet.paste(
            shot.resize((width, round(shot.height * width / shot.width)), Image.Resampling.LANCZOS), (left, top)
        )
    sheet.quantize(200, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


def live_the_morning(folder: Path, plan: OfficePlan) -> None:
    """Write the journal of a simulated day up to this moment, served by the sample office's operators."""
    names = dict(zip((counter.code for counter in plan.counters), OPERATORS, strict=True))
    lines = []
    for entry in run(invent_day(MORNING.date(), plan, VISITORS, SEED, demand_model(plan))).entries:
        if entry.at.astimezone(ZONE) >= MORNING:
            break
        if isinstance(entry.event, CounterOpened | TicketCalled):
            entry = replace(entry, event=replace(entry.event, operator=names[entry.event.counter]))
        lines.append(entry)
    journal = SqlJournal(open_engine(database_url("", folder)), plan.office)
    journal.append(lines)
    journal.close()


def page_of(browser: Browser, hub: OfficeHub, address: str, kind: str, size: tuple[int, int]) -> Page:
    """Return a page of a device of this kind, new, or of anyone where the kind is empty."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    if kind:
        services = hub.app.extensions["antrean"]
        _, token = pair_device(services.settings, kind, kind, hub.office.clock, numbered=True)
        services.identities.load()
        context.add_cookies([{"name": f"antrean_{kind}", "value": token, "url": address}])
    return context.new_page()


def settled(page: Page) -> bytes:
    """Return a picture of the page when it is connected and has stopped moving."""
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    return page.screenshot()


def room(browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int] = (1920, 1080)) -> Page:
    """Return a screen of the waiting room."""
    page = page_of(browser, hub, address, "display", size)
    page.goto(address + "/display/")
    return page


def display(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The waiting room's screen, which has just announced a call of the first counter."""
    page = room(browser, hub, address)
    settled(page)
    there = hub.office.read(lambda day, _plan: day.current("1"))
    if there is not None and there.state == "called":
        hub.office.execute(StartService(ticket=there.number, counter="1"))
    call = hub.office.execute(CallNext(counter="1", operator=OPERATORS[0])).seq
    while not hub.office.read(lambda day, _plan: call in day.sounded):
        page.wait_for_timeout(100)
    return settled(page)


def kiosk(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The kiosk's first question."""
    page = page_of(browser, hub, address, "kiosk", (1080, 1920))
    page.goto(address + "/kiosk/")
    return settled(page)


def kiosk_with_aids(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The same question with large text and low keys."""
    page = page_of(browser, hub, address, "kiosk", (1080, 1920))
    page.goto(address + "/kiosk/")
    settled(page)
    for aid in ("large", "reach"):
        page.locator(f".in-language:not([hidden]) [data-aid={aid}]").click()
    return settled(page)


def display_paused(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The waiting room's screen with a service that pauses."""
    reasons = {
        "id": "Server pusat sedang lambat",
        "en": "The central server is slow",
        "su": "Server puseur lambat",
    }
    busiest = hub.office.read(lambda _day, plan: plan.services[0].code)
    hub.office.execute(PauseService(service=busiest, reasons=reasons, until="11:00"))
    return settled(room(browser, hub, address))


def display_announcement(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The waiting room's screen while something is announced."""
    page = room(browser, hub, address)
    settled(page)
    hub.office.execute(Announce(texts={"id": "Pemilik mobil E 1234 YZ, mohon memindahkan mobil Anda"}, minutes=10))
    return settled(page)


def display_upright(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """An upright screen of the waiting room, with a card for what is announced and one for the service that pauses."""
    return settled(room(browser, hub, address, (1080, 1920)))


def display_cut_off(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The waiting room's screen when it has heard nothing of the hub for long."""
    page = room(browser, hub, address)
    settled(page)
    page.context.set_offline(True)
    expect(page.locator("html")).to_have_attribute("data-live", "stale")
    return page.screenshot()


def kiosk_by_ear(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The kiosk that reads aloud whatever a finger comes by."""
    page = page_of(browser, hub, address, "kiosk", (1080, 1920))
    page.goto(address + "/kiosk/")
    settled(page)
    page.locator(".in-language:not([hidden]) [data-ear]").click()
    expect(page.locator("body[data-explore]")).to_be_visible()
    return settled(page)


def kiosk_documents(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The kiosk's question whether the documents for a service are there."""
    service = hub.office.read(lambda _day, plan: plan.services[1].code)
    papers = [{"code": f"d{place}", "names": {"id": name}} for place, name in enumerate(PAPERS, 1)]
    save_part(hub.office, f"services/{service}/requirements", papers)
    save_part(hub.office, f"services/{service}/costs", {"id": "Gratis"})
    save_part(hub.office, f"services/{service}/legal_days", 1)
    page = page_of(browser, hub, address, "kiosk", (1080, 1920))
    page.goto(address + "/kiosk/")
    settled(page)
    page.locator(f'.in-language:not([hidden]) .tile[data-service="{service}"]').click()
    expect(page.locator(".resting")).to_have_count(0)
    return settled(page)


def kiosk_lost(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The kiosk while the number of a lost slip is typed."""
    services = hub.app.extensions["antrean"]
    pair_device(services.settings, "print_agent", "Printer 1", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    page = page_of(browser, hub, address, "kiosk", (1080, 1920))
    page.goto(address + "/kiosk/")
    settled(page)
    for key in ("lost-slip", "letter=A", 'figure="2"', 'figure="7"'):
        page.locator(f".in-language:not([hidden]) [data-{key}]").click()
    expect(page.locator(".resting")).to_have_count(0)
    return settled(page)


def panel_lock(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The panel that locked itself while nobody was there."""
    hub.as_staff(OPERATORS[0]).post("/account/pin", json={"password": PASSWORD, "pin": "739105"})
    page = sign_in(browser, hub, address)
    settled(page)
    page.evaluate("fetch('/sign_in/lock', {method: 'POST'})")
    page.reload()
    expect(page.locator("#lock-pin")).to_be_visible()
    return settled(page)


def hours(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The opening hours in the administration."""
    usual, friday = ["08:00-12:00", "13:00-15:00"], ["08:00-11:30", "13:00-15:30"]
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), usual)
    save_part(hub.office, "hours/week", {**week, "friday": friday})
    page = sign_in(browser, hub, address, ADMINISTRATOR, "/admin/hours")
    return settled(page)


def sign_in(
    browser: Browser, hub: OfficeHub, address: str, name: str = OPERATORS[0], then: str = "/counter_panel/"
) -> Page:
    """Return the tablet of the operator at the first counter, or of somebody else on another page."""
    page = page_of(browser, hub, address, "", (1280, 800))
    page.goto(f"{address}/sign_in?next={then}")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{then}")
    return page


def panel(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The panel with a visitor at the counter."""
    return settled(sign_in(browser, hub, address))


def panel_list(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The panel with the whole waiting list."""
    page = sign_in(browser, hub, address)
    settled(page)
    page.locator("#open-waiting").click()
    return settled(page)


def phone(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The phone of somebody who waits."""
    page = page_of(browser, hub, address, "", (390, 844))
    waiting = hub.office.read(lambda day, _plan: [one for one in day.tickets.values() if one.state == "waiting"])
    page.goto(f"{address}/mobile_ticket/?ticket={hub.link(waiting[len(waiting) // 2].number)}")
    return settled(page)


def phone_called(browser: Browser, hub: OfficeHub, address: str) -> bytes:
    """The phone of the visitor whom the first counter calls."""
    page = page_of(browser, hub, address, "", (390, 844))
    at_counter = hub.office.read(lambda day, _plan: day.counter("1").ticket)
    page.goto(f"{address}/mobile_ticket/?ticket={hub.link(at_counter)}")
    return settled(page)


def slip(hub: OfficeHub, plan: OfficePlan) -> bytes:
    """The paper as a printer would print it."""
    profile = load_profile("epson-tm-t82iii")
    with hub.app.test_request_context("/"):
        content = sample_content(plan, {}, "id", MORNING)
    return render_png(compose(content_from_json(content), layout_from_json({}), profile), profile)


if __name__ == "__main__":
    main()
