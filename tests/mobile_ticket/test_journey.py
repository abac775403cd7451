"""The phone page in a real browser: it follows the queue and makes itself heard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from antrean.queueing.commands import (
    CallNext,
    ChangePersons,
    CompleteTicket,
    OpenCounter,
    PauseCounter,
    PauseService,
    ReopenTicket,
    ResumeService,
    StartService,
    TransferTicket,
)
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.links import TicketLinks
from tests.conftest import PassingClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import until


def test_a_phone_follows_its_ticket_from_waiting_to_the_call(
    tmp_path: Path, plan: OfficePlan, browser: Browser
) -> None:
    hub = OfficeHub(tmp_path, plan, PassingClock())
    first, mine = hub.issue(), hub.issue()
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    with hub.served() as address:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link(mine)}")
        expect(page.locator("[data-ahead]")).to_have_text("1")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        hub.office.execute(CallNext(counter="1", operator="Ani"))
        expect(page.locator("[data-face=next]")).to_be_visible()
        hub.office.execute(StartService(ticket=first.number, counter="1"))
        hub.office.execute(CallNext(counter="1", operator="Ani"))
        expect(page.locator("[data-face=called] [data-counter]")).to_have_text("Loket 1")
        expect(page).to_have_title("Loket 1 · A-002 · Disdukcapil Kabupaten Kuningan")
        hub.office.execute(StartService(ticket=mine.number, counter="1"))
        expect(page.locator("[data-face=serving]")).to_be_visible()
        assert faults == []
        page.close()
    hub.stop()


def test_the_open_page_of_a_number_that_is_no_more_says_so(tmp_path: Path, plan: OfficePlan, browser: Browser) -> None:
    hub = OfficeHub(tmp_path, plan, PassingClock())
    mine = hub.issue()
    services = hub.app.extensions["antrean"]
    with hub.served() as address:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link(mine)}&language=en")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        services.links = TicketLinks("another key, as after the end of the sample office", plan.office)
        for member in services.fan_out.crowds("/mobile_ticket", "ticket:")[services.rooms.key(f"ticket:{mine.number}")]:
            services.fan_out.send_away(member, "/mobile_ticket")
        expect(page.locator("h1")).to_have_text("This number is no longer valid")
        page.close()
    hub.stop()


def test_a_phone_says_how_the_visit_ended_and_follows_when_it_goes_on(
    tmp_path: Path, plan: OfficePlan, browser: Browser
) -> None:
    hub = OfficeHub(tmp_path, plan, PassingClock())
    mine = hub.issue()
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    with hub.served() as address:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link(mine)}&language=en")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        face = page.locator("[data-face=completed]")
        for outcome, words in (
            ("papers_missing", "Some papers were missing"),
            ("referred", "It goes on at another office"),
            ("finished", "Thank you for your visit."),
        ):
            hub.office.execute(CallNext(counter="1", operator="Ani"))
            hub.office.execute(StartService(ticket=mine.number, counter="1"))
            expect(page.locator("[data-face=serving]")).to_be_visible()
            expect(face).to_be_hidden()
            hub.office.execute(CompleteTicket(ticket=mine.number, counter="1", outcome=outcome))
            expect(face).to_be_visible()
            expect(face).to_contain_text(words)
            hub.office.execute(ReopenTicket(ticket=mine.number))
            expect(page.locator("[data-face=next]")).to_be_visible()
        page.close()
    hub.stop()


def test_a_phone_whose_visitor_was_sent_on_says_the_new_service_and_its_state(
    tmp_path: Path, plan: OfficePlan, browser: Browser
) -> None:
    hub = OfficeHub(tmp_path, plan, PassingClock())
    mine = hub.issue()
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    reasons = {"id": "Jaringan putus", "en": "The line is cut"}
    hub.office.execute(PauseService(service="family", reasons=reasons, until="23:59"))
    with hub.served() as address:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link(mine)}&language=en")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        expect(page.locator("[data-service-name]")).to_have_text("Card printing")
        hub.office.execute(CallNext(counter="1", operator="Ani"))
        hub.office.execute(ChangePersons(ticket=mine.number, persons=4, counter="1"))
        expect(page.locator("[data-face=called]")).to_be_visible()
        expect(page.locator("[data-persons]")).to_have_text(" · 4 persons")
        hub.office.execute(TransferTicket(ticket=mine.number, counter="1", service="family", position="arrival"))
        expect(page.locator("[data-service-name]")).to_have_text("Family card")
        expect(page.locator("[data-standing=service]")).to_contain_text("The line is cut")
        expect(page.locator("[data-until]")).to_have_text("It is expected to go on at about 23:59.")
        hub.office.execute(PauseService(service="family", reasons=reasons))
        expect(page.locator("[data-until]")).to_be_hidden()
        expect(page.locator("[data-face=waiting]")).to_be_visible()
        hub.office.execute(ResumeService(service="family"))
        expect(page.locator("[data-standing=service]")).to_be_hidden()
        expect(page.locator("[data-face=next]")).to_be_visible()
        page.close()
    hub.stop()


def test_a_phone_whose_visitor_was_sent_to_a_counter_follows_in_an_office_without_hours(
    tmp_path: Path, plan: OfficePlan, browser: Browser
) -> None:
    """No closing time is known there; the words on the counter have none either."""
    hub = OfficeHub(tmp_path, plan, PassingClock())
    assert not plan.hours.given
    mine, _behind = hub.issue(), hub.issue()
    for counter, operator in (("1", "Ani"), ("3", "Budi")):
        hub.office.execute(OpenCounter(counter=counter, operator=operator))
    hub.office.execute(CallNext(counter="1", operator="Ani"))
    with hub.served() as address:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link(mine)}&language=en")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        hub.office.execute(
            TransferTicket(ticket=mine.number, counter="1", service="card", to_counter="3", position="arrival")
        )
        hub.office.execute(PauseCounter(counter="3", reason="break", operator="Budi"))
        expect(page.locator("[data-sent=p]")).to_contain_text("Loket 3")
        assert faults == []
        page.close()
    hub.stop()


def test_a_phone_for_which_there_is_no_place_stays_true_and_asks_seldom(
    tmp_path: Path, plan: OfficePlan, browser: Browser
) -> None:
    hub = OfficeHub(tmp_path, plan, PassingClock())
    services = hub.app.extensions["antrean"]
    services.config = replace(services.config, max_followers=0)
    mine = hub.issue()
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    with hub.served() as address:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        tries: list[object] = []
        asked: list[str] = []
        page.on("websocket", lambda socket: tries.append(socket))
        page.on("request", lambda request: asked.append(request.url) if "/view" in request.url else None)
        page.clock.install()
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link(mine)}")
        page.clock.run_for(1000)
        until(page, lambda: asked, "the answer to the first try", hurry=10)
        assert len(tries) == 1
        asked.clear()
        hub.office.execute(CallNext(counter="1", operator="Ani"))
        passed = iter(range(100))
        until(page, lambda: next(passed, None) is None, "forty seconds of the page", hurry=400)
        expect(page.locator("[data-face=called] [data-counter]")).to_have_text("Loket 1")
        assert page.locator("html").get_attribute("data-live") == "live"
        assert 2 <= len(asked) <= 4  # each 12 to 18 seconds
        assert len(tries) == 1
        services.config = replace(services.config, max_followers=9)
        passed = iter(range(182))
        until(page, lambda: len(tries) == 2 or next(passed, None) is None, "three minutes of the page", hurry=1000)
        assert len(tries) == 2  # a place is asked for again within three minutes
        until(page, lambda: services.publisher.listeners("mobile_ticket"), "the phone's connection")
        assert services.publisher.listeners("mobile_ticket") == 1
        page.close()
    hub.stop()


def test_a_phone_that_lost_the_hub_says_so_where_it_is_seen_without_scrolling(
    tmp_path: Path, plan: OfficePlan, browser: Browser
) -> None:
    notices = {"id": "Bawa KTP lama, Kartu Keluarga, dan surat keterangan hilang dari kepolisian. " * 4}
    hub = OfficeHub(tmp_path, replace(plan, ticker=notices), PassingClock())
    mine = hub.issue()
    page = browser.new_page(viewport={"width": 360, "height": 640})
    with hub.served() as address:
        page.route("**/mobile_ticket/view*", lambda route: route.abort())
        page.route_web_socket("**/socket.io/**", lambda ws: ws.close())
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link(mine)}")
    warning = page.locator(".foot [data-when=offline]")
    expect(warning).to_be_visible()
    expect(warning).to_be_in_viewport()
    page.close()
    hub.stop()


LONG_COUNTERS = (
    "Loket Prioritas Lansia, Ibu Hamil dan Penyandang Disabilitas Lantai 2",
    "Pendaftaranpenduduknonpermanen 3",
)


@pytest.mark.parametrize("name", LONG_COUNTERS)
@pytest.mark.parametrize("size", [(360, 640), (390, 844)])
def test_a_called_visitor_sees_the_whole_name_of_the_counter_without_scrolling(
    tmp_path: Path, plan: OfficePlan, browser: Browser, name: str, size: tuple[int, int]
) -> None:
    named = tuple(replace(counter, name=name) if counter.code == "1" else counter for counter in plan.counters)
    hub = OfficeHub(tmp_path, replace(plan, counters=named), PassingClock())
    mine = hub.issue()
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    hub.office.execute(CallNext(counter="1", operator="Ani"))
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    with hub.served() as address:
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link(mine)}")
        counter = page.locator("[data-face=called] [data-counter]")
        expect(counter).to_have_text(name)
        expect(counter).to_be_in_viewport(ratio=1)
        assert counter.evaluate("node => node.scrollWidth <= node.clientWidth")
    page.close()
    hub.stop()
