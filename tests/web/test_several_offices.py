"""Two offices in two time zones on one hub: whatever happens in one, the other neither sees nor hears of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio.test_client import SocketIOTestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from antrean.access.devices import pair_device
from antrean.access.staff import add_existing, add_staff
from antrean.config import Config
from antrean.queueing.errors import Refused
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.security.events import SIGN_IN_FAILED, SIGN_OUT
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.schema import journal
from antrean.web.services import Services
from app import open_office
from tests.conftest import SetClock, small_plan
from tests.fakes.made_once import create_app
from tests.fakes.office_hub import PASSWORD, QUICK

ZONES = {"kuningan": "Asia/Jakarta", "jayapura": "Asia/Jayapura"}
SERIES = {"kuningan": "ABC", "jayapura": "XYZ"}
OPERATORS = {"kuningan": "Ani", "jayapura": "Yosefa"}
OF_BOTH = "Siti"  # an operator in one and a supervisor in the other
ROLES_OF_BOTH = {"kuningan": "operator", "jayapura": "supervisor"}
PAGE = {"Accept": "text/html"}
ADMINISTRATORS = {"kuningan": "Eka", "jayapura": "Maria"}


def said(answer: TestResponse) -> Any:
    return answer.json


@dataclass
class OneOffice:
    """What the people and devices of one office hold."""

    code: str
    services: Services
    kiosk: str
    display: str
    operator: FlaskClient
    administrator: FlaskClient
    screens: dict[str, SocketIOTestClient]
    links: list[str] = field(default_factory=list)
    asked: int = 0

    def issue(self, app: Flask, service: str) -> Any:
        self.asked += 1
        body = {"service": service, "request_id": f"{self.code}-visitor-{self.asked}"}
        answer = app.test_client().post("/kiosk/tickets", json=body, headers=self.as_kiosk)
        assert answer.status_code == 201, answer.json
        self.links.append(said(answer)["ticket"]["follow_url"].partition("?ticket=")[2])
        return said(answer)["ticket"]

    @property
    def as_kiosk(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.kiosk}"}

    @property
    def as_display(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.display}"}


class TwoOffices:
    """A hub that serves both offices of its database."""

    def __init__(self, folder: Path, sample: str = "") -> None:
        self.clock = SetClock()
        config = Config(data=folder, async_mode="threading", public_url="http://hub.test")
        kept = {}
        for day, code in enumerate(ZONES):
            _office, rows = open_office(replace(config, office=code), self.clock)
            rows.create_office(replace(self.plan(code), demo=code == sample), self.clock() + timedelta(seconds=day))
            add_staff(rows, OPERATORS[code], "operator", PASSWORD, QUICK)
            add_staff(rows, ADMINISTRATORS[code], "administrator", PASSWORD, QUICK)
            kept[code] = {kind: pair_device(rows, kind, kind, self.clock)[1] for kind in ("kiosk", "display")}
        self.folder = folder
        self.app = create_app(config, self.clock)
        self.of_both = self.app.test_client()  # of somebody who works in both, where there is one
        self.offices = {}
        for services in self.app.extensions["antrean_offices"]:
            services.identities.passwords = QUICK
        for services in self.app.extensions["antrean_offices"]:
            code = services.config.office
            self.offices[code] = OneOffice(
                code,
                services,
                kept[code]["kiosk"],
                kept[code]["display"],
                self.signed_in(OPERATORS[code]),
                self.signed_in(ADMINISTRATORS[code]),
                {},
            )
        for office in self.offices.values():
            office.screens = {
                "/kiosk": self.socket("/kiosk", office.kiosk),
                "/display": self.socket("/display", office.display),
                "/counter_panel": self.socket("/counter_panel", "", office.operator),
                "/admin": self.socket("/admin", "", office.administrator),
            }

    @staticmethod
    def plan(code: str) -> OfficePlan:
        plan = small_plan(office=code, zone=ZONES[code], name=f"Kantor {code}")
        letters = zip(plan.services, SERIES[code], strict=True)
        return replace(plan, services=tuple(replace(one, series=letter) for one, letter in letters))

    def signed_in(self, name: str) -> FlaskClient:
        client = self.app.test_client()
        answer = client.post("/sign_in", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.json
        return client

    def of_both_at(self) -> str:
        """Return in which office the person of both is signed in, by what the panel says."""
        said = self.of_both.get("/account", headers=PAGE).text
        found = [code for code in ZONES if f"Kantor {code}" in said]
        assert len(found) == 1
        (code,) = found
        service = self.offices[code].services
        assert [one.staff for one in service.identities.sessions.all(OF_BOTH)] == [OF_BOTH]
        other = next(one for one in ZONES if one != code)
        assert self.offices[other].services.identities.sessions.all(OF_BOTH) == []
        return code

    def socket(self, namespace: str, token: str, client: FlaskClient | None = None) -> SocketIOTestClient:
        socketio = self.app.extensions["antrean_socketio"]
        auth = {"token": token} if token else None
        found = socketio.test_client(self.app, namespace=namespace, auth=auth, flask_test_client=client)
        assert found.is_connected(namespace)
        return found

    def stop(self) -> None:
        self.app.extensions["antrean"].stop()

    def lines(self, code: str) -> list[Any]:
        with open_engine(database_url("", self.folder)).connect() as connection:
            found = sa.select(journal).where(journal.c.office == code).order_by(journal.c.seq)
            return list(connection.execute(found))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoOffices]:
    hub = TwoOffices(tmp_path_factory.mktemp("two"))
    first, second = (hub.offices[code].services for code in ZONES)
    add_staff(first.settings, OF_BOTH, ROLES_OF_BOTH["kuningan"], PASSWORD, QUICK)
    add_existing(second.settings, OF_BOTH, ROLES_OF_BOTH["jayapura"])
    for services in (first, second):
        services.identities.load()
    signed_in = hub.of_both.post("/sign_in", json={"name": OF_BOTH, "password": PASSWORD, "office": "kuningan"})
    assert signed_in.status_code == 200
    yield hub
    hub.stop()


def speaks_of_another(code: str, said: object) -> list[str]:
    """Return what there is of the other office: its name, its people, its numbers (pages have A-012 as an example)."""
    other = next(one for one in ZONES if one != code)
    text = said if isinstance(said, str) else json.dumps(said)
    words = (f"Kantor {other}", OPERATORS[other], ADMINISTRATORS[other])
    return re.findall(rf"\b(?:{'|'.join(words)}|[{SERIES[other]}]-(?!012)\d{{3}})\b", text)


def step(two: TwoOffices, office: OneOffice, what: str, service: str) -> None:
    """Do one thing as the people of an office do it; what is refused here is not what is looked at."""
    if what == "issue":
        assert office.issue(two.app, service)["number"][0] in SERIES[office.code]
    elif what == "sit":
        office.operator.post("/counter_panel/session", json={"counter": "3"})
    elif what == "call":
        office.operator.post("/counter_panel/calls", json={})
    elif what == "announce":
        fields = {"texts": {"id": f"Pengumuman {SERIES[office.code][0]}-777"}, "minutes": 5}
        office.operator.post("/counter_panel/announcements", json=fields)
    elif what == "shown":
        seq = office.services.office.read(lambda day, _plan: day.seq)
        two.app.test_client().post(
            "/display/announcements", json={"seq": seq, "shown": True}, headers=office.as_display
        )
    elif what == "go over":
        two.of_both.post("/sign_in/office", json={"office": office.code})
    elif what == "call there":
        two.of_both.post("/counter_panel/session", json={"counter": "2"})
        two.of_both.post("/counter_panel/calls", json={})
    elif what == "leave" and office.links:
        two.app.test_client().post("/mobile_ticket/leave", json={"ticket": office.links[-1]})


STEPS = st.lists(
    st.tuples(
        st.sampled_from(list(ZONES)),
        st.sampled_from(["issue", "issue", "sit", "call", "announce", "shown", "leave", "go over", "call there"]),
        st.sampled_from(["card", "family", "birth"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=6)
@given(steps=STEPS)
def test_nothing_crosses_whatever_happens(two: TwoOffices, steps: list[tuple[str, str, str]]) -> None:
    before = {code: two.lines(code) for code in ZONES}
    here = two.of_both_at()
    touched = set()
    for code, what, service in steps:
        # Whoever goes over is heard of in the office they leave, and works in the one they are in.
        touched |= {here} if what == "call there" else {here, code} if what == "go over" else {code}
        step(two, two.offices[code], what, service)
        here = code if what == "go over" else here
        assert two.of_both_at() == here
    for code, office in two.offices.items():
        assert code in touched or two.lines(code) == before[code]
        client = two.app.test_client()
        views = [
            client.get("/kiosk/view", headers=office.as_kiosk).json,
            client.get("/kiosk/services", headers=office.as_kiosk).json,
            client.get("/display/view", headers=office.as_display).json,
            client.get("/metrics", headers=office.as_kiosk).text,
            office.operator.get("/counter_panel/view").json,
            office.operator.get("/counter_panel/").text,
            office.administrator.get("/admin/").text,
            office.administrator.get("/admin/people").text,
            *(one.get_received(namespace) for namespace, one in office.screens.items()),
        ]
        assert not [speaks_of_another(code, view) for view in views if speaks_of_another(code, view)]
        lines = two.lines(code)
        assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
        assert not speaks_of_another(code, [line.data for line in lines])


def test_each_office_counts_for_itself_and_in_its_own_day(two: TwoOffices) -> None:
    for code, office in two.offices.items():
        plan = office.services.office.read(lambda _day, plan: plan)
        assert (plan.name, str(plan.tz)) == (f"Kantor {code}", ZONES[code])
        view = two.app.test_client().get("/kiosk/view", headers=office.as_kiosk)
        assert said(view)["utc_offset"] == {"kuningan": 7 * 60, "jayapura": 9 * 60}[code]


def test_a_ticket_of_one_office_is_no_ticket_of_the_other(two: TwoOffices) -> None:
    first, second = two.offices["kuningan"], two.offices["jayapura"]
    mine, theirs = first.issue(two.app, "card")["number"], second.issue(two.app, "card")["number"]
    assert first.operator.post("/counter_panel/session", json={"counter": "1"}).status_code in (200, 409)
    wished = first.operator.post(f"/counter_panel/tickets/{theirs}/call", json={})
    assert (wished.status_code, said(wished)["error"]["code"]) == (404, "ticket_unknown")
    assert second.links[-1].startswith("jayapura~")
    assert "~" not in first.links[-1]  # of the office that has been here alone, links stay as they were
    for office, number in ((first, mine), (second, theirs)):
        page = two.app.test_client().get(f"/mobile_ticket/?ticket={office.links[-1]}", headers=PAGE)
        assert number in page.text
        assert not speaks_of_another(office.code, page.text)


def test_a_number_and_its_code_are_looked_for_in_the_office_that_is_chosen(two: TwoOffices) -> None:
    second = two.offices["jayapura"]
    number = second.issue(two.app, "card")["number"]
    ticket = second.services.office.read(lambda day, _plan: day.ticket(number).snapshot())
    asked = {"number": number, "code": second.services.links.code(ticket)}
    client = two.app.test_client()
    unsaid = client.post("/mobile_ticket/find", json=asked)
    assert (unsaid.status_code, said(unsaid)["error"]["code"]) == (409, "office_needed")
    nowhere = client.post("/mobile_ticket/find", json={**asked, "office": "ende"})
    assert (nowhere.status_code, said(nowhere)["error"]["code"]) == (404, "office_unknown")
    wrong = client.post("/mobile_ticket/find", json={**asked, "office": "kuningan"})
    assert wrong.status_code == 404
    found = client.post("/mobile_ticket/find", json={**asked, "office": "jayapura"})
    assert second.links[-1] in said(found)["follow_url"]
    assert '<option value="jayapura">Kantor jayapura</option>' in client.get("/mobile_ticket/", headers=PAGE).text


def test_the_figures_of_all_offices_carry_their_codes_and_a_device_sees_those_of_its_own(two: TwoOffices) -> None:
    first, second = two.offices["kuningan"], two.offices["jayapura"]
    first.issue(two.app, "card")
    second.issue(two.app, "card")
    every = two.app.test_client().get("/metrics").text
    own = two.app.test_client().get("/metrics", headers=first.as_kiosk).text
    for code in ZONES:
        assert f'antrean_issued_today_total{{office="{code}",service="card"}}' in every
    assert 'office="kuningan"' in own
    assert 'office="jayapura"' not in own
    assert "antrean_backups_total" in every
    assert every.count("# HELP antrean_journal_seq ") == 1


def test_a_screen_is_paired_by_the_administrator_of_the_office_that_it_is_for(two: TwoOffices) -> None:
    screen = two.app.test_client()
    code = said(screen.post("/pair/code", json={}))["code"]
    wanted = {"code": code, "kind": "kiosk", "name": "Kios baru"}
    paired = two.offices["jayapura"].administrator.post("/admin/devices", json=wanted)
    assert paired.status_code == 200, paired.json
    assert screen.get("/pair/waiting", headers={"Accept": "application/json"}).json == {"kind": "kiosk"}
    assert not speaks_of_another("jayapura", screen.get("/kiosk/view").json)
    devices = {one: {device.name for device in two.offices[one].services.identities.devices()} for one in ZONES}
    assert "Kios baru" in devices["jayapura"]
    assert "Kios baru" not in devices["kuningan"]


def test_each_office_has_files_of_its_own(two: TwoOffices) -> None:
    assert two.offices["kuningan"].services.folder == two.folder  # where its files have always been
    assert two.offices["jayapura"].services.folder == two.folder / "offices" / "jayapura"
    folders = [office.services.media.folder for office in two.offices.values()]
    assert len(set(folders)) == 2
    for office in two.offices.values():
        office.services.heads.look()
        head = json.loads((office.services.folder / "journal.head").read_text())
        assert head["office"] == office.code


def test_a_name_of_another_office_is_taken(two: TwoOffices) -> None:
    rows = two.offices["jayapura"].services.settings
    for name in ("Ani", "ANI", "Anі"):  # the last with a letter of another script
        with pytest.raises(Refused) as refused:
            add_staff(rows, name, "operator", PASSWORD, QUICK)
        assert refused.value.code == "name_elsewhere"


def test_what_one_signs_out_of_and_what_fails_is_told_in_ones_own_office(two: TwoOffices) -> None:
    second = two.offices["jayapura"]
    before = {code: office.services.security.counts.copy() for code, office in two.offices.items()}
    someone = two.signed_in(OPERATORS["jayapura"])
    assert someone.post("/sign_out", json={}).status_code == 200
    assert someone.get("/counter_panel/view").status_code == 403
    wrong = two.app.test_client().post("/sign_in", json={"name": OPERATORS["jayapura"], "password": "wrong-one"})
    assert wrong.status_code == 403
    counts = {code: office.services.security.counts - before[code] for code, office in two.offices.items()}
    assert [counts[code][SIGN_OUT] for code in ZONES] == [0, 1]
    assert [counts[code][SIGN_IN_FAILED] for code in ZONES] == [0, 1]
    assert second.operator.get("/counter_panel/view").status_code == 200
