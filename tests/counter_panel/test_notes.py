"""A note of one counter to the next: who calls the visitor reads it, nobody else."""

from __future__ import annotations

import json

import pytest

from tests.counter_panel.english import Panel
from tests.fakes.page_text import text_of

NOTE = "Papers are checked <and> complete"


def sent_on(panel: Panel, note: str = NOTE) -> str:
    """Let the first visitor be sent on from counter 3, with Budi at counter 2, who serves them next."""
    panel.hub.issue()
    number = panel.serve()
    panel.wish(number, "transfer", service="family", note=note)
    panel.sit(panel.budi, "2")
    return number


def test_who_serves_a_visitor_next_reads_the_note_in_the_list_and_at_the_counter(panel: Panel) -> None:
    number = sent_on(panel, f" {NOTE} ")
    assert f"Note: {NOTE}" in panel.says(panel.budi)["next"]
    assert panel.budi.post("/counter_panel/calls", json={}).status_code == 201
    assert f"Note: {NOTE}" in panel.says(panel.budi)["work"]
    assert panel.budi.post(f"/counter_panel/tickets/{number}/return_to_queue", json={}).status_code == 200
    assert f"Note: {NOTE}" in panel.says(panel.budi)["next"], "whoever calls them again has to know it too"


def test_a_note_ends_where_the_visitor_goes_on_to_another_service_or_the_transfer_is_taken_back(panel: Panel) -> None:
    number = sent_on(panel)
    assert panel.ani.post("/counter_panel/undo", json={}).status_code == 200
    assert "Note:" not in panel.says()["work"]
    panel.wish(number, "transfer", service="family", note=NOTE)
    assert panel.budi.post("/counter_panel/calls", json={}).status_code == 201
    onward = {"service": "birth"}
    assert panel.budi.post(f"/counter_panel/tickets/{number}/transfer", json=onward).status_code == 200
    assert "Note:" not in panel.says(panel.budi)["next"]


@pytest.mark.parametrize(("note", "code"), [("x" * 81, "value_invalid"), ("3208123456789012", "note_has_id_number")])
def test_a_note_is_short_and_holds_no_identity_number(panel: Panel, note: str, code: str) -> None:
    panel.hub.issue()
    number = panel.serve()
    answer = panel.ani.post(f"/counter_panel/tickets/{number}/transfer", json={"service": "family", "note": note})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, code)


def test_the_visitor_reads_nothing_of_it(panel: Panel) -> None:
    number = sent_on(panel, "Difficult")
    told = panel.budi.post("/counter_panel/calls", json={}).get_json()
    phone = panel.hub.app.test_client().get(f"/mobile_ticket/view?ticket={panel.hub.link(number)}").get_json()
    assert "Difficult" not in json.dumps([told, phone])


def test_ready_notes_stand_in_the_question_in_the_language_of_the_office(panel: Panel) -> None:
    asked = text_of(panel.ani.get("/counter_panel/").text)
    for words in ("Papers are checked and complete", "A paper is still missing", "Only to be handed out"):
        assert words in asked
