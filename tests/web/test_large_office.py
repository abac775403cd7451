"""The large office on the screens of staff and on phones: nothing is cut or covered, all letters can be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.queueing.commands import CallNext, CallTicket, FreeCounter, OpenCounter, PauseCounter, StartService
from tests.conftest import PassingClock
from tests.fakes.large_plan import COUNTERS, SERVICES, large_plan
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.screen_measure import faults

LEAST = 14.0  # pixels
SECTIONS = ("today", "services", "counters", "rules", "zones", "people", "first_steps")
SIZES = {"desk": (1280, 800), "small desk": (1024, 768), "phone": (390, 844)}
CHOSEN, LONG_NAME = "16", "s16"  # nobody sits there before; its name has 64 letters
HIDDEN = """() => document.querySelector('.why').getBoundingClientRect().bottom
    - document.querySelector('.work').getBoundingClientRect().bottom"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("large"), large_plan(), PassingClock())
    for place in range(SERVICES):
        for step in range(3):
            running.issue(f"s{place}", persons=step + 1, priority=step == 0)
    for counter in range(1, COUNTERS + 1):
        if counter % 4:
            running.office.execute(OpenCounter(counter=str(counter), operator=f"Operator Nomor {counter}"))
    for counter in range(1, COUNTERS + 1):
        at = {"counter": str(counter), "operator": f"Operator Nomor {counter}"}
        if counter % 10 == 5:
            running.office.execute(PauseCounter(**at, reason="break"))
        elif counter % 4:
            called = running.office.execute(CallNext(**at))
            if counter % 3 == 0 and called.ticket is not None:
                running.office.execute(StartService(ticket=called.ticket.number, counter=str(counter)))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


def signed_in(browser: Browser, address: str, name: str, size: tuple[int, int]) -> Page:
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    assert page.context.request.post(f"{address}/sign_in", data={"name": name, "password": PASSWORD}).ok
    return page


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_pages_of_the_administration_hold_thirty_services_and_forty_counters(
    browser: Browser, address: str, size: str
) -> None:
    page = signed_in(browser, address, "Eka", SIZES[size])
    wrong, high = {}, {}
    for section in SECTIONS:
        page.goto(f"{address}/admin/{section}")
        wrong[section] = faults(page, LEAST)
        high[section] = page.evaluate("document.documentElement.scrollHeight")
    page.context.close()
    assert wrong == {section: [] for section in SECTIONS}
    assert high["today"] < 7_000  # with every counter and its keys below the other it was 12,895 on a phone


def test_on_a_phone_one_tap_leads_to_the_counters_and_one_opens_those_that_work(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "Dewi", SIZES["phone"])
    page.goto(f"{address}/admin/today")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    page.click(".today-jumps a[href='#counters-title']")
    expect(page.locator("#counter-15")).to_be_in_viewport()  # paused
    expect(page.locator("#counter-1")).to_be_hidden()
    page.click("#counters-working > summary")
    expect(page.locator("#counter-1")).to_be_visible()
    assert faults(page, LEAST) == []
    page.click("#counter-1 summary")
    expect(page.locator("#free-1")).to_be_visible()
    assert faults(page, LEAST) == []
    page.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_panel_holds_forty_counters_and_says_why_a_number_was_called_without_scrolling(
    browser: Browser, hub: OfficeHub, address: str, size: str
) -> None:
    page = signed_in(browser, address, "Ani", SIZES[size])
    page.goto(f"{address}/counter_panel/")
    expect(page.locator(".lobby-counter")).to_have_count(COUNTERS)
    seen = {"choice of counters": faults(page, LEAST)}
    number = hub.issue(LONG_NAME, priority=True).number
    hub.office.execute(OpenCounter(counter=CHOSEN, operator="Ani"))
    hub.office.execute(CallTicket(ticket=number, counter=CHOSEN, operator="Ani"))
    page.reload()
    expect(page.locator(".ticket-number")).to_have_text(number)
    expect(page.locator(".why")).to_be_visible()
    seen["called"] = faults(page, LEAST)
    hidden = page.evaluate(HIDDEN)
    page.context.close()
    hub.office.execute(FreeCounter(counter=CHOSEN, ticket=number))
    assert seen == {state: [] for state in seen}
    assert hidden <= 0


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_holds_long_names_and_documents_in_five_scripts(
    browser: Browser, hub: OfficeHub, address: str, width: int
) -> None:
    seen = {}
    for service in ("s0", LONG_NAME):  # the first asks for six documents
        page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
        page.goto(f"{address}/mobile_ticket/?ticket={hub.link(hub.issue(service, persons=2))}")
        seen[service] = faults(page, LEAST)
        page.context.close()
    assert seen == {service: [] for service in seen}
