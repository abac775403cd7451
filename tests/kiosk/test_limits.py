"""What a daily limit or a pause leaves to whoever stands at the kiosk, in a real browser and without script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, Route, expect

from antrean.queueing.commands import CloseDay
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import PassingClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import shown
from tests.fakes.stands import stands
from tests.kiosk.test_second_service import choose, tap

HTML = {"Accept": "text/html"}
LIMIT = 8
NOTICE = {"id": "Printer rusak sampai pukul 13.", "en": "The printer is broken until 1 p.m.", "su": "Printer ruksak."}


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    limited = replace(plan.services[0], daily_limit=LIMIT)
    services = (limited, replace(plan.services[1], closure_reasons=NOTICE), plan.services[2])
    running = OfficeHub(tmp_path, replace(plan, services=services), PassingClock())
    yield running
    running.stop()


def set_state(hub: OfficeHub, code: str, state: str) -> None:
    stands(hub.office, code, state, NOTICE)


def key(page: Page, persons: int) -> Any:
    return shown(page, f'[name="persons"][value="{persons}"]')


def leave_problem(page: Page) -> None:
    """Go back to the services by a key, which is heard at once."""
    page.locator(".screen-problem .in-language:not([hidden]) [data-done]").dispatch_event("click")
    expect(page.locator("body")).to_have_attribute("data-screen", "start")


def can_be_chosen(page: Page) -> list[int]:
    return [persons for persons in range(1, 10) if key(page, persons).is_enabled()]


def test_a_service_at_its_limit_says_so_on_its_tile_and_is_still_there(hub: OfficeHub, page: Page) -> None:
    tile = shown(page, '.tile[data-service="card"]')
    expect(tile).to_be_enabled()
    hub.issue("card", persons=LIMIT)
    expect(tile).to_contain_text("Penuh hari ini")
    expect(tile).to_be_disabled()
    expect(shown(page, '.tile[data-service="family"]')).to_be_enabled()
    page.click('[data-choose-language="en"]')
    expect(shown(page, '.tile[data-service="card"]')).to_contain_text("Full today")


def test_only_as_many_persons_can_be_chosen_as_still_fit(hub: OfficeHub, page: Page) -> None:
    choose(page, "family")
    assert can_be_chosen(page) == list(range(1, 10))
    expect(shown(page, "[data-limit]")).to_be_hidden()
    tap(page, "[data-back]")
    hub.issue("card", persons=5)
    tile = shown(page, '.tile[data-service="card"]')
    expect(tile).to_have_attribute("data-left", "3")
    choose(page, "card")
    assert can_be_chosen(page) == [1, 2, 3]
    expect(shown(page, "[data-limit]")).to_have_text("Hari ini layanan ini hanya bisa untuk 3 orang lagi.")
    # Others take numbers while the visitor thinks: the keys follow.
    hub.issue("card", persons=2)
    expect(key(page, 2)).to_be_disabled()
    assert can_be_chosen(page) == [1]
    page.click('[data-choose-language="en"]')
    expect(shown(page, "[data-limit]")).to_have_text("Only 1 more person can be taken for this service today.")
    assert can_be_chosen(page) == [1]
    key(page, 1).click()
    expect(page.locator("[data-ticket]")).to_have_attribute("data-ticket", "A-003")
    assert hub.ticket("A-003").persons == 1


def test_a_party_that_is_too_large_is_corrected_where_it_is(hub: OfficeHub, page: Page) -> None:
    page.click('[data-choose-language="en"]')
    choose(page, "card")
    shown(page, ".priority").click()

    def taken_elsewhere(route: Route) -> None:
        """Have another kiosk take numbers while this one's wish is on its way."""
        hub.issue("card", persons=6)
        route.continue_()

    page.route("**/kiosk/tickets?*", taken_elsewhere, times=1)
    key(page, 4).click()
    expect(shown(page, "[data-limit]")).to_have_text("Only 2 more persons can be taken for this service today.")
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")
    assert can_be_chosen(page) == [1, 2]
    assert shown(page, '[name="priority"]').is_checked()
    assert shown(page, "[data-chosen]").inner_text().endswith("Card printing")
    assert hub.office.read(lambda day, _plan: list(day.tickets)) == ["A-001"]
    key(page, 2).click()
    expect(page.locator("[data-ticket]")).to_have_attribute("data-ticket", "A-002")
    ticket = hub.ticket("A-002")
    assert (ticket.persons, ticket.priority, ticket.language, ticket.service) == (2, True, "en", "card")


