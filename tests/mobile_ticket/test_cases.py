"""The page of a case: whoever has the code reads how far it is, and nobody else finds anything."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from antrean.access.devices import pair_device
from antrean.queueing.commands import CancelTicket, ChangePlan, CloseDay, OpenCounter
from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.model import OfficePlan, Requirement
from tests.conftest import SetClock
from tests.fakes.case_hub import ANI, Cases
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.queueing.cases.case_office import STAGES, journeying

PAGE = {"Accept": "text/html"}


@pytest.fixture
def plan() -> OfficePlan:
    return journeying(Journey(STAGES, expires_days=30))


@pytest.fixture
def cases(hub: OfficeHub) -> Cases:
    return Cases(hub)


def page(hub: OfficeHub, code: str, language: str = "en", address: str = "192.0.2.7") -> TestResponse:
    return hub.app.test_client().get(
        f"/case/{code}",
        query_string={"language": language},
        headers=PAGE,
        environ_base={"REMOTE_ADDR": address},
    )


def words(hub: OfficeHub, code: str, language: str = "en") -> str:
    return text_of(page(hub, code, language).text.split("<div data-case", 1)[1].split(">", 1)[1].split("</main>")[0])


def change(hub: OfficeHub, plan: OfficePlan) -> None:
    hub.office._load_plan = lambda: plan
    hub.office.execute(ChangePlan(what="services"))


def next_day(hub: OfficeHub, clock: SetClock, days: int = 1) -> None:
    hub.office.execute(CloseDay())
    clock.forward(hours=24 * days)
    hub.office.execute(OpenCounter(**ANI))


def test_the_page_of_a_code_says_how_far_it_is_and_on_which_days_it_came_so_far(
    hub: OfficeHub, cases: Cases, clock: SetClock
) -> None:
    code = cases.record().case
    next_day(hub, clock)
    cases.move("sent", code)
    found = words(hub, code)
    assert found.startswith(
        "Card printing Sent to the centre Since Wednesday, 25 November Usually ready after 7 service days "
        "Recorded 24 November Sent to the centre 25 November Printed Ready to collect Collected"
    )
    cases.move("checked", code)  # residents read nothing of it
    assert words(hub, code) == found


@pytest.mark.parametrize(
    ("language", "said"),
    [("id", "Dikirim ke pusat Sejak Selasa, 24 November"), ("su", "Dikirim ke pusat Ti Salasa, 24 Nopémber")],
)
def test_it_speaks_the_language_of_its_reader(hub: OfficeHub, cases: Cases, language: str, said: str) -> None:
    code = cases.record().case
    cases.move("sent", code)
    assert said in words(hub, code, language)


def test_a_code_is_read_however_it_is_typed_and_a_form_leads_there(hub: OfficeHub, cases: Cases) -> None:
    code = cases.record().case
    asked = hub.app.test_client().get("/case", headers=PAGE)
    assert asked.status_code == 200
    assert 'name="code"' in asked.text
    typed = f" {code[:4].lower()} {code[4:].lower()} "
    found = hub.app.test_client().get("/case", query_string={"code": typed, "language": "en"}, headers=PAGE)
    assert found.status_code == 303
    assert found.headers["Location"] == f"/case/{code}?language=en"
    assert page(hub, f"{code[:4].lower()}-{code[4:]}").status_code == 200


def test_a_code_that_nobody_knows_is_said_to_be_unknown_with_the_form_to_type_it_again(
    hub: OfficeHub, cases: Cases
) -> None:
    for typed, asked in (("BCDFGHJK", "/case/BCDFGHJK?language=en"), ("?", "/case?code=%3F&language=en")):
        answer = hub.app.test_client().get(asked, headers=PAGE)
        assert answer.status_code == 404
        assert "This code is not known here. Please check each letter." in answer.text
        assert f'value="{typed}"' in answer.text
    told = hub.app.test_client().get("/case/BCDFGHJK")
    assert (told.status_code, told.get_json()["error"]["code"]) == (404, "case_unknown")


def test_who_tries_many_codes_is_told_to_wait(hub: OfficeHub, cases: Cases) -> None:
    code = cases.record().case
    tried = [page(hub, f"BCDFGH{place}").status_code for place in range(10, 32)]
    assert tried == [404] * 20 + [429] * 2
    held = page(hub, code)
    assert held.status_code == 429
    assert int(held.headers["Retry-After"]) >= 1
    assert page(hub, code, address="192.0.2.8").status_code == 200


def test_nobody_keeps_the_page_and_no_search_engine_lists_it(hub: OfficeHub, cases: Cases) -> None:
    answer = page(hub, cases.record().case)
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in answer.text


def test_a_family_reads_of_all_cards_together_and_of_those_apart_that_are_further(hub: OfficeHub, cases: Cases) -> None:
    code = cases.record(persons=3).case
    spaced = f"{code[:4]} {code[4:]}"
    assert words(hub, code).startswith(f"{spaced}1 {spaced}2 {spaced}3 Card printing Recorded")
    cases.move("sent", f"{code}2")
    found = words(hub, code)
    assert found.startswith(f"{spaced}1 {spaced}3 Card printing Recorded")
    assert f"{spaced}2 Card printing Sent to the centre" in found
    assert "Recorded Since" not in words(hub, f"{code}2")


def test_what_is_ready_says_where_and_when_it_is_collected_and_what_to_bring(
    hub: OfficeHub, cases: Cases, plan: OfficePlan, clock: SetClock
) -> None:
    pickup = replace(
        plan.service("family"), requirements=(Requirement("slip", {"en": "The slip with the code", "id": "Karcis"}),)
    )
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), ((480, 720), (780, 900)))
    changed = replace(
        plan,
        hours=Hours(week),
        services=tuple(pickup if one.code == "family" else one for one in plan.services),
    )
    change(hub, changed)
    next_day(hub, clock)
    code = cases.record().case
    assert "Where you collect it" not in words(hub, code)
    cases.move("ready", code)
    found = words(hub, code)
    assert "Ready to collect Since Wednesday, 25 November Collect it with a number for “Family card”" in found
    assert "Where you collect it Family card Wednesday, 25 November 08:00–12:00, 13:00–15:00" in found
    assert "Documents to bring The slip with the code" in found
    clock.forward(hours=4)  # 13:00
    assert "Wednesday, 25 November 13:00–15:00 Thursday, 26 November 08:00–12:00" in words(hub, code)


def test_what_was_collected_and_what_waited_too_long_say_so(hub: OfficeHub, cases: Cases, clock: SetClock) -> None:
    first, second = cases.record().case, cases.record().case
    cases.move("collected", first)
    assert words(hub, first).startswith("Card printing Collected It was handed out.")
    cases.move("ready", second)
    next_day(hub, clock, 31)
    next_day(hub, clock)
    assert words(hub, second).startswith("Card printing Ended It waited for too long and has ended here.")


def test_a_code_from_the_slip_says_before_the_visit_is_done_that_nothing_has_begun(
    hub: OfficeHub, cases: Cases
) -> None:
    waiting, gone = cases.issue(), cases.issue()
    assert words(hub, waiting.case).startswith("Your visit is not done yet Once you have been served")
    hub.office.execute(CancelTicket(ticket=gone.number, reason="visitor_left"))
    assert words(hub, gone.case).startswith("There is nothing to follow")


def test_a_case_whose_service_is_followed_no_more_sends_to_the_staff(
    hub: OfficeHub, cases: Cases, plan: OfficePlan
) -> None:
    code = cases.record().case
    change(hub, replace(plan, services=tuple(replace(one, journey=None, collects=()) for one in plan.services)))
    assert words(hub, code) == "Please ask our staff how far it is It can't be followed here any more."


def test_looking_at_a_case_is_noted_once_a_day_and_an_unknown_code_never(hub: OfficeHub, cases: Cases) -> None:
    code = cases.record().case
    before = hub.seq()
    hub.app.test_client().head(f"/case/{code}", headers=PAGE)
    assert hub.seq() == before
    for _ in range(3):
        assert page(hub, code).status_code == 200
    assert hub.seq() == before + 1
    page(hub, "BCDFGHJK")
    assert hub.seq() == before + 1


def test_the_page_carries_its_own_address_for_a_reader(hub: OfficeHub, cases: Cases) -> None:
    assert "<svg" in page(hub, cases.record().case).text


def ticket_page(hub: OfficeHub, link: str, case: str = "") -> TestResponse:
    query = {"ticket": link, "language": "en", **({"case": case} if case else {})}
    return hub.app.test_client().get("/mobile_ticket/", query_string=query, headers=PAGE)


def case_part(html: str) -> str:
    found = re.search(r'data-own="case">(.*?)</main>', html, re.DOTALL)
    assert found is not None
    return text_of(re.sub("<style>.*?</style>", "", found[1], flags=re.DOTALL))


def test_the_page_of_a_number_says_the_code_and_once_it_is_served_how_far_the_case_is(
    hub: OfficeHub, cases: Cases
) -> None:
    ticket, other = cases.issue(), cases.issue("birth")
    link, spaced = hub.link(ticket), f"{ticket.case[:4]} {ticket.case[4:]}"
    waiting = ticket_page(hub, link).text
    assert case_part(waiting).startswith(f"Case code {spaced} Keep this code")
    assert "<svg" in waiting
    assert case_part(ticket_page(hub, hub.link(other)).text) == ""
    cases.serve()
    served = ticket_page(hub, link).text
    assert case_part(served).startswith("Card printing Recorded Since Tuesday, 24 November Usually ready after")
    assert f'href="/case/{ticket.case}?language=en"' in served


def test_who_came_to_collect_reads_for_which_codes(hub: OfficeHub, cases: Cases) -> None:
    code = cases.record(persons=2).case
    cases.move("ready", code)
    pickup = cases.issue("family", case=code)
    spaced = f"{code[:4]} {code[4:]}"
    assert case_part(ticket_page(hub, hub.link(pickup)).text).startswith(
        f"With this number you collect {spaced}1 {spaced}2"
    )


def test_the_slips_link_leads_on_to_the_case_once_its_day_is_over(
    hub: OfficeHub, cases: Cases, clock: SetClock
) -> None:
    ticket = cases.record()
    link = hub.link(ticket)
    assert ticket_page(hub, link, ticket.case).status_code == 200
    next_day(hub, clock)
    moved = ticket_page(hub, link, ticket.case)
    assert (moved.status_code, moved.headers["Location"]) == (302, f"/case/{ticket.case}?language=en")
    assert ticket_page(hub, link).status_code == 404


def test_the_kiosks_own_code_of_a_number_leads_on_to_the_case_too(hub: OfficeHub) -> None:
    _, token = pair_device(hub.app.extensions["antrean"].settings, "kiosk", "Kiosk 1", hub.office.clock)
    hub.app.extensions["antrean"].identities.load()
    wish = {"service": "card", "request_id": "first-visit"}
    given = hub.app.test_client().post("/kiosk/tickets", json=wish, headers={"Authorization": f"Bearer {token}"})
    assert given.get_json()["ticket"]["follow_url"].endswith(f"&case={hub.ticket('A-001').case}")


def test_the_residents_page_offers_the_way_to_a_case_where_cases_are_followed(hub: OfficeHub, plan: OfficePlan) -> None:
    asked = "I have a case code: how far is it?"
    first = hub.app.test_client().get("/mobile_ticket/?language=en", headers=PAGE).text
    assert asked in first
    change(hub, replace(plan, services=tuple(replace(one, journey=None, collects=()) for one in plan.services)))
    assert asked not in hub.app.test_client().get("/mobile_ticket/?language=en", headers=PAGE).text
