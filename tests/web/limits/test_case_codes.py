"""Which case a scanned text leads to, and how many codes one address may try."""

from __future__ import annotations

import pytest

from antrean.queueing.errors import QueueError
from antrean.queueing.plan.model import OfficePlan
from antrean.web.limits.case_codes import found_by_case, note_asked, scanned_case
from antrean.web.text.case_links import case_url, code_in
from antrean.web.text.tickets import case_of, follow_url
from tests.conftest import SetClock
from tests.fakes.case_hub import Cases
from tests.fakes.office_hub import OfficeHub
from tests.queueing.cases.case_office import journeying


@pytest.fixture
def plan() -> OfficePlan:
    return journeying()


@pytest.fixture
def cases(hub: OfficeHub) -> Cases:
    return Cases(hub)


@pytest.mark.parametrize(
    "scanned",
    [
        "BCDFGHJK", " bcdf ghjk ", "bcdf-ghjk\r\n", "http://192.168.1.10:8000/case/BCDFGHJK", "HTTP://HUB.TEST/CASE/BCDFGHJK",
        "https://antrean.example/case/bcdfghjk/?language=id", "/case/BCDF%20GHJK",
        "http://hub.test/mobile_ticket/?ticket=A-001.xxxxxxxxxxxxxxxx&case=BCDFGHJK", "http://hub.test/case/?code=x&case=bcdfghjk",
    ],
)  # fmt: skip
def test_a_code_is_read_from_whatever_a_reader_gives(scanned: str) -> None:
    assert code_in(scanned) == "BCDFGHJK"


@pytest.mark.parametrize(
    "scanned", ["", "  ", "hello world, this is long", "http://hub.test/", "http://[broken/case/BCDFGHJK", "?case="]
)
def test_what_holds_no_code_gives_none(scanned: str) -> None:
    assert code_in(scanned) == ""


def test_what_a_slip_carries_leads_to_the_case_also_without_the_code_in_it(hub: OfficeHub, cases: Cases) -> None:
    ticket, other = cases.issue(), cases.issue("birth")
    with hub.app.test_request_context("/"):
        assert scanned_case(follow_url(hub.link(ticket), case_of(ticket))) == ticket.case
        assert scanned_case(follow_url(hub.link(ticket))) == ticket.case
        assert scanned_case(case_url(ticket.case)) == ticket.case
        assert scanned_case(ticket.case.lower()) == ticket.case
        assert scanned_case(follow_url(hub.link(other))) == ""
        assert scanned_case(follow_url("A-001.xxxxxxxxxxxxxxxx")) == ""


def test_the_slip_of_who_came_to_collect_leads_to_what_they_collect(hub: OfficeHub, cases: Cases) -> None:
    code = cases.record(persons=2).case
    cases.move("ready", code)
    pickup = cases.issue("family", case=code)
    with hub.app.test_request_context("/"):
        assert scanned_case(follow_url(hub.link(pickup))) == f"{code}1"
        assert scanned_case(follow_url(hub.link(pickup), case_of(pickup))) == f"{code}1"


def found(hub: OfficeHub, typed: str, asker: str = "192.0.2.7") -> str:
    with hub.app.test_request_context("/"):
        try:
            return found_by_case(typed, asker)
        except QueueError as refusal:
            return refusal.code


def test_a_code_is_found_from_the_moment_it_stands_on_the_slip(hub: OfficeHub, cases: Cases) -> None:
    code = cases.issue().case
    assert found(hub, code) == code
    cases.serve()
    assert found(hub, f" {code[:4].lower()} {code[4:]}") == code
    assert found(hub, "BCDFGHJK") == "case_unknown"
    assert found(hub, "?") == "case_unknown"


def test_who_tries_many_codes_is_stopped_and_others_are_not(hub: OfficeHub, cases: Cases) -> None:
    code = cases.record().case
    for _ in range(30):
        assert found(hub, code) == code  # right ones cost nothing
    tried = [found(hub, f"BCDFGH{place:02d}") for place in range(10, 35)]
    assert tried == ["case_unknown"] * 20 + ["rate_limited"] * 5
    assert found(hub, code) == "rate_limited"
    assert found(hub, code, "192.0.2.8") == code


def questions(hub: OfficeHub, code: str, asker: str = "192.0.2.7") -> int:
    """Ask for a case, and return how many lines that added."""
    before = hub.seq()
    with hub.app.test_request_context("/"):
        note_asked(code, asker)
    return hub.seq() - before


def test_a_question_is_noted_once_a_day_however_often_the_page_is_looked_at(
    hub: OfficeHub, cases: Cases, clock: SetClock
) -> None:
    code = cases.record().case
    assert [questions(hub, code) for _ in range(3)] == [1, 0, 0]
    clock.forward(hours=24)
    assert questions(hub, code) > 0
    assert questions(hub, code) == 0


def test_nothing_is_noted_of_what_nobody_knows_and_of_what_has_ended(hub: OfficeHub, cases: Cases) -> None:
    code = cases.record().case
    cases.move("collected", code)
    assert questions(hub, code) == 0
    assert questions(hub, "BCDFGHJK") == 0


def test_one_address_has_no_more_noted_than_an_office_full_of_phones_would(hub: OfficeHub, cases: Cases) -> None:
    codes = [cases.record().case for _ in range(62)]
    assert sum(questions(hub, code) for code in codes) == 60
    assert questions(hub, codes[-1], "192.0.2.8") == 1
