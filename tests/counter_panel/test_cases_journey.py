"""The page of cases in a real browser: a reader's codes, a stack that loses nothing, all of a stage, news, the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.cases.codes import spaced
from antrean.queueing.commands import CloseCounter, TakeBackCases
from tests.conftest import PassingClock
from tests.fakes.case_hub import ANI, Cases
from tests.fakes.chromium import needed
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.queueing.cases.case_office import journeying
from tests.web.still_and_reached import WATCH
from tests.web.test_accessibility import AXE, faults

Opener = Callable[..., Page]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, journeying(languages=("en", "id")), PassingClock())
    yield running
    running.stop()


@pytest.fixture
def cases(hub: OfficeHub) -> Cases:
    return Cases(hub)


@pytest.fixture
def opened(browser: Browser, hub: OfficeHub) -> Iterator[Opener]:
    """Open the page of cases, or another of the panel, as a member of staff, on a tablet or on a phone."""
    faults: list[str] = []
    contexts = []
    with hub.served() as address:

        def open_page(name: str = "Budi", path: str = "cases", width: int = 1280, height: int = 800) -> Page:
            context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
            context.add_init_script(WATCH)
            contexts.append(context)
            page = context.new_page()
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.goto(f"{address}/sign_in?next=/counter_panel/{path}")
            page.fill("[name=name]", name)
            page.fill("[name=password]", PASSWORD)
            page.click("button.wide")
            expect(page.locator("html")).to_have_attribute("data-live", "live")
            return page

        yield open_page
        for context in contexts:
            context.close()
    assert faults == []


def scan(page: Page, text: str) -> None:
    """Type as a reader does: wherever the focus is, with Enter at the end."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def to_stage(page: Page, stage: str) -> None:
    page.click("label:has([value=move])")
    page.select_option("#stage", stage)
    page.focus("#stage")  # where whoever chose it left the focus


def stage(hub: OfficeHub, code: str) -> str:
    return hub.office.read(lambda day, _plan: day.standing.cases.cases[code].stage)


def sent(page: Page) -> None:
    expect(page.locator(".is-waiting, .is-undoing")).to_have_count(0)


def test_a_slip_is_scanned_and_its_case_goes_on_by_one_tap_and_back_from_the_list(
    opened: Opener, hub: OfficeHub, cases: Cases
) -> None:
    code = cases.record().case
    page = opened()
    page.locator("#code").blur()
    scan(page, f"http://hub.test/case/{code}")
    expect(page.locator(".case-words")).to_have_text(spaced(code))
    page.click("[data-move] >> text=To Sent to the centre")
    expect(page.locator(".case-now")).to_contain_text("Sent to the centre")
    assert stage(hub, code) == "sent"
    expect(page.locator(".moved-words")).to_have_text(f"{spaced(code)}: now Sent to the centre")
    page.click("[data-undo]")
    expect(page.locator(".moved-words")).to_have_text(f"{spaced(code)}: back in Recorded")
    assert stage(hub, code) == "recorded"
    expect(page.locator(".case-now")).to_contain_text("Recorded")


def test_the_second_half_of_a_double_tap_does_not_move_a_case_once_more(
    opened: Opener, hub: OfficeHub, cases: Cases
) -> None:
    code = cases.record().case
    page = opened()
    scan(page, code)
    page.dblclick("[data-move] >> text=To Sent to the centre")
    expect(page.locator(".case-now")).to_contain_text("Sent to the centre")
    sent(page)
    assert stage(hub, code) == "sent"


def test_a_stack_is_scanned_one_after_the_other_and_every_card_has_its_row(
    opened: Opener, hub: OfficeHub, cases: Cases
) -> None:
    stack = [cases.record().case for _ in range(3)]
    page = opened()
    to_stage(page, "printed")
    for code in [stack[0], "XXXXYYYY", stack[1], stack[0], stack[2]]:
        scan(page, code)
    sent(page)
    assert [stage(hub, code) for code in stack] == ["printed"] * 3
    said = page.locator(".moved-words").all_inner_texts()
    assert [one.split(":")[0].split("\n")[0] for one in said[:1]] == [spaced(stack[2])]
    assert "is in this stage already" in said[1]
    assert stack[0] in said[1]
    assert "XXXXYYYY" in said[3]
    assert "not known here" in said[3]
    expect(page.locator("[data-moved-count]")).to_have_text("3")
    page.locator(".moved", has_text=spaced(stack[1])).locator("[data-undo]").click()
    sent(page)
    assert stage(hub, stack[1]) == "recorded"
    page.click("[data-clear]")
    expect(page.locator(".moved")).to_have_count(0)


