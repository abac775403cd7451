"""Sending a visitor to one counter: what its operator, the others and the visitor read."""

from __future__ import annotations

import re

from tests.counter_panel.english import Panel
from tests.fakes.page_text import text_of


def sent(panel: Panel) -> str:
    """Let Ani at counter 3 send the first visitor to Budi at counter 1, for the same service."""
    panel.hub.issue()
    number = panel.serve()
    panel.sit(panel.budi, "1")
    panel.wish(number, "transfer", service="card", to_counter="1", note="Papers are complete")
    return number


def phone(panel: Panel, number: str) -> tuple[str, str]:
    """Return what the visitor reads of their counter, and the counter and marks in the message for all phones."""
    told = panel.hub.app.test_client().get(f"/mobile_ticket/view?ticket={panel.hub.link(number)}").get_json()
    page = panel.hub.app.test_client().get(f"/mobile_ticket/?ticket={panel.hub.link(number)}&language=en").text
    shown = re.findall(r'<p class="\w+" data-sent="[spf]"[^>]*?"((?: hidden)?)>(.*?)</p>', page)
    assert len(shown) == 3
    counter, marks = told["tickets"][number][4], told["tickets"][number][8]
    return " ".join(words for hidden, words in shown if not hidden), f"{counter} {marks}"


def test_who_is_sent_to_a_counter_is_listed_called_and_told_there_alone(panel: Panel) -> None:
    number = sent(panel)
    assert phone(panel, number) == ("Loket 1 will call you.", "Loket 1 ns")
    there = panel.says(panel.budi)["next"]
    assert "Was sent to this counter" in there
    assert "Note: Papers are complete" in there
    assert "1 waiting" in there
    here = panel.says()
    assert "Nobody waits for this counter." in here["next"]
    assert "0 waiting" in here["next"]
    told = panel.budi.post("/counter_panel/calls", json={}).get_json()
    assert told["reason"] == {"rule": "sent_here", "text": "Waited 0 minutes; was sent to this counter."}
    assert "sent on from Loket 3" in panel.says(panel.budi)["work"]
    assert phone(panel, number)[0] == ""


def test_the_visitor_is_told_of_a_pause_of_the_counter(panel: Panel) -> None:
    number = sent(panel)
    assert panel.budi.post("/counter_panel/pause", json={"reason": "break"}).status_code == 200
    words = "Loket 1 will call you. It is paused at the moment; your place is kept."
    assert phone(panel, number) == (words, "Loket 1 p")


def test_when_the_counter_closes_operators_and_the_visitor_read_that_any_counter_calls(panel: Panel) -> None:
    number = sent(panel)
    assert panel.budi.delete("/counter_panel/session").status_code == 200
    assert "Loket 1 can't call now: any counter may" in panel.says()["next"]
    words = "Loket 1 can't call you at the moment, so another counter will. Your place is kept."
    assert phone(panel, number) == (words, "Loket 1 nf")
    assert panel.ani.delete("/counter_panel/session").status_code == 200
    panel.sit(panel.budi, "2")  # which does not serve cards
    assert phone(panel, number) == ("", "Loket 1 u"), "no counter at all is another sentence"


def test_a_search_says_to_which_counter_a_waiting_number_was_sent(panel: Panel) -> None:
    number = sent(panel)
    found = text_of(panel.ani.get(f"/counter_panel/search?q={number}").get_json()["html"])
    assert "Was sent to Loket 1" in found


def test_a_counter_that_helps_since_its_own_were_sent_elsewhere_says_so(panel: Panel) -> None:
    panel.hub.issue("card")
    panel.hub.issue("family")
    panel.sit(panel.budi, "1")
    number = panel.budi.post("/counter_panel/calls", json={}).get_json()["ticket"]["number"]
    onward = {"service": "card", "to_counter": "3"}
    assert panel.budi.post(f"/counter_panel/tickets/{number}/transfer", json=onward).status_code == 200
    assert "Your own visitors wait for another counter" in panel.says(panel.budi)["next"]


def test_services_name_the_other_open_counters_that_can_be_named_for_them(panel: Panel) -> None:
    panel.hub.issue()
    panel.serve()
    panel.sit(panel.budi, "1")
    services = panel.ani.get("/counter_panel/view").get_json()["html"]["services"]
    assert re.findall(r'value="(\w+)" data-counters="(.*?)"( data-same hidden)?', services) == [
        ("card", "1", " data-same hidden"), ("family", "1", ""), ("birth", "", ""),
    ]  # fmt: skip
