"""The page of cases over HTTP: what a code leads to, what moves, what is refused, and in whose name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from antrean.queueing.cases.codes import spaced
from antrean.queueing.cases.commands import MOST_AT_ONCE
from antrean.queueing.commands import CloseDay, KeyInCases
from antrean.queueing.plan.journeys import Journey
from tests.conftest import SetClock
from tests.fakes.case_hub import Cases
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.queueing.cases.case_office import STAGES, journeying


class Desk:
    """An office that follows cards by their codes, and Budi, who looks them up at no counter."""

    def __init__(self, folder: Path, clock: SetClock) -> None:
        self.hub = OfficeHub(folder, journeying(languages=("en", "id")), clock)
        self.cases = Cases(self.hub)
        self.budi, self.dewi = self.hub.as_staff("Budi"), self.hub.as_staff("Dewi")

    def record(self, persons: int = 1) -> str:
        """Return the letters of cards that somebody has applied for."""
        return self.cases.record(persons).case

    def found(self, typed: str, client: Any = None) -> str:
        return text_of(self.drawn(typed, client))

    def drawn(self, typed: str, client: Any = None) -> str:
        answer = (client or self.budi).get("/counter_panel/cases/found", query_string={"q": typed})
        assert answer.status_code == 200, answer.text
        html: str = answer.get_json()["html"]
        return html

    def post(self, what: str, client: Any = None, code: int = 200, **fields: Any) -> dict[str, Any]:
        answer = (client or self.budi).post(f"/counter_panel/cases/{what}", json=fields)
        assert answer.status_code == code, answer.text
        told: dict[str, Any] = answer.get_json()
        return told

    def refused(self, what: str, client: Any = None, **fields: Any) -> tuple[int, str, str]:
        answer = (client or self.budi).post(f"/counter_panel/cases/{what}", json=fields)
        error = answer.get_json()["error"]
        return answer.status_code, error["code"], error["message"]

    def stages(self) -> dict[str, str]:
        book = self.hub.office.read(lambda day, _plan: day.standing.cases)
        return {code: case.stage for code, case in book.cases.items()}

    def overview(self, client: Any = None) -> str:
        seen = (client or self.budi).get("/counter_panel/view", query_string={"page": "cases"}).get_json()
        html: str = seen["html"]["stages"]
        return html


@pytest.fixture
def desk(tmp_path: Path, clock: SetClock) -> Iterator[Desk]:
    found = Desk(tmp_path, clock)
    yield found
    found.hub.stop()


def test_a_code_shows_its_case_however_it_is_typed_or_scanned(desk: Desk) -> None:
    code = desk.record()
    card = f"{spaced(code)} Card printing Recorded since Tuesday, 24 November"
    link = desk.hub.link("A-001")
    for scanned in (
        code, spaced(code).lower(), f"http://hub.test/case/{code}", f"https://other.example/case/{code.lower()}",
        f"http://hub.test/mobile_ticket/?ticket={link}",
    ):  # fmt: skip
        assert card in desk.found(scanned), scanned


def test_what_is_not_known_is_said_by_its_code_and_a_number_that_is_not_done_by_its_number(desk: Desk) -> None:
    assert "BCDF GHJK is not known here. Please check each letter." in desk.found("bcdf ghjk")
    assert "There is no code in this." in desk.found("!!")
    waiting = desk.cases.issue()
    assert "The service of A-001 is not done yet: its case begins then." in desk.found(waiting.case)


def test_a_case_goes_to_the_next_stage_by_one_tap_and_back_by_another(desk: Desk) -> None:
    code = desk.record()
    assert "To Sent to the centre" in desk.found(code)
    assert "Take back" not in desk.found(code)
    moved = desk.post("moves", cases=[code], stage="sent")
    assert (moved["said"], moved["cases"]) == (f"{spaced(code)}: now Sent to the centre", [code])
    seen = desk.found(code)
    assert "Sent to the centre since" in seen
    assert "Take back: to Recorded" in seen
    back = desk.post("taken_back", cases=[code], stage="sent")
    assert (back["said"], desk.stages()) == (f"{spaced(code)}: back in Recorded", {code: "recorded"})


def test_cases_of_one_visit_are_moved_together_or_each_alone_and_only_what_moved_is_taken_back(desk: Desk) -> None:
    letters = desk.record(persons=3)
    assert "3 cases All to Sent to the centre" in desk.found(letters)
    desk.post("moves", cases=[letters + "2"], stage="sent")
    assert "All to" not in desk.found(letters)
    moved = desk.post("moves", cases=[letters], stage="sent")
    assert moved["cases"] == [letters + "1", letters + "3"], "the second one was there already"
    desk.post("taken_back", cases=moved["cases"], stage="sent")
    assert desk.stages() == {letters + "1": "recorded", letters + "2": "sent", letters + "3": "recorded"}


def test_whoever_comes_second_is_told_that_it_is_there_already(desk: Desk) -> None:
    code = desk.record()
    desk.post("moves", cases=[f"http://hub.test/case/{code}"], stage="sent")
    assert desk.refused("moves", cases=[code], stage="sent")[:2] == (409, "case_moved")
    desk.post("taken_back", cases=[code], stage="sent")
    assert desk.refused("taken_back", cases=[code], stage="sent")[:2] == (409, "case_not_moved")


def test_a_lost_answer_is_given_again_and_nothing_moves_twice(desk: Desk) -> None:
    code = desk.record()
    first = desk.post("moves", cases=[code], stage="sent", request_id="scanned-0001")
    assert desk.post("moves", cases=[code], stage="sent", request_id="scanned-0001") == first


def test_a_stage_for_supervisors_is_offered_to_them_alone(desk: Desk) -> None:
    code = desk.record()
    desk.cases.move("printed", code)
    assert re.search(r'aria-disabled="true"><span>To Ready to collect<small>supervisors only', desk.drawn(code))
    assert desk.refused("moves", cases=[code], stage="ready")[:2] == (409, "stage_for_leaders")
    assert "supervisors only" not in desk.drawn(code, desk.dewi)
    desk.post("moves", desk.dewi, cases=[code], stage="ready")
    assert "Take back: to Printed supervisors only" in desk.found(code)
    assert desk.refused("taken_back", cases=[code], stage="ready")[:2] == (409, "stage_for_leaders")
    assert "disabled" in re.findall(r'<option value="ready"[^>]*>', desk.budi.get("/counter_panel/cases").text)[0]
    assert "disabled" not in re.findall(r'<option value="ready"[^>]*>', desk.dewi.get("/counter_panel/cases").text)[0]


def test_whoever_is_here_to_collect_a_case_is_named_on_it(desk: Desk) -> None:
    code = desk.record()
    desk.cases.move("ready", code)
    assert "is here for it" not in desk.found(code)
    desk.cases.issue("family", case=code)
    assert "B-001 is here for it" in desk.found(code)


def test_an_identity_number_is_refused_wherever_a_code_is_expected(desk: Desk) -> None:
    number = "3208 0112 0390 0001"
    asked = desk.budi.get("/counter_panel/cases/found", query_string={"q": number})
    assert (asked.status_code, asked.get_json()["error"]["code"]) == (422, "note_has_id_number")
    assert desk.refused("moves", cases=[number], stage="sent")[1] == "note_has_id_number"


def test_a_text_that_is_no_code_is_unknown(desk: Desk) -> None:
    assert desk.refused("moves", cases=["http://elsewhere.example/"], stage="sent")[:2] == (404, "case_unknown")


def test_the_stages_say_how_many_cases_are_in_each_and_one_that_ended_counts_no_more(desk: Desk) -> None:
    letters = desk.record(persons=2)
    assert "2 Recorded To Sent to the centre … 0 Sent to the centre 0 Checked" in text_of(desk.overview())
    desk.cases.move("collected", letters + "1")
    assert "1 Recorded" in text_of(desk.overview())


def test_all_of_a_stage_are_listed_to_be_moved_together_those_longest_there_first(desk: Desk, clock: SetClock) -> None:
    first = desk.record()
    clock.forward(minutes=5)
    second = desk.record()
    where = {"service": "card", "stage": "recorded"}
    listed = desk.budi.get("/counter_panel/cases/in_stage", query_string=where).get_json()["html"]
    assert re.findall(r'name="cases" value="(\w+)" checked', listed) == [first, second]
    assert "Move to Sent to the centre: 2" in text_of(listed)
    moved = desk.post("moves", cases=[first, second], stage="sent")
    assert moved["said"] == f"{spaced(first)}, {spaced(second)}: now Sent to the centre"
    listed = desk.budi.get("/counter_panel/cases/in_stage", query_string=where).get_json()["html"]
    assert "None is in this stage any more." in text_of(listed)
    unknown = desk.budi.get("/counter_panel/cases/in_stage", query_string={"service": "card", "stage": "collected"})
    assert unknown.status_code == 404


def test_of_more_than_one_command_moves_those_longest_there_are_listed(desk: Desk) -> None:
    codes = tuple(f"OLD{n:05}" for n in range(MOST_AT_ONCE + 1))
    for some in (codes[:MOST_AT_ONCE], codes[MOST_AT_ONCE:]):
        desk.cases.do(KeyInCases(cases=some, service="card", stage="sent"))
    where = {"service": "card", "stage": "sent"}
    listed = desk.budi.get("/counter_panel/cases/in_stage", query_string=where).get_json()["html"]
    assert listed.count('name="cases"') == MOST_AT_ONCE
    assert "The 500 that have been there longest; the others follow after them." in text_of(listed)
    assert (
        desk.post("moves", cases=codes[:MOST_AT_ONCE], stage="checked")["said"] == "500 cases: now Checked for doubles"
    )


def test_many_are_counted_in_what_is_said_of_them(desk: Desk) -> None:
    letters = desk.record(persons=5)
    assert desk.post("moves", cases=[letters], stage="sent")["said"] == "5 cases: now Sent to the centre"


def test_a_stack_goes_to_any_stage_but_the_first_grouped_by_the_services_that_have_it(
    tmp_path: Path, clock: SetClock
) -> None:
    plan = journeying(languages=("en", "id"))
    again = tuple(replace(one, code="x_" + one.code) for one in STAGES)
    services = tuple(replace(one, journey=Journey(again)) if one.code == "birth" else one for one in plan.services)
    hub = OfficeHub(tmp_path, replace(plan, services=services), clock)
    page = hub.as_staff("Budi").get("/counter_panel/cases").text
    hub.stop()
    assert re.findall(r'<optgroup label="([^"]+)"', page) == ["Card printing", "Birth certificate"]
    values = re.findall(r'<option value="(\w+)"', page)
    assert values[:5] == ["sent", "checked", "printed", "ready", "collected"]
    assert values[5:] == ["x_" + one for one in values[:5]]


def test_the_panel_leads_to_cases_only_where_some_are_followed(desk: Desk, tmp_path: Path, clock: SetClock) -> None:
    assert 'href="/counter_panel/cases"' in desk.budi.get("/counter_panel/").text
    without = journeying(languages=("en", "id"))
    bare = tuple(replace(one, journey=None, collects=()) for one in without.services)
    hub = OfficeHub(tmp_path / "bare", replace(without, services=bare), clock)
    budi = hub.as_staff("Budi")
    assert 'href="/counter_panel/cases"' not in budi.get("/counter_panel/").text
    assert "No service is followed by stages." in budi.get("/counter_panel/cases").text
    hub.stop()


def test_a_case_that_waited_for_too_long_says_so_and_comes_back_by_one_tap(tmp_path: Path, clock: SetClock) -> None:
    plan = journeying(Journey(STAGES, expires_days=1), languages=("en", "id"))
    hub = OfficeHub(tmp_path, plan, clock)
    cases = Cases(hub)
    code = cases.record().case
    clock.forward(hours=72)
    hub.office.execute(CloseDay())
    budi = hub.as_staff("Budi")
    seen = text_of(budi.get("/counter_panel/cases/found", query_string={"q": code}).get_json()["html"])
    assert "Time is over: it waited for too long" in seen
    assert "Take back: to Recorded" in seen
    taken = budi.post("/counter_panel/cases/taken_back", json={"cases": [code], "stage": "recorded"})
    assert taken.status_code == 200
    hub.stop()


def test_what_only_supervisors_may_do_is_not_offered_to_operators_in_the_list_of_stages(desk: Desk) -> None:
    desk.cases.move("printed", desk.record())
    assert "To Ready to collect: supervisors only" in text_of(desk.overview(desk.budi))
    assert "supervisors only" not in desk.overview(desk.dewi)
    assert "To Ready to collect …" in text_of(desk.overview(desk.dewi))
