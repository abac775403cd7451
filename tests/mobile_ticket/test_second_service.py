"""Two services in one visit on the phone: which is now, which comes next, and what became of the first."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from antrean.queueing.commands import (
    CallNext,
    ChangeService,
    CloseDay,
    CompleteTicket,
    DeferTicket,
    MarkNoShow,
    OpenCounter,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import PassingClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of

THEN_BIRTH = "After this: Birth certificate, with the same number."
NOW_BIRTH = "You now wait for Birth certificate, with the same number."
HERE = {"counter": "3", "operator": "Ani"}


def page(hub: OfficeHub, ticket: Ticket, language: str = "en") -> str:
    query = {"ticket": hub.link(ticket), "language": language}
    answer = hub.app.test_client().get("/mobile_ticket/", query_string=query, headers={"Accept": "text/html"})
    return text_of(answer.text)


def both_services(hub: OfficeHub) -> Ticket:
    """Take a number for two services while counter 3 serves both."""
    hub.office.execute(OpenCounter(**HERE))
    return hub.issue(then="birth")


def serve(hub: OfficeHub, ticket: Ticket) -> None:
    hub.office.execute(CallNext(**HERE))
    hub.office.execute(StartService(ticket=ticket.number, counter="3"))


def finish(hub: OfficeHub, ticket: Ticket, outcome: str = "finished") -> None:
    hub.office.execute(CompleteTicket(ticket=ticket.number, counter="3", outcome=outcome))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("finished", "Card printing is done."),
        ("papers_missing", "Card printing: some papers were missing."),
        ("referred", "Card printing goes on at another office."),
    ],
)
def test_the_second_service_is_told_before_it_begins_and_the_end_of_the_first_afterwards(
    hub: OfficeHub, outcome: str, said: str
) -> None:
    mine = both_services(hub)
    assert THEN_BIRTH in page(hub, mine)
    serve(hub, mine)
    assert THEN_BIRTH in page(hub, mine)
    assert NOW_BIRTH not in page(hub, mine)
    finish(hub, mine, outcome)
    waits_again = page(hub, mine)
    assert f"{said} {NOW_BIRTH}" in waits_again
    assert THEN_BIRTH not in waits_again
    serve(hub, mine)
    finish(hub, mine)
    assert (f"Thank you for your visit. {said}" in page(hub, mine)) == (outcome != "finished")


def test_both_services_are_named_in_the_language_of_the_phone(hub: OfficeHub) -> None:
    mine = both_services(hub)
    assert "Setelah ini: Akta Kelahiran, dengan nomor yang sama." in page(hub, mine, "id")
    serve(hub, mine)
    finish(hub, mine)
    said = "Pencetakan KTP-el sudah selesai. Sekarang Anda menunggu untuk Akta Kelahiran, dengan nomor yang sama."
    assert said in page(hub, mine, "id")


def test_a_service_that_is_put_right_or_taken_over_names_the_other_one(hub: OfficeHub) -> None:
    mine = both_services(hub)
    hub.office.execute(ChangeService(ticket=mine.number, service="birth"))
    assert "After this: Card printing, with the same number." in page(hub, mine)
    serve(hub, mine)
    hub.office.execute(TransferTicket(ticket=mine.number, counter="3", service="card"))
    assert not any(words in page(hub, mine) for words in ("After this", "You now wait for", "is done"))


def test_a_number_that_ended_promises_no_second_service(hub: OfficeHub) -> None:
    absent = both_services(hub)
    hub.office.execute(CallNext(**HERE))
    hub.office.execute(MarkNoShow(ticket=absent.number, counter="3"))
    expired = hub.issue(then="birth")
    hub.office.execute(CloseDay())
    for ticket in (absent, expired):
        assert "After this" not in page(hub, ticket)


def test_who_let_others_go_first_at_one_service_is_not_said_to_stand_behind_them_at_the_next(hub: OfficeHub) -> None:
    mine = both_services(hub)
    other = hub.issue()
    hub.office.execute(DeferTicket(ticket=mine.number))
    assert "This is your new place." in page(hub, mine)
    serve(hub, other)
    finish(hub, other)
    serve(hub, mine)
    finish(hub, mine)
    hub.issue("birth")
    told = page(hub, mine)
    assert "This is your new place." not in told
    assert "I need more time" not in told  # once in a visit


def test_a_phone_follows_a_visit_from_its_first_service_to_the_second_and_back(
    tmp_path: Path, plan: OfficePlan, browser: Browser
) -> None:
    hub = OfficeHub(tmp_path, plan, PassingClock())
    mine = both_services(hub)
    other = hub.issue("birth")
    with hub.served() as address:
        phone = browser.new_page(viewport={"width": 390, "height": 844})
        phone.goto(f"{address}/mobile_ticket/?ticket={hub.link(mine)}&language=en")
        expect(phone.locator("html")).to_have_attribute("data-live", "live")
        then, first = phone.locator("[data-own=then]"), phone.locator("[data-own=first]")
        expect(then).to_have_text(THEN_BIRTH)
        serve(hub, mine)
        finish(hub, mine)
        expect(first).to_have_text(f"Card printing is done. {NOW_BIRTH}")
        expect(phone.locator("[data-service-name]")).to_have_text("Birth certificate")
        expect(phone.locator("[data-face=next]")).to_be_visible()
        expect(then).to_have_text("")
        hub.office.execute(UndoStep(**HERE))
        expect(phone.locator("[data-face=serving]")).to_be_visible()
        expect(then).to_have_text(THEN_BIRTH)
        expect(first).to_have_text("")
        finish(hub, mine)
        hub.office.execute(CallNext(**HERE))
        expect(phone.locator("[data-face=called]")).to_be_visible()
        expect(first).to_be_hidden()  # the call has the screen alone
        assert hub.ticket(other.number).state == "waiting"
        phone.close()
    hub.stop()
