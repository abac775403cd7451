"""A clinic in Makassar from an empty folder to its first slip by pages alone, and to a second machine by its backup."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import antrean.printing.transport.address
from antrean.storage.backup.archive import write_backup
from antrean.storage.database.engine import open_engine
from printer_profiles import load_profile
from tests.admin.first_steps.test_journey import HEARD, LONGEST, new_screen, says, step
from tests.commands.kept_office import database_in
from tests.conftest import PassingClock
from tests.fakes.new_hub import PASSWORD, NewHub
from tests.fakes.own_agent import own_agent
from tests.fakes.pages import shown
from tests.fakes.printer import FakePrinter
from tests.printing.conftest import quick

PEOPLE = ("Ani", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Gita")
SHOTS = os.environ.get("ANTREAN_SHOTS", "")  # a folder for pictures of the pages, for whoever looks at them


def seen(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Callable[[str], NewHub]]:
    clock = PassingClock()
    hubs: list[NewHub] = []

    def begin(name: str) -> NewHub:
        hubs.append(NewHub(tmp_path / name, clock))
        return hubs[-1]

    yield begin
    for hub in hubs:
        hub.stop()


def a_page(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="id-ID").new_page()
    page.set_default_timeout(LONGEST)
    return page


def set_up(page: Page, address: str) -> None:
    """Answer the ten questions as a person does, with nine services and five counters."""
    page.goto(address)
    page.get_by_role("button", name="Mulai").click()
    seen(page, "language")
    onward = page.get_by_role("button", name="Berikutnya")
    onward.click()
    page.get_by_label("Nama kantor Anda").fill("Klinik Bahagia")
    onward.click()
    page.get_by_label("Indonesia Tengah (WITA)").check()
    onward.click()
    page.get_by_label("Klinik atau puskesmas").check()
    onward.click()
    for box in page.locator("input[type=checkbox][name^=on_]").all():
        box.check()
    for place, name in ((1, "Rontgen"), (2, "Fisioterapi")):
        page.fill(f"[name=added_{place}]", name)
    onward.click()
    page.get_by_label("Loket").fill("5")
    onward.click()
    onward.click()  # the names of the counters
    page.get_by_label("Kantor selalu buka").or_(page.locator("input[name=hours][value=always]")).first.check()
    onward.click()
    page.get_by_label("Nama Anda").fill("Sitti")
    for label in ("Kata sandi baru", "Kata sandi sekali lagi"):
        page.get_by_label(label).fill(PASSWORD)
    onward.click()
    page.get_by_role("button", name="Mulai dengan kantor ini").click()
    expect(page).to_have_url(f"{address}/admin/first_steps")
    expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=LONGEST)


def one_more(browser: Browser, address: str, page: Page, kind: str, name: str) -> None:
    """Have one more screen show its code, and pair it as *Devices* does."""
    screen = a_page(browser)
    screen.goto(f"{address}/{kind}/")
    screen.click("form[action='/pair/code'] button")
    code = screen.locator(".pairing-code").inner_text()
    made = page.request.post(f"{address}/admin/devices", data={"kind": kind, "name": name, "code": code})
    assert made.ok, made.text()
    expect(screen.locator("html")).to_have_attribute("data-live", "live", timeout=LONGEST)


def take(kiosk: Page) -> None:
    """Take a number for an X-ray, for which nothing has to be brought, of one person."""
    shown(kiosk, ".tile[data-service]").filter(has_text="Rontgen").click()
    shown(kiosk, 'button[name=persons][value="1"]').click()


@pytest.mark.long
def test_a_clinic_is_set_up_gives_its_first_slip_and_goes_on_at_a_second_machine_from_its_backup(
    browser_with: Callable[..., Browser],
    begun: Callable[[str], NewHub],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(antrean.printing.transport.address, "load_profile", lambda name: quick(load_profile(name), 5.0))
    browser = browser_with(HEARD)
    first, file = begun("first"), tmp_path / "antrean-clinic.zip"
    with ExitStack() as held:
        address, printer = held.enter_context(first.served()), held.enter_context(FakePrinter())
        page = a_page(browser)
        set_up(page, address)
        hub = first.app.extensions["antrean"]
        assert hub.office.read(lambda _day, plan: (len(plan.services), len(plan.counters), plan.zone)) == (
            9, 5, "Asia/Makassar",
        )  # fmt: skip
        held.enter_context(own_agent(hub.config.data, address))
        says(step(page, "agent"), "Printer 1")
        step(page, "printer").locator("a.button").click()
        page.fill("#address", f"127.0.0.1:{printer.port}")
        page.locator("form:has(#address) button").click()
        page.click("#use-printer")
        says(page.locator("[data-fragment^=test]"), "Tercetak: pencetak memastikan karcis ini")
        page.click("#looks-right")
        expect(page).to_have_url(f"{address}/admin/first_steps", timeout=LONGEST)
        expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=LONGEST)
        kiosk = new_screen(browser, address, page, "kiosk")
        new_screen(browser, address, page, "display")
        for kind, name in (("kiosk", "Kios 2"), ("display", "Layar 2"), ("display", "Layar 3")):
            one_more(browser, address, page, kind, name)
        for name in PEOPLE:
            made = page.request.post(f"{address}/admin/people", data={"name": name, "role": "operator"})
            assert made.ok, made.text()
        kinds = [device.kind for device in hub.settings.devices()]
        assert (kinds.count("kiosk"), kinds.count("display"), len(hub.settings.staff())) == (2, 3, 8)
        take(kiosk)
        says(step(page, "first_number"), "H-001")
        says(step(page, "first_number"), "Tercetak")
        assert printer.numbers[-1] == "H-001"
        write_backup(open_engine(database_in(hub.config.data)), hub.config.data, file, hub.office.clock())
        token = (hub.config.data / "print_agent.token").read_text()

    second = begun("second")
    with second.served() as address:
        page = a_page(browser)
        page.goto(address)
        page.get_by_role("button", name="Mulai").click()
        page.get_by_role("link", name="Saya punya cadangan kantor saya").click()
        seen(page, "backup")
        page.set_input_files("#file", str(file))
        page.get_by_role("button", name="Kirim dan lihat isinya").click()
        expect(page.get_by_role("heading", name="Klinik Bahagia")).to_be_visible()
        expect(page.locator("tr", has_text="Rontgen")).to_contain_text("H-001")
        page.get_by_label("Nomor H tertinggi di karcis hari ini").fill("H-014")
        seen(page, "restore")
        page.set_viewport_size({"width": 390, "height": 844})
        seen(page, "restore-phone")
        page.get_by_role("button", name="Pulihkan kantor ini").click()
        expect(page.get_by_text(re.compile("Nomor berikutnya: .*H-015"))).to_be_visible()
        seen(page, "restored")
        page.get_by_role("link", name="Masuk", exact=True).click()
        page.fill("input[name=name]", "Sitti")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")
        expect(page).to_have_url(re.compile("/admin/"))
        assert (second.config.data / "print_agent.token").read_text() == token
        services = second.app.extensions["antrean"]
        (counted,) = {len(services.settings.staff())}
        assert counted == 8
        paired = browser.contexts[1].cookies()
        kiosk = browser.new_context(viewport={"width": 1080, "height": 1920}).new_page()
        kiosk.set_default_timeout(LONGEST)
        kiosk.context.add_cookies([{"name": one["name"], "value": one["value"], "url": address} for one in paired])
        kiosk.goto(f"{address}/kiosk/")
        take(kiosk)
        numbers = services.office.read(lambda day, _plan: list(day.tickets))
        expect(kiosk.get_by_text("H-015").first).to_be_visible()
        assert {"H-001"} <= set(numbers)
