"""Who came for what needs no visit reads so before a number is given, and is counted once if they leave without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.plan.document import to_document
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock, small_plan
from tests.fakes.headphones import Headphones
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk, shown
from tests.fakes.panel_measure import SET_AIDS, STATE, pixels_of_a_millimetre
from tests.fakes.plan import save_part
from tests.kiosk.test_second_service import choose, chosen, other, tap

QUESTION = {"id": "Hanya karena tanggal di kartu habis?", "en": "Only because the date has passed?"}
WORDS = {"id": "Kartu berlaku seumur hidup.", "en": "Cards are valid for life."}


def office() -> OfficePlan:
    plan = small_plan()
    card, *others = plan.services
    return replace(plan, services=(replace(card, spare_questions=QUESTION, spare_words=WORDS), *others))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("office"), office(), PassingClock())
    yield running
    running.stop()


@pytest.fixture(scope="module")
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


@pytest.fixture
def page(browser: Browser, hub: OfficeHub, address: str) -> Iterator[Page]:
    page = open_kiosk(browser, hub, address, (1024, 768))
    yield page
    page.context.close()


def take(page: Page, selector: str) -> None:
    """Take a key that more than one screen has, on the one that is shown."""
    key = page.locator(f".screen:not([hidden]) > .in-language:not([hidden]) {selector}")
    expect(key).to_be_visible()
    key.dispatch_event("click")


def counted(hub: OfficeHub) -> int:
    return hub.office.read(lambda day, _plan: day.spared.get("card", 0))


def issued(hub: OfficeHub) -> int:
    return hub.office.read(lambda day, _plan: len(day.tickets))


def expect_counted(page: Page, hub: OfficeHub, count: int) -> None:
    """Wait until the page has been answered; then the hub has counted so many."""
    page.wait_for_function("() => !(JSON.parse(localStorage.getItem('kiosk.spared')) || []).length")
    assert counted(hub) == count


def test_who_came_for_nothing_else_reads_why_no_visit_is_needed_and_is_counted_once(hub: OfficeHub, page: Page) -> None:
    before = counted(hub)
    choose(page, "card", "spare")
    expect(shown(page, "[data-spare-question]")).to_have_text(QUESTION["id"])
    tap(page, "[data-only-reason]")
    expect(shown(page, "[data-spare-words]")).to_have_text(WORDS["id"])
    assert counted(hub) == before  # a number may still be wanted
    shown(page, "[data-no-number]").dblclick(force=True)
    expect(page.locator("body")).to_have_attribute("data-screen", "start")
    expect_counted(page, hub, before + 1)
    page.reload()
    expect_counted(page, hub, before + 1)


def test_who_wants_a_number_all_the_same_gets_one_and_is_not_counted(hub: OfficeHub, page: Page) -> None:
    before, numbers = counted(hub), issued(hub)
    choose(page, "card", "spare")
    tap(page, "[data-only-reason]")
    take(page, "[data-other-reason]")
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")
    tap(page, '[name="persons"][value="1"]')
    expect(page.locator("body")).to_have_attribute("data-screen", "result")
    assert (counted(hub), issued(hub)) == (before, numbers + 1)


def test_another_reason_goes_on_as_before_and_back_leads_to_the_question_and_the_services(
    hub: OfficeHub, page: Page
) -> None:
    before = counted(hub)
    choose(page, "card", "spare")
    tap(page, "[data-only-reason]")
    page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_attribute("data-screen", "spare")
    page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_attribute("data-screen", "start")
    choose(page, "card", "spare")
    take(page, "[data-other-reason]")
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")
    expect(chosen(page)).to_have_text("Pencetakan KTP-el")
    assert counted(hub) == before


def test_who_walks_away_from_it_is_counted_when_the_screen_goes_back_to_the_start(
    browser: Browser, hub: OfficeHub, address: str
) -> None:
    before, page = counted(hub), open_kiosk(browser, hub, address, (1024, 768))
    page.clock.install()
    page.reload()
    choose(page, "card", "spare")
    page.clock.run_for(4000)
    shown(page, "[data-only-reason]").dispatch_event("click")
    expect(page.locator("body")).to_have_attribute("data-screen", "spared")
    page.clock.run_for(95_000)
    expect(page.locator("body")).to_have_attribute("data-screen", "start")
    expect_counted(page, hub, before + 1)
    page.context.close()


def test_a_visit_that_the_hub_could_not_hear_of_is_counted_once_when_it_is_back(hub: OfficeHub, page: Page) -> None:
    before, lost = counted(hub), []

    def lose(route: Any) -> None:
        lost.append(route.request.post_data)
        if len(lost) == 1:
            route.fetch()  # the hub has counted it, and its answer is lost
        route.abort() if len(lost) < 3 else route.continue_()

    page.route("**/kiosk/spared_visits", lose)
    choose(page, "card", "spare")
    tap(page, "[data-only-reason]")
    tap(page, "[data-no-number]")
    expect_counted(page, hub, before + 1)
    assert len(lost) >= 3
    assert len(set(lost)) == 1


def test_a_second_service_is_not_asked_about_since_its_visitor_is_there_anyway(page: Page) -> None:
    choose(page, "birth")
    other(page).click()
    choose(page, "card", "persons")
    expect(chosen(page)).to_have_text("Akta Kelahiran, lalu Pencetakan KTP-el")


def test_a_question_that_the_office_takes_away_while_it_is_read_leads_on(hub: OfficeHub, page: Page) -> None:
    choose(page, "card", "spare")
    save_part(hub.office, "services/card", {**part(hub), "spare_questions": {}, "spare_words": {}})
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")
    save_part(hub.office, "services/card", {**part(hub), "spare_questions": QUESTION, "spare_words": WORDS})


def part(hub: OfficeHub) -> dict[str, Any]:
    document = hub.office.read(lambda _day, plan: to_document(plan))
    return next(one for one in document["services"] if one["code"] == "card")


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (1024, 768)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_longest_words_are_read_whole_on_every_panel_with_every_aid(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int]
) -> None:
    long = {"id": ("Kartu yang masih mencantumkan tanggal berlaku tetap sah seumur hidup. " * 5)[:300]}
    asks = {"id": ("Apakah Anda datang hanya karena masa berlaku di kartu tanda penduduk Anda habis? " * 2)[:119] + "?"}
    save_part(hub.office, "services/card", {**part(hub), "spare_questions": asks, "spare_words": long})
    page = open_kiosk(browser, hub, address, size)
    page.evaluate("document.fonts.ready")
    found: dict[str, Any] = {}
    for aids in ((), ("reach",), ("large", "contrast", "reach")):
        page.evaluate(SET_AIDS, list(aids))
        choose(page, "card", "spare")
        for screen in ("spare", "spared"):
            faults = page.evaluate(STATE, [pixels_of_a_millimetre(size, 0.0), "reach" in aids, ""])["faults"]
            box = page.locator(".screen:not([hidden]) > .in-language:not([hidden]) .spare-ask")
            cut = box.evaluate("box => box.scrollHeight > box.clientHeight + 1")
            found[f"{aids} {screen}"] = [*faults, *(["cut"] if cut else [])]
            if screen == "spare":
                tap(page, "[data-only-reason]")
        tap(page, "[data-no-number]")
    page.context.close()
    save_part(hub.office, "services/card", {**part(hub), "spare_questions": QUESTION, "spare_words": WORDS})
    assert found == {key: [] for key in found}


def test_who_sees_nothing_hears_the_question_and_why_no_visit_is_needed(page: Page) -> None:
    ears = Headphones(page)
    page.keyboard.press("ArrowDown")
    ears.hear("Pencetakan KTP-el")
    page.keyboard.press("Enter")
    ears.hear(QUESTION["id"])
    page.keyboard.press("ArrowDown")
    ears.hear("Ya, hanya itu")
    page.keyboard.press("Enter")
    assert WORDS["id"] in ears.hear("Anda tidak perlu datang untuk ini.")


def opened(kiosk: FlaskClient, query: str) -> str:
    return kiosk.get("/kiosk/?" + query, headers={"Accept": "text/html"}).text


def test_without_script_each_question_is_a_page_and_the_count_a_form(hub: OfficeHub, kiosk: FlaskClient) -> None:
    assert 'data-screen="spare"' in opened(kiosk, "service=card")
    assert 'data-screen="spared"' in opened(kiosk, "service=card&reason=only")
    assert 'data-screen="persons"' in opened(kiosk, "service=card&reason=other")
    before, wish = counted(hub), {"service": "card", "request_id": "spared-once"}
    for _ in range(2):
        answer = kiosk.post("/kiosk/spared_visits", data=wish, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/?language=id")
    assert counted(hub) == before + 1


def test_a_service_that_asks_nothing_spares_no_visit(hub: OfficeHub, kiosk: FlaskClient) -> None:
    for service, status in (("birth", 422), ("gone", 404)):
        assert kiosk.post("/kiosk/spared_visits", json={"service": service}).status_code == status
    card = kiosk.get("/kiosk/services").get_json()["services"][0]
    assert (card["spare_questions"], card["spare_words"]) == (QUESTION, WORDS)
