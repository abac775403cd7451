"""Supervisors move cases by lists: all that a stage has, or the codes that were scanned; nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import KeyInCases, MoveCases
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import SetClock
from tests.fakes.case_hub import Cases
from tests.fakes.office_hub import OfficeHub
from tests.queueing.cases.case_office import journeying

CHECKED, BACK = "move/card/checked", "back/card/checked"


@pytest.fixture
def plan() -> OfficePlan:
    return journeying(languages=("en", "id"))


@pytest.fixture
def cases(hub: OfficeHub) -> Cases:
    return Cases(hub)


def keyed(cases: Cases, count: int, stage: str = "sent", first: int = 0) -> list[str]:
    """Key in so many cases; return their codes."""
    codes = [f"K{number:05}" for number in range(first, first + count)]
    for start in range(0, count, 500):
        cases.do(KeyInCases(cases=tuple(codes[start : start + 500]), service="card", stage=stage))
    return codes


def post(client: FlaskClient, path: str, **fields: Any) -> Any:
    return client.post(f"/admin/cases{path}", json=fields, headers={"Accept-Language": "en"})


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def stages(hub: OfficeHub) -> dict[str, str]:
    book = hub.office.read(lambda day, _plan: day.standing.cases)
    return {code: one.ended or one.stage for code, one in book.cases.items()}


def stage_page(client: FlaskClient, **asked: str) -> str:
    query = {"service": "card", "stage": "sent", **asked}
    return client.get("/admin/cases/stage", query_string=query, headers={"Accept": "text/html"}).text


def listed(hub: OfficeHub, **more: Any) -> dict[str, Any]:
    """Return the fields of the form on the page of a stage, as it is drawn now."""
    return {"service": "card", "from": "sent", "which": "all", "until": hub.seq(), "to": "checked", **more}


def test_all_cases_of_a_stage_are_moved_however_many_and_what_came_meanwhile_stays(
    hub: OfficeHub, cases: Cases, dewi: FlaskClient
) -> None:
    seen = keyed(cases, 1201)
    fields = listed(hub)
    late = keyed(cases, 2, first=2000)
    before = hub.seq()
    answer = post(dewi, "/stage/move", **fields)
    assert answer.status_code == 200
    assert hub.seq() == before + 3  # 500 at once
    assert {stages(hub)[code] for code in seen} == {"checked"}
    assert {stages(hub)[code] for code in late} == {"sent"}
    assert error(post(dewi, "/stage/move", **fields)) == (404, "case_unknown")


def test_a_list_that_was_moved_by_mistake_is_taken_back_at_one_tap_and_what_went_on_since_stays(
    hub: OfficeHub, cases: Cases, dewi: FlaskClient
) -> None:
    codes = keyed(cases, 600)
    keyed(cases, 1, "checked", first=900)  # was there before
    following = post(dewi, "/stage/move", **listed(hub)).get_json()["next"]
    page = dewi.get(following, headers={"Accept": "text/html"}).text
    assert "600 cases were moved here." in page
    cases.do(MoveCases(cases=(codes[0],), stage="printed"))
    lines = following.split("lines=")[1].split("&")[0]
    back = {"service": "card", "stage": "checked", "lines": lines, "from": "sent"}
    assert post(dewi, "/stage/take_back", **back).get_json() == {"next": "/admin/cases/stage?service=card&stage=sent"}
    found = stages(hub)
    assert (found[codes[0]], {found[code] for code in codes[1:]}, found["K00900"]) == ("printed", {"sent"}, "checked")
    assert error(post(dewi, "/stage/take_back", **back)) == (404, "case_unknown")


def test_the_oldest_come_first_and_those_of_today_can_be_told_from_earlier_ones(
    hub: OfficeHub, cases: Cases, dewi: FlaskClient, clock: SetClock
) -> None:
    today = clock().date()
    for number, days in enumerate((0, 3, 1)):
        since = today - timedelta(days=days)
        cases.do(KeyInCases(cases=(f"K{number}{number}{number}",), service="card", stage="sent", since=since))
    assert "Move 3 cases" in stage_page(dewi)
    assert "Move 1 case<" in stage_page(dewi, which="today")
    assert "Move 2 cases" in stage_page(dewi, which="earlier")
    assert post(dewi, "/stage/move", **listed(hub, most=1)).status_code == 200
    assert stages(hub) == {"K000": "sent", "K111": "checked", "K222": "sent"}
    assert post(dewi, "/stage/move", **listed(hub, which="today")).status_code == 200
    assert stages(hub) == {"K000": "checked", "K111": "checked", "K222": "sent"}


def test_a_list_that_ends_cases_says_so_on_the_board(hub: OfficeHub, cases: Cases, dewi: FlaskClient) -> None:
    keyed(cases, 2, "ready")
    answer = post(dewi, "/stage/move", **listed(hub, **{"from": "ready", "to": "collected"}))
    assert "2 cases were ended." in dewi.get(answer.get_json()["next"], headers={"Accept": "text/html"}).text


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"stage": "gone"}, "stage_unknown"),
        ({"service": "gone"}, "stage_unknown"),
        ({"which": "some"}, "value_invalid"),
        ({"most": "0"}, "value_invalid"),
        ({"most": "many"}, "value_invalid"),
        ({"days": "1000"}, "value_invalid"),
        ({"go": "-1"}, "value_invalid"),
    ],
)
def test_a_stage_or_a_number_that_there_is_not_is_refused(dewi: FlaskClient, asked: dict[str, str], code: str) -> None:
    query = {"service": "card", "stage": "sent", **asked}
    assert error(dewi.get("/admin/cases/stage", query_string=query))[1] == code


def test_a_list_names_a_stage_of_its_journey(hub: OfficeHub, cases: Cases, dewi: FlaskClient) -> None:
    keyed(cases, 1)
    assert error(post(dewi, "/stage/move", **listed(hub, to="gone")))[1] == "stage_unknown"
    assert error(post(dewi, "/stage/move", **listed(hub, service="family")))[1] == "stage_unknown"
    assert error(post(dewi, "/stage/move", **listed(hub, which="some")))[1] == "value_invalid"


def test_scanned_codes_are_moved_and_those_that_can_not_be_stay_with_their_reason(
    hub: OfficeHub, cases: Cases, dewi: FlaskClient
) -> None:
    keyed(cases, 3)
    cases.do(MoveCases(cases=("K00001",), stage="printed"))
    scanned = "k00000\r\nhttp://hub.test/case/K00002\n\nNOSUCH22, K00001;?"
    answer = post(dewi, "/typed", wish=CHECKED, codes=scanned).get_json()
    assert stages(hub) == {"K00000": "checked", "K00001": "printed", "K00002": "checked"}
    assert [(one["typed"], one["why"]) for one in answer["left"]] == [
        ("NOSUCH22", "This code is not known here. Please check each letter."),
        ("K00001", "K00001 is in this stage already, or beyond it."),
        ("?", "This code is not known here. Please check each letter."),
    ]
    assert answer["said"] == ("Moved to “Checked for doubles”: 2 cases. 3 lines stay in the list, with the reason.")


def test_a_list_that_is_sent_again_after_a_lost_answer_leaves_nothing_and_moves_nothing_twice(
    hub: OfficeHub, cases: Cases, dewi: FlaskClient
) -> None:
    keyed(cases, 2)
    codes = "K00000\nK00001"
    first = post(dewi, "/typed", wish=CHECKED, codes=codes).get_json()
    before = hub.seq()
    assert post(dewi, "/typed", wish=CHECKED, codes=codes).get_json() == first
    assert hub.seq() == before


def test_the_letters_alone_move_every_case_of_a_visit_that_can_be(
    hub: OfficeHub, cases: Cases, dewi: FlaskClient
) -> None:
    code = cases.record(persons=2).case
    cases.move("printed", code + "2")
    assert post(dewi, "/typed", wish=CHECKED, codes=code).get_json()["left"] == []
    assert stages(hub) == {code + "1": "checked", code + "2": "printed"}


def test_moves_of_typed_codes_are_taken_back_and_the_next_list_goes_on(
    hub: OfficeHub, cases: Cases, dewi: FlaskClient
) -> None:
    keyed(cases, 2)
    post(dewi, "/typed", wish=CHECKED, codes="K00000")
    answer = post(dewi, "/typed", wish=BACK, codes="K00000\nK00001").get_json()
    assert stages(hub) == {"K00000": "sent", "K00001": "sent"}
    assert answer["said"].startswith("Taken back: 1 case.")
    assert answer["left"] == [{"typed": "K00001", "why": "There is no move of K00001 to take back."}]


def test_codes_from_before_are_keyed_in_and_those_that_are_known_stay_with_their_reason(
    hub: OfficeHub, cases: Cases, dewi: FlaskClient
) -> None:
    number = cases.issue().case
    cases.do(KeyInCases(cases=("K00001",), service="card", stage="printed"))
    wish = {"wish": "move/card/sent", "since": "2026-11-02"}
    answer = post(dewi, "/key_in", **wish, codes=f"KTP 01\nK00001\n{number}\nX").get_json()
    assert (stages(hub), answer["said"][:16]) == ({"K00001": "printed", "KTP01": "sent"}, "Keyed in: 1 case")
    assert [one["typed"] for one in answer["left"]] == ["K00001", number, "X"]
    assert "known already" in answer["left"][0]["why"]
    again = post(dewi, "/key_in", **wish, codes="KTP 01").get_json()
    assert (again["said"], again["left"]) == ("Keyed in: 1 case.", [])


def test_what_can_be_no_wish_is_refused_and_a_day_to_come_too(cases: Cases, dewi: FlaskClient) -> None:
    for wish, code in (("", "value_invalid"), ("drop/card/sent", "value_invalid"), ("move/card/gone", "stage_unknown"),
                       ("move/family/sent", "stage_unknown"), ("move/gone/sent", "service_unknown")):  # fmt: skip
        assert error(post(dewi, "/typed", wish=wish, codes="K00001"))[1] == code
    late = {"wish": "move/card/sent", "since": "2026-11-25"}
    assert error(post(dewi, "/key_in", **late, codes="K00001"))[1] == "value_invalid"


def test_an_identity_number_among_the_codes_is_refused_as_a_whole(hub: OfficeHub, dewi: FlaskClient) -> None:
    number = "320801" + "010190" + "0001"
    assert error(post(dewi, "/typed", wish=CHECKED, codes=number)) == (422, "note_has_id_number")
    assert error(post(dewi, "/key_in", wish=CHECKED, codes=number)) == (422, "note_has_id_number")


def test_a_stage_that_keying_in_can_not_reach_leaves_the_codes_with_the_reason(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    answer = post(dewi, "/key_in", wish="move/card/collected", codes="K00001").get_json()
    assert answer["left"] == [{"typed": "K00001", "why": "The service has no such stage."}]
    assert stages(hub) == {}


def test_only_those_who_lead_may_move_lists(hub: OfficeHub, cases: Cases) -> None:
    keyed(cases, 1)
    ani = hub.as_staff("Ani")
    for path in ("/typed", "/key_in", "/stage/move", "/stage/take_back", "/K00000/move", "/K00000/withdraw"):
        assert error(post(ani, path)) == (403, "not_allowed")