def test_what_was_scanned_while_the_hub_was_away_is_sent_later_also_after_a_reload(
    opened: Opener, hub: OfficeHub, cases: Cases
) -> None:
    stack = [cases.record().case for _ in range(2)]
    page = opened()
    to_stage(page, "sent")
    page.route("**/counter_panel/cases/moves", lambda route: route.abort())
    for code in stack:
        scan(page, code)
    expect(page.locator(".is-waiting")).to_have_count(2)
    expect(page.locator("[data-sending]")).to_be_visible()
    page.unroute("**/counter_panel/cases/moves")
    page.reload()
    sent(page)
    assert [stage(hub, code) for code in stack] == ["sent", "sent"]
    expect(page.locator("#stage")).to_have_value("sent")
    assert page.is_checked("[value=move]"), "a stack goes on as it was"


def test_an_identity_card_under_the_reader_is_refused_and_nothing_of_it_stays(opened: Opener) -> None:
    page = opened()
    to_stage(page, "sent")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    scan(page, "3208011203900001")
    expect(page.locator("[data-refused]")).not_to_be_empty()
    expect(page.locator(".moved")).to_have_count(0)
    assert "3208011203900001" not in page.evaluate("JSON.stringify(sessionStorage)") + "".join(asked)
    page.click("label:has([value=show])")
    scan(page, "3208011203900001")
    expect(page.locator("[data-refused]")).not_to_be_empty()
    assert not any("3208011203900001" in url for url in asked)


def test_all_of_a_stage_go_on_together_but_for_those_without_a_tick(
    opened: Opener, hub: OfficeHub, cases: Cases
) -> None:
    stack = [cases.record().case for _ in range(3)]
    page = opened()
    page.locator("[data-list-url]").first.click()
    expect(page.locator("[data-ticked]")).to_have_text("3")
    assert page.evaluate("!document.activeElement.matches('.option')"), "a reader's Enter moves nothing"
    page.uncheck(f"[name=cases][value={stack[1]}]")
    expect(page.locator("[data-ticked]")).to_have_text("2")
    page.click("#list .option")
    expect(page.locator("#list")).not_to_be_visible()
    sent(page)
    assert [stage(hub, code) for code in stack] == ["sent", "recorded", "sent"]
    page.click("[data-undo]")
    sent(page)
    assert [stage(hub, code) for code in stack] == ["recorded"] * 3


def test_what_a_colleague_moves_is_seen_at_once_and_the_second_tap_says_so(
    opened: Opener, hub: OfficeHub, cases: Cases
) -> None:
    code = cases.record().case
    budi, dewi = opened("Budi"), opened("Dewi", width=390, height=844)
    for page in (budi, dewi):
        scan(page, code)
        expect(page.locator(".case-now")).to_contain_text("Recorded")
    to_stage(dewi, "sent")
    scan(dewi, code)
    expect(budi.locator(".case-now")).to_contain_text("Sent to the centre")
    expect(budi.locator(".stage-count >> nth=0")).to_have_text("0")
    expect(budi.locator(".is-settling")).to_have_count(0)
    cases.do(TakeBackCases(cases=(code,), stage="sent"))
    expect(budi.locator(".case-now")).to_contain_text("Recorded")
    to_stage(budi, "sent")
    scan(budi, code)
    sent(budi)
    scan(dewi, code)
    expect(dewi.locator(".is-refused")).to_contain_text("is in this stage already")


