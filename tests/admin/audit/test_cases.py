"""What was done to cases by hand stands in the audit, and is found by a code or a number."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import (
    CallNext,
    CompleteTicket,
    KeyInCases,
    MoveCases,
    OpenCounter,
    StartService,
    TakeBackCases,
    UndoStep,
    WithdrawCase,
)
from antrean.queueing.plan.model import OfficePlan
from tests.admin.audit.test_audit import rows
from tests.fakes.office_hub import OfficeHub
from tests.queueing.cases.case_office import journeying

DEWI = "supervisor:Dewi"
MANY = tuple(f"K{n:05d}" for n in range(40))


@pytest.fixture
def plan() -> OfficePlan:
    """An office in which a card goes through stages until it is collected."""
    return journeying(languages=("en", "id"))


def said(browser: FlaskClient, query: str = "?about=cases") -> list[tuple[str, str]]:
    return [row[:2] for row in rows(browser, query)]


def test_cases_that_were_entered_taken_back_or_withdrawn_stand_there_with_who_which_and_why(
    hub: OfficeHub, eka: FlaskClient
) -> None:
    hub.office.execute(KeyInCases(cases=("bcdf-ghjk", "K-777"), service="card", stage="sent"), actor=DEWI)
    hub.office.execute(MoveCases(cases=("K777",), stage="printed"), actor="operator:Ani")
    hub.office.execute(TakeBackCases(cases=("K777",), stage="printed"), actor="operator:Ani")
    hub.office.execute(WithdrawCase(case="K777", reason="entered twice"), actor=DEWI)
    assert said(eka) == [
        ("Dewi", "1 case withdrawn: entered twice K777"),
        ("Ani", "Last move of 1 case taken back K777"),
        ("Dewi", "2 cases of Card printing entered at “Sent to the centre” BCDF GHJK, K777"),
    ]


def test_a_code_or_a_number_finds_its_lines_however_it_is_typed(hub: OfficeHub, eka: FlaskClient) -> None:
    hub.office.execute(KeyInCases(cases=("BCDFGHJK1", "BCDFGHJK2"), service="card", stage="sent"), actor=DEWI)
    hub.office.execute(KeyInCases(cases=MANY, service="card", stage="sent"), actor=DEWI)
    for typed in ("bcdf ghjk 2", "BCDFGHJK", "bcdf-ghjk"):
        assert said(eka, f"?of={typed}") == [
            ("Dewi", "2 cases of Card printing entered at “Sent to the centre” BCDF GHJK1, BCDF GHJK2")
        ]
    ((who, words),) = said(eka, "?of=k00031")
    assert (who, words.startswith("40 cases of Card printing entered"), MANY[31] in words) == ("Dewi", True, True)
    assert said(eka, "?of=BCDFGHJZ") == said(eka, "?of=k00031&person=Eka") == []


def test_an_end_that_was_taken_back_says_what_became_of_its_cases(hub: OfficeHub, eka: FlaskClient) -> None:
    ani = {"counter": "3", "operator": "Ani"}
    hub.office.execute(OpenCounter(**ani))
    number = hub.issue("card", persons=2).number
    hub.office.execute(CallNext(**ani))
    hub.office.execute(StartService(ticket=number, counter="3"))
    hub.office.execute(CompleteTicket(ticket=number, counter="3"))
    hub.office.execute(UndoStep(**ani), actor="operator:Ani")
    ((who, words),) = said(eka, "?of=a1")
    assert (who, words.startswith("End of A-001 taken back: 2 cases are withdrawn ")) == ("Ani", True)
