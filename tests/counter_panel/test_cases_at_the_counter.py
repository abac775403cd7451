"""What an operator is told of cases at the counter: the code that a finish began, and what is to be handed out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from antrean.queueing.cases.codes import spaced
from antrean.queueing.commands import IssueTicket, MoveCases
from tests.conftest import SetClock
from tests.counter_panel.english import Panel
from tests.fakes.office_hub import OfficeHub
from tests.queueing.cases.case_office import journeying


@pytest.fixture
def cards(tmp_path: Path, clock: SetClock) -> Iterator[Panel]:
    """An office that records cards, and hands them out at the service `family`."""
    hub = OfficeHub(tmp_path, journeying(languages=("en", "id")), clock)
    yield Panel(hub, clock)
    hub.stop()


def record(cards: Panel, persons: int = 1) -> tuple[str, str]:
    """Serve and finish somebody who applies for so many cards; return the number and its letters."""
    ticket = cards.hub.issue(persons=persons)
    cards.serve()
    cards.wish(ticket.number, "complete")
    return ticket.number, cards.hub.ticket(ticket.number).case


def made_ready(cards: Panel, persons: int = 1) -> list[str]:
    _, letters = record(cards, persons)
    cards.execute(MoveCases(cases=(letters,), stage="ready", leads=True))
    return [letters] if persons == 1 else [f"{letters}{n}" for n in range(1, persons + 1)]


def stages(cards: Panel) -> dict[str, str]:
    book = cards.hub.office.read(lambda day, _plan: day.standing.cases)
    return {code: case.stage for code, case in book.cases.items()}


def test_the_code_stands_on_the_card_while_its_visitor_is_served_and_in_a_search_later(cards: Panel) -> None:
    cards.hub.issue()
    number = cards.serve()
    code = spaced(cards.hub.ticket(number).case)
    assert f"Code {code}" in cards.says()["work"]
    cards.wish(number, "complete")
    assert f"Code {code}" in cards.found("1")


def test_what_a_finish_began_is_said_until_the_next_visitor_is_served(cards: Panel) -> None:
    cards.hub.issue(persons=2)
    cards.hub.issue("birth")
    first = cards.serve()
    letters = cards.hub.ticket(first).case
    cards.call()  # finish and call next
    said = cards.says()["work"]
    assert f"{first} · Card printing Write this code on the form." in said
    assert f"{spaced(letters)}1 {spaced(letters)}2" in said
    cards.wish("C-001", "start")
    assert "Write this code" not in cards.says()["work"]


def test_a_finish_that_is_taken_back_says_no_code_any_more(cards: Panel) -> None:
    record(cards)
    assert "Write this code on the form" in cards.says()["work"]
    cards.ani.post("/counter_panel/undo", json={})
    assert "Write this code on the form" not in cards.says()["work"]


def test_a_service_without_a_journey_says_no_code(cards: Panel) -> None:
    cards.hub.issue("birth")
    number = cards.serve()
    assert "Code" not in cards.says()["work"]
    cards.wish(number, "complete")
    assert "Write this code" not in cards.says()["work"]


def test_who_came_to_collect_is_handed_what_is_ready_and_what_is_not_found_stays(cards: Panel) -> None:
    one, two = made_ready(cards, persons=2)
    cards.execute(IssueTicket(service="family", case=one[:8]))
    number = cards.serve()
    said = cards.says()["work"]
    assert f"To hand out {spaced(one)} Card printing · ready since" in said
    assert spaced(two) in said
    assert f'name="not_collected" value="{one}"' in cards.view()["html"]["handed"]
    cards.wish(number, "complete", not_collected=[two, "BCDFGHJK"])
    assert stages(cards) == {one: "collected", two: "ready"}
    cards.ani.post("/counter_panel/undo", json={})
    assert stages(cards) == {one: "ready", two: "ready"}


def test_what_somebody_else_handed_out_meanwhile_is_said(cards: Panel) -> None:
    (code,) = made_ready(cards)
    cards.execute(IssueTicket(service="family", case=code))
    cards.serve()
    cards.execute(MoveCases(cases=(code,), stage="collected", leads=True))
    assert "not ready any more" in cards.says()["work"]


def test_staff_give_a_number_to_collect_with_a_code_and_without_one_to_whoever_lost_it(cards: Panel) -> None:
    (code,) = made_ready(cards)
    assert 'name="case"' in cards.ani.get("/counter_panel/").text
    unknown = cards.ani.post("/counter_panel/numbers", json={"service": "family", "case": "BCDFGHJK"})
    assert (unknown.status_code, unknown.get_json()["error"]["code"]) == (404, "case_unknown")
    given = cards.ani.post("/counter_panel/numbers", json={"service": "family", "case": spaced(code).lower()})
    assert given.status_code == 201
    assert cards.hub.ticket("B-001").collects == code
    cards.ani.post("/counter_panel/numbers", json={"service": "family"})
    cards.serve()
    assert "Came without a code" not in cards.says()["work"]
    cards.call()
    cards.wish("B-002", "start")
    assert "Came without a code. Move what you hand out to its last stage under Cases." in cards.says()["work"]
