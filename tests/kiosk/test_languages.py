"""The language is changed on the way: nothing that was chosen is lost, and the screen is in one language at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.conftest import PassingClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import shown


@pytest.fixture
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("office"), small_plan(), PassingClock())
    yield running
    running.stop()


def say(page: Page, language: str) -> None:
    page.locator(f"[data-choose-language={language}]").click()


def choose(page: Page) -> None:
    shown(page, '.tile[data-service="card"]').click()
    expect(shown(page, ".visit .question")).to_be_visible()


def test_priority_stays_ticked_in_whatever_language_the_visitor_goes_on(hub: OfficeHub, page: Page) -> None:
    choose(page)
    shown(page, ".priority").click()
    for language in ("en", "su"):
        say(page, language)
        expect(shown(page, "[name=priority]")).to_be_checked()
        expect(shown(page, ".priority")).to_contain_class("is-checked")
    shown(page, '[name=persons][value="2"]').click()
    expect(page.locator("[data-result]")).to_contain_text("Nomer antrean anjeun")
    assert (hub.ticket("A-001").priority, hub.ticket("A-001").language) == (True, "su")
    page.locator("[data-result] [data-done]").click()
    for language in ("id", "en", "su"):
        say(page, language)
        choose(page)
        expect(shown(page, "[name=priority]")).not_to_be_checked()
        shown(page, "[data-back]").click()


def test_priority_that_was_unticked_in_another_language_is_not_asked_for(hub: OfficeHub, page: Page) -> None:
    choose(page)
    shown(page, ".priority").click()
    say(page, "en")
    shown(page, ".priority").click()
    say(page, "id")
    expect(shown(page, "[name=priority]")).not_to_be_checked()
    shown(page, '[name=persons][value="1"]').click()
    expect(page.locator("[data-result] [data-ticket]")).to_be_visible()
    assert not hub.ticket("A-001").priority


def test_the_number_comes_in_the_language_that_was_chosen_while_it_was_waited_for(hub: OfficeHub, page: Page) -> None:
    choose(page)
    page.route("**/kiosk/tickets?*", lambda route: route.abort())
    shown(page, '[name=persons][value="3"]').click()
    expect(page.locator("body")).to_have_attribute("data-screen", "waiting")
    say(page, "en")
    expect(shown(page, ".when-cut h1")).to_have_text("One moment, the connection is interrupted.")
    page.unroute("**/kiosk/tickets?*")
    expect(page.locator("[data-result]")).to_contain_text("Your queue number")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert (hub.ticket("A-001").persons, hub.ticket("A-001").language) == (3, "id")


def test_a_page_that_is_loaded_again_while_a_number_is_waited_for_goes_on_in_the_visitors_language(
    hub: OfficeHub, page: Page
) -> None:
    choose(page)
    say(page, "su")
    page.route("**/kiosk/tickets?*", lambda route: route.abort())
    shown(page, '[name=persons][value="1"]').click()
    expect(page.locator("body")).to_have_attribute("data-screen", "waiting")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "su")
    page.unroute("**/kiosk/tickets?*")
    expect(page.locator("[data-result]")).to_contain_text("Nomer antrean anjeun")
    expect(page.locator("html")).to_have_attribute("lang", "su")


def test_a_refusal_stands_on_a_screen_of_its_own_language(page: Page) -> None:
    held: list[Route] = []
    choose(page)
    page.route("**/kiosk/tickets?*", lambda route: held.append(route))
    shown(page, '[name=persons][value="1"]').click()
    say(page, "en")
    expect(page.locator("body")).to_have_attribute("data-screen", "waiting")
    held[0].fulfill(status=409, json={"error": {"code": "service_closed", "message": "Layanan ini sudah tutup."}})
    expect(shown(page, "[data-message]")).to_have_text("Layanan ini sudah tutup.")
    expect(page.locator("html")).to_have_attribute("lang", "id")
