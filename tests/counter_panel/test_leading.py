"""A supervisor at the panel pauses a service, closes it and lets it go on; an operator does not."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient

from antrean.queueing.commands import CloseDay, StopNumbers
from antrean.queueing.services.state import ServiceToday
from tests.counter_panel.english import Panel
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part


def asked(client: FlaskClient, service: str = "") -> str:
    """Return what the question about services shows, or the one about one service."""
    path = f"/counter_panel/service?service={service}" if service else "/counter_panel/services"
    drawn: str = client.get(path).get_json()["html"]
    return drawn


def tap(client: FlaskClient, drawn: str, words: str) -> None:
    """Tap the first answer with these words."""
    tags = re.findall(r"<button(.*?)>(.*?)</button>", drawn, re.S)
    attributes = next(tag for tag, said in tags if words in said)
    post, fields = (re.search(rf'data-{name}="(.*?)"', attributes) for name in ("post", "fields"))
    assert post
    assert fields
    answer = client.post(post[1], json=json.loads(unescape(fields[1])))
    assert answer.status_code == 200, answer.text


def today(panel: Panel, service: str = "card") -> ServiceToday:
    return panel.hub.office.read(lambda day, plan: day.service_today(plan.service(service)))


def test_a_service_is_paused_with_a_ready_reason_in_every_language_and_goes_on(panel: Panel) -> None:
    dewi = panel.hub.as_staff("Dewi")
    panel.hub.issue()
    assert text_of(asked(dewi)).startswith("A Card printing 1 waiting B Family card")
    tap(dewi, asked(dewi, "card"), "The network is down")
    assert (today(panel).state, set(today(panel).reasons)) == ("paused", {"en", "id"})
    assert "Card printing Paused" in text_of(asked(dewi))
    assert "The network is down" in text_of(asked(dewi, "card"))
    tap(dewi, asked(dewi, "card"), "Let it go on")
    assert today(panel).state == "open"
    tap(dewi, asked(dewi, "card"), "Without a reason")
    assert (today(panel).state, today(panel).reasons) == ("paused", {})


def test_a_service_is_closed_for_today_and_opened_again(panel: Panel) -> None:
    dewi = panel.hub.as_staff("Dewi")
    drawn = asked(dewi, "card")
    tap(dewi, drawn[drawn.index("Close for today") :], "Blank cards have run out")
    assert today(panel).state == "closed"
    assert "Pause:" not in asked(dewi, "card")
    assert "Close for today" not in asked(dewi, "card")
    tap(dewi, asked(dewi, "card"), "Open it again")
    assert today(panel).state == "open"


def test_a_service_that_gives_no_more_numbers_before_closing_is_let_go_on_with_a_reason(panel: Panel) -> None:
    office, dewi = panel.hub.office, panel.hub.as_staff("Dewi")
    save_part(office, "limits/served_percent", 80)
    panel.hub.issue()
    closes = "2026-11-24T08:00:00+00:00"
    office.execute(StopNumbers(service="card", percent=80, counters=1, closes=closes), actor="hub")
    words = "No more numbers since 09:00, after A-001: those who wait take until closing"
    assert words in text_of(asked(dewi, "card"))
    tap(dewi, asked(dewi, "card"), "We stay longer today")
    said = office.read(lambda day, _plan: (day.stopped, day.went_on["card"].reason))
    assert said == ({}, "We stay longer today")
    assert "No more numbers since" not in text_of(asked(dewi, "card"))


def test_what_the_panel_can_not_change_is_said(panel: Panel) -> None:
    dewi = panel.hub.as_staff("Dewi")
    wish: dict[str, Any] = {"state": "closed_longer", "text_id": "Rapat"}
    assert dewi.post("/admin/services/card", json=wish).status_code == 200
    assert "Closed for longer: open it in the administration under Today." in text_of(asked(dewi, "card"))
    panel.execute(CloseDay())
    assert "The office is closed for today." in text_of(asked(dewi, "family"))
    assert "<button" not in asked(dewi, "family")


def test_an_operator_neither_sees_nor_reaches_it(panel: Panel) -> None:
    assert 'id="open-services"' not in panel.ani.get("/counter_panel/").text
    for answer in (
        panel.ani.get("/counter_panel/services"),
        panel.ani.get("/counter_panel/service?service=card"),
        panel.ani.post("/counter_panel/services/card/pause", json={}),
    ):
        assert answer.status_code == 403
    assert 'id="open-services"' in panel.hub.as_staff("Dewi").get("/counter_panel/").text
