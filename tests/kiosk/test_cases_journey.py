"""Looking up a code at a real panel: by touch, by a reader from any screen, by keyboard and by ear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from antrean.queueing.plan.journeys import Journey
from antrean.web.text.case_links import case_url
from tests.conftest import PassingClock
from tests.fakes.case_hub import Cases
from tests.fakes.headphones import Headphones
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk, shown
from tests.fakes.panel_measure import AIDS, DECLARED_CM, WITH_AIDS, pixels_of_a_millimetre
from tests.kiosk.test_second_service import choose, tap
from tests.queueing.cases.case_office import STAGES, journeying

NOBODYS = "BCDFGHJK"
# What a reader does: all of its letters, and Enter, with no time between.
READ = """text => {
    for (const key of [...text, 'Enter']) {
        const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
        if ((document.activeElement || document.body).dispatchEvent(event) && key === 'Enter')
            document.activeElement.click(); // as a browser does with what has the focus
    }
}"""
SCREEN = "data-screen"
LANGUAGES = ("id", "en", "su")
LONG = {
    "recorded": {"id": "Direkam dan diperiksa di kantor ini", "en": "Recorded", "su": "Direkam di kantor"},
    "sent": {"id": "Dikirim ke pusat data di Jakarta", "en": "Sent to the centre", "su": "Dikirim ka puseur data"},
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    stages = tuple(replace(one, names=LONG.get(one.code, one.names)) for one in STAGES)
    running = OfficeHub(tmp_path_factory.mktemp("office"), journeying(Journey(stages)), PassingClock())
    settings = running.app.extensions["antrean"].settings
    pair_device(settings, "print_agent", "Printer 1", running.office.clock, numbered=True)
    running.office.execute(ChangePlan(what="devices"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def cases(hub: OfficeHub) -> Cases:
    return Cases(hub)


@pytest.fixture(scope="module")
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


@pytest.fixture
def page(browser: Browser, hub: OfficeHub, address: str) -> Iterator[Page]:
    page = open_kiosk(browser, hub, address, (1024, 768), touch=True)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.wait_for_function("() => document.querySelector('form[data-code]')")
    yield page
    page.context.close()
    assert faults == []


def on(page: Page, screen: str) -> None:
    expect(page.locator("body")).to_have_attribute(SCREEN, screen)


def type_code(page: Page, code: str) -> None:
    for sign in code:
        tap(page, f'[data-sign="{sign}"]:visible')


def typed(page: Page) -> str:
    return shown(page, "form[data-code] [data-typed]").inner_text()


def read(page: Page, text: str) -> None:
    page.evaluate(READ, text)


def collecting(hub: OfficeHub) -> list[str]:
    return hub.office.read(lambda day, _plan: [one.collects for one in day.tickets.values() if one.collects])


def test_a_code_is_typed_by_large_keys_and_a_number_for_what_is_ready_is_one_touch_away(
    hub: OfficeHub, cases: Cases, page: Page
) -> None:
    code = cases.record(persons=2).case
    cases.move("ready", code + "1", code + "2")
    before = len(collecting(hub))
    tap(page, "[data-look-up]")
    on(page, "code")
    expect(shown(page, "[data-ask-case]")).to_be_disabled()
    type_code(page, code + "BB")
    tap(page, "[data-erase]:visible"), tap(page, "[data-erase]:visible")
    assert typed(page) == f"{code[:4]} {code[4:]}"
    tap(page, "[data-ask-case]")
    on(page, "case")
    expect(shown(page, ".case .question")).to_have_text("Semua 2 sudah siap.")
    page.click('[data-choose-language="en"]')
    expect(shown(page, ".case .question")).to_have_text("All 2 are ready.")
    tap(page, ".case .priority")
    expect(page.locator(".is-settling")).to_have_count(0)
    shown(page, "[data-collect] button").dblclick(force=True)
    on(page, "result")
    number = page.locator(".ticket-number").inner_text()
    assert hub.ticket(number).collects == f"{code}1 {code}2"
    assert (hub.ticket(number).persons, hub.ticket(number).priority) == (2, True)
    assert len(collecting(hub)) == before + 1
    tap_done(page)
    on(page, "start")
    assert code not in page.content()
    assert code[:4] not in page.content()
    expect(page.locator("html")).to_have_attribute("lang", "id")
    cases.serve()


def tap_done(page: Page) -> None:
    page.locator("[data-done]:visible").first.dispatch_event("click")


def test_a_reader_reads_a_slip_from_the_first_screen_and_presses_nothing_there(
    hub: OfficeHub, cases: Cases, page: Page
) -> None:
    code = cases.record().case
    shown(page, '.tile[data-service="birth"]').focus()
    read(page, code)
    on(page, "case")
    expect(shown(page, ".case .question")).to_have_text("Belum siap.")
    expect(shown(page, ".case-code b")).to_have_text(f"{code[:4]} {code[4:]}")
    # The next slip, and a phone, from there; then one while a service was chosen, and one that is nobody's.
    other = cases.record().case
    with hub.app.test_request_context("/"):
        link = case_url(other)
    read(page, link)
    expect(shown(page, ".case-code b")).to_have_text(f"{other[:4]} {other[4:]}")
    tap_done(page)
    choose(page, "birth")
    read(page, code.lower())
    on(page, "case")
    read(page, NOBODYS)
    on(page, "code")
    expect(shown(page, "[data-refusal]:visible")).to_contain_text("setiap hurufnya.")
    assert code[:4] not in page.content()


def test_letters_that_come_slowly_are_no_reader_and_keys_work_as_ever(page: Page) -> None:
    page.clock.install()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    shown(page, '.tile[data-service="birth"]').focus()
    for sign in NOBODYS:
        page.keyboard.press(sign)
        page.clock.run_for(300)
    page.keyboard.press("Enter")
    on(page, "persons")


def test_whoever_has_a_keyboard_types_the_code_and_enter_looks_it_up(cases: Cases, page: Page) -> None:
    code = cases.record().case
    page.clock.install()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    tap(page, "[data-look-up]")
    for sign in code.lower() + "x":
        page.keyboard.press(sign)
        page.clock.run_for(300)
    page.keyboard.press("Backspace")
    assert typed(page) == f"{code[:4]} {code[4:]}"
    page.clock.run_for(300)
    page.keyboard.press("Enter")
    on(page, "case")
    page.clock.run_for(1000)
    page.keyboard.press("Escape")
    on(page, "start")


def test_an_offices_own_code_has_letters_and_figures_on_a_second_sheet(cases: Cases, page: Page) -> None:
    tap(page, "[data-look-up]")
    expect(shown(page, '[data-sign="A"]')).to_be_hidden()
    type_code(page, "KTP")
    tap(page, "[data-turn-sheet]:visible")
    type_code(page, "2016")
    tap(page, "[data-turn-sheet]:visible")
    assert typed(page) == "KTP2 016·"
    tap(page, "[data-ask-case]")
    expect(shown(page, "[data-refusal]:visible")).to_contain_text("tidak dikenal")
    assert typed(page) == "KTP2 016·"  # each letter can be checked
    tap(page, "[data-step-back]:visible")
    on(page, "start")
    tap(page, "[data-look-up]")
    assert typed(page) == "···· ····"


def test_the_tile_of_what_is_ready_asks_for_the_code_and_for_no_persons(
    hub: OfficeHub, cases: Cases, page: Page
) -> None:
    code = cases.record().case
    choose(page, "family", "code")
    expect(shown(page, "[data-for-service] strong")).to_have_text("Kartu Keluarga")
    type_code(page, code)
    tap(page, "[data-ask-case]")
    on(page, "case")
    expect(shown(page, ".case-ask .case-said")).to_contain_text("tidak perlu menunggu di sini")
    expect(shown(page, "[data-collect]")).to_have_count(0)
    assert code not in collecting(hub)
    tap_done(page)
    choose(page, "birth")
    tap(page, ".visit [data-other]")
    on(page, "second")
    expect(shown(page, '.tile[data-service="card"]')).to_be_visible()
    expect(shown(page, '.tile[data-service="family"]')).to_be_hidden()  # it has a number of its own
    expect(shown(page, "[data-look-up]:visible")).to_have_count(0)


def test_a_hub_that_is_away_is_said_and_the_same_code_can_be_asked_again(cases: Cases, page: Page) -> None:
    code = cases.record().case
    sent: list[Any] = []

    def lose(route: Any) -> None:
        sent.append(route.request.post_data_json)
        route.abort() if len(sent) == 1 else route.continue_()

    page.route("**/kiosk/cases*", lose)
    tap(page, "[data-look-up]")
    type_code(page, code)
    tap(page, "[data-ask-case]")
    expect(shown(page, "[data-refusal]:visible")).to_contain_text("terputus")
    tap(page, "[data-ask-case]")
    on(page, "case")
    assert sent[0] == sent[1]  # one question


def test_a_visitor_who_walks_away_leaves_no_code_behind(cases: Cases, page: Page) -> None:
    code = cases.record().case
    page.clock.install()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    read(page, code)
    on(page, "case")
    page.clock.run_for(50_000)
    expect(shown(page, "[data-stay]")).to_be_visible()
    page.clock.run_for(15_000)
    on(page, "start")
    assert code[:4] not in page.content()


def by_keys(ears: Headphones, *wanted: str) -> None:
    """Go from target to target with the arrows until one is called so, and take it."""
    keyboard = ears.page.keyboard
    for words in wanted:
        for _ in range(60):
            keyboard.press("ArrowDown")
            if ears.page.evaluate("document.activeElement.innerText").strip() == words:
                break
        else:
            raise AssertionError(f"“{words}” was not come to")
        keyboard.press("Enter")


def test_whoever_sees_nothing_hears_how_far_the_case_is(cases: Cases, page: Page) -> None:
    code = cases.record().case
    ears = Headphones(page)
    by_keys(ears, "Sudah jadi? Cek dengan kode Anda")
    ears.hear("Kode berkas apa yang ada di karcis Anda?")
    by_keys(ears, *code)
    ears.hear(f"{code[:4]} {code[4:]}")
    by_keys(ears, "Cek")
    heard = ears.heard("Belum siap.")["text"]
    assert "Anda tidak perlu menunggu di sini" in heard
    assert "Sejak" in heard


@pytest.mark.slow
@pytest.mark.parametrize(
    "size",
    [
        pytest.param(size, marks=[] if size == (1080, 1920) else [pytest.mark.long], id=f"{size[0]}x{size[1]}")
        for size in DECLARED_CM
    ],
)
def test_every_screen_of_a_look_up_can_be_read_and_touched_with_every_aid_in_every_language(
    browser: Browser, hub: OfficeHub, cases: Cases, address: str, size: tuple[int, int]
) -> None:
    one, two, late = cases.record().case, cases.record(persons=3).case, cases.record().case
    cases.move("ready", one, two + "1", two + "3")
    cases.move("printed", late)
    waiting = cases.issue().case
    page = open_kiosk(browser, hub, address, size)
    page.evaluate("document.fonts.ready")
    mm = pixels_of_a_millimetre(size, 0)
    found: list[str] = []

    def look(screen: str, prepare: str = "") -> None:
        for language in LANGUAGES:
            page.evaluate(f"document.querySelector('[data-choose-language={language}]').click()")
            for aids, (seen,) in zip(AIDS, page.evaluate(WITH_AIDS, [mm, True, AIDS, [prepare], None]), strict=True):
                where = f"{screen}, {size[0]}, {language}, {'+'.join(aids)}"
                found.extend(f"{where}: {fault}" for fault in dict.fromkeys(seen["faults"]))

    look("start")
    choose(page, "family", "code")
    look("code")
    tap(page, "[data-turn-sheet]:visible")
    look("second sheet")
    read(page, NOBODYS)
    expect(shown(page, "[data-refusal]:visible")).to_be_visible()
    look("unknown")
    for name, code in (("ready", one), ("some", two), ("wait", late), ("today", waiting)):
        read(page, code)
        expect(page.locator(".case-code b:visible")).to_have_text(f"{code[:4]} {code[4:]}")
        look(name)
    page.context.close()
    cases.serve()
    assert found == []
