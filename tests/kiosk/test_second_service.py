"""A second service of the same visit at the kiosk: offered quietly, never in the way, and nothing is lost with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page, Route, expect

from antrean.queueing.commands import CloseService, OpenService
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.headphones import Headphones
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.pages import shown
from tests.fakes.plan import save_part
from tests.fakes.stands import stands

LIMIT = 5  # persons of births a day


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    services = tuple(replace(one, daily_limit=LIMIT if one.code == "birth" else None) for one in plan.services)
    running = OfficeHub(tmp_path, replace(plan, services=services), PassingClock())
    yield running
    running.stop()


@pytest.fixture
def size() -> tuple[int, int]:
    return 1024, 768


@pytest.fixture
def page(page: Page) -> Page:
    page.click('[data-choose-language="en"]')
    return page


def tap(page: Page, selector: str) -> None:
    """Take what is shown as a key of the keyboard does: no spot rests afterwards, and no test waits for it."""
    expect(shown(page, selector)).to_be_visible()
    expect(shown(page, selector)).to_be_enabled()
    shown(page, selector).dispatch_event("click")


def choose(page: Page, service: str, screen: str = "persons") -> None:
    tap(page, f'.tile[data-service="{service}"]')
    expect(page.locator("body")).to_have_attribute("data-screen", screen)


def other(page: Page) -> Locator:
    return shown(page, ".visit [data-other]")


def tiles(page: Page) -> list[str]:
    seen = [one for one in shown(page, ".tile[data-service]").all() if one.is_visible()]
    return [str(one.get_attribute("data-service")) for one in seen]


def chosen(page: Page) -> Locator:
    return shown(page, "[data-chosen] strong")


def test_a_second_service_is_chosen_from_those_that_give_numbers_and_both_are_on_the_number(
    hub: OfficeHub, page: Page
) -> None:
    choose(page, "card")
    tap(page, ".priority")
    tap(page, ".visit [data-other]")
    expect(shown(page, ".for-second").first).to_have_text("Which other service do you need?")
    assert tiles(page) == ["family", "birth"]
    hub.office.execute(CloseService(service="family"))
    expect(shown(page, '.tile[data-service="family"]')).to_be_hidden()
    assert tiles(page) == ["birth"]
    choose(page, "birth")
    expect(chosen(page)).to_have_text("Card printing, then Birth certificate")
    expect(shown(page, "[data-one-number]")).to_be_visible()
    expect(shown(page, "[name=priority]")).to_be_checked()
    page.click('[data-choose-language="id"]')
    expect(chosen(page)).to_have_text("Pencetakan KTP-el, lalu Akta Kelahiran")
    expect(shown(page, "[name=priority]")).to_be_checked()
    tap(page, "[name=persons][value='2']")
    result = page.locator("[data-result]")
    expect(result).to_contain_text("Pencetakan KTP-el, lalu Akta Kelahiran")
    expect(result).to_contain_text("Satu nomor untuk kedua layanan.")
    ticket = hub.ticket("A-001")
    assert (ticket.service, ticket.then, ticket.persons, ticket.priority) == ("card", "birth", 2, True)
    page.locator("[data-result] [data-done]").click()
    hub.office.execute(OpenService(service="family"))
    choose(page, "family")
    expect(chosen(page)).to_have_text("Kartu Keluarga")  # the next visitor begins with one
    tap(page, "[name=persons][value='1']")
    expect(page.locator(".ticket-number")).to_have_text("B-001")
    assert hub.ticket("B-001").then == ""


def test_whoever_thinks_better_of_it_has_one_service_and_where_there_is_no_other_none_is_offered(
    hub: OfficeHub, page: Page
) -> None:
    choose(page, "card")
    tap(page, ".visit [data-other]")
    tap(page, ".tile[data-only-one]")
    expect(chosen(page)).to_have_text("Card printing")
    tap(page, ".visit [data-other]")
    choose(page, "birth")
    expect(other(page)).to_be_hidden()
    tap(page, ".visit [data-only-one]")
    expect(chosen(page)).to_have_text("Card printing")
    tap(page, ".visit [data-other]")
    page.go_back()  # a swipe
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")
    tap(page, ".visit [data-other]")
    for service in ("birth", "family"):
        stands(hub.office, service, "closed")
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")  # nothing is left to choose
    expect(other(page)).to_be_hidden()
    tap(page, "[data-back]")
    choose(page, "card")
    expect(other(page)).to_be_hidden()
    hub.office.execute(CloseService(service="card"))
    expect(page.locator("body")).to_have_attribute("data-screen", "problem")


def test_a_second_service_that_stops_is_left_out_and_the_first_is_still_given(hub: OfficeHub, page: Page) -> None:
    choose(page, "card")
    tap(page, ".visit [data-other]")
    choose(page, "birth")
    hub.issue("birth", persons=LIMIT)
    why = "No more numbers can be given for this service today. The number is for Card printing alone."
    expect(shown(page, "[data-limit]")).to_have_text(why)
    expect(chosen(page)).to_have_text("Card printing")
    tap(page, ".visit [data-other]")
    choose(page, "family")
    stopped: list[Route] = []

    def stop_meanwhile(route: Route) -> None:
        stopped.append(route)
        stands(hub.office, "family", "paused")
        route.continue_()

    page.route("**/kiosk/tickets?*", stop_meanwhile, times=1)
    tap(page, "[name=persons][value='3']")
    told = "Family card: This service is paused. The number is for Card printing alone."
    expect(shown(page, "[data-limit]")).to_have_text(told)
    assert stopped
    tap(page, "[name=persons][value='3']")
    expect(page.locator(".ticket-number")).to_have_text("A-001")
    assert (hub.ticket("A-001").then, hub.ticket("A-001").persons) == ("", 3)


def test_a_name_with_signs_that_scripts_give_a_meaning_to_is_shown_as_it_is(hub: OfficeHub, page: Page) -> None:
    save_part(hub.office, "services/card/names", {"en": "Cards {then} $&", "id": "Kartu {then} $&"})
    save_part(hub.office, "services/birth/names", {"en": "Births $1 <b>", "id": "Akta $1 <b>"})
    expect(shown(page, '.tile[data-service="card"]')).to_contain_text("Cards {then} $&")
    choose(page, "card")
    tap(page, ".visit [data-other]")
    choose(page, "birth")
    expect(chosen(page)).to_have_text("Cards {then} $&, then Births $1 <b>")


def test_the_party_is_as_large_as_both_services_take_and_says_which_of_them_takes_fewer(
    hub: OfficeHub, page: Page
) -> None:
    hub.issue("birth", persons=LIMIT - 2)
    choose(page, "card")
    tap(page, ".visit [data-other]")
    choose(page, "birth")
    expect(shown(page, "[data-limit]")).to_have_text(
        "Birth certificate: Only 2 more persons can be taken for this service today."
    )
    assert [shown(page, f"[name=persons][value='{count}']").is_enabled() for count in (1, 2, 3)] == [True, True, False]


def test_five_keys_and_headphones_choose_a_second_service(hub: OfficeHub, page: Page) -> None:
    ears = Headphones(page)
    page.keyboard.press("ArrowDown")
    ears.hear("Layanan apa yang Anda perlukan?")
    page.keyboard.press("Enter")
    ears.hear("Untuk berapa orang?")

    def go_to(words: str) -> None:
        for _ in range(30):
            page.keyboard.press("ArrowUp")
            if words in str(page.evaluate("document.activeElement.innerText")):
                break
        ears.hear(words)
        page.keyboard.press("Enter")

    go_to("Saya juga perlu layanan lain")
    ears.hear("Layanan lain apa yang Anda perlukan?")
    page.keyboard.press("Escape")
    ears.hear("Untuk berapa orang?")
    go_to("Saya juga perlu layanan lain")
    ears.hear("Layanan lain apa yang Anda perlukan?")
    go_to("Akta Kelahiran")
    assert "Satu nomor untuk kedua layanan." in ears.hear("Pencetakan KTP-el, lalu Akta Kelahiran")


def test_a_program_is_told_which_of_two_services_is_refused(hub: OfficeHub, kiosk: FlaskClient) -> None:
    stands(hub.office, "birth", "closed")
    wish = {"service": "card", "then": "birth", "language": "en"}
    assert kiosk.post("/kiosk/tickets", json=wish).get_json()["error"] == {
        "code": "service_closed",
        "message": "Birth certificate: This service is closed.",
        "then": "birth",
    }
    wish = {"service": "birth", "then": "card", "language": "en"}
    told = kiosk.post("/kiosk/tickets", json=wish).get_json()["error"]
    assert told == {"code": "service_closed", "message": "This service is closed."}


def test_the_number_of_one_service_says_nothing_of_two(hub: OfficeHub, kiosk: FlaskClient) -> None:
    drawn = {"Antrean-Draw": "result"}
    for then, said in (("", False), ("birth", True)):
        wish = {"service": "card", "language": "en", **({"then": then} if then else {})}
        html = text_of(kiosk.post("/kiosk/tickets", json=wish, headers=drawn).get_json()["html"]["result"])
        assert ("One number for both services." in html) == said
        assert ("Card printing, then Birth certificate" in html) == said
