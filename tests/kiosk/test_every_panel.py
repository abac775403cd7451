"""Every service can be found, read and touched on every panel, with every aid, in every language: in a real browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.plan.model import Service
from kiosk.render import panel_sizes
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk
from tests.fakes.panel_measure import (
    AIDS,
    DECLARED_CM,
    IN_PLACE,
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


@dataclass(frozen=True)
class Panel:
    """A kiosk's page on a panel of one size; its width is declared only where a test does so."""

    page: Page
    size: tuple[int, int]

    def state(self, many: int, language: str, declared: bool, aids: Sequence[Sequence[str]]) -> dict[str, Any]:
        """Return a state of the start screen as IN_PLACE takes it: first without aids, then with these."""
        width_cm = DECLARED_CM[self.size] if declared else 0.0
        return {
            "many": many,
            "language": language,
            "style": panel_sizes(width_cm),
            "mm": pixels_of_a_millimetre(self.size, width_cm),
            "aids": [(), *aids],
        }

    def faults_of(self, states: list[dict[str, Any]]) -> list[str]:
        """Return what is wrong in these states, also where an aid makes letters smaller, or large text not large."""
        found: list[str] = []
        for state, seen in zip(states, self.page.evaluate(IN_PLACE, states), strict=True):
            usual = seen[0]["sizes"]
            for aids, one in zip(state["aids"], seen, strict=True):
                where = f"{state['many']} services, {self.size[0]}x{self.size[1]}, {state['style'] or 'undeclared'}"
                where = f"{where}, {state['language']}, {'+'.join(aids) or 'no aid'}"
                found += [f"{where}: {fault}" for fault in one["faults"]]
                least = LARGE_AT_LEAST if "large" in aids else 1.0
                for text, letters in one["sizes"].items():
                    before = usual.get(text, 0.0)
                    if letters < min(before * least, max(before, LARGE_ENOUGH_MM)) - 0.05:
                        found.append(f"{where}: {text} of {letters:.1f} mm, {before:.1f} mm without")
        return found


@pytest.fixture(scope="module", params=list(DECLARED_CM), ids=lambda size: f"{size[0]}x{size[1]}")
def panel(request: pytest.FixtureRequest, browser: Browser, hub: OfficeHub, address: str) -> Iterator[Panel]:
    page = open_kiosk(browser, hub, address, request.param)
    page.evaluate("document.fonts.ready")
    yield Panel(page, request.param)
    page.context.close()


@pytest.mark.slow
def test_one_to_thirty_services_are_found_read_and_touched_on_every_panel_with_an_aid_and_without(panel: Panel) -> None:
    """Each aid in each language, on panels that are declared and that are not; the long test tries all with all."""
    shift = list(DECLARED_CM).index(panel.size)
    states = []
    for many in range(1, MOST + 1):
        step = many + shift
        aids = AIDS[1 + step % (len(AIDS) - 1)]
        states.append(panel.state(many, LANGUAGES[step % len(LANGUAGES)], step % 2 == 0, [aids]))
    assert panel.faults_of(states) == []


@pytest.mark.long
@pytest.mark.parametrize("declared", [True, False], ids=["declared", "undeclared"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_one_to_thirty_services_are_found_read_and_touched_with_every_aid_in_every_language(
    panel: Panel, language: str, declared: bool
) -> None:
    states = [panel.state(many, language, declared, AIDS[1:]) for many in range(1, MOST + 1)]
    assert panel.faults_of(states) == []


SIX_SHORT = """() => {
    for (const tile of document.querySelectorAll('.tile')) {
        if (Number(tile.dataset.service.slice(1)) >= 6) tile.remove();
        else tile.querySelector('.tile-name strong').textContent = 'Layanan';
    }
    dispatchEvent(new Event('resize'));
    const seen = [...document.querySelectorAll('.tile')].filter(tile => tile.offsetParent);
    return seen.map(tile => tile.getBoundingClientRect()).map(box => [box.left, box.top]);
}"""


@pytest.mark.parametrize("panel", [(1080, 1920)], indirect=True, ids=["1080x1920"])
def test_six_services_stand_below_each_other_on_one_page_of_an_upright_panel(panel: Panel) -> None:
    places = panel.page.evaluate(SIX_SHORT)
    assert len(places) == 6
    assert len({left for left, _top in places}) == 1
    assert [top for _left, top in places] == sorted({top for _left, top in places})
    panel.page.reload()
    expect(panel.page.locator("html")).to_have_attribute("data-live", "live")


TURN = """document.body.dataset.screen = '{0}';
document.querySelectorAll('[data-of]').forEach(part => part.hidden = part.dataset.of !== '{0}');"""
LONG_REFUSAL = "Layanan ini sedang dihentikan sementara. Jaringan pusat terganggu, dicoba lagi pukul 10.00."
LIMITED = """document.querySelectorAll('[data-limit]').forEach(place => { place.hidden = false;
place.querySelector('span').textContent = 'Hari ini layanan ini hanya bisa untuk 3 orang lagi.'; });"""
REFUSED = f"document.querySelectorAll('[data-message]').forEach(place => place.textContent = '{LONG_REFUSAL}');"
SLIPS = ("printing", "held_up", "printed", "sent", "elsewhere", "uncertain", "failed", "none")
SLIP = "Object.assign(document.querySelector('[data-ticket]').dataset, {{ slip: '{0}', again: '{1}' }});"
TAP = "[...document.querySelectorAll('{0}')].find(e => e.offsetParent !== null).click();"
TAKE = (
    TAP.format('.tile[data-service="s0"]')
    + "[...document.querySelectorAll('[name=priority]')].forEach(box => box.checked = true);"
    + TAP.format('[name=persons][value="3"]')
)
LABELS = {"su": "Nomer antrean anjeun", "en": "Your queue number", "id": "Nomor antrean Anda"}
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


@pytest.mark.slow
def test_every_screen_of_a_visit_can_be_read_and_touched_with_every_aid_in_every_language(panel: Panel) -> None:
    page = panel.page
    mm = pixels_of_a_millimetre(panel.size, 0)
    found: list[str] = []

    def look(screen: str, language: str, prepares: list[str], half: bool) -> None:
        for aids in AIDS:
            page.evaluate(SET_AIDS, list(aids))
            for prepare in prepares:
                faults = page.evaluate(STATE, [mm, half and "reach" in aids, prepare])
                found.extend(f"{screen}, {panel.size[0]}, {language}, {'+'.join(aids)}: {fault}" for fault in faults)
        page.evaluate(SET_AIDS, [])

    for language in LANGUAGES:
        page.evaluate(f"document.querySelector('[data-choose-language={language}]').click()")
        for screen, (turns, prepares) in SCREENS.items():
            page.evaluate(f"() => {{ {' '.join(turns)} }}")
            look(screen, language, prepares, half=True)
            page.evaluate(f"() => {{ {TURN.format('start')} }}")
    page.evaluate(f"() => {{ {TAKE} }}")
    label = page.locator(".ticket-label")
    for language, words in LABELS.items():
        page.evaluate(f"document.querySelector('[data-choose-language={language}]').click()")
        expect(label).to_have_text(words)
        slips = [SLIP.format(slip, "yes" if slip in ("uncertain", "failed") else "no") for slip in SLIPS]
        look("result", language, slips, half=False)
    page.evaluate("document.querySelector('[data-result] [data-done]').click()")
    assert found == []
