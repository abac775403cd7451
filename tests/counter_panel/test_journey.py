"""The panel in a real browser: a visit by taps and keys, two tablets, a hub that goes away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from antrean.queueing.plan.model import Limits, OfficePlan
from tests.conftest import PassingClock, small_plan
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.pages import place, sit_down
from tests.fakes.plan import save_part

# The second tap comes as soon as the page shows what the first has done, however slow the machine.
DOUBLE_TAP = """async () => {
    document.querySelector('#big').click();
    while (!document.querySelector('.ticket.is-called')) await new Promise(requestAnimationFrame);
    document.querySelector('#big').click();
}"""
CLOSE_AND_PRESS = """key => {
    const field = document.activeElement;
    document.querySelector('dialog[open]').close();
    field.dispatchEvent(new KeyboardEvent('keydown', { ...key, bubbles: true, cancelable: true }));
}"""
LOOK_AFTER_A_TAP = """async () => {
    document.querySelector('#big').click();
    while (!document.querySelector('.ticket.is-called')) await new Promise(requestAnimationFrame);
    return getComputedStyle(document.querySelector('#big')).backgroundColor;
}"""


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, PassingClock())
    yield running
    running.stop()


@pytest.fixture
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


@pytest.fixture
def tablet(browser: Browser, hub: OfficeHub, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sit_down(page, hub, address, "1")
    expect(page.locator("#big")).to_contain_text("Panggil berikutnya")
    yield page
    context.close()
    assert faults == []


def sign_in(page: Page, address: str, name: str = "Ani") -> None:
    page.goto(address + "/counter_panel/")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("form button")
    page.wait_for_url("**/counter_panel/")
    expect(page.locator("html")).to_have_attribute("data-live", "live")


def test_an_operator_signs_in_on_a_tablet_and_sits_down(browser: Browser, address: str) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    sign_in(page, address)
    page.click("#sit-1")
    expect(big(page)).to_contain_text("Panggil berikutnya")
    page.context.close()


def big(page: Page) -> Any:
    return page.locator("#big")


def settled(page: Page) -> None:
    """Wait until a button that has just changed its meaning listens again."""
    expect(page.locator(".is-settling")).to_have_count(0)


def test_a_visit_by_taps_with_the_button_always_in_the_same_place(hub: OfficeHub, tablet: Page) -> None:
    first, second = hub.issue(), hub.issue(persons=2)
    places = []
    for words, after in (
        ("Panggil berikutnya", "called"),
        ("Mulai layani", "serving"),
        ("Selesai & panggil berikutnya", "called"),
    ):
        expect(big(tablet)).to_contain_text(words)
        places.append(place(big(tablet)))
        settled(tablet)
        big(tablet).click()
        expect(tablet.locator(f".ticket.is-{after}")).to_be_visible()
    assert places[0] == places[1] == places[2] == place(big(tablet))
    assert (hub.ticket(first.number).state, hub.ticket(second.number).state) == ("completed", "called")


def test_the_second_half_of_a_double_tap_does_nothing(hub: OfficeHub, tablet: Page) -> None:
    number = hub.issue().number
    hub.issue()
    expect(big(tablet)).to_contain_text("2 menunggu")
    settled(tablet)
    tablet.evaluate(DOUBLE_TAP)
    settled(tablet)
    assert hub.ticket(number).state == "called"
    big(tablet).click()
    expect(tablet.locator(".ticket.is-serving")).to_be_visible()


def test_a_button_that_has_just_changed_its_meaning_is_seen_not_to_listen(hub: OfficeHub, tablet: Page) -> None:
    hub.issue()
    expect(big(tablet)).to_contain_text("1 menunggu")
    settled(tablet)
    ready = big(tablet).evaluate("button => getComputedStyle(button).backgroundColor")
    seen = tablet.evaluate(LOOK_AFTER_A_TAP)
    assert seen != ready
    expect(tablet.locator(".is-settling")).to_have_count(0)
    tablet.mouse.move(0, 0)
    assert big(tablet).evaluate("button => getComputedStyle(button).backgroundColor") == ready
    assert hub.ticket("A-001").state == "called"
    big(tablet).click()
    expect(tablet.locator(".ticket.is-serving")).to_be_visible()


def test_a_question_asked_for_before_the_last_command_was_answered_opens_with_the_answer(
    hub: OfficeHub, tablet: Page
) -> None:
    hub.issue()
    expect(big(tablet)).to_contain_text("1 menunggu")
    settled(tablet)
    big(tablet).click()
    expect(tablet.locator(".ticket.is-called")).to_be_visible()
    settled(tablet)
    held: list[tuple[Route, APIResponse]] = []
    tablet.route("**/tickets/A-001/*", lambda route: held.append((route, route.fetch())))
    tablet.keyboard.press("n")
    expect(tablet.locator(".ticket.is-serving")).to_be_visible()
    tablet.keyboard.press("h")
    expect(tablet.locator("dialog[open]")).to_have_count(0)
    route, answer = held.pop()
    route.fulfill(response=answer)
    expect(tablet.locator("#ask-hold .option").first).to_be_focused()
    assert hub.ticket("A-001").state == "serving"


@pytest.mark.parametrize("given_up", [False, True], ids=["refused", "given up"])
def test_a_tap_that_waited_for_a_command_that_was_not_done_is_dropped(
    hub: OfficeHub, tablet: Page, given_up: bool
) -> None:
    hub.issue()
    expect(big(tablet)).to_contain_text("1 menunggu")
    settled(tablet)
    big(tablet).click()
    expect(tablet.locator(".ticket.is-called")).to_be_visible()
    held: list[Route] = []
    tablet.route("**/tickets/A-001/recall", lambda route: held.append(route))
    tablet.click("#verb-1")
    expect(tablet.locator("body")).to_have_attribute("data-busy", "yes")
    tablet.click("#verb-2")  # absent: after the call that is on its way
    tablet.evaluate("performance.now = (now => () => now)(performance.now())")  # a slow machine: the tap is still meant
    with tablet.expect_response("**/counter_panel/view*"):
        if given_up:
            tablet.click("[data-give-up]")
        else:
            held.pop().fulfill(status=409, json={"error": {"code": "recall_limit", "message": "Tidak bisa lagi."}})
    expect(tablet.locator("body")).to_have_attribute("data-busy", "no")
    hub.issue()
    expect(tablet.locator("[data-fragment=next]")).to_contain_text("A-002")
    assert hub.ticket("A-001").state == "called"


def test_a_button_tapped_again_before_its_answer_acts_once(hub: OfficeHub, tablet: Page) -> None:
    hub.issue()
    expect(big(tablet)).to_contain_text("1 menunggu")
    settled(tablet)
    big(tablet).click()
    expect(tablet.locator(".ticket.is-called")).to_be_visible()
    held: list[tuple[Route, APIResponse]] = []
    tablet.route("**/tickets/A-001/*", lambda route: held.append((route, route.fetch())))
    tablet.click("#verb-1")
    expect(tablet.locator(".facts")).to_contain_text("panggilan ke-2")
    tablet.click("#verb-1")
    route, answer = held.pop()
    route.fulfill(response=answer)
    expect(tablet.locator("body")).to_have_attribute("data-busy", "no")
    tablet.unroute("**/tickets/A-001/*")
    tablet.click("#verb-2")
    expect(tablet.locator(".empty")).to_be_visible()
    assert (hub.ticket("A-001").state, hub.ticket("A-001").recalls) == ("no_show", 1)


def test_a_visit_by_keys_alone(hub: OfficeHub, tablet: Page) -> None:
    number = hub.issue().number
    expect(big(tablet)).not_to_have_attribute("aria-disabled", "true")
    tablet.locator("body").focus()
    tablet.evaluate("document.activeElement.blur()")
    settled(tablet)
    tablet.keyboard.press("Space")
    expect(tablet.locator(".ticket.is-called")).to_be_visible()
    settled(tablet)
    tablet.keyboard.press("n")
    expect(tablet.locator(".ticket.is-serving")).to_be_visible()
    tablet.keyboard.press("h")
    expect(tablet.locator("#ask-hold .option").first).to_be_focused()
    tablet.keyboard.press("Enter")
    expect(tablet.locator("[data-fragment=held]")).to_contain_text(number)
    tablet.keyboard.press("z")
    expect(tablet.locator(".ticket.is-serving")).to_be_visible()
    tablet.keyboard.press("e")
    expect(tablet.locator("#ask-finish button[value=finished]")).to_be_focused()
    for key in ("Shift+Tab", "Enter", "Tab", "Tab", "Tab", "Enter"):  # one person more, then the third answer
        tablet.keyboard.press(key)
    expect(tablet.locator(".empty")).to_be_visible()
    assert (hub.ticket(number).outcome, hub.ticket(number).persons) == ("referred", 2)


def test_a_visit_by_a_pad_of_number_keys_which_fields_and_questions_keep_for_themselves(
    hub: OfficeHub, tablet: Page
) -> None:
    number, other = hub.issue().number, hub.issue().number
    expect(big(tablet)).to_contain_text("2 menunggu")
    settled(tablet)
    tablet.keyboard.press("NumpadEnter")
    expect(tablet.locator(".ticket.is-called")).to_be_visible()
    tablet.keyboard.press("Numpad7")
    expect(tablet.locator("#find")).to_be_focused()
    tablet.keyboard.press("Numpad2")  # absent, were this no field
    tablet.keyboard.type("2")
    expect(tablet.locator(".found")).to_contain_text(other)
    tablet.keyboard.press("Escape")
    expect(tablet.locator("dialog[open]")).to_have_count(0)
    tablet.keyboard.press("Numpad5")
    expect(tablet.locator("#correct-persons-3")).to_be_visible()
    tablet.keyboard.press("Numpad2")  # absent, were no question open
    tablet.click("#correct-persons-3")
    expect(tablet.locator(".facts")).to_contain_text("3 orang")
    assert hub.ticket(number).state == "called"
    tablet.keyboard.press("Numpad0")
    expect(tablet.locator(".facts")).to_contain_text("1 orang")
    tablet.keyboard.press("Shift+?")
    expect(tablet.locator("#ask-keys")).to_be_visible()
    tablet.keyboard.press("Escape")
    expect(tablet.locator("dialog[open]")).to_have_count(0)
    tablet.keyboard.press("Numpad2")
    expect(tablet.locator(".empty")).to_be_visible()
    assert (hub.ticket(number).state, hub.ticket(number).persons) == ("no_show", 1)


def test_a_key_right_after_a_question_closed_is_for_the_panel_again(hub: OfficeHub, tablet: Page) -> None:
    number = hub.issue().number
    expect(big(tablet)).to_contain_text("1 menunggu")
    settled(tablet)
    big(tablet).click()
    expect(tablet.locator(".ticket.is-called")).to_be_visible()
    tablet.keyboard.press("f")
    expect(tablet.locator("#find")).to_be_focused()
    tablet.evaluate(CLOSE_AND_PRESS, {"code": "Numpad2", "key": "2"})  # the focus has not moved on yet
    expect(tablet.locator(".empty")).to_be_visible()
    assert hub.ticket(number).state == "no_show"


def test_two_tablets_of_one_operator_stay_equal(hub: OfficeHub, tablet: Page, browser: Browser, address: str) -> None:
    hub.issue()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    phone = context.new_page()
    sign_in(phone, address)
    expect(big(phone)).to_contain_text("Panggil berikutnya")
    big(phone).click()
    expect(tablet.locator(".ticket-number")).to_have_text("A-001")
    expect(big(tablet)).to_contain_text("Mulai layani")
    context.close()


def test_a_colleague_goes_on_on_a_tablet_of_their_own_and_gives_the_counter_back(
    hub: OfficeHub, tablet: Page, browser: Browser, address: str
) -> None:
    number = hub.issue().number
    expect(big(tablet)).to_contain_text("1 menunggu")
    settled(tablet)
    big(tablet).click()
    expect(tablet.locator(".ticket.is-called")).to_be_visible()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    phone = context.new_page()
    sign_in(phone, address, "Budi")
    phone.click("#sit-1")
    phone.click("#take-over")
    expect(phone.locator(".ticket-number")).to_have_text(number)
    expect(phone.locator(".ticket-body")).to_contain_text("menggantikan Ani")
    expect(tablet.locator(".lobby")).to_contain_text("Budi melanjutkan di Loket 1")
    phone.click("#leave")
    phone.locator("#ask-hand-over .option", has_text="Ani").click()
    expect(tablet.locator(".ticket-number")).to_have_text(number)
    expect(phone.locator(".lobby")).to_be_visible()
    assert hub.ticket(number).operator == "Ani"
    context.close()


def test_a_tap_while_the_hub_is_away_is_kept_and_done_once(hub: OfficeHub, tablet: Page) -> None:
    hub.issue()
    hub.issue()
    expect(big(tablet)).to_contain_text("2 menunggu")
    settled(tablet)
    lost: list[str] = []

    def answer_lost(route: Any) -> None:
        route.fetch()
        lost.append(route.request.post_data)
        route.abort()

    tablet.route("**/counter_panel/calls", answer_lost, times=2)
    big(tablet).click()
    expect(tablet.locator("[data-sending]")).to_be_visible()
    expect(tablet.locator("[data-sending]")).to_be_hidden(timeout=15_000)
    expect(tablet.locator(".ticket-number")).to_have_text("A-001")
    assert len(lost) == 2
    assert lost[0] == lost[1]
    assert (hub.ticket("A-001").state, hub.ticket("A-002").state) == ("called", "waiting")
    assert hub.office.read(lambda day, _plan: len(day.calls)) == 1


def test_a_refusal_is_a_sentence_by_the_button_and_goes_away(hub: OfficeHub, tablet: Page) -> None:
    hub.issue()
    expect(big(tablet)).to_contain_text("1 menunggu")
    settled(tablet)
    big(tablet).click()
    tablet.click("#verb-1")
    refusal = tablet.locator("[data-refusal]")
    expect(refusal).to_contain_text("Nomor baru saja dipanggil")
    refusal.click()
    expect(refusal).to_be_hidden()
    assert hub.ticket("A-001").recalls == 0


@pytest.mark.parametrize("plan", [replace(small_plan(), limits=Limits(recalls=0))], ids=["called once"])
def test_a_tap_on_a_verb_that_a_limit_closed_says_what_is_next(hub: OfficeHub, tablet: Page) -> None:
    hub.issue()
    expect(big(tablet)).to_contain_text("1 menunggu")
    settled(tablet)
    big(tablet).click()
    expect(tablet.locator(".ticket.is-called")).to_be_visible()
    tablet.click("#verb-1", force=True)  # greyed as it is
    expect(tablet.locator("[data-refusal]")).to_contain_text("Sudah dipanggil 1 kali, tidak bisa lagi. Langkah")
    assert hub.ticket("A-001").recalls == 0


def test_after_a_tap_on_a_quiet_verb_the_space_bar_still_means_the_big_button(hub: OfficeHub, tablet: Page) -> None:
    hub.issue()
    hub.issue()
    expect(big(tablet)).to_contain_text("2 menunggu")
    settled(tablet)
    big(tablet).click()
    expect(tablet.locator(".ticket.is-called")).to_be_visible()
    tablet.click("#verb-2")
    expect(tablet.locator(".empty")).to_be_visible()
    settled(tablet)
    tablet.keyboard.press("Space")
    expect(tablet.locator(".ticket-number")).to_have_text("A-002")
    assert hub.ticket("A-001").state == "no_show"


def test_the_whole_list_is_kept_true_is_narrowed_and_calls(hub: OfficeHub, tablet: Page) -> None:
    for _ in range(30):
        hub.issue()
    tablet.click("#open-waiting")
    rows = tablet.locator("#ask-waiting .row")
    expect(rows).to_have_count(30)
    expect(rows.first.locator("[data-minutes]")).to_have_text("0")
    hub.issue()
    expect(rows).to_have_count(31)
    tablet.fill("#narrow", "a-027")
    expect(rows).to_have_count(1)
    hub.issue()
    expect(big(tablet)).to_contain_text("32 menunggu")  # the news is drawn
    expect(rows).to_have_count(1)
    expect(tablet.locator("#narrow")).to_be_focused()
    rows.first.click()
    tablet.locator("#ask-call .option").first.click()
    expect(tablet.locator(".ticket-number")).to_have_text("A-027")
    assert hub.ticket("A-001").state == "waiting"


def test_the_panel_fits_every_tablet_without_scrolling_the_button_away(hub: OfficeHub, tablet: Page) -> None:
    for _ in range(30):
        hub.issue(persons=9, priority=True)
    for width, height in ((1280, 800), (768, 1024), (390, 844)):
        tablet.set_viewport_size({"width": width, "height": height})
        box = place(big(tablet))
        assert box["height"] >= 90
        assert box["y"] + box["height"] <= height
        assert tablet.evaluate("document.documentElement.scrollWidth") <= width
        assert place(tablet.locator(".bar-name"))["height"] <= 60  # the counter and its operator, not a letter a line


def test_on_a_phone_nothing_is_cut_off_after_an_hour_nor_squeezed_in_a_search(hub: OfficeHub, tablet: Page) -> None:
    tablet.set_viewport_size({"width": 390, "height": 844})
    absent = hub.issue(persons=4, priority=True).number
    hub.issue()
    expect(big(tablet)).to_contain_text("2 menunggu")
    settled(tablet)
    big(tablet).click()
    expect(tablet.locator(".ticket-number")).to_have_text(absent)
    tablet.click("#verb-2")
    expect(tablet.locator(".empty")).to_be_visible()
    tablet.click("#open-find")
    expect(tablet.locator(".found")).to_contain_text(absent)
    assert place(tablet.locator(".found .row-words"))["width"] >= 150
    tablet.keyboard.press("Escape")
    settled(tablet)
    big(tablet).click()
    expect(tablet.locator(".ticket.is-called")).to_be_visible()
    settled(tablet)
    big(tablet).click()
    timer = tablet.locator(".ticket-timer .number")
    expect(tablet.locator(".ticket.is-serving")).to_be_visible()
    timer.evaluate("timer => timer.dataset.since -= 36000 * 1000 + 754000")
    tablet.locator(".ticket-number").evaluate("number => number.textContent = 'A-1000'")
    expect(timer).to_contain_text("10:12:")
    band, shown = place(tablet.locator(".ticket-band")), place(timer)
    assert shown["x"] + shown["width"] <= band["x"] + band["width"] - 8
    tablet.click("#verb-3")
    places = [place(one) for one in tablet.locator("#ask-transfer .positions label").all()]
    assert len({one["y"] for one in places}) == 1


def test_missing_papers_are_ticked_by_finger_or_by_their_numbers_before_the_visit_ends(
    hub: OfficeHub, tablet: Page
) -> None:
    names = [{"code": f"d{place}", "names": {"id": words}} for place, words in enumerate(("KK", "Akta", "Foto"), 1)]
    save_part(hub.office, "services/card/requirements", names)
    number = hub.issue("card").number
    for state in ("called", "serving"):
        expect(tablet.locator("#big")).not_to_have_attribute("aria-disabled", "true")
        expect(tablet.locator(".is-settling")).to_have_count(0)
        big(tablet).click()
        expect(tablet.locator(f".ticket.is-{state}")).to_be_visible()
    tablet.keyboard.press("e")
    tablet.click("#ask-finish button[value=papers_missing]")
    expect(tablet.locator("#ask-finish .paper input").first).to_be_focused()
    tablet.keyboard.press("3")
    tablet.click("#ask-finish .paper:has-text('KK')")
    tablet.click("#ask-finish .paper:has-text('Akta')")
    tablet.keyboard.press("2")  # not missing after all
    tablet.focus("#ask-finish [name=come_at]")
    tablet.keyboard.press("1")  # is typed there, and ticks nothing
    tablet.fill("#ask-finish [name=come_at]", "")
    later = (hub.office.business_day() + timedelta(days=2)).isoformat()
    tablet.fill("#ask-finish [name=come_on]", later)
    tablet.click("#ask-finish [data-second-step] .option")
    expect(tablet.locator(".empty")).to_be_visible()
    assert (hub.ticket(number).outcome, hub.ticket(number).legs[-1].missing) == ("papers_missing", "d1 d3")
    assert hub.ticket(number).legs[-1].come_on == later


@pytest.mark.parametrize("wished", [True, False])
def test_the_list_of_missing_papers_is_printed_unless_its_tick_is_taken_away(
    hub: OfficeHub, tablet: Page, wished: bool
) -> None:
    pair_device(hub.app.extensions["antrean"].settings, "print_agent", "Printer 1", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    save_part(hub.office, "services/card/requirements", [{"code": "d1", "names": {"id": "KK"}}])
    number = hub.issue("card").number
    for state in ("called", "serving"):
        expect(tablet.locator("#big")).not_to_have_attribute("aria-disabled", "true")
        expect(tablet.locator(".is-settling")).to_have_count(0)
        big(tablet).click()
        expect(tablet.locator(f".ticket.is-{state}")).to_be_visible()
    tablet.keyboard.press("e")
    tablet.click("#ask-finish button[value=papers_missing]")
    tablet.keyboard.press("1")
    tablet.locator("#ask-finish [name=on_paper]").set_checked(wished)
    tablet.click("#ask-finish [data-second-step] .option")
    expect(tablet.locator(".empty")).to_be_visible()
    lists = hub.office.read(lambda day, _plan: [(one.number, one.papers) for one in day.list_slips])
    assert lists == ([(number, "d1")] if wished else [])
