"""The board as a supervisor reads it: each stage with its figures, one case with who moved it, and who may see it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import AskCase, CloseDay, KeyInCases, MoveCases, SavePlan, TakeBackCases
from antrean.queueing.plan.document import written
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.model import OfficePlan
from tests.admin.said import drawn, says
from tests.conftest import SetClock, small_plan
from tests.fakes.case_hub import Cases
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import attribute, text_of
from tests.queueing.cases.case_office import STAGES, journeying


@pytest.fixture
def plan() -> OfficePlan:
    """An office in which ten cards can be printed a day, and cases expire."""
    stages = tuple(replace(one, capacity=10 if one.code == "printed" else None) for one in STAGES)
    return journeying(Journey(stages, expires_days=60), languages=("en", "id"))


@pytest.fixture
def cases(hub: OfficeHub) -> Cases:
    return Cases(hub)


def steady(cases: Cases, clock: SetClock, days: int = 35, checked: int = 5) -> None:
    """Live through days on which five cases are recorded and sent, and checked three days later."""
    hub = cases.hub
    for day in range(days):
        for at in (day, day - 3):
            codes = tuple(f"D{at:02}N{number}" for number in range(5))
            if at == day:
                cases.do(KeyInCases(cases=codes, service="card", stage="recorded"))
                cases.do(MoveCases(cases=codes, stage="sent"))
            elif at >= 0:
                cases.do(MoveCases(cases=codes[:checked], stage="checked"))
        hub.office.execute(CloseDay())
        clock.forward(hours=24)
    assert hub.office.business_day() == clock().date()


def page(client: FlaskClient, path: str = "", **asked: str) -> str:
    answer = client.get(f"/admin/cases{path}", query_string=asked, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return answer.text


def stage(dewi: FlaskClient, name: str) -> str:
    """Return what the board says of a stage."""
    rows = drawn(dewi, "cases", "board.card").split('<div class="cases-row')
    return next(text_of(f"<div{row}") for row in rows if f">{name}</a>" in row)


def test_a_stage_says_how_many_are_there_since_when_what_comes_and_goes_and_for_how_long(
    hub: OfficeHub, cases: Cases, dewi: FlaskClient, clock: SetClock
) -> None:
    steady(cases, clock)
    assert stage(dewi, "Sent to the centre") == (
        "Sent to the centre There now 15 There for longest D32N0 since Sat 26 Dec "
        "Come and go on, a day 5 → 5 today 0 → 0 Service days there 3.0 (3.0–3.0) Can go on, a day no limit"
    )
    # All that were checked stay: nobody knows for how long, and ten a day could be printed.
    assert stage(dewi, "Checked for doubles") == (
        "Checked for doubles Held up There now 160 150 for more than 2 service days "
        "There for longest D00N0 since Fri 27 Nov "
        "Come and go on, a day 5 → 0 today 0 → 0 Service days there – not sure: more came than went on "
        "Can go on, a day 10 enough"
    )
    said = says(dewi, "cases", "board.card")
    assert "Under way 175" in said
    assert "Bottleneck Checked for doubles More came than went on." in said
    assert said.endswith("Flows and days are of 28 service days, Tue 1 Dec to Mon 28 Dec.")


def test_where_more_come_than_the_plan_says_can_go_on_is_the_bottleneck_with_both_figures(
    cases: Cases, dewi: FlaskClient, clock: SetClock
) -> None:
    document = written(cases.hub.office.read(lambda _day, plan: plan.service("card").journey))
    few = [{**one, "capacity": 3} if one["code"] == "checked" else one for one in document["stages"]]
    cases.do(SavePlan(what="services", parts={"services/card/journey": {**document, "stages": few}}))
    steady(cases, clock, days=8, checked=3)
    assert "Bottleneck Sent to the centre 5 a day come, and 3 can go on." in says(dewi, "cases", "board.card")
    assert stage(dewi, "Sent to the centre").endswith("Can go on, a day 3 too few: 2 more come")


def test_the_first_week_says_what_is_known_of_today_alone(cases: Cases, dewi: FlaskClient) -> None:
    cases.record()
    assert stage(dewi, "Recorded").endswith(
        "Come and go on, a day – today 1 → 0 Service days there – not sure: fewer than four whole weeks are known "
        "Can go on, a day no limit"
    )
    said = says(dewi, "cases", "board.card")
    assert "Bottleneck – Nobody knows yet." in said
    assert said.endswith("What comes and goes on a day is known after the first whole week.")


def test_every_figure_leads_to_what_it_means(cases: Cases, dewi: FlaskClient) -> None:
    here = page(dewi)
    meant = {one for one in attribute(here, "href") if one.startswith("#what-")}
    assert len(meant) == 9
    assert meant == {f"#{one}" for one in attribute(here, "id") if one.startswith("what-")}


def test_trips_that_were_spared_are_counted(cases: Cases, dewi: FlaskClient) -> None:
    code = cases.record().case
    cases.do(AskCase(case=code, place="phone"))
    assert "Trips spared 1" in says(dewi, "cases", "board.card")


def test_another_pace_is_worked_out_with_its_sum(cases: Cases, dewi: FlaskClient) -> None:
    codes = tuple(f"K{number:03}" for number in range(100))
    cases.do(KeyInCases(cases=codes, service="card", stage="checked"))
    asked = {"service": "card", "stage": "checked"}
    here = text_of(page(dewi, "/stage", **asked, come="50", go="30", days="10"))
    assert "300 would be here after 10 service days. 100 now + 10 service days × (50 come − 30 go on)" in here
    assert "At this pace the stage never becomes empty." in here
    here = text_of(page(dewi, "/stage", **asked, come="50", go="200", days="10"))
    assert "0 would be here after 10 service days." in here
    assert "100 now + 10 service days × (50 come − 200 go on): none are left by then" in here
    assert "The stage is empty after 1 service day: 100 now ÷ (200 go on − 50 come), rounded up." in here
    assert 'name="go" type="number" min="0" max="100000" step="1" required inputmode="numeric" value="10"' in page(
        dewi, "/stage", **asked
    )


def test_one_case_says_its_stages_the_number_that_began_it_and_who_moved_it_when(
    hub: OfficeHub, cases: Cases, dewi: FlaskClient
) -> None:
    code = cases.record().case
    dewi.post(f"/admin/cases/{code}/move", json={"stage": "sent"})
    cases.do(AskCase(case=code, place="phone"))
    here = text_of(page(dewi, "/case", code=f"http://hub.test/case/{code.lower()}"))
    assert f"{code[:4]} {code[4:]} Sent to the centre · Card printing · begun with number A-001" in here
    happened = here.split("What happened")[1]
    for said in ("Somebody asked by phone", "Moved on: Sent to the centre", "Begun with number A-001: Recorded"):
        assert said in happened
    assert "Moved on: Sent to the centre Tuesday, 24 November 2026 · 09:00 WIB · Dewi" in happened


def test_what_happened_to_one_case_is_not_mixed_with_others_of_its_visit(cases: Cases, dewi: FlaskClient) -> None:
    code = cases.record(persons=2).case
    cases.move("sent", code + "1")
    assert "Moved on" not in text_of(page(dewi, "/case", code=code + "2")).split("What happened")[1]
    assert "Moved on" in text_of(page(dewi, "/case", code=code + "1")).split("What happened")[1]


def test_each_kind_of_line_about_a_case_has_its_words(cases: Cases, dewi: FlaskClient, clock: SetClock) -> None:
    cases.do(KeyInCases(cases=("KTP01",), service="card", stage="printed"))
    cases.move("ready", "KTP01")
    cases.do(TakeBackCases(cases=("KTP01",), stage="ready", leads=True))
    cases.move("ready", "KTP01")
    cases.do(AskCase(case="KTP01", place="office"))
    number = cases.issue("family", case="KTP01").number
    cases.serve()
    happened = text_of(page(dewi, "/case", code="KTP01")).split("What happened")[1]
    for said in ("Keyed in: Printed", "Moved on: Ready to collect", "Last move taken back", "Somebody asked at a kiosk",
                 f"Collected with number {number}"):  # fmt: skip
        assert said in happened
    cases.do(KeyInCases(cases=("KTP02",), service="card", stage="printed"))
    for _ in range(62):
        cases.do(CloseDay())
        clock.forward(hours=24)
    assert "Expired: too long in one stage" in text_of(page(dewi, "/case", code="KTP02"))


def test_a_code_of_a_visit_leads_to_each_of_its_cases_and_an_unknown_one_says_so(
    cases: Cases, dewi: FlaskClient
) -> None:
    code = cases.record(persons=2).case
    here = text_of(page(dewi, "/case", code=code))
    assert "2 cases of one visit" in here
    assert f"{code[:4]} {code[4:]}2 Recorded since Tue 24 Nov" in here
    assert "No case has the code “NOSUCH22”." in text_of(page(dewi, "/case", code="NOSUCH22"))


def test_one_case_is_moved_taken_back_and_withdrawn_with_a_reason(
    hub: OfficeHub, cases: Cases, dewi: FlaskClient
) -> None:
    code = cases.record().case

    def post(wish: str, **fields: Any) -> Any:
        return dewi.post(f"/admin/cases/{code}/{wish}", json=fields)

    def now() -> str:
        book = hub.office.read(lambda day, _plan: day.standing.cases)
        return book.cases[code].stage if code in book.cases else ""

    assert post("move", stage="ready").get_json() == {"next": f"/admin/cases/case?code={code}"}
    assert now() == "ready"
    post("take_back", stage="ready")
    assert now() == "recorded"
    assert post("withdraw", reason=" ").get_json()["error"]["code"] == "reason_missing"
    assert post("withdraw", reason="twice").get_json() == {"next": "/admin/cases"}
    assert now() == ""


@pytest.mark.parametrize("plan", [small_plan(languages=("en", "id"))])
def test_an_office_that_follows_nothing_does_not_see_the_section(dewi: FlaskClient, plan: OfficePlan) -> None:
    assert "/admin/cases" not in attribute(page(dewi), "href")
    assert "No service has stages. They are set up at the service." in text_of(page(dewi))


def test_only_those_who_lead_see_cases(hub: OfficeHub, cases: Cases) -> None:
    for name, status in (("Eka", 200), ("Dewi", 200), ("Ani", 403), ("Fajar", 403)):
        assert hub.as_staff(name).get("/admin/cases", headers={"Accept": "text/html"}).status_code == status, name


def test_what_came_today_is_counted_on_the_board_at_once(cases: Cases, dewi: FlaskClient) -> None:
    code = cases.record().case
    cases.move("sent", code)
    assert "today 1 → 1" in stage(dewi, "Recorded")
