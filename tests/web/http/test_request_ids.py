"""A request's id belongs to whoever used it first: they are answered again, and nobody else learns anything from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from antrean.queueing.commands import IssueTicket
from antrean.queueing.keeping.kept_day import keep, restore
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from app import create_app
from tests.conftest import small_plan
from tests.fakes.office_hub import OfficeHub
from tests.web.test_links import Reception

TAKEN = (409, "request_id_taken")
ID = {"request_id": "somebodys-own-id"}


@pytest.fixture
def reception(tmp_path: Path) -> Iterator[Reception]:
    office = Reception(tmp_path, small_plan())
    yield office
    office.hub.stop()


def told(answer: TestResponse) -> tuple[int, str]:
    """Return status and code of a refusal, having seen that it tells nothing else."""
    assert set(answer.get_json()) == {"error"}
    assert set(answer.get_json()["error"]) == {"code", "message"}
    return answer.status_code, answer.get_json()["error"]["code"]


def test_another_kiosk_hears_nothing_of_the_first_ones_ticket(reception: Reception) -> None:
    before = reception.hub.seq()
    refused = reception.clients["kiosk 2"].post("/kiosk/tickets", json=reception.wish)
    assert told(refused) == TAKEN
    assert reception.told["number"] not in refused.text
    assert (
        told(reception.clients["kiosk 2"].post("/kiosk/tickets", json={**reception.wish, "service": "family"})) == TAKEN
    )
    assert reception.hub.seq() == before
    again = reception.clients["kiosk"].post("/kiosk/tickets", json=reception.wish)
    assert (again.status_code, again.get_json()["ticket"]) == (201, reception.told)


def test_the_owner_of_an_id_is_known_after_a_restart_and_from_the_kept_day(reception: Reception) -> None:
    hub = reception.hub
    hub.stop()
    config = hub.app.extensions["antrean"].config
    hub.app = create_app(config, clock=hub.office.guard._clock)
    headers = {
        who: client.environ_base["HTTP_AUTHORIZATION"] for who, client in reception.clients.items() if "kiosk" in who
    }
    answers = {
        who: hub.app.test_client().post("/kiosk/tickets", json=reception.wish, headers={"Authorization": header})
        for who, header in headers.items()
    }
    assert answers["kiosk"].get_json()["ticket"] == reception.told
    assert told(answers["kiosk 2"]) == TAKEN


def test_the_kept_day_knows_whose_an_answer_is(office: Office, plan: OfficePlan) -> None:
    office.execute(
        IssueTicket(service="card", language="id", device="hall"), actor="kiosk:hall", request_id="first-visit"
    )
    day = restore(office.read(lambda day, _plan: keep(day)), plan)
    answer = day.results["first-visit"]
    assert [answer.is_for(actor) for actor in ("kiosk:hall", "kiosk:door", "operator:Ani", "")] == [
        True,
        False,
        False,
        False,
    ]


def test_a_kiosk_that_an_earlier_release_named_still_gets_its_answer_and_its_namesake_does_not(office: Office) -> None:
    take = IssueTicket(service="card", language="id", device="ab12")
    answer = office.execute(take, actor="kiosk:Kiosk 1", request_id="first-visit")
    assert answer.is_for("kiosk:ab12")
    assert not answer.is_for("kiosk:cd34")


def test_another_member_of_staff_hears_nothing_of_a_call(reception: Reception) -> None:
    ani, dewi = reception.clients["operator"], reception.clients["supervisor"]
    reception.clients["kiosk"].post("/kiosk/tickets", json={"service": "family"})
    for client, counter in ((ani, "1"), (dewi, "3")):
        assert client.post("/counter_panel/session", json={"counter": counter}).status_code == 200
    first = ani.post("/counter_panel/calls", json=ID)
    before = reception.hub.seq()
    refused = dewi.post("/counter_panel/calls", json=ID)
    assert told(refused) == TAKEN
    assert first.get_json()["ticket"]["number"] not in refused.text
    assert told(dewi.post("/kiosk/tickets", json=ID))[0] == 403
    assert reception.hub.seq() == before
    assert ani.post("/counter_panel/calls", json=ID).get_json() == first.json


def test_another_visitor_gives_nothing_back_with_the_id_of_the_first(reception: Reception) -> None:
    second = reception.clients["kiosk 2"].post("/kiosk/tickets", json={"service": "family"}).get_json()["ticket"]
    links = [reception.link, second["follow_url"].partition("ticket=")[2]]
    phones = [reception.hub.app.test_client() for _ in links]
    first = phones[0].post("/mobile_ticket/leave", json={"ticket": links[0], **ID})
    assert first.status_code == 200
    assert told(phones[1].post("/mobile_ticket/leave", json={"ticket": links[1], **ID})) == TAKEN
    assert reception.hub.ticket(second["number"]).state == "waiting"
    assert phones[0].post("/mobile_ticket/leave", json={"ticket": links[0], **ID}).get_json() == first.json


def test_the_same_actor_with_another_wish_is_refused(reception: Reception) -> None:
    kiosk, before = reception.clients["kiosk"], reception.hub.seq()
    other = kiosk.post(f"/kiosk/tickets/{reception.told['number']}/slips", json={"request_id": "first-visit"})
    assert told(other) == (422, "request_id_reused")
    assert reception.hub.seq() == before


def notices(hub: OfficeHub) -> dict[str, str]:
    return dict(hub.office.read(lambda _day, plan: plan.ticker))


def test_settings_are_saved_once_for_an_id_and_never_with_anothers(reception: Reception) -> None:
    dewi, eka = reception.clients["supervisor"], reception.clients["administrator"]
    path = "/admin/screens/notices"
    assert dewi.post(path, json={"text_id": "Selamat datang", **ID}).status_code == 200
    assert told(eka.post(path, json={"text_id": "Diganti", **ID})) == TAKEN
    assert notices(reception.hub) == {"id": "Selamat datang"}
    assert eka.post(path, json={"text_id": "Antre di sini", "request_id": "another-id-1"}).status_code == 200
    before = reception.hub.seq()
    late = dewi.post(path, json={"text_id": "Selamat datang", **ID})
    assert late.status_code == 200
    assert (notices(reception.hub), reception.hub.seq()) == ({"id": "Antre di sini"}, before)


def test_a_notice_that_is_asked_for_twice_is_added_once(reception: Reception) -> None:
    wish = {"text_id": "Bawa KTP asli", "seconds": 12, **ID}
    for _ in range(2):
        assert reception.clients["supervisor"].post("/admin/screens/interludes", json=wish).status_code == 200
    assert len(reception.hub.office.read(lambda _day, plan: plan.playlist)) == 1


def test_the_ids_of_our_own_pages_are_ids(reception: Reception) -> None:
    page = reception.clients["kiosk"].get("/kiosk/?service=card", headers={"Accept": "text/html"}).text
    drawn = page.partition('name="request_id" value="')[2].partition('"')[0]
    assert len(drawn) == 32
    assert (
        reception.clients["kiosk"].post("/kiosk/tickets", json={"service": "card", "request_id": drawn}).status_code
        == 201
    )
