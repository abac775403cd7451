"""A card from the visit at which it was recorded to the hands of its owner, on every screen, in three languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from antrean.access.devices import pair_device
from antrean.queueing.cases.codes import spaced
from antrean.queueing.commands import ChangePlan, OpenCounter
from antrean.queueing.plan.journeys import Journey
from tests.conftest import PassingClock
from tests.fakes.case_hub import Cases
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.pages import open_kiosk, shown
from tests.kiosk.test_cases_journey import READ
from tests.kiosk.test_second_service import choose, tap
from tests.queueing.cases.case_office import STAGES, journeying

SENT = {"id": "Dikirim ke pusat", "en": "Sent to the centre", "su": "Dikirim ka puseur"}
READY = {"id": "Siap diambil", "en": "Ready to collect", "su": "Tos tiasa dicandak"}
COLLECTED = {"id": "Sudah diambil", "en": "Collected", "su": "Parantos dicandak"}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[OfficeHub]:
    stages = tuple(replace(one, names=SENT) if one.code == "sent" else one for one in STAGES)
    running = OfficeHub(tmp_path, journeying(Journey(stages)), PassingClock())
    settings = running.app.extensions["antrean"].settings
    pair_device(settings, "print_agent", "Printer 1", running.office.clock, numbered=True)
    running.office.execute(ChangePlan(what="devices"))
    running.office.execute(OpenCounter(counter="3", operator="Ani"))
    yield running
    running.stop()


class Office:
    """The screens of an office: a kiosk, a visitor's phone, the page of cases, and the board of what is ready."""

    def __init__(self, browser: Browser, hub: OfficeHub, address: str) -> None:
        self.hub, self.address, self.browser = hub, address, browser
        self.contexts: list[BrowserContext] = []
        self.kiosk = open_kiosk(browser, hub, address, (1080, 1920), touch=True)
        self.contexts.append(self.kiosk.context)
        self.phone = self._page(390, 844)
        self.staff = self._staff()
        self.board = self._board()

    def _page(self, width: int, height: int) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        self.contexts.append(context)
        return context.new_page()

    def _staff(self) -> Page:
        page = self._page(1280, 800)
        page.goto(f"{self.address}/sign_in?next=/counter_panel/cases")
        page.fill("[name=name]", "Dewi")  # who leads, and so may say that a card is ready
        page.fill("[name=password]", PASSWORD)
        page.click("button.wide")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        return page

    def _board(self) -> Page:
        services = self.hub.app.extensions["antrean"]
        _, token = pair_device(services.settings, "display", "Siap", self.hub.office.clock, {"layout": "ready"})
        services.identities.load()
        page = self._page(1920, 1080)
        page.context.add_cookies([{"name": "antrean_display", "value": token, "url": self.address}])
        page.goto(self.address + "/display/")
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        return page

    def moved_to(self, stage: str, code: str) -> None:
        """Move a case as whoever holds a stack of cards does: choose where to, and scan."""
        self.staff.click("label:has([value=move])")
        self.staff.select_option("#stage", stage)
        self.staff.focus("#stage")
        self.staff.keyboard.type(code)
        self.staff.keyboard.press("Enter")
        expect(self.staff.locator(".is-waiting, .is-undoing")).to_have_count(0)

    def far(self, code: str, language: str) -> str:
        """Return how far the phone says that a case is."""
        self.phone.goto(f"{self.address}/case/{code}?language={language}")
        return self.phone.locator(".far h2").inner_text()


@pytest.fixture
def office(browser: Browser, hub: OfficeHub) -> Iterator[Office]:
    with hub.served() as address:
        found = Office(browser, hub, address)
        yield found
        for context in found.contexts:
            context.close()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["id", "en", "su"])
def test_a_card_is_followed_from_the_kiosk_to_its_owner_on_every_screen(
    office: Office, hub: OfficeHub, language: str
) -> None:
    kiosk, cases = office.kiosk, Cases(hub)
    kiosk.click(f'[data-choose-language="{language}"]')
    choose(kiosk, "card")
    tap(kiosk, "[name=persons][value='1']")
    expect(kiosk.locator("body")).to_have_attribute("data-screen", "result")
    number = kiosk.locator(".ticket-number").inner_text()
    code = hub.ticket(number).case
    expect(kiosk.locator("body")).to_contain_text(spaced(code))
    kiosk.locator("[data-done]:visible").first.dispatch_event("click")
    # The phone has the code before anything is done, and says how far it is afterwards.
    office.phone.goto(f"{office.address}/mobile_ticket/?ticket={hub.link(number)}&language={language}")
    expect(office.phone.locator("body")).to_contain_text(spaced(code))
    cases.serve()
    assert office.far(code, language) == STAGES[0].said(language)
    office.moved_to("sent", code)
    assert office.far(code, language) == SENT[language]
    # Somebody asks at the kiosk: too early, and no number is taken.
    expect(kiosk.locator("body")).to_have_attribute("data-screen", "start")
    kiosk.click(f'[data-choose-language="{language}"]')
    kiosk.evaluate(READ, code)
    expect(kiosk.locator("body")).to_have_attribute("data-screen", "case")
    expect(kiosk.locator("body")).to_contain_text(SENT[language])
    expect(kiosk.locator("[data-collect] button:visible")).to_have_count(0)
    kiosk.locator("[data-done]:visible").first.dispatch_event("click")
    # The card has come: the board has its code, the phone says so, and the kiosk gives a number for it.
    expect(office.board.locator(f'[data-code="{code}"]')).to_have_count(0)
    office.moved_to("ready", code)
    expect(office.board.locator("body")).to_contain_text(spaced(code))
    assert office.far(code, language) == READY[language]
    expect(kiosk.locator("body")).to_have_attribute("data-screen", "start")
    kiosk.click(f'[data-choose-language="{language}"]')
    kiosk.evaluate(READ, code)
    expect(kiosk.locator("body")).to_have_attribute("data-screen", "case")
    expect(kiosk.locator(".is-settling")).to_have_count(0)
    shown(kiosk, "[data-collect] button").click()
    expect(kiosk.locator("body")).to_have_attribute("data-screen", "result")
    collects = kiosk.locator(".ticket-number").inner_text()
    assert hub.ticket(collects).collects == code
    cases.serve()
    assert office.far(code, language) == COLLECTED[language]
    expect(office.board.locator("body")).not_to_contain_text(spaced(code))
    spared = hub.office.read(lambda day, _plan: sum(sum(one.values()) for one in day.standing.cases.spared.values()))
    assert spared >= 1
