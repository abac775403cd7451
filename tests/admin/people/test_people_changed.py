"""An administrator adds people, changes what they are and takes them off the list, in the browser."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
import socketio
from flask.testing import FlaskClient

from antrean.access.staff import remove_staff, set_role
from antrean.queueing.commands import CallNext, HoldTicket, OpenCounter, StartService
from antrean.queueing.errors import Refused
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of

HTML = {"Accept": "text/html"}
OWN = "tujuh kuda laut"


def ask(browser: FlaskClient, path: str, **fields: Any) -> tuple[int, str]:
    answer = browser.post(f"/admin/people{path}", json=fields)
    return answer.status_code, (answer.get_json().get("error") or {}).get("code", "")


def noted(hub: OfficeHub) -> list[tuple[str, str, str]]:
    found = hub.app.extensions["antrean"].settings.security.page(9).entries
    return [
        (one.actor, one.event.what, one.event.person) for one in reversed(found) if one.event.kind == "security.noted"
    ]


def test_somebody_is_added_with_a_code_sets_their_own_password_and_works(hub: OfficeHub, eka: FlaskClient) -> None:
    page = eka.post("/admin/people", data={"name": " Gilang  Ramadan ".strip(), "role": "operator"}, headers=HTML)
    assert page.status_code == 200
    found = re.search(r'class="code-itself number">([A-Z0-9]{5}-[A-Z0-9]{5})<', page.text)
    assert found is not None
    name = "Gilang  Ramadan"
    assert ("administrator:Eka", "staff_added", name) in noted(hub)
    assert noted(hub)[-1] == ("administrator:Eka", "code_given", name)
    stranger = hub.app.test_client()
    assert stranger.post("/sign_in", json={"name": name, "password": ""}).status_code in (403, 422)
    form = {"name": name, "code": found[1], "new_password": OWN}
    assert stranger.post("/new_password", json=form).get_json() == {"name": name, "role": "operator"}
    assert stranger.post("/counter_panel/session", json={"counter": "3"}).status_code == 200
    assert stranger.get("/admin/people").status_code == 403


def test_a_program_adds_somebody_and_reads_the_code(hub: OfficeHub, eka: FlaskClient) -> None:
    answer = eka.post("/admin/people", json={"name": "Gilang", "role": "viewer"}).get_json()
    assert answer["name"] == "Gilang"
    assert re.fullmatch(r"[A-Z0-9]{5}-[A-Z0-9]{5}", answer["code"])
    form = {"name": "Gilang", "code": answer["code"], "new_password": OWN}
    viewer = hub.app.test_client()
    assert viewer.post("/new_password", json=form).status_code == 200
    assert viewer.get("/admin/view?page=today").status_code == 200


@pytest.mark.parametrize(
    ("name", "role", "status", "code"),
    [
        ("Ani", "operator", 409, "name_taken"),
        ("ani", "supervisor", 409, "name_taken"),
        ("An\u0456", "operator", 409, "name_alike"),
        ("3208011234567890", "operator", 422, "note_has_id_number"),
        ("Gil\u202eang", "operator", 422, "text_unprintable"),
        (" ", "operator", 422, "value_invalid"),
        ("Gilang", "director", 422, "value_invalid"),
    ],
)
def test_what_is_no_name_or_no_role_adds_nobody_and_stays_in_the_form(
    hub: OfficeHub, eka: FlaskClient, name: str, role: str, status: int, code: str
) -> None:
    services = hub.app.extensions["antrean"]
    before = services.settings.staff()
    assert ask(eka, "", name=name, role=role) == (status, code)
    page = eka.post("/admin/people", data={"name": name, "role": role}, headers=HTML)
    assert page.status_code == status
    assert 'class="notice danger"' in page.text
    if name.strip().isascii() and not name.isdigit():  # a number of that kind is not said back
        assert f'value="{name}"' in page.text
    assert services.settings.staff() == before


def test_another_role_counts_at_once_for_pages_and_screens(hub: OfficeHub, eka: FlaskClient) -> None:
    dewi, cut = hub.as_staff("Dewi"), threading.Event()
    cookie = dewi.get_cookie("antrean_staff")
    assert cookie is not None
    with hub.served() as url:
        screen = socketio.Client(reconnection=False)
        screen.on("disconnect", lambda *_why: cut.set(), namespace="/admin")
        screen.connect(
            url, {"Cookie": f"antrean_staff={cookie.value}"}, transports=["polling"], namespaces=["/admin"],
            wait_timeout=60,
        )  # fmt: skip
        assert ask(eka, "/role", name="Dewi", role="operator") == (200, "")
        assert cut.wait(60)
        screen.disconnect()
    assert dewi.get("/admin/view").get_json()["error"]["code"] == "not_allowed"
    assert dewi.get("/counter_panel/view").status_code == 200, "who stays here works on"
    assert noted(hub)[-1] == ("administrator:Eka", "staff_changed", "Dewi")
    lines = len(noted(hub))
    assert ask(eka, "/role", name="Dewi", role="operator") == (200, "")
    assert len(noted(hub)) == lines, "what is so already is no change"
    assert ask(eka, "/role", name="Nobody", role="operator") == (404, "staff_unknown")
    assert ask(eka, "/role", name="Dewi", role="director") == (422, "value_invalid")


def test_who_is_taken_off_the_list_is_signed_out_at_once_and_stays_out(hub: OfficeHub, eka: FlaskClient) -> None:
    anis, cut = [hub.as_staff("Ani") for _ in range(2)], threading.Event()
    code = eka.post("/admin/people/code", json={"name": "Ani"}).get_json()["code"]
    cookie = anis[0].get_cookie("antrean_staff")
    assert cookie is not None
    with hub.served() as url:
        screen = socketio.Client(reconnection=False)
        screen.on("disconnect", lambda *_why: cut.set(), namespace="/counter_panel")
        screen.connect(
            url, {"Cookie": f"antrean_staff={cookie.value}"}, transports=["polling"], namespaces=["/counter_panel"],
            wait_timeout=60,
        )  # fmt: skip
        answer = eka.post("/admin/people/remove", json={"name": "Ani"})
        assert answer.get_json()["said"] == "Ani tidak lagi ada di daftar."
        assert cut.wait(60)
        screen.disconnect()
    assert [ani.get("/counter_panel/view").status_code for ani in anis] == [403, 403]
    form = {"name": "Ani", "code": code, "new_password": OWN}
    assert hub.app.test_client().post("/new_password", json=form).status_code == 403
    assert [one[1:] for one in noted(hub)[-2:]] == [("staff_removed", "Ani"), ("sessions_ended", "Ani")]
    assert "Ani" not in text_of(eka.get("/admin/view?page=people").get_json()["html"]["people"])
    assert ask(eka, "/remove", name="Ani") == (404, "staff_unknown")
    again = eka.post("/admin/people", json={"name": "Ani", "role": "operator"}).get_json()
    form |= {"code": again["code"]}
    assert hub.app.test_client().post("/new_password", json=form).status_code == 200


def test_the_last_administrator_stays_one(hub: OfficeHub, eka: FlaskClient) -> None:
    refused = (409, "last_administrator")
    assert ask(eka, "/remove", name="Eka") == refused
    assert ask(eka, "/role", name="Eka", role="supervisor") == refused
    assert eka.get("/admin/view?page=people").status_code == 200
    assert ask(eka, "/role", name="Dewi", role="administrator") == (200, "")
    assert ask(eka, "/role", name="Eka", role="supervisor") == (200, "")
    assert eka.get("/admin/view?page=people").get_json()["error"]["code"] == "not_allowed"
    dewi = hub.as_staff("Dewi")
    assert ask(dewi, "/remove", name="Dewi") == refused


def test_two_administrators_who_take_the_role_from_each_other_leave_one(hub: OfficeHub, eka: FlaskClient) -> None:
    rows = hub.app.extensions["antrean"].settings
    for round_ in range(4):
        ask(eka, "/role", name="Dewi", role="administrator")
        set_role(rows, "Dewi", "administrator"), set_role(rows, "Eka", "administrator")
        begin = threading.Barrier(2)
        refused: list[str] = []

        def take(name: str, begin: threading.Barrier = begin, refused: list[str] = refused) -> None:
            begin.wait()
            try:
                set_role(rows, name, "operator")
            except Refused as refusal:
                refused.append(refusal.code)

        both = [threading.Thread(target=take, args=(name,)) for name in ("Dewi", "Eka")]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert refused == ["last_administrator"], round_
    left = [one.name for one in rows.staff() if one.role == "administrator"]
    assert len(left) == 1
    with pytest.raises(Refused, match="This is the last administrator"):
        remove_staff(rows, left[0])


def test_what_somebody_may_be_is_said_in_the_offices_language(hub: OfficeHub, eka: FlaskClient) -> None:
    page = eka.get("/admin/people", headers=HTML).text
    assert "Penyelia: juga memimpin hari dan mengatur layar, suara, dan slip" in page
    assert page.count("Pemantau: melihat jalannya hari dan tidak mengubah apa pun") == 6  # five people, and one more
    assert 'data-confirm="Keluarkan Ani dari daftar? Ia langsung dikeluarkan dari kantor ini' in page


@pytest.mark.parametrize(("path", "fields"), [("/remove", {}), ("/role", {"role": "viewer"})])
def test_whoever_is_taken_off_the_list_leaves_the_counter_and_its_visitors_keep_their_places(
    hub: OfficeHub, eka: FlaskClient, path: str, fields: dict[str, str]
) -> None:
    for _ in range(3):
        hub.issue()
    for command in (
        OpenCounter(counter="3", operator="Ani"),
        CallNext(counter="3", operator="Ani"),
        StartService(ticket="A-001", counter="3"),
        HoldTicket(ticket="A-001", counter="3", reason="copies"),
        CallNext(counter="3", operator="Ani"),
        StartService(ticket="A-002", counter="3"),
    ):
        hub.office.execute(command)
    assert ask(eka, path, name="Ani", **fields)[0] == 200
    assert hub.office.read(lambda day, _plan: day.counter("3").state) == "closed"
    assert [hub.ticket(number).state for number in ("A-001", "A-002", "A-003")] == ["held", "waiting", "waiting"]
    page = text_of(eka.get("/admin/audit?about=people", headers={"Accept": "text/html"}).text)
    assert "Loket Ani dibebaskan" in page
    hub.office.execute(OpenCounter(counter="3", operator="Budi"))
    hub.office.execute(CallNext(counter="3", operator="Budi"))
    assert hub.office.read(lambda day, _plan: day.counter("3").ticket) == "A-002"
