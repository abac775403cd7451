"""Every service can be found, read and touched on every panel, with every aid, in every language: in a real browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan, ReportPrinter
from antrean.queueing.plan.model import Service
from kiosk.render import panel_sizes
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk, shown
from tests.fakes.panel_measure import (
    AIDS,
    DECLARED_CM,
    IN_PLACE,
    WITH_AIDS,
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
COUNTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 30)  # as many as there are sets of aids with a language
LARGE_AT_LEAST, LARGE_ENOUGH_MM = 1.5, 14.0
# Screens without pages, on the smallest panel with the longest words; the number is never smaller than without the aid.
LARGE_WITH_LESS_ROOM = {"problem": 1.29, "waiting": 1.29, "stopped": 1.29, "persons": 1.29, "both": 1.19, "result": 1.0}


def meeting(size: tuple[int, int], language: str) -> list[tuple[str, ...]]:
    """Return no aids, and the sets of aids that the lane of each change tries on a panel in a language.

    Every set meets every panel, and every language: panels, languages and sets all together are for the long tests.
    """
    turn = list(DECLARED_CM).index(size) + LANGUAGES.index(language)
    return [aids for place, aids in enumerate(AIDS) if not aids or (place + turn) % len(LANGUAGES) == 0]


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
    # Of the sample office: its head says more than that of any other.
    plan = replace(small_plan(demo=True), services=services(MOST), counters=(), languages=LANGUAGES)
    running = OfficeHub(tmp_path_factory.mktemp("office"), plan, SetClock())
    pair_device(
        running.app.extensions["antrean"].settings, "print_agent", "Printer 1", running.office.clock, numbered=True
    )
    running.office.execute(ChangePlan(what="devices"))
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
                found += [f"{where}: {fault}" for fault in too_small(one["sizes"], usual, aids)]
        return found


def too_small(
    sizes: dict[str, float], usual: dict[str, float], aids: Sequence[str], large: float = LARGE_AT_LEAST
) -> list[str]:
    """Return which letters an aid makes smaller than they are without, or large text not so many times as large."""
    least = large if "large" in aids else 1.0
    return [
        f"{text} of {letters:.1f} mm, {usual[text]:.1f} mm without"
        for text, letters in sizes.items()
        if text in usual and letters < min(usual[text] * least, max(usual[text], LARGE_ENOUGH_MM)) - 0.05
    ]


@pytest.fixture(params=list(DECLARED_CM), ids=lambda size: f"{size[0]}x{size[1]}")
def panel(request: pytest.FixtureRequest, browser: Browser, hub: OfficeHub, address: str) -> Panel:
    page = open_kiosk(browser, hub, address, request.param)
    page.evaluate("document.fonts.ready")
    return Panel(page, request.param)


@pytest.mark.slow
def test_one_to_thirty_services_are_found_read_and_touched_on_every_panel_with_an_aid_and_without(panel: Panel) -> None:
    """Each aid in each language, on panels that are declared and that are not; the long test tries all with all."""
    states = []
    for step, many in enumerate(COUNTS, start=list(DECLARED_CM).index(panel.size)):
        aids = AIDS[1 + step % (len(AIDS) - 1)]
        states.append(panel.state(many, LANGUAGES[step % len(LANGUAGES)], step % 2 == 0, [aids]))
    assert panel.faults_of(states) == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "declared"),
    [*((language, False) for language in LANGUAGES), ("su", True)],  # the panel declared in one of them
)
def test_one_to_thirty_services_are_found_read_and_touched_with_every_aid_in_every_language(
    panel: Panel, language: str, declared: bool
) -> None:
    states = [panel.state(many, language, declared, AIDS[1:]) for many in range(1, MOST + 1)]
    assert panel.faults_of(states) == []


SIX_SHORT = """() => {
    for (const tile of document.querySelectorAll('.tile[data-service]')) {
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


@pytest.mark.parametrize("panel", [(1024, 768)], indirect=True, ids=["1024x768"])
def test_going_back_by_key_leads_from_a_page_of_services_to_the_one_before_it_and_to_the_question_before(
    panel: Panel,
) -> None:
    page, body = panel.page, panel.page.locator("body")
    page.evaluate("document.querySelector('[data-choose-language=id]').click()")
    page.evaluate(f"() => {{ {FIRST} {OTHER} {NEXT_PAGE} }}")
    word = shown(page, ".pages-now")
    expect(word).to_contain_text("Halaman 2 dari")
    page.keyboard.press("Escape")
    expect(word).to_contain_text("Halaman 1 dari")
    page.keyboard.press("Escape")
    expect(body).to_have_attribute("data-screen", "persons")
    page.keyboard.press("Escape")
    expect(body).to_have_attribute("data-screen", "start")


TURN = """document.body.dataset.screen = '{0}';
document.querySelectorAll('[data-of]').forEach(part => part.hidden = part.dataset.of !== '{0}');"""
LONG_REFUSAL = "Layanan ini sedang dihentikan sementara. Jaringan pusat terganggu, dicoba lagi pukul 10.00."
LIMITED = """document.querySelectorAll('[data-limit]').forEach(place => {{ place.hidden = false;
place.querySelector('span').textContent = '{0}Hari ini layanan ini hanya bisa untuk 3 orang lagi.'; }});"""
NO_LIMIT = "document.querySelectorAll('[data-limit]').forEach(place => place.hidden = true);"
REFUSED = f"document.querySelectorAll('[data-message]').forEach(place => place.textContent = '{LONG_REFUSAL}');"
SLIPS = ("printing", "held_up", "printed", "sent", "elsewhere", "uncertain", "failed", "none")
SLIP = "Object.assign(document.querySelector('[data-ticket]').dataset, {{ slip: '{0}', again: '{1}' }});"
TILE = '.tile[data-service="s{0}"]'
TAP = "[...document.querySelectorAll('{0}')].find(e => e.offsetParent !== null).click();"
FIRST, OTHER, SECOND = TAP.format(TILE.format(0)), TAP.format("[data-other]"), TAP.format(TILE.format(1))
TAKE = (
    FIRST
    + OTHER
    + SECOND
    + "[...document.querySelectorAll('[name=priority]')].forEach(box => box.checked = true);"
    + TAP.format('[name=persons][value="3"]')
)
LABELS = {"su": "Nomer antrean anjeun", "en": "Your queue number", "id": "Nomor antrean Anda"}
NEXT_PAGE = TAP.format('[data-page-by="1"]')
# The questions for a lost slip are fetched.
LOST = TAP.format("[data-lost-slip]") + (
    "while (document.body.dataset.screen !== 'lost') await new Promise(done => setTimeout(done, 20));"
)
LETTER, FIGURE = TAP.format("[data-letter=AA]"), TAP.format('[data-figure="1"]')
NEXT, STEP_BACK = TAP.format("[data-next]"), TAP.format("[data-step-back]")
WRONG = """document.querySelectorAll('[data-refusal]').forEach(place => { place.hidden = false;
place.textContent = 'Nomor dan kode ini tidak cocok. Keduanya tertulis di karcis.'; });"""
BACK, START = TAP.format("[data-back]"), TURN.format("start")
# What is offered as a second service: neither the first nor one that is paused, closed or full.
OFFERED = ["only one", *(f"s{place}" for place in range(1, MOST) if place % 6 in (0, 1, 4))]
# Each screen: what turns it, what is so on it while it is measured, and what leads back.
SCREENS = {
    "persons": (FIRST, [NO_LIMIT, LIMITED.format("")], BACK),
    "second": (FIRST + OTHER, [""], TAP.format("[data-only-one]") + BACK),
    "both": (FIRST + OTHER + SECOND, [NO_LIMIT, LIMITED.format(f"{NAMES[1][0]}: ")], BACK),
    "lost letter": (LOST, [""], STEP_BACK),
    "lost number": (LOST + LETTER, [""], STEP_BACK * 2),
    "lost code": (LOST + LETTER + FIGURE + NEXT + FIGURE, ["", WRONG], STEP_BACK * 3),
    "problem": ("", [TURN.format("problem") + REFUSED], START),
    "waiting": ("", [TURN.format("waiting"), TURN.format("waiting") + "document.body.dataset.cut = 'yes';"], START),
    "stopped": ("", [TURN.format("stopped")], START),
}  # fmt: skip


@pytest.mark.first
@pytest.mark.slow
def test_every_screen_of_a_visit_can_be_read_and_touched_with_an_aid_and_without(panel: Panel) -> None:
    assert faults_on_screens(panel, {language: meeting(panel.size, language) for language in LANGUAGES}) == []


@pytest.mark.long
def test_every_screen_of_a_visit_can_be_read_and_touched_with_every_aid_in_every_language(panel: Panel) -> None:
    assert faults_on_screens(panel, dict.fromkeys(LANGUAGES, AIDS)) == []


@pytest.mark.slow
def test_the_word_that_no_slips_are_printed_lies_on_nothing_with_an_aid_and_without(
    panel: Panel, hub: OfficeHub
) -> None:
    assert faults_beside_a_notice(panel, hub, {language: meeting(panel.size, language) for language in LANGUAGES}) == []


@pytest.mark.long
def test_the_word_that_no_slips_are_printed_lies_on_nothing_with_every_aid_in_every_language(
    panel: Panel, hub: OfficeHub
) -> None:
    assert faults_beside_a_notice(panel, hub, dict.fromkeys(LANGUAGES, AIDS)) == []


def faults_beside_a_notice(panel: Panel, hub: OfficeHub, sets: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    """Return what is wrong with the first screen of a kiosk that has no paper, with these sets of aids by language."""
    page, mm = panel.page, pixels_of_a_millimetre(panel.size, 0)
    (printer,) = [one for one in hub.app.extensions["antrean"].identities.devices() if one.kind == "print_agent"]
    hub.office.execute(ReportPrinter(printer=printer.id, state="paper_out"))
    found: list[str] = []
    try:
        for language in LANGUAGES:
            page.evaluate(f"document.querySelector('[data-choose-language={language}]').click()")
            expect(shown(page, ".start-notice")).to_be_visible()
            every = sets[language]
            for aids, (seen,) in zip(every, page.evaluate(WITH_AIDS, [mm, True, every, [""], None]), strict=True):
                found += [f"{language}, {'+'.join(aids)}: {fault}" for fault in dict.fromkeys(seen["faults"])]
    finally:
        hub.office.execute(ReportPrinter(printer=printer.id, state="ready"))
    return found


def faults_on_screens(panel: Panel, sets: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    """Return what is wrong on the screens after the first one, with these sets of aids by language, none first."""
    page, mm = panel.page, pixels_of_a_millimetre(panel.size, 0)
    found: list[str] = []

    def say(language: str) -> None:
        page.evaluate(f"document.querySelector('[data-choose-language={language}]').click()")

    def look(screen: str, language: str, prepares: list[str], half: bool) -> None:
        services = OFFERED if screen == "second" else None
        usual: dict[str, dict[str, float]] = {}
        every = sets[language]
        for aids, states in zip(every, page.evaluate(WITH_AIDS, [mm, half, every, prepares, services]), strict=True):
            for prepare, seen in zip(prepares, states, strict=True):
                large = LARGE_WITH_LESS_ROOM.get(screen, LARGE_AT_LEAST)
                small = too_small(seen["sizes"], usual.setdefault(prepare, seen["sizes"]), aids, large)
                where = f"{screen}, {panel.size[0]}, {language}, {'+'.join(aids)}, {prepare[-60:]}"
                found.extend(f"{where}: {fault}" for fault in dict.fromkeys([*seen["faults"], *small]))

    for language in LANGUAGES:
        say(language)
        for screen, (turns, prepares, leaves) in SCREENS.items():
            page.evaluate(f"async () => {{ {turns} }}")
            look(screen, language, prepares, half=True)
            page.evaluate(f"() => {{ {leaves} }}")
    page.evaluate(f"() => {{ {TAKE} }}")
    for language, words in LABELS.items():
        say(language)
        expect(page.locator(".ticket-label")).to_have_text(words)
        slips = [SLIP.format(slip, "yes" if slip in ("uncertain", "failed") else "no") for slip in SLIPS]
        look("result", language, slips, half=False)
    page.evaluate("document.querySelector('[data-result] [data-done]').click()")
    return found
