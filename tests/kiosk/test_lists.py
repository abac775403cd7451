"""A list of the documents on paper, without a number: for whoever goes home to fetch them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from antrean.access.devices import pair_device
from antrean.printing.escpos.parser import text_of as words_of
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipLayout, content_from_json
from antrean.queueing.commands import (
    CallNext,
    ChangePlan,
    CompleteTicket,
    GiveUpSlips,
    OpenCounter,
    ReportPrinter,
    SettleSlip,
    StartService,
)
from antrean.queueing.hours.model import WEEKDAYS
from antrean.queueing.plan.document import to_document
from antrean.queueing.slips.slip import Slip
from printer_profiles import load_profile
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk, shown
from tests.fakes.plan import save_part
from tests.kiosk.test_second_service import choose


@pytest.fixture
def hub(hub: OfficeHub) -> OfficeHub:
    """An office with a printer, whose first service asks for two documents."""
    pair_device(hub.app.extensions["antrean"].settings, "print_agent", "Printer 1", hub.office.clock, numbered=True)
    hub.office.execute(ChangePlan(what="devices"))
    papers = [{"code": "d1", "names": {"id": "Kartu Keluarga"}}, {"code": "d2", "names": {"id": "Pas foto"}}]
    save_part(hub.office, "services/card/requirements", papers)
    return hub


def ask(kiosk: FlaskClient, **fields: Any) -> tuple[int, dict[str, Any]]:
    answer = kiosk.post("/kiosk/lists", json={"service": "card", **fields})
    return answer.status_code, answer.get_json()


def lists(hub: OfficeHub) -> tuple[Slip, ...]:
    return hub.office.read(lambda day, _plan: day.list_slips)


def told(hub: OfficeHub) -> list[dict[str, Any]]:
    """Return what the print agent is told to print."""
    services = hub.app.extensions["antrean"]
    printer = lists(hub)[-1].printer
    with hub.app.test_request_context("/"):
        return list(services.publisher._screens["print_agent"].render("printer:" + printer)["slips"])


def printed(hub: OfficeHub) -> None:
    newest = lists(hub)[-1]
    for result in ("sending", "printed"):
        hub.office.execute(SettleSlip(ticket="LIST", copy=newest.copy, result=result, claim="run", paper_mm=70))


def test_the_paper_says_what_to_bring_what_it_costs_and_when_to_come_and_has_no_number(
    hub: OfficeHub, kiosk: FlaskClient
) -> None:
    save_part(hub.office, "services/card/costs", {"id": "Gratis"})
    save_part(hub.office, "services/card/legal_days", 3)
    save_part(hub.office, "hours/week", {day: ["08:00-15:00"] for day in WEEKDAYS})
    assert ask(kiosk)[0] == 200
    (slip,) = told(hub)
    assert slip["job"].endswith("/LIST/1")
    paper = words_of(
        compose(content_from_json(slip["content"]), SlipLayout(), load_profile("epson-tm-t82iii")), "cp858"
    )
    for words in (
        "- Kartu Keluarga",
        "- Pas foto",
        "Gratis",
        "3 hari kerja",
        "08.00-15.00",
        "Ini bukan nomor antrean.",
    ):
        assert words in paper
    assert "A-00" not in paper
    assert hub.office.read(lambda day, _plan: (len(day.tickets), day.last_number)) == (0, {})


def test_a_list_is_in_the_language_of_its_visitor(hub: OfficeHub, kiosk: FlaskClient) -> None:
    ask(kiosk, language="su")
    assert told(hub)[0]["content"]["papers_title"] == "Berkas anu dicandak"
    assert ask(kiosk, language="tlh")[1]["error"]["code"] == "value_invalid"


def test_nobody_can_empty_the_roll_and_after_a_while_the_next_visitor_is_given_one(
    hub: OfficeHub, kiosk: FlaskClient, clock: SetClock
) -> None:
    for _ in range(5):
        ask(kiosk)  # touched again and again while it is printed
    assert len(lists(hub)) == 1
    for _ in range(2):
        printed(hub)
        ask(kiosk)
    printed(hub)
    status, body = ask(kiosk)
    assert (status, body["error"]["code"]) == (409, "list_limit")
    clock.now += timedelta(minutes=2)
    assert ask(kiosk)[0] == 200
    assert [slip.state for slip in lists(hub)] == ["printed"] * 3 + ["waiting"]


def test_a_printer_gives_no_more_lists_in_a_day_than_the_office_allows(
    hub: OfficeHub, kiosk: FlaskClient, clock: SetClock
) -> None:
    save_part(hub.office, "limits/lists", 2)
    for _ in range(2):
        assert ask(kiosk)[0] == 200
        printed(hub)
    assert ask(kiosk)[1]["error"]["code"] == "list_day_limit"
    save_part(hub.office, "limits/lists", 3)
    assert ask(kiosk)[0] == 200
    save_part(hub.office, "limits/lists", 0)
    clock.now += timedelta(days=1)
    assert ask(kiosk)[1]["error"]["code"] == "list_day_limit"


def test_lists_that_staff_print_for_those_who_lack_papers_keep_none_from_a_visitor(
    hub: OfficeHub, kiosk: FlaskClient
) -> None:
    printer = hub.office.read(lambda _day, plan: plan.printer_of(""))
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    for _ in range(3):
        number = hub.issue().number
        hub.office.execute(CallNext(counter="3", operator="Ani"))
        hub.office.execute(StartService(ticket=number, counter="3"))
        hub.office.execute(
            CompleteTicket(ticket=number, counter="3", outcome="papers_missing", on_paper=True, printer=printer)
        )
    assert ask(kiosk)[0] == 200
    assert [bool(one.number) for one in lists(hub)] == [True, True, True, False]


def test_a_list_that_is_not_printed_while_its_visitor_waits_is_given_up(
    hub: OfficeHub, kiosk: FlaskClient, clock: SetClock
) -> None:
    ask(kiosk)
    clock.now += timedelta(minutes=3)
    hub.office.execute(GiveUpSlips())
    assert [(slip.state, slip.reason) for slip in lists(hub)] == [("failed", "too_old")]


def test_a_printer_that_gives_nothing_is_said_where_the_list_can_be_photographed(
    hub: OfficeHub, kiosk: FlaskClient
) -> None:
    printer = hub.office.read(lambda _day, plan: plan.printer_of(""))
    hub.office.execute(ReportPrinter(printer=printer, state="paper_out"))
    status, body = ask(kiosk)
    assert (status, body["error"]["message"]) == (
        409, "Pencetak sedang tidak bisa mencetak. Silakan foto daftar ini.",
    )  # fmt: skip
    assert lists(hub) == ()


def test_a_service_without_documents_has_no_list(hub: OfficeHub, kiosk: FlaskClient) -> None:
    status, body = ask(kiosk, service="family")
    assert (status, body["error"]["code"]) == (422, "value_invalid")
    assert ask(kiosk, service="gone")[1]["error"]["code"] == "service_unknown"


def test_without_script_the_key_is_a_form_that_leads_back_to_the_start(hub: OfficeHub, kiosk: FlaskClient) -> None:
    page = kiosk.get("/kiosk/?service=card", headers={"Accept": "text/html"}).text
    assert 'action="/kiosk/lists?language=id"' in page
    answer = kiosk.post("/kiosk/lists", data={"service": "card"}, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/?language=id")


def test_a_list_is_asked_for_by_one_touch_and_uses_no_number(browser: Browser, hub: OfficeHub) -> None:
    with hub.served() as address:
        page = open_kiosk(browser, hub, address, (1024, 768))
        choose(page, "card", "documents")
        shown(page, ".papers [data-print-list] button").click()
        expect(page.locator("body")).to_have_attribute("data-screen", "listed")
        expect(page.locator(".screen-listed .in-language:not([hidden]) h1:visible")).to_have_text(
            "Daftar berkas sedang dicetak."
        )
        assert hub.office.read(lambda day, _plan: (len(day.list_slips), len(day.tickets))) == (1, 0)
        printed(hub)
        page.click(".screen-listed .in-language:not([hidden]) [data-done]")
        expect(page.locator("body")).to_have_attribute("data-screen", "start")
        hub.office.execute(ReportPrinter(printer=lists(hub)[0].printer, state="paper_out"))
        choose(page, "card", "documents")
        shown(page, ".papers [data-print-list] button").click()
        expect(shown(page, ".papers [data-list-refused]")).to_have_text(
            "Pencetak sedang tidak bisa mencetak. Silakan foto daftar ini."
        )
        expect(page.locator("body")).to_have_attribute("data-screen", "documents")
        page.context.close()


SPARE = {
    "spare_questions": {"id": "Hanya karena tanggal di kartu habis?", "en": "Only for the date?"},
    "spare_words": {"id": "Kartu Anda berlaku seumur hidup (UU 24/2013).", "en": "Your card is valid for life."},
}
NOTICE = """\
Disdukcapil Kabupaten Kuningan
Pencetakan KTP-el
Anda tidak perlu datang untuk ini.
- Kartu Anda berlaku seumur hidup (UU 24/2013).
Selasa, 24 November 2026 · 09.00 WIB
Ini bukan nomor antrean.
"""


@pytest.fixture
def sparing(hub: OfficeHub) -> OfficeHub:
    """The same office, whose first service asks if the visit is needed."""
    document = hub.office.read(lambda _day, plan: to_document(plan))["services"][0]
    save_part(hub.office, "services/card", {**document, **SPARE})
    return hub


def test_why_no_visit_is_needed_comes_on_paper_without_a_number(sparing: OfficeHub, kiosk: FlaskClient) -> None:
    assert ask(kiosk, about="spared")[0] == 200
    assert ask(kiosk, about="spared")[0] == 200  # touched again while it is printed
    (slip,) = told(sparing)
    content = content_from_json(slip["content"])
    paper = words_of(compose(content, SlipLayout(), load_profile("epson-tm-t82iii")), "cp858")
    lines = [line.strip() for line in paper.splitlines() if line.strip()]
    assert "\n".join(lines) + "\n" == NOTICE
    assert sparing.office.read(lambda day, _plan: (len(day.tickets), day.spared)) == (0, {})
    assert ask(kiosk, service="family", about="spared")[1]["error"]["code"] == "value_invalid"


def test_why_no_visit_is_needed_is_asked_for_by_one_touch(browser: Browser, sparing: OfficeHub) -> None:
    with sparing.served() as address:
        page = open_kiosk(browser, sparing, address, (1024, 768))
        choose(page, "card", "spare")
        shown(page, "[data-only-reason]").dispatch_event("click")
        shown(page, '[data-about="spared"] button').dispatch_event("click")
        expect(page.locator("body")).to_have_attribute("data-screen", "listed")
        expect(page.locator(".screen-listed .in-language:not([hidden]) h1:visible")).to_have_text(
            "Ini sedang dicetak untuk Anda."
        )
        assert [slip.about for slip in lists(sparing)] == ["spared"]
        page.locator(".screen-listed .in-language:not([hidden]) [data-done]").dispatch_event("click")
        expect(page.locator("body")).to_have_attribute("data-screen", "start")
        page.wait_for_function("() => !(JSON.parse(localStorage.getItem('kiosk.spared')) || []).length")
        assert sparing.office.read(lambda day, _plan: day.spared) == {"card": 1}
        page.context.close()
