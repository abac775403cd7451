"""The kiosk of an office with groups of services: found behind one tile, by touch, keys and ear, and no way is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from antrean.queueing.commands import CloseService, OpenCounter, OpenService
from antrean.queueing.plan.groups import ServiceGroup
from antrean.queueing.plan.model import OfficePlan, Service
from tests.conftest import PassingClock
from tests.fakes.headphones import Finger, Headphones
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.pages import place, shown
from tests.fakes.plan import save_part
from tests.fakes.stands import stands

GROUPS = (
    ServiceGroup("deeds", {"id": "Akta", "en": "Certificates"}, "birth"),
    ServiceGroup("cards", {"id": "Kartu", "en": "Cards"}, "card"),
)
DEATH = Service("death", "D", {"id": "Akta Kematian", "en": "Death certificate"}, group="deeds")
ADVICE = Service("advice", "E", {"id": "Konsultasi", "en": "Advice"})
GROUP_OF = {"card": "cards", "family": "cards", "birth": "deeds"}


def in_groups(plan: OfficePlan) -> OfficePlan:
    services = tuple(replace(one, group=GROUP_OF[one.code]) for one in plan.services)
    first, *others = plan.counters
    serves = replace(first, primary=(*first.primary, "death", "advice"))
    return replace(plan, services=(ADVICE, *services, DEATH), groups=GROUPS, counters=(serves, *others))


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, in_groups(plan), PassingClock())
    running.office.execute(OpenCounter(counter="3", operator="Dewi"))
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


def opened(page: Page, group: str) -> None:
    tap(page, f"[data-open-group={group}]")
    expect(page.locator("body")).to_have_attribute("data-in-group", group)


def tiles(page: Page) -> list[str]:
    """Return what stands on the screen: groups and services by their codes, the ways back by theirs."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('.tile')].filter(one => one.offsetParent).map(one =>
            one.dataset.service || one.dataset.openGroup || ('leaveGroup' in one.dataset ? 'all' : 'only one'))"""
        )
    )


def asked(page: Page) -> str:
    return str(
        page.evaluate("[...document.querySelectorAll('main h1')].find(one => one.offsetParent).innerText")
    ).strip()


AT_FIRST = ["deeds", "cards", "advice"]


def test_a_touch_on_a_group_shows_its_services_and_the_way_back_and_a_number_is_taken_there(
    hub: OfficeHub, page: Page
) -> None:
    assert (tiles(page), asked(page)) == (AT_FIRST, "Which service do you need?")
    expect(shown(page, "[data-open-group=deeds]")).to_contain_text("2 services")
    opened(page, "deeds")
    assert (tiles(page), asked(page)) == (["all", "birth", "death"], "Certificates")
    page.click('[data-choose-language="id"]')
    assert (tiles(page), asked(page)) == (["all", "birth", "death"], "Akta")
    tap(page, "[data-leave-group]")
    assert (tiles(page), asked(page)) == (AT_FIRST, "Layanan apa yang Anda perlukan?")
    opened(page, "cards")
    tap(page, '.tile[data-service="family"]')
    tap(page, "[name=persons][value='1']")
    expect(page.locator(".ticket-number")).to_have_text("B-001")
    page.locator("[data-result] [data-done]").click()
    assert tiles(page) == AT_FIRST  # the next visitor begins with the groups


def test_a_finger_that_opens_a_group_takes_nothing_behind_it(hub: OfficeHub, page: Page) -> None:
    box = place(shown(page, "[data-open-group=cards]"))
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(x, y)
    expect(page.locator("body")).to_have_attribute("data-in-group", "cards")
    page.touchscreen.tap(x, y)
    assert tiles(page) == ["all", "card", "family"]
    expect(page.locator("body")).to_have_attribute("data-screen", "start")


def test_back_from_the_persons_leads_into_the_group_a_swipe_out_of_it_and_the_end_of_the_time_to_the_groups(
    hub: OfficeHub, page: Page
) -> None:
    opened(page, "deeds")
    tap(page, '.tile[data-service="death"]')
    tap(page, "[data-back]")
    assert tiles(page) == ["all", "birth", "death"]
    page.locator("h1.question:visible").first.tap()  # a browser goes back only from where somebody was
    page.go_back()
    expect(page.locator("body:not([data-in-group])")).to_be_visible()
    assert tiles(page) == AT_FIRST
    opened(page, "deeds")
    page.evaluate("{ const now = performance.now(); performance.now = () => now + 200000; }")
    expect(page.locator("body:not([data-in-group])")).to_be_visible()
    assert tiles(page) == AT_FIRST


def test_a_group_says_that_none_of_its_services_is_open_and_how_all_stand_and_can_still_be_looked_into(
    hub: OfficeHub, page: Page
) -> None:
    stands(hub.office, "birth", "closed")
    expect(shown(page, '.tile[data-service="birth"]')).to_be_disabled()
    expect(shown(page, "[data-open-group=deeds]")).to_contain_text("2 services")
    stands(hub.office, "death", "paused", {"en": "the network is down"})
    group = shown(page, "[data-open-group=deeds]")
    expect(group).to_contain_text("None of them is open now")
    opened(page, "deeds")
    expect(shown(page, '.tile[data-service="death"]')).to_contain_text("Paused for now: the network is down")
    tap(page, "[data-leave-group]")
    stands(hub.office, "birth", "paused", {"en": "the network is down"})
    expect(group).to_contain_text("Paused for now")
    expect(group).not_to_contain_text("network")  # the reason stands behind it, on the service
    for service in ("birth", "death"):
        hub.office.execute(OpenService(service=service))
    expect(group).to_contain_text("2 services")


def test_what_happens_in_the_office_is_seen_inside_a_group_and_moves_nobody_out_of_it_while_it_is_there(
    hub: OfficeHub, page: Page
) -> None:
    opened(page, "deeds")
    hub.issue("birth")
    expect(shown(page, '.tile[data-service="birth"] .tile-waiting')).to_contain_text("1 ahead of you")
    assert (tiles(page), asked(page)) == (["all", "birth", "death"], "Certificates")
    save_part(hub.office, "groups/deeds/names", {"en": "Deeds"})
    expect(shown(page, "h1.question [data-group-name=deeds]")).to_have_text("Deeds")
    assert tiles(page) == ["all", "birth", "death"]
    save_part(hub.office, "services/death/group", "")  # a group of one is that service
    expect(page.locator("body:not([data-in-group])")).to_be_visible()
    assert tiles(page) == ["birth", "cards", "advice", "death"]


def test_a_second_service_is_found_in_its_group_and_a_group_without_one_to_choose_is_not_offered(
    hub: OfficeHub, page: Page
) -> None:
    hub.office.execute(CloseService(service="card"))
    expect(shown(page, '.tile[data-service="card"]')).to_be_disabled()
    opened(page, "cards")
    tap(page, '.tile[data-service="family"]')
    tap(page, ".visit [data-other]")
    assert (tiles(page), asked(page)) == (["only one", "deeds", "advice"], "Which other service do you need?")
    opened(page, "deeds")
    assert tiles(page) == ["all", "birth", "death"]
    tap(page, "[data-leave-group]")
    assert tiles(page) == ["only one", "deeds", "advice"]
    opened(page, "deeds")
    tap(page, '.tile[data-service="death"]')
    expect(shown(page, "[data-chosen] strong")).to_have_text("Family card, then Death certificate")
    tap(page, "[name=persons][value='2']")
    expect(page.locator(".ticket-number")).to_have_text("B-001")
    assert (hub.ticket("B-001").service, hub.ticket("B-001").then) == ("family", "death")


def test_five_keys_and_headphones_go_into_a_group_and_out_of_it(hub: OfficeHub, page: Page) -> None:
    page.click('[data-choose-language="id"]')
    ears = Headphones(page)
    page.keyboard.press("ArrowDown")
    ears.hear("Layanan apa yang Anda perlukan?")
    ears.hear("Akta, 2 layanan")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    ears.hear("Kembali ke semua layanan")
    page.keyboard.press("ArrowDown")
    ears.hear("Akta Kelahiran")
    page.keyboard.press("Escape")
    ears.hear("Layanan apa yang Anda perlukan?")
    assert tiles(page) == AT_FIRST
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    ears.hear("Untuk berapa orang?")


def test_a_finger_that_explores_hears_a_group_its_services_and_the_way_back(hub: OfficeHub, page: Page) -> None:
    page.click('[data-choose-language="id"]')
    ears = Headphones(page, hub.app.extensions["antrean"].publisher.tick)
    finger = Finger(ears)
    finger.tap_corner()
    ears.hear("Layanan apa yang Anda perlukan?")
    finger.tap(*finger.slide_to("Akta, 2 layanan"))
    expect(page.locator("body")).to_have_attribute("data-in-group", "deeds")
    assert ears.hear("Akta") == "Akta"
    ears.pass_time(3)  # the spot where the group was opened rests
    finger.tap(*finger.slide_to("Kembali ke semua layanan"))
    ears.hear("Layanan apa yang Anda perlukan?")
    ears.pass_time(3)
    finger.tap(*finger.slide_to("Akta, 2 layanan"))
    ears.hear("Akta")
    ears.pass_time(3)
    finger.tap(*finger.slide_to("Akta Kematian"))
    assert ears.hear("Untuk berapa orang?").startswith("Akta Kematian")


def test_without_script_every_service_stands_there_itself(kiosk: FlaskClient) -> None:
    page = kiosk.get("/kiosk/?language=en", headers={"Accept": "text/html"}).text
    start = page[page.index('data-fragment="start.en"') : page.index('data-fragment="start.su"')]
    for service in ("birth", "death", "card", "family", "advice"):
        tile = start[start.index(f'data-service="{service}"') :]
        assert " hidden" not in tile[: tile.index(">")]
    group = start[start.index('data-open-group="deeds"') :]
    assert " hidden" in group[: group.index(">")]
    assert "Death certificate" in text_of(start)
    answer = kiosk.get("/kiosk/services").get_json()
    assert [one["code"] for one in answer["groups"]] == ["deeds", "cards"]
