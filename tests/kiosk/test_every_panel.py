"""Every service can be found, read and touched on every panel, with every aid, in every language: in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.commands import ChangePlan
from antrean.queueing.plan.model import OfficePlan, Service
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk
from tests.fakes.pages import place as place_of
from tests.fakes.panel_measure import (
    AIDS,
    DECLARED_CM,
    EVERY_PAGE,
    SET_AIDS,
    STATE,
    pixels_of_a_millimetre,
)
from tests.fakes.stands import stands

LANGUAGES = ("id", "en", "su")
NAMES = (
    ("Pencetakan KTP-el (baru, hilang, rusak, atau perubahan data)", "Card printing (new, lost, damaged or changed)"),
    ("Kartu Keluarga (tambah anggota, pisah, perubahan data)", "Family card (new member, separation, change)"),
    ("Perekaman KTP-el", "Card enrolment"),
    ("Pindah dan Datang Antarkabupaten/Antarprovinsi", "Moving in or out between regencies"),
    ("Pencatatan Kelahiran, Pengakuan dan Pengesahan Anak", "Birth and acknowledgement of a child"),
    ("Akta Kematian", "Death certificate"),
)
REASON = {"id": "Jaringan pusat terganggu", "en": "The central network is down", "su": "Jaringan pusat kaganggu"}
MOST = 30
LARGE_AT_LEAST, LARGE_ENOUGH_MM = 1.5, 14.0


def services(many: int) -> tuple[Service, ...]:
    """Return so many services; of six one has a daily limit of one person."""
    letters = [chr(65 + place) if place < 26 else f"A{chr(65 + place - 26)}" for place in range(many)]
    return tuple(
        Service(
            f"s{place}",
            letters[place],
            {"id": NAMES[place % 6][0], "en": NAMES[place % 6][1], "su": NAMES[place % 6][0]},
            hue=place % 8 + 1,
            daily_limit=1 if place % 6 == 2 else None,
        )
        for place in range(many)
    )


def offer(hub: OfficeHub, many: int) -> None:
    """Have the office offer so many services, in three languages."""
    plan: OfficePlan = hub.office.read(lambda _day, plan: plan)
    hub.office._load_plan = lambda: replace(plan, services=services(many))
    hub.office.execute(ChangePlan(what="services"))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    plan = replace(small_plan(), services=services(MOST), counters=(), languages=LANGUAGES)
    running = OfficeHub(tmp_path_factory.mktemp("office"), plan, SetClock())
    for place in range(MOST):
        for _ in range(1 if place % 6 == 2 else 4 * (place % 4)):
            running.issue(f"s{place}")
        if place % 6 in (3, 5):
            stands(running.office, f"s{place}", "paused" if place % 6 == 3 else "closed", REASON)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


def faults_of(page: Page, many: int, size: tuple[int, int], width_cm: float) -> list[str]:
    """Return what is wrong on the start screen of a kiosk, in each language and with each aid."""
    mm = pixels_of_a_millimetre(size, width_cm)
    codes = [f"s{place}" for place in range(many)]
    found: list[str] = []
    for language in LANGUAGES:
        page.evaluate(f"document.querySelector('[data-choose-language={language}]').click()")
        usual: dict[str, float] = {}
        for aids in AIDS:
            page.evaluate(SET_AIDS, list(aids))
            seen: dict[str, Any] = page.evaluate(EVERY_PAGE, [mm, "reach" in aids, codes])
            where = f"{many} services, {size[0]}x{size[1]}, {width_cm} cm, {language}, {'+'.join(aids) or 'no aid'}"
            found += [f"{where}: {fault}" for fault in seen["faults"]]
            usual = usual or seen["sizes"]
            least = LARGE_AT_LEAST if "large" in aids else 1.0
            for text, letters in seen["sizes"].items():
                before = usual.get(text, 0.0)
                if letters < min(before * least, max(before, LARGE_ENOUGH_MM)) - 0.05:
                    found.append(f"{where}: {text} of {letters:.1f} mm, {before:.1f} mm without")
        page.evaluate(SET_AIDS, [])
    return found


def opened(browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int], declared: bool) -> tuple[Page, float]:
    width_cm = DECLARED_CM[size] if declared else 0.0
    page = open_kiosk(browser, hub, address, size, width_cm=width_cm)
    page.evaluate("document.fonts.ready")
    return page, width_cm


SIZES = pytest.mark.parametrize("size", list(DECLARED_CM), ids=lambda size: f"{size[0]}x{size[1]}")


@pytest.mark.slow
@SIZES
def test_sixteen_services_are_found_read_and_touched_with_every_aid_in_every_language(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int]
) -> None:
    offer(hub, 16)
    page, width_cm = opened(browser, hub, address, size, declared=False)
    assert faults_of(page, 16, size, width_cm) == []
    page.context.close()


def test_six_services_stand_below_each_other_on_one_page_of_an_upright_panel(
    browser: Browser, hub: OfficeHub, address: str
) -> None:
    short = tuple(replace(one, names={"id": f"Layanan {one.series}"}) for one in services(6))
    plan: OfficePlan = hub.office.read(lambda _day, plan: plan)
    hub.office._load_plan = lambda: replace(plan, services=short)
    hub.office.execute(ChangePlan(what="services"))
    page, _width_cm = opened(browser, hub, address, (1080, 1920), declared=False)
    tiles = page.locator(".in-language:not([hidden]) .tile")
    expect(tiles).to_have_count(6)
    places = [place_of(tile) for tile in tiles.all()]
    assert len({found["x"] for found in places}) == 1
    assert [found["y"] for found in places] == sorted({found["y"] for found in places})
    expect(page.locator("[data-page-by]").locator("visible=true")).to_have_count(0)
    page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("declared", [True, False], ids=["declared", "undeclared"])
@SIZES
def test_one_to_thirty_services_are_found_read_and_touched_with_every_aid_in_every_language(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int], declared: bool
) -> None:
    found = []
    for many in range(1, MOST + 1):
        offer(hub, many)
        page, width_cm = opened(browser, hub, address, size, declared)
        found += faults_of(page, many, size, width_cm)
        page.context.close()
    assert found == []


TURN = """document.body.dataset.screen = '{0}';
document.querySelectorAll('[data-of]').forEach(part => part.hidden = part.dataset.of !== '{0}');"""
LONG_REFUSAL = "Layanan ini sedang dihentikan sementara. Jaringan pusat terganggu, dicoba lagi pukul 10.00."
LIMITED = """document.querySelectorAll('[data-limit]').forEach(place => { place.hidden = false;
place.querySelector('span').textContent = 'Hari ini layanan ini hanya bisa untuk 3 orang lagi.'; });"""
REFUSED = f"document.querySelectorAll('[data-message]').forEach(place => place.textContent = '{LONG_REFUSAL}');"
SLIPS = ("printing", "held_up", "printed", "sent", "elsewhere", "uncertain", "failed", "none")
SLIP = "Object.assign(document.querySelector('[data-ticket]').dataset, {{ slip: '{0}', again: '{1}' }});"
TAP = "[...document.querySelectorAll('{0}')].find(e => e.offsetParent !== null).click();"
# Each screen: what turns it, and what is so on it while it is measured.
SCREENS = {
    "persons": ([TAP.format('.tile[data-service="s0"]')], [""]),
    "persons, few left": ([TAP.format('.tile[data-service="s0"]')], [LIMITED]),
    "lost, letter": ([TAP.format("[data-lost-slip]")], [""]),
    "lost, number": ([TAP.format("[data-lost-slip]"), TAP.format("[data-letter=A]")], [""]),
    "lost, code": (
        [TAP.format("[data-lost-slip]"), TAP.format("[data-letter=A]")]
        + [TAP.format(key) for key in ('[data-figure="1"]', "[data-next]", '[data-figure="7"]')],
        ["", "document.querySelectorAll('[data-refusal]').forEach(p => { p.hidden = false; p.textContent = 'Nomor dan"
         " kode ini tidak cocok. Keduanya ada di karcis hari ini.'; });"],
    ),
    "problem": ([], [TURN.format("problem") + REFUSED]),
    "waiting": ([], [TURN.format("waiting"), TURN.format("waiting") + "document.body.dataset.cut = 'yes';"]),
    "stopped": ([], [TURN.format("stopped")]),
}  # fmt: skip


def start_anew(page: Page) -> None:
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-live", "live")


@pytest.mark.slow
@SIZES
def test_every_screen_of_a_visit_can_be_read_and_touched_with_every_aid_in_every_language(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int]
) -> None:
    offer(hub, MOST)
    page, width_cm = opened(browser, hub, address, size, declared=False)
    assert faults_on_screens(page, size, width_cm) == []
    page.context.close()


def faults_on_screens(page: Page, size: tuple[int, int], width_cm: float) -> list[str]:
    """Return what is wrong on the screens after the first one."""
    mm = pixels_of_a_millimetre(size, width_cm)
    found: list[str] = []

    def look(screen: str, prepares: list[str], half: bool) -> None:
        for aids in AIDS:
            page.evaluate(SET_AIDS, list(aids))
            for prepare in prepares:
                faults = page.evaluate(STATE, [mm, half and "reach" in aids, prepare])
                found.extend(f"{screen}, {size[0]}, {language}, {'+'.join(aids)}: {fault}" for fault in faults)
        page.evaluate(SET_AIDS, [])

    for screen, (turns, prepares) in SCREENS.items():
        for language in LANGUAGES:
            start_anew(page)
            page.evaluate(f"document.querySelector('[data-choose-language={language}]').click()")
            for turn in turns:
                page.evaluate(f"() => {{ {turn} }}")
            look(screen, prepares, half=True)
    for language in LANGUAGES:
        page.goto(page.url.split("/kiosk/")[0] + "/kiosk/")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        for turn in (
            f"document.querySelector('[data-choose-language={language}]').click();",
            TAP.format('.tile[data-service="s0"]'),
            "[...document.querySelectorAll('[name=priority]')].forEach(box => box.checked = true);",
            TAP.format('[name=persons][value="3"]'),
        ):
            page.evaluate(f"() => {{ {turn} }}")
        expect(page.locator(".ticket-number")).to_be_visible()
        look("result", [SLIP.format(slip, "yes" if slip in ("uncertain", "failed") else "no") for slip in SLIPS], False)
    return found