def test_a_locked_page_takes_no_code_and_goes_on_when_it_is_opened(
    opened: Opener, hub: OfficeHub, cases: Cases
) -> None:
    code = cases.record().case
    page = opened()
    scan(page, code)
    expect(page.locator(".case")).to_be_visible()
    page.click("#lock-now")
    expect(page.locator("#lock")).to_be_visible()
    expect(page.locator(".case")).not_to_be_visible()
    page.fill("#lock-password", PASSWORD)
    page.press("#lock-password", "Enter")
    expect(page.locator("#lock")).not_to_be_visible()
    expect(page.locator(".case")).to_be_visible()


def test_a_stack_of_cards_is_moved_by_phone_without_anything_beside_the_screen(opened: Opener, cases: Cases) -> None:
    cases.record(persons=3)
    page = opened(width=390, height=844)
    scan(page, cases.record().case)
    expect(page.locator(".case")).to_be_visible()
    to_stage(page, "sent")
    scan(page, "XXXXYYYY")
    expect(page.locator(".is-refused")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_code_stays_large_beside_the_next_number_and_what_is_not_found_stays_ready(
    opened: Opener, hub: OfficeHub, cases: Cases
) -> None:
    ready = cases.record(persons=2).case
    cases.move("ready", ready)
    cases.do(CloseCounter(**ANI))
    page = opened("Ani", path="")
    page.click("#sit-3")
    code = cases.issue().case
    cases.issue("family", case=ready)

    def big() -> None:
        expect(page.locator(".is-settling")).to_have_count(0)
        page.click("#big")

    expect(page.locator("#big")).not_to_have_attribute("aria-disabled", "true")
    big()
    expect(page.locator(".is-called")).to_be_visible()
    big()
    expect(page.locator(".is-serving .case-code b")).to_have_text(spaced(code))
    big()  # finish and call next
    expect(page.locator(".opened b")).to_have_text(spaced(code))
    expect(page.locator(".ticket-number")).to_have_text("B-001")
    big()
    expect(page.locator(".is-serving")).to_be_visible()
    expect(page.locator(".opened")).to_have_count(0)
    expect(page.locator(".hand-out li")).to_have_count(2)
    expect(page.locator(".is-settling")).to_have_count(0)
    page.click("#verb-2")
    page.locator("#ask-finish .paper").nth(1).click()
    page.click("#ask-finish .option >> nth=0")
    expect(page.locator(".ticket")).to_have_count(0)
    assert (stage(hub, ready + "1"), stage(hub, ready + "2")) == ("collected", "ready")


def test_a_wrong_code_is_said_beside_it_and_not_typed_twice(opened: Opener, hub: OfficeHub, cases: Cases) -> None:
    code = cases.record().case
    page = opened(path="")
    page.keyboard.press("g")
    page.fill("#give-case", code)
    page.click("#ask-give .option >> text=Family card")
    expect(page.locator("#give-refused")).to_contain_text("not ready to be collected yet")
    expect(page.locator("#give-case")).to_have_value(code)
    cases.move("ready", code)
    page.click("#ask-give .option >> text=Family card")
    expect(page.locator(".told-number")).to_have_text("B-001")
    assert hub.ticket("B-001").collects == code
    page.keyboard.press("Enter")
    page.keyboard.press("c")
    expect(page.locator("#scan")).to_be_visible()


def test_everything_on_the_page_can_be_read_and_reached_in_each_of_its_states(opened: Opener, cases: Cases) -> None:
    needed(AXE)
    several, one = cases.record(persons=2).case, cases.record().case
    cases.move("sent", one)
    page = opened()
    found = {"empty": faults(page)}
    scan(page, several)
    expect(page.locator(".case")).to_have_count(2)
    expect(page.locator(".is-settling")).to_have_count(0)
    found["a visit"] = faults(page)
    scan(page, "XXXXYYYY")
    expect(page.locator(".nothing")).to_be_visible()
    found["nothing"] = faults(page)
    to_stage(page, "printed")
    for code in (one, one):
        scan(page, code)
    sent(page)
    found["a stack"] = faults(page)
    page.locator("[data-list-url]").first.click()
    expect(page.locator("#list")).to_be_visible()
    found["a list"] = faults(page)
    assert {state: wrong for state, wrong in found.items() if wrong} == {}