def test_whoever_is_asked_for_how_many_is_told_at_once_that_the_service_stopped(hub: OfficeHub, page: Page) -> None:
    for state, language, words in (
        ("paused", "en", "This service is paused. The printer is broken until 1 p.m."),
        ("paused", "id", "Layanan ini sedang dihentikan sementara. Printer rusak sampai pukul 13."),
        ("closed", "en", "This service is closed. The printer is broken until 1 p.m."),
    ):
        page.click(f'[data-choose-language="{language}"]')
        choose(page, "family")
        place = key(page, 5).bounding_box()
        assert place is not None
        set_state(hub, "family", state)
        expect(page.locator("body")).to_have_attribute("data-screen", "problem")
        expect(shown(page, "[data-message]")).to_have_text(words)
        expect(page.locator(".screen-problem .in-language:not([hidden]) .message")).to_contain_text(
            "Nothing was issued." if language == "en" else "Belum ada nomor yang keluar."
        )
        # The finger that was on its way to a key issues nothing and turns no screen.
        page.mouse.click(place["x"] + 20, place["y"] + 20)
        expect(page.locator("body")).to_have_attribute("data-screen", "problem")
        assert hub.office.read(lambda day, _plan: list(day.tickets)) == []
        page.click('[data-choose-language="su"]')
        expect(shown(page, "[data-message]")).to_contain_text("Printer ruksak.")
        set_state(hub, "family", "open")
        leave_problem(page)


def test_whoever_is_asked_for_how_many_is_told_at_once_that_the_service_is_full_and_that_the_day_is_closed(
    hub: OfficeHub, page: Page
) -> None:
    page.click('[data-choose-language="en"]')
    choose(page, "card")
    hub.issue("card", persons=LIMIT)
    expect(shown(page, "[data-message]")).to_have_text("No more numbers can be given for this service today.")
    leave_problem(page)
    page.click('[data-choose-language="en"]')
    choose(page, "family")
    set_state(hub, "birth", "paused")  # another service is nothing to this visitor
    expect(page.locator('.tile[data-service="birth"].is-paused')).to_have_count(3)
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")
    hub.office.execute(CloseDay())
    start = page.locator('[data-of="start"] .in-language:not([hidden])')
    expect(start.locator(".message h1")).to_have_text("The office is closed for today.")
    assert hub.office.read(lambda day, _plan: list(day.tickets)) == ["A-001"]


def test_whose_service_is_paused_while_the_wish_is_on_its_way_reads_the_reason(hub: OfficeHub, page: Page) -> None:
    def paused_meanwhile(route: Route) -> None:
        """Have the service paused while the wish is on its way."""
        set_state(hub, "family", "paused")
        route.continue_()

    for language, words in (
        ("id", "Layanan ini sedang dihentikan sementara. Printer rusak sampai pukul 13."),
        ("en", "This service is paused. The printer is broken until 1 p.m."),
        ("su", "Printer ruksak."),
    ):
        page.click(f'[data-choose-language="{language}"]')
        choose(page, "family")
        page.route("**/kiosk/tickets?*", paused_meanwhile, times=1)
        key(page, 2).click()
        message = shown(page, "[data-message]")
        expect(message).to_be_visible()
        assert message.inner_text().endswith(words)
        set_state(hub, "family", "open")
        leave_problem(page)


def test_without_script_the_number_is_corrected_where_it_is(hub: OfficeHub, kiosk: FlaskClient) -> None:
    hub.issue("card", persons=6)
    form = {"service": "card", "persons": "4", "priority": "true", "language": "en", "request_id": "wish-of-form-1"}
    answer = kiosk.post("/kiosk/tickets", data=form, headers=HTML)
    assert answer.status_code == 409
    assert 'data-screen="persons"' in answer.text
    assert "Only 2 more persons can be taken for this service today." in answer.text
    assert 'value="true" checked' in answer.text
    assert [f'value="{count}" disabled' in answer.text for count in range(1, 10)] == [False] * 2 + [True] * 7
    assert hub.office.read(lambda day, _plan: list(day.tickets)) == ["A-001"]
    page = kiosk.get("/kiosk/?service=card&language=en", headers=HTML).text
    assert "Only 2 more persons can be taken for this service today." in page


def test_a_program_is_told_the_reason_in_the_visitors_language(hub: OfficeHub, kiosk: FlaskClient) -> None:
    hub.issue("card", persons=6)
    wish = {"service": "card", "persons": 3, "language": "en"}
    assert kiosk.post("/kiosk/tickets", json=wish).get_json()["error"] == {
        "code": "too_many_persons",
        "message": "Only 2 more persons can be taken for this service today.",
        "left": 2,
    }
    for state, sentence in (("paused", "This service is paused."), ("closed", "This service is closed.")):
        set_state(hub, "family", state)
        for language in ("en", "id"):
            answer = kiosk.post("/kiosk/tickets", json={"service": "family", "persons": 1, "language": language})
            assert answer.status_code == 409
            error = answer.get_json()["error"]
            assert error["code"] == f"service_{state}"
            assert error["message"].endswith(" " + NOTICE[language])
            assert (error["message"] == f"{sentence} {NOTICE[language]}") == (language == "en")
