"""The panel over HTTP, on a real SQLite office."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan, ReportPrinter, SettleSlip
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.slips import SlipKey


def sit(client: FlaskClient, counter: str = "1") -> None:
    answer = client.post("/counter_panel/session", json={"counter": counter})
    assert answer.status_code == 200, answer.json


def wish(client: FlaskClient, number: str, what: str, **fields: Any) -> TestResponse:
    return client.post(f"/counter_panel/tickets/{number}/{what}", json=fields)


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


@pytest.fixture
def ani(hub: OfficeHub) -> FlaskClient:
    client = hub.as_staff("Ani")
    sit(client)
    return client


def test_the_page_shows_what_the_socket_would_say(hub: OfficeHub, ani: FlaskClient) -> None:
    hub.issue(persons=3)
    view = ani.get("/counter_panel/view").get_json()
    page = ani.get("/counter_panel/", headers={"Accept": "text/html"}).text
    assert (view["state"], view["counter"], view["ticket"], view["waiting"]) == ("open", "1", None, 1)
    for name, drawn in view["html"].items():
        assert drawn in page, name
    assert "Panggil berikutnya" in view["html"]["action"]
    assert "<script>" not in page


def test_the_administration_is_in_sight_of_those_who_may_open_it(hub: OfficeHub) -> None:
    def page(name: str) -> str:
        return hub.as_staff(name).get("/counter_panel/", headers={"Accept": "text/html"}).text

    assert '<a class="bar-admin" href="/admin/">Administrasi</a>' in page("Dewi")
    assert '<a class="bar-admin" href="/admin/">Administrasi</a>' in page("Eka")
    assert "/admin/" not in page("Ani")


def test_the_panel_speaks_the_offices_language_whatever_the_browser_prefers(hub: OfficeHub, ani: FlaskClient) -> None:
    ani.set_cookie("antrean_language", "en")
    page = ani.get("/counter_panel/", headers={"Accept": "text/html", "Accept-Language": "en"}).text
    assert '<html lang="id">' in page
    assert "Loket lain" in page


def test_an_office_that_speaks_sundanese_first_has_a_panel_in_sundanese(
    tmp_path: Path, clock: SetClock, plan: OfficePlan
) -> None:
    hub = OfficeHub(tmp_path, replace(plan, languages=("su", "id")), clock)
    try:
        ani = hub.as_staff("Ani")
        ani.post("/counter_panel/session", json={"counter": "1"})
        hub.issue()
        page = ani.get("/counter_panel/", headers={"Accept": "text/html"}).text
        for words in ("Saur salajengna", "Saur deui", "Lokét séjén", "Reureuhkeun lokét", "1 ngantosan"):
            assert words in page
    finally:
        hub.stop()


def test_names_are_escaped(hub: OfficeHub, ani: FlaskClient) -> None:
    hub.issue()
    ani.post("/counter_panel/calls", json={})
    wish(ani, "A-001", "start")
    assert wish(ani, "A-001", "hold", reason="<b>papers</b>").status_code == 200
    held = ani.get("/counter_panel/view").get_json()["html"]["held"]
    assert "<b>papers" not in held
    assert "&lt;b&gt;papers" in held


def test_a_visit_from_call_to_finish(hub: OfficeHub, ani: FlaskClient) -> None:
    hub.issue()
    called = ani.post("/counter_panel/calls", json={"current": ""})
    assert called.status_code == 201
    assert (called.get_json()["ticket"]["number"], called.get_json()["ticket"]["state"]) == ("A-001", "called")
    assert "Mulai layani" in ani.get("/counter_panel/view").get_json()["html"]["action"]
    assert wish(ani, "A-001", "start").get_json()["ticket"]["state"] == "serving"
    done = wish(ani, "A-001", "complete", outcome="papers_missing", persons=2)
    assert done.get_json()["ticket"]["state"] == "completed"
    assert (hub.ticket("A-001").outcome, hub.ticket("A-001").persons) == ("papers_missing", 2)


def test_a_tap_that_showed_another_ticket_finishes_nobody(hub: OfficeHub, ani: FlaskClient) -> None:
    for _ in range(3):
        hub.issue()
    for number in ("A-001", "A-002"):
        ani.post("/counter_panel/calls", json={})
        wish(ani, number, "start")
    seq = hub.seq()
    late = ani.post("/counter_panel/calls", json={"current": "A-001", "request_id": "late-tap"})
    assert code(late) == (409, "counter_busy")
    assert late.get_json()["error"]["message"] == "Loket masih menangani nomor A-002."
    assert hub.seq() == seq
    assert hub.ticket("A-002").state == "serving"


def test_a_tap_on_a_ticket_that_has_left_calls_nobody(hub: OfficeHub, ani: FlaskClient) -> None:
    hub.issue()
    hub.issue()
    ani.post("/counter_panel/calls", json={})
    wish(ani, "A-001", "start")
    wish(ani, "A-001", "complete")
    assert code(ani.post("/counter_panel/calls", json={"current": "A-001"})) == (409, "ticket_ended")
    assert hub.ticket("A-002").state == "waiting"


def test_the_same_tap_sent_again_gets_the_first_answer_and_calls_nobody_more(hub: OfficeHub, ani: FlaskClient) -> None:
    hub.issue()
    hub.issue()
    tap = {"current": "", "request_id": "tap-0001"}
    first = ani.post("/counter_panel/calls", json=tap)
    again = ani.post("/counter_panel/calls", json=tap)
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert hub.ticket("A-002").state == "waiting"


def test_leaving_twice_is_leaving_once(hub: OfficeHub, ani: FlaskClient) -> None:
    first = ani.delete("/counter_panel/session", json={"request_id": "leave-0001"})
    again = ani.delete("/counter_panel/session", json={"request_id": "leave-0001"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert ani.get("/counter_panel/view").get_json()["state"] == "lobby"


def test_a_repeated_tap_is_answered_even_when_the_operator_has_left_meanwhile(hub: OfficeHub, ani: FlaskClient) -> None:
    hub.issue()
    ani.post("/counter_panel/calls", json={})
    first = wish(ani, "A-001", "no_show", request_id="gone-0001")
    ani.delete("/counter_panel/session", json={})
    again = wish(ani, "A-001", "no_show", request_id="gone-0001")
    assert first.json == again.json
    assert code(wish(ani, "A-001", "start", request_id="new-wish")) == (409, "not_at_counter")


def test_nobody_leaves_while_a_visitor_stands_there(hub: OfficeHub, ani: FlaskClient) -> None:
    hub.issue()
    ani.post("/counter_panel/calls", json={})
    assert code(ani.delete("/counter_panel/session", json={})) == (409, "counter_busy")
    assert ani.get("/counter_panel/view").get_json()["counter"] == "1"


def test_pause_keeps_calls_away_and_says_why_to_the_others(hub: OfficeHub, ani: FlaskClient) -> None:
    hub.issue()
    assert ani.post("/counter_panel/pause", json={"reason": "prayer"}).get_json()["state"] == "paused"
    assert code(ani.post("/counter_panel/calls", json={})) == (409, "counter_paused")
    budi = hub.as_staff("Budi")
    sit(budi, "3")
    assert "Dijeda: Salat" in " ".join(budi.get("/counter_panel/view").get_json()["html"]["others"].split())
    assert ani.post("/counter_panel/resume", json={}).get_json()["state"] == "open"
    assert ani.post("/counter_panel/calls", json={}).status_code == 201


def test_the_last_step_can_be_taken_back_once(hub: OfficeHub, ani: FlaskClient) -> None:
    hub.issue()
    ani.post("/counter_panel/calls", json={})
    wish(ani, "A-001", "no_show")
    assert "A-001: tidak hadir" in ani.get("/counter_panel/view").get_json()["html"]["undo"]
    back = ani.post("/counter_panel/undo", json={})
    assert (back.get_json()["ticket"]["number"], back.get_json()["ticket"]["state"]) == ("A-001", "called")
    assert code(ani.post("/counter_panel/undo", json={})) == (409, "nothing_to_undo")


def test_two_operators_never_share_a_counter_and_the_second_is_told_who_sits_there(
    hub: OfficeHub, ani: FlaskClient
) -> None:
    budi = hub.as_staff("Budi")
    refused = budi.post("/counter_panel/session", json={"counter": "1"})
    assert code(refused) == (409, "counter_taken")
    assert "Ani" in refused.get_json()["error"]["message"]
    assert "Dipakai Ani" in budi.get("/counter_panel/view").get_json()["html"]["work"]


def test_a_counter_is_handed_only_to_somebody_who_works_here_and_sits_nowhere(hub: OfficeHub, ani: FlaskClient) -> None:
    assert code(ani.post("/counter_panel/hand_over", json={"to": "Zed"})) == (404, "staff_unknown")
    assert code(ani.post("/counter_panel/hand_over", json={})) == (422, "value_missing")
    budi = hub.as_staff("Budi")
    sit(budi, "3")
    refused = ani.post("/counter_panel/hand_over", json={"to": "Budi"})
    assert code(refused) == (409, "sits_elsewhere")
    assert refused.get_json()["error"]["message"] == "Budi sudah bertugas di loket 3."
    taken = budi.post("/counter_panel/take_over", json={"counter": "1", "before": "Ani"})
    assert code(taken) == (409, "sits_elsewhere")


def test_a_hand_over_that_is_sent_twice_is_one(hub: OfficeHub, ani: FlaskClient) -> None:
    tap = {"to": "Budi", "request_id": "hand-over-1"}
    first = ani.post("/counter_panel/hand_over", json=tap)
    again = ani.post("/counter_panel/hand_over", json=tap)
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert hub.as_staff("Budi").get("/counter_panel/view").get_json()["counter"] == "1"


def test_two_tablets_of_one_operator_see_the_same(hub: OfficeHub, ani: FlaskClient) -> None:
    other = hub.as_staff("Ani")
    hub.issue()
    ani.post("/counter_panel/calls", json={})
    assert other.get("/counter_panel/view").get_json()["html"] == ani.get("/counter_panel/view").get_json()["html"]


def test_search_offers_what_can_be_done_with_each_state(hub: OfficeHub, ani: FlaskClient) -> None:
    for _ in range(2):
        hub.issue()
    ani.post("/counter_panel/calls", json={})
    wish(ani, "A-001", "no_show")
    absent = ani.get("/counter_panel/search").get_json()["html"]
    assert "/counter_panel/tickets/A-001/readmit" in absent
    waiting = ani.get("/counter_panel/search?q=a2").get_json()["html"]
    assert 'data-open="call" data-ticket="A-002"' in waiting
    assert "A-001" not in waiting


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("ready", "Pencetak siap"),
        ("paper_out", "Pasang gulungan baru di kios"),
        ("offline", "Periksa daya dan kabelnya"),
    ],
)
def test_the_printer_is_said_in_words_with_the_next_step(
    hub: OfficeHub, ani: FlaskClient, state: str, words: str
) -> None:
    services = hub.app.extensions["antrean"]
    printer, _token = pair_device(services.settings, "print_agent", "Printer 1", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    hub.office.execute(ReportPrinter(printer=printer.id, state=state, detail=""))
    assert words in ani.get("/counter_panel/view").get_json()["html"]["lamps"]


def test_nobody_unsigned_reaches_any_of_it(hub: OfficeHub) -> None:
    stranger = hub.app.test_client()
    for method, path in (
        ("get", "view"), ("get", "search"), ("post", "undo"), ("post", "pause"), ("post", "resume"), ("post", "calls"),
    ):  # fmt: skip
        answer = getattr(stranger, method)(f"/counter_panel/{path}", json={} if method == "post" else None)
        assert code(answer) == (403, "sign_in_required"), path
    page = stranger.get("/counter_panel/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Location"]) == (302, "/sign_in?next=/counter_panel/")


def test_views_can_be_sent_as_they_are(hub: OfficeHub, ani: FlaskClient) -> None:
    hub.issue()
    with hub.app.test_request_context("/"):
        from counter_panel import render

        view = render.view("Ani")
    assert json.loads(json.dumps(view)) == view


def test_the_panel_says_beside_a_number_that_its_visitor_has_no_paper(
    hub: OfficeHub, ani: FlaskClient, clock: SetClock
) -> None:
    services = hub.app.extensions["antrean"]
    printer, _token = pair_device(services.settings, "print_agent", "Printer 1", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    first, second, third = (hub.issue().number for _ in range(3))
    for number, result in ((first, "uncertain"), (second, "printed")):
        slip: SlipKey = {"ticket": number, "copy": 0, "claim": "run", "printer": printer.id}
        hub.office.execute(SettleSlip(result="sending", **slip))
        hub.office.execute(SettleSlip(result=result, evidence="sent", **slip))
    ani.post("/counter_panel/calls", json={})

    def drawn() -> dict[str, str]:
        html: dict[str, str] = ani.get("/counter_panel/view").get_json()["html"]
        return html

    def searched(number: str) -> str:
        return str(ani.get(f"/counter_panel/search?q={number}").get_json()["html"])

    assert "Karcis tidak pasti: mungkin tidak keluar" in drawn()["work"]
    assert "arcis" not in drawn()["next"]
    clock.forward(seconds=121)
    hub.app.extensions["antrean"].publisher.redraw()
    hub.issue()
    assert drawn()["next"].count("Karcis menunggu pencetak") == 1
    assert "Karcis menunggu pencetak" in searched(third)
    assert "arcis" not in searched(second)
    wish(ani, first, "start")
    assert "arcis" not in drawn()["work"]  # served: the paper is of no use any more
