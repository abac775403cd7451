"""The kiosk when much has to be said on little room, and when hands are slow: measured in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan, ReportPrinter
from antrean.queueing.plan.model import Service
from tests.conftest import PassingClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk, shown
from tests.fakes.panel_measure import AIDS, EVERY_PAGE, SET_AIDS, pixels_of_a_millimetre
from tests.fakes.stands import stands

# Size in pixels and pixels in a millimetre.
PANELS = {(1080, 1920): 3.2, (1920, 1080): 3.2, (1024, 768): 3.36}
NAMES = (
    "Pencetakan KTP-el (baru, hilang, rusak, atau perubahan data)",
    "Kartu Keluarga (tambah anggota, pisah, perubahan data)",
    "Pencatatan Kelahiran, Pengakuan dan Pengesahan Anak",
    "Perekaman KTP-el",
    "Kartu Identitas Anak",
    "Pindah dan Datang Antarkabupaten/Antarprovinsi",
    "Akta Kematian",
    "Legalisasi Dokumen Kependudukan",
    "Pengaduan dan Konsultasi",
)
TORN = """() => [...document.querySelectorAll('.tile-name strong')].filter(e => e.offsetParent).flatMap(e => {
    const text = e.firstChild;
    return [...text.data.matchAll(/[^\\s\\u200b-]+/g)].filter(word => {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        return range.getClientRects().length > 1;
    }).map(word => word[0]);
})"""


# A tap, and so many milliseconds after the next screen has come up another one in the same place. The page waits
# itself: between its own timers there is no slow machine.
TWO_TAPS = """async ([key, screen, pause]) => {
    const box = [...document.querySelectorAll(key)].find(e => e.offsetParent).getBoundingClientRect();
    const spot = { clientX: box.left + 40, clientY: box.bottom - 20, detail: 1, bubbles: true, cancelable: true };
    const key_at = () => document.elementFromPoint(spot.clientX, spot.clientY);
    const tap = () => key_at().dispatchEvent(new MouseEvent('click', spot));
    tap();
    while (document.body.dataset.screen !== screen) await new Promise(requestAnimationFrame);
    await new Promise(done => setTimeout(done, pause));
    tap();
}"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    """An office whose nine services have long names, one of them paused, and whose printer has no paper."""
    services = tuple(
        Service(f"s{place}", "ABCDEFGHJ"[place], {"id": name}, hue=place + 1) for place, name in enumerate(NAMES)
    )
    plan = replace(small_plan(), services=services, counters=())
    running = OfficeHub(tmp_path_factory.mktemp("office"), plan, PassingClock())
    services = running.app.extensions["antrean"]
    device, _ = pair_device(services.settings, "print_agent", "Printer 1", running.office.clock, numbered=True)
    running.office.execute(ChangePlan(what="devices"))
    running.office.execute(ReportPrinter(printer=device.id, state="paper_out", address="tcp://a"))
    stands(running.office, "s1", "paused", {"id": "Jaringan pusat terganggu, dicoba lagi pukul 10.00"})
    for _ in range(112):
        running.issue("s0")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


def take(page: Page, persons: int) -> None:
    shown(page, '.tile[data-service="s0"]').click()
    shown(page, f'[name=persons][value="{persons}"]').press("Enter")  # a key is heard also where the tile was touched
    expect(page.locator(".ticket-number")).to_be_visible()


@pytest.mark.parametrize("size", list(PANELS), ids=lambda size: f"{size[0]}x{size[1]}")
def test_nine_long_names_and_a_missing_printer_cut_nothing_off_with_any_aid(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int]
) -> None:
    page = open_kiosk(browser, hub, address, size)
    mm = pixels_of_a_millimetre(size, 0)
    expect(shown(page, ".start-notice")).to_be_visible()
    for aids in AIDS:
        page.evaluate(SET_AIDS, list(aids))
        seen = page.evaluate(EVERY_PAGE, [mm, "reach" in aids, [f"s{place}" for place in range(9)]])
        assert seen["faults"] == [], aids
        assert page.evaluate(TORN) == [], aids
    page.context.close()


@pytest.mark.parametrize("size", list(PANELS), ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_code_on_the_screen_stays_large_enough_for_a_phone_whatever_is_said_beside_it(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int]
) -> None:
    page = open_kiosk(browser, hub, address, size)
    take(page, 1)
    for slip in ("held_up", "uncertain", "sent"):
        # State and measure in one step: the next view of the hub would put the truth back.
        wide, outside = page.evaluate(
            f"""() => {{
                Object.assign(document.querySelector('[data-ticket]').dataset, {{ slip: '{slip}', again: 'yes' }});
                const box = document.querySelector('.follow-code svg').getBoundingClientRect();
                const card = document.querySelector('.follow').getBoundingClientRect();
                return [Math.min(box.width, box.height), Math.max(card.top - box.top, box.bottom - card.bottom)];
            }}"""
        )
        assert wide / PANELS[size] >= 45, slip
        assert outside <= 0, slip
    page.context.close()


def issued(hub: OfficeHub) -> int:
    """How many numbers were given; what becomes of their slips is journalled at any moment."""
    return hub.office.read(lambda day, _plan: len(day.tickets))


@pytest.mark.parametrize("size", list(PANELS), ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_slow_double_tap_neither_chooses_persons_nor_takes_the_number_away(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int]
) -> None:
    page = open_kiosk(browser, hub, address, size)
    before = issued(hub)
    page.evaluate(TWO_TAPS, ['.tile[data-service="s0"]', "persons", 600])
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")
    assert issued(hub) == before
    expect(page.locator(".is-settling")).to_have_count(0)
    page.evaluate(TWO_TAPS, ['[name=persons][value="9"]', "result", 900])
    expect(page.locator("body")).to_have_attribute("data-screen", "result")
    expect(page.locator(".ticket-number")).to_be_visible()
    page.context.close()


def test_going_back_in_the_browser_is_back_and_never_leaves_the_kiosk(
    browser: Browser, hub: OfficeHub, address: str
) -> None:
    page = open_kiosk(browser, hub, address, (1080, 1920))
    for _ in range(2):
        shown(page, '.tile[data-service="s0"]').click()
        expect(page.locator("body")).to_have_attribute("data-screen", "persons")
        page.go_back()
        expect(page.locator("body")).to_have_attribute("data-screen", "start")
        assert page.url == address + "/kiosk/"
    take(page, 1)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/kiosk/tickets/A-\d+$"))  # the page has answered: the number can be reloaded
    expect(page.locator(".ticket-number")).to_be_visible()
    page.context.close()


def test_a_page_loaded_again_still_shows_the_number_until_it_is_done(
    browser: Browser, hub: OfficeHub, address: str
) -> None:
    page = open_kiosk(browser, hub, address, (1080, 1920))
    take(page, 2)
    number = page.locator(".ticket-number").inner_text()
    page.reload()
    expect(page.locator(".ticket-number")).to_have_text(number)
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    page.locator("[data-result] [data-done]").click()
    expect(shown(page, '.tile[data-service="s0"]')).to_be_visible()
    page.reload()
    expect(shown(page, '.tile[data-service="s0"]')).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("size", list(PANELS), ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_longest_number_that_an_office_can_choose_stands_whole_on_its_ticket(
    browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    plan = small_plan(number_digits=4)
    widest = replace(plan.services[0], code="s0", series="WMWM")
    running = OfficeHub(tmp_path, replace(plan, services=(widest,), counters=()), PassingClock())
    with running.served() as found:
        page = open_kiosk(browser, running, found, size)
        take(page, 1)
        expect(page.locator(".ticket-number:visible")).to_have_text("WMWM-0001")
        assert page.evaluate(
            """() => {
                const number = [...document.querySelectorAll('.ticket-number')].find(e => e.offsetParent);
                const words = document.createRange(), b = number.closest('.ticket').getBoundingClientRect();
                words.selectNodeContents(number);
                const a = words.getBoundingClientRect();
                return a.left >= b.left - 1 && a.right <= b.right + 1 && words.getClientRects().length === 1;
            }"""
        )
        page.context.close()
    running.stop()
