"""The documents to bring stand before the number, only where a service asks for them, and for every visitor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.commands import OpenCounter
from antrean.queueing.plan.model import OfficePlan, Requirement
from antrean.web.text.bring import brings
from tests.conftest import PassingClock, small_plan
from tests.fakes.headphones import Headphones
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.pages import open_kiosk, shown
from tests.fakes.panel_measure import SET_AIDS, STATE, pixels_of_a_millimetre
from tests.fakes.plan import save_part
from tests.kiosk.test_second_service import choose, chosen, other, tap

LONG = "Fotokopi akta kelahiran semua anggota keluarga yang belum tercatat, dilegalisir, masing-masing dua lembar"
SCRIPTS = ("بطاقة", "ꦏꦂꦠꦸ", "บัตร")
MANY = tuple(Requirement(f"d{place}", {"id": f"{LONG} {SCRIPTS[place % 3]}"}) for place in range(1, 13))
FEW = (
    Requirement("d1", {"id": "Kartu Keluarga asli", "en": "Family card"}),
    Requirement("d2", {"id": "Surat kehilangan", "en": "Loss report"}),
)


def office() -> OfficePlan:
    plan = small_plan()
    card, family, birth = plan.services
    card = replace(
        card, requirements=FEW, costs={"id": "Gratis", "en": "Free of charge"}, legal_days=3,
        explanations={"id": "Untuk kartu yang hilang", "en": "For lost cards"}, priority_allowed=False,
    )  # fmt: skip
    return replace(plan, services=(card, replace(family, requirements=MANY), birth), languages=("id", "en", "su"))


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
def size() -> tuple[int, int]:
    return 1024, 768


def issued(hub: OfficeHub) -> int:
    return hub.office.read(lambda day, _plan: len(day.tickets))


def listed(page: Page) -> list[str]:
    return [one.inner_text() for one in shown(page, ".papers-list li").all() if one.is_visible()]


def opened(kiosk: FlaskClient, query: str) -> str:
    return kiosk.get(f"/kiosk/?{query}", headers={"Accept": "text/html"}).text


def test_documents_cost_and_time_by_law_are_said_before_the_number_of_persons(hub: OfficeHub, page: Page) -> None:
    before = issued(hub)
    choose(page, "card", "documents")
    expect(shown(page, ".papers h1")).to_have_text("Apakah Anda membawa berkas ini?")
    assert listed(page) == ["Kartu Keluarga asli", "Surat kehilangan"]
    assert text_of(shown(page, ".papers-facts").inner_html()).split() == [
        "Biaya", "Gratis", "Waktu", "menurut", "aturan", "3", "hari", "kerja",
    ]  # fmt: skip
    page.evaluate("document.querySelector('[data-choose-language=en]').click()")
    assert listed(page) == ["Family card", "Loss report"]
    assert issued(hub) == before
    tap(page, "[data-have]")
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")
    expect(shown(page, ".priority")).to_be_hidden()  # this service has none
    tap(page, '[name="persons"][value="2"]')
    expect(page.locator("[data-result] .ticket-number")).to_be_visible()
    assert issued(hub) == before + 1


def test_a_service_without_documents_asks_for_none_and_whoever_goes_back_is_given_nothing(
    hub: OfficeHub, page: Page
) -> None:
    before = issued(hub)
    choose(page, "birth")
    expect(shown(page, ".priority")).to_be_visible()
    tap(page, "[data-back]")
    choose(page, "card", "documents")
    tap(page, "[data-papers-back]")
    expect(page.locator("body")).to_have_attribute("data-screen", "start")
    assert issued(hub) == before


def test_the_second_service_of_a_visit_asks_for_its_documents_too_and_back_leads_to_the_first_alone(page: Page) -> None:
    choose(page, "birth")
    other(page).click()
    choose(page, "card", "documents")
    page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_attribute("data-screen", "persons")
    expect(chosen(page)).to_have_text("Akta Kelahiran")
    other(page).dispatch_event("click")
    choose(page, "card", "documents")
    tap(page, "[data-have]")
    expect(chosen(page)).to_have_text("Akta Kelahiran, lalu Pencetakan KTP-el")


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (1024, 768)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_twelve_long_documents_in_any_script_are_read_whole_on_every_panel_with_every_aid(
    browser: Browser, hub: OfficeHub, address: str, size: tuple[int, int]
) -> None:
    """The key that says "I have these" comes with the last page."""
    hub.office.execute(
        OpenCounter(counter="3", operator="Dewi")
    )  # its tile says nothing more, and is on the first page
    page = open_kiosk(browser, hub, address, size)
    page.evaluate("document.fonts.ready")
    found: dict[str, Any] = {}
    for aids in ((), ("reach",), ("large", "contrast", "reach")):
        page.evaluate(SET_AIDS, list(aids))
        choose(page, "family", "documents")
        seen: list[str] = []
        while True:
            seen += listed(page)
            faults = page.evaluate(STATE, [pixels_of_a_millimetre(size, 0.0), "reach" in aids, ""])["faults"]
            found[f"{aids} {len(seen)}"] = faults
            if not shown(page, "[data-more-papers]").is_visible():
                break
            expect(shown(page, "[data-have]")).to_be_hidden()
            tap(page, "[data-more-papers]")
        assert seen == [one.names["id"] for one in MANY]
        tap(page, "[data-have]")
        tap(page, "[data-back]")
    page.context.close()
    assert found == {key: [] for key in found}


def test_a_visitor_who_sees_nothing_hears_the_documents_and_goes_on_by_keys(hub: OfficeHub, page: Page) -> None:
    ears, before = Headphones(page), issued(hub)
    page.keyboard.press("ArrowDown")
    ears.hear("Pencetakan KTP-el")
    page.keyboard.press("Enter")
    said = ears.hear("Surat kehilangan")
    for words in ("Apakah Anda membawa berkas ini?", "Kartu Keluarga asli", "Gratis", "3 hari kerja"):
        assert words in said
    page.keyboard.press("ArrowDown")
    ears.hear("Kembali")
    page.keyboard.press("ArrowDown")
    ears.hear("Cetak daftar ini")
    page.keyboard.press("ArrowDown")
    ears.hear("Ya, saya bawa")
    page.keyboard.press("Enter")
    ears.hear("Untuk berapa orang?")
    assert issued(hub) == before


def test_without_script_the_documents_are_a_page_of_their_own(kiosk: FlaskClient) -> None:
    page = opened(kiosk, "service=card")
    assert 'data-screen="documents"' in page
    assert "have=yes" in page
    assert 'data-screen="persons"' in opened(kiosk, "service=card&have=yes")
    assert 'data-screen="persons"' in opened(kiosk, "service=birth")


def test_an_office_that_switches_the_step_off_gives_numbers_as_before(hub: OfficeHub, kiosk: FlaskClient) -> None:
    save_part(hub.office, "services/card/ask_requirements", False)
    assert 'data-screen="persons"' in opened(kiosk, "service=card")
    assert [one.code for one in hub.office.read(lambda _day, plan: plan).services if one.ask_requirements] == [
        "family", "birth",
    ]  # fmt: skip
    save_part(hub.office, "services/card/ask_requirements", True)
    assert 'data-screen="documents"' in opened(kiosk, "service=card")


def test_programs_read_what_a_service_asks_for(kiosk: FlaskClient) -> None:
    card = kiosk.get("/kiosk/services").get_json()["services"][0]
    assert card["requirements"][0] == {"code": "d1", "names": {"id": "Kartu Keluarga asli", "en": "Family card"}}
    assert (card["costs"]["en"], card["legal_days"], card["priority_allowed"]) == ("Free of charge", 3, False)


def test_words_of_the_law_are_said_in_place_of_days(hub: OfficeHub) -> None:
    plan = office()
    worded = replace(plan.services[0], legal_times={"id": "Selesai di tempat"})
    with hub.app.test_request_context("/"):
        (card, _family) = brings(replace(plan, services=(worded, *plan.services[1:])), "id")
    assert card.legal_time == "Selesai di tempat"
