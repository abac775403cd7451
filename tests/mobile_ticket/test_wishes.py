"""What a visitor asks by phone for their own number: with scripts and without, and refused in their language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.test import TestResponse

from antrean.queueing.commands import CallNext, MarkNoShow, OpenCounter, ReadmitTicket
from tests.fakes.office_hub import OfficeHub

PAGE = {"Accept": "text/html"}


def ask(hub: OfficeHub, what: str, number: str, **more: str) -> TestResponse:
    return hub.app.test_client().post(f"/mobile_ticket/{what}", json={"ticket": hub.link(number), **more})


def send(hub: OfficeHub, what: str, number: str, language: str) -> TestResponse:
    """Send the form as a browser without scripts does."""
    address = f"/mobile_ticket/{what}?language={language}"
    form = {"ticket": hub.link(number), "request_id": "wish-0001", "language": language}
    return hub.app.test_client().post(address, data=form, headers=PAGE)


@contextmanager
def phone(browser: Browser, scripts: bool) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    page = context.new_page()
    yield page
    context.close()


def test_who_asks_for_more_time_is_told_so_and_asked_twice_it_is_done_once(hub: OfficeHub) -> None:
    for _ in range(5):
        hub.issue()
    first, again = (ask(hub, "defer", "A-001", request_id="defer-0001") for _ in range(2))
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert first.json == {"seq": hub.seq(), "state": "waiting"}
    refused = ask(hub, "defer", "A-001", request_id="defer-0002")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "deferred_before")


def test_a_stranger_asks_for_nobody(hub: OfficeHub) -> None:
    hub.issue(), hub.issue()
    for what in ("defer", "coming", "leave"):
        answer = hub.app.test_client().post(f"/mobile_ticket/{what}", json={"ticket": "A-001.guessed"})
        assert answer.status_code == 404
    assert not hub.ticket("A-001").coming


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Nobody waits behind the number A-001 who could go first."),
        ("id", "Tidak ada yang menunggu di belakang nomor A-001 untuk didahulukan."),
        ("su", "Teu aya nu ngantosan di tukangeun nomer A-001 pikeun didahulukeun."),
    ],
)
def test_a_browser_without_scripts_reads_the_refusal_on_its_own_page(hub: OfficeHub, language: str, words: str) -> None:
    hub.issue()
    answer = send(hub, "defer", "A-001", language)
    assert answer.status_code == 409
    assert words in answer.text
    assert f'<html lang="{language}">' in answer.text
    assert 'data-number="A-001"' in answer.text


@pytest.mark.parametrize("scripts", [True, False])
def test_a_visitor_says_to_be_on_the_way_lets_others_go_first_and_leaves(
    hub: OfficeHub, browser: Browser, scripts: bool
) -> None:
    for _ in range(5):
        hub.issue()
    with hub.served() as address, phone(browser, scripts) as page:
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link('A-001')}&language=en")
        page.get_by_role("button", name="I am on the way").click()
        expect(page.get_by_text("The operators see that you are on the way.")).to_be_visible()
        assert hub.ticket("A-001").coming
        page.get_by_text("I need more time").click()
        expect(page.get_by_text("Up to 3 other visitors of your service go first.")).to_be_visible()
        page.get_by_role("button", name="Let others go first").click()
        expect(page.get_by_text("You have let others go first. This is your new place.")).to_be_visible()
        expect(page.locator("[data-ahead]")).to_have_text("3")
        expect(page.get_by_text("I need more time")).to_have_count(0)
        page.get_by_text("I am leaving").click()
        page.get_by_role("button", name="Give my place back").click()
        expect(page.get_by_text("Your place was given back")).to_be_visible()
        assert hub.ticket("A-001").state == "cancelled"


def test_without_scripts_the_page_follows_by_loading_itself_and_promises_no_signals(
    hub: OfficeHub, browser: Browser
) -> None:
    hub.issue()
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    with hub.served() as address, phone(browser, scripts=False) as page:
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link('A-001')}&language=en")
        expect(page.get_by_text("This page is loaded again every half minute. It gives no signals.")).to_be_visible()
        for hidden in ("Tell me when it is my turn", "Keep this page open", "Connecting"):
            expect(page.get_by_text(hidden)).to_be_hidden()
        wait, _, leads = str(page.locator("meta[http-equiv=refresh]").get_attribute("content")).partition(";url=")
        assert wait == "30"
        hub.office.execute(CallNext(counter="1", operator="Ani"))
        page.goto(address + leads)
        expect(page.get_by_text("It is your turn")).to_be_visible()
        expect(page.locator("[data-face=called] [data-counter]")).to_have_text("Loket 1")
        expect(page.get_by_role("button", name="I am on the way")).to_be_visible()


def test_who_can_let_nobody_go_first_is_not_offered_it_until_somebody_comes(hub: OfficeHub, browser: Browser) -> None:
    hub.issue()
    with hub.served() as address, phone(browser, scripts=True) as page:
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link('A-001')}&language=en")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        expect(page.get_by_text("I need more time")).to_be_hidden()
        hub.issue("birth")
        hub.issue()
        expect(page.get_by_text("I need more time")).to_be_visible()


def test_who_missed_the_call_is_not_said_to_be_on_the_way_any_more(hub: OfficeHub, browser: Browser) -> None:
    hub.issue()
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    with hub.served() as address, phone(browser, scripts=True) as page:
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link('A-001')}&language=en")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        hub.office.execute(CallNext(counter="1", operator="Ani"))
        page.get_by_role("button", name="I am on the way").click()
        expect(page.get_by_text("The operators see that you are on the way.")).to_be_visible()
        hub.office.execute(MarkNoShow(ticket="A-001", counter="1"))
        expect(page.locator("[data-face=no_show]")).to_be_visible()
        hub.office.execute(ReadmitTicket(ticket="A-001"))
        expect(page.get_by_role("button", name="I am on the way")).to_be_visible()


def test_while_the_hub_is_away_a_visitor_is_told_that_nothing_was_answered(hub: OfficeHub, browser: Browser) -> None:
    hub.issue()
    with hub.served() as address, phone(browser, scripts=True) as page:
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link('A-001')}&language=en")
        page.route("**/mobile_ticket/coming*", lambda route: route.abort())
        page.get_by_role("button", name="I am on the way").click()
        expect(page.locator("[data-said]")).to_have_text("No answer. Please try again.")
        page.unroute("**/mobile_ticket/coming*")
        page.get_by_role("button", name="I am on the way").click()
        expect(page.get_by_text("The operators see that you are on the way.")).to_be_visible()
