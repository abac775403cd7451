"""What a wish may say: each value has its type, each field its name, each id its shape, on every route that takes one.

The routes and their fields come from the description at /openapi.json, so that a new one is tested by being described.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from antrean.web.operations.commands import said
from app import device_kinds
from counter_panel.views import TICKET_COMMANDS
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import PASSWORD, OfficeHub

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[3] / "antrean/web/openapi.json").read_text())
BAD_IDS: tuple[object, ...] = (
    "", "seven-7", "x" * 65, "request 1", "request-1\n", "request\x00-1", "request-é", "request.1", 12345678, None,
    True, ["request-1"], {"id": "request-1"},
)  # fmt: skip
# What a route takes when nothing is wrong with it; nothing where it does not stand here.
RIGHT: dict[str, dict[str, object]] = {
    "/kiosk/tickets": {"service": "card"},
    "/counter_panel/session": {"counter": "1"},
    "/display/announcements": {"seq": 1},
    "/display/turns": {"seq": 1},
    "/kiosk/lists": {"service": "card"},
    "/counter_panel/standstill": {"services": "card", "answer": "break"},
    "/kiosk/spared_visits": {"service": "card"},
    "/kiosk/cases": {"case": "BCDFGHJK"},
    "/kiosk/lost": {"number": "A-001", "code": "0000"},
    "/mobile_ticket/find": {"number": "A-001", "code": "0000"},
    **{f"/mobile_ticket/{wish}": {"ticket": "A-001.xxxxxxxxxxxxxxxx"} for wish in ("leave", "defer", "coming")},
    "/pair": {"token": "x"},
    "/pair/demo": {"kind": "kiosk"},
    "/counter_panel/tickets/{ticket}/transfer": {"service": "birth"},
    "/counter_panel/tickets/{ticket}/persons": {"persons": 1},
    "/counter_panel/tickets/{ticket}/service": {"service": "birth"},
    "/counter_panel/numbers": {"service": "card"},
    "/counter_panel/kiosks/{kiosk}/numbers": {"service": "card"},
    "/counter_panel/cases/moves": {"cases": ["BCDFGHJK"], "stage": "sent"},
    "/counter_panel/cases/taken_back": {"cases": ["BCDFGHJK"], "stage": "sent"},
    "/counter_panel/hand_over": {"to": "Budi"},
    "/counter_panel/take_over": {"counter": "1", "before": "Ani"},
    "/counter_panel/announcements": {"texts": {"id": "Mobil B 1234"}},
    "/counter_panel/announcements/end": {"announcement": 1},
    "/sign_in": {"name": "Budi", "password": PASSWORD},
    "/account/password": {"password": PASSWORD, "new_password": "tujuh kuda laut"},
    "/account/pin": {"password": PASSWORD, "pin": "482915"},
    "/account/second_factor": {"password": PASSWORD},
    "/account/second_factor/confirm": {"code": "000000"},
    "/account/second_factor/remove": {"code": "000000"},
    "/sign_in/code": {"code": "000000"},
    "/sign_in/office": {"office": "test"},
    "/sign_in/invitation": {"office": "test", "answer": "decline"},
    "/admin/people/invite": {"name": "Nobody", "role": "viewer"},
    "/new_password": {"name": "Budi", "code": "none", "new_password": "tujuh kuda laut"},
    "/print_agent/printed": {"jobs": []},
    "/print_agent/head": {"office": "test", "seq": 1, "chain": "a" * 64, "at": "2026-11-24T02:00:00.000000+00:00"},
    "/print_agent/answers": {"question": "none"},
    "/print_agent/printer": {"state": "ready"},
    "/print_agent/results": {"job": "2026-11-24/A-001/0", "result": "sending", "claim": "run-1"},
}


class Counter:
    """An office with one of each device and a seated operator, who asks as whoever may."""

    def __init__(self, folder: Path) -> None:
        self.hub = OfficeHub(folder, small_plan(demo=True), SetClock())
        services = self.hub.app.extensions["antrean"]
        self.devices = {
            kind: pair_device(services.settings, kind, f"A {kind}", self.hub.office.clock) for kind in device_kinds()
        }
        self.hub.office.execute(ChangePlan(what="devices"))
        self.operator, self.leader = self.hub.as_staff("Ani"), self.hub.as_staff("Eka")
        self.half_signed_in = self._half_signed_in("Eka")
        self.operator.post("/counter_panel/session", json={"counter": "1"})
        self.hub.issue()

    def _half_signed_in(self, name: str) -> FlaskClient:
        """Return a browser of somebody who has given the password, and not yet the code of the app."""
        hub = self.hub.app.extensions["antrean"]
        salt = hub.second_factor.new_salt(name)
        hub.second_factor.set_up(name, salt, 0)
        client = self.hub.app.test_client()
        client.post("/sign_in", json={"name": name, "password": PASSWORD})
        return client

    def _who_may(self, path: str) -> FlaskClient:
        if path == "/sign_in/code":
            return self.half_signed_in
        leads = ("/counter_panel/services/", "/counter_panel/outages/", "/counter_panel/standstill")
        if path.startswith(("/admin/", *leads, "/account/second_factor")):
            return self.leader
        if path.startswith(("/counter_panel/", "/account/", "/sign_in/")):
            return self.operator
        return self.hub.app.test_client()

    def post(self, path: str, body: object, form: bool = False) -> TestResponse:
        room, client = path.split("/")[1], self._who_may(path)
        headers = {"Authorization": f"Bearer {self.devices[room][1]}"} if room in self.devices else {}
        url = path.replace("{number}", "A-001").replace("{ticket}", "A-001").replace("{service}", "card")
        url = url.replace("{kiosk}", self.devices["kiosk"][0].id).replace("{voucher}", "1")
        url = url.replace("{printer}", self.devices["print_agent"][0].id)
        return client.post(url, headers=headers, **({"data": body} if form else {"json": body}))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    found = Counter(tmp_path_factory.mktemp("values"))
    yield found
    found.hub.stop()


def schema_of(path: str) -> dict[str, Any]:
    said: dict[str, Any] = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return said


def routes() -> list[tuple[str, dict[str, object]]]:
    """Return each route that takes fields, with what is right there."""
    described = [path for path, methods in DOCUMENT["paths"].items() if "requestBody" in methods.get("post", {})]
    return [(path, RIGHT.get(path, {})) for path in described]


def test_what_is_right_is_said_of_each_route_that_asks_for_something() -> None:
    for path, right in routes():
        assert set(schema_of(path).get("required", ())) <= set(right), f"{path} needs a line in RIGHT of this file"


FIELDS = [(path, name) for path, _right in routes() for name in schema_of(path)["properties"]]
# Signs that nobody sees are taken out of what print agents say, which may make a long text a right one.
PLAIN = st.characters(categories=["L", "N", "P"])
JSON_VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(),
        st.text(PLAIN, min_size=201, max_size=250), st.sampled_from(["1", "true", "\x00", "null"]),
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


def test_every_wish_at_a_counter_describes_the_fields_that_it_takes() -> None:
    for word, kind in TICKET_COMMANDS.items():
        described = set(schema_of("/counter_panel/tickets/{ticket}/" + word)["properties"])
        assert described - {"request_id"} == set(said(kind, {"ticket"})), word


@pytest.mark.parametrize(("path", "name"), FIELDS)
def test_a_value_that_is_not_as_described_is_refused_and_changes_nothing(office: Counter, path: str, name: str) -> None:
    said = {**schema_of(path)["properties"][name], "components": DOCUMENT["components"]}
    described = Draft202012Validator(said)
    right = RIGHT.get(path, {})
    before = office.hub.seq()

    @settings(max_examples=25, deadline=None, database=None)
    @given(JSON_VALUES.filter(lambda value: not described.is_valid(value)))
    def refused(value: object) -> None:
        answer = office.post(path, {**right, name: value})
        assert answer.status_code == 422, (value, answer.text)
        code = answer.get_json()["error"]["code"]
        assert code == "bad_request_id" if name == "request_id" else code in REFUSALS
        assert office.hub.seq() == before

    refused()


REFUSALS = ("value_invalid", "value_missing", "text_unprintable", "persons_out_of_range")


@pytest.mark.parametrize(("path", "right"), routes(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_field_that_is_not_known_is_refused_by_its_name(office: Counter, path: str, right: dict[str, object]) -> None:
    before = office.hub.seq()
    for name in ("personen", "Request_id", "id", "actor", "ticket\x00"):
        answer = office.post(path, {**right, name: 1})
        if schema_of(path)["additionalProperties"]:
            assert path.startswith("/print_agent/")  # an agent of a newer release may say more
            assert answer.json is None or answer.get_json()["error"]["code"] != "field_unknown"
            continue
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "field_unknown"), name
        assert name.replace("\x00", "?") in answer.get_json()["error"]["message"]
    assert office.hub.seq() == before or path.startswith("/print_agent/")


@pytest.mark.parametrize(("path", "right"), routes(), ids=lambda value: value if isinstance(value, str) else "")
def test_an_id_of_another_shape_is_refused_everywhere(office: Counter, path: str, right: dict[str, object]) -> None:
    before = office.hub.seq()
    for bad in BAD_IDS:
        answer = office.post(path, {**right, "request_id": bad})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "bad_request_id"), bad
    for bad in ("", "seven-7", "request 1"):
        written = {name: str(value) for name, value in right.items()}
        answer = office.post(path, {**written, "request_id": bad}, form=True)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "bad_request_id"), bad
    assert office.hub.seq() == before


def admin_routes(office: Counter) -> list[str]:
    """Return an address of each wish of the administration, about something that is there."""
    known = {
        "service": "card", "counter": "1", "device": office.devices["display"][0].id, "ticket": "A-001", "copy": 0,
        "printer": office.devices["print_agent"][0].id, "command": "hold", "interlude": "none",
        "number": 1, "year": 2026, "entry": 1,
    }  # fmt: skip
    found = []
    for rule in office.hub.app.url_map.iter_rules():
        if rule.rule.startswith("/admin/") and "POST" in (rule.methods or ()):
            word = next(
                (
                    one
                    for of, one in (("service", "pause"), ("item", "receive"), ("need", "begin"))
                    if of in rule.arguments
                ),
                "",
            )
            command = {"command": word} if word else {}
            built = rule.build({name: (known | command).get(name, "x") for name in rule.arguments})
            assert built is not None
            found.append(built[1])
    return found


def test_the_administration_refuses_what_it_does_not_know_and_ids_of_another_shape(office: Counter) -> None:
    before, addresses = office.hub.seq(), admin_routes(office)
    assert len(addresses) > 15
    for address in addresses:
        for bad in BAD_IDS:
            answer = office.post(address, {"request_id": bad})
            assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "bad_request_id"), (address, bad)
        answer = office.post(address, {"personen": 1})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "field_unknown"), address
    assert office.hub.seq() == before


@pytest.mark.parametrize(
    ("written", "status", "persons"),
    [
        ("2", 201, 2),
        (" 3 ", 201, 3),
        ("", 201, 1),
        ("2.0", 422, 0),
        ("two", 422, 0),
        ("null", 422, 0),
        ("true", 422, 0),
    ],
)
def test_a_form_writes_numbers_as_text(office: Counter, written: str, status: int, persons: int) -> None:
    answer = office.post("/kiosk/tickets", {"service": "card", "persons": written, "priority": "on"}, form=True)
    assert answer.status_code == status, answer.text
    if status == 201:
        ticket = answer.get_json()["ticket"]
        assert (ticket["persons"], ticket["priority"]) == (persons, True)


@pytest.mark.parametrize("form", [False, True])
def test_an_empty_number_seen_at_a_counter_says_that_nobody_was_there(office: Counter, form: bool) -> None:
    def call(fields: dict[str, object]) -> TestResponse:
        return office.post("/counter_panel/calls", fields, form=form)

    office.hub.issue(service="card")
    called = call({"current": ""}).get_json()["ticket"]["number"]
    office.post(f"/counter_panel/tickets/{called}/start", {})
    before = office.hub.seq()
    answer = call({"current": ""})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "counter_busy")
    assert office.hub.seq() == before
    assert office.post(f"/counter_panel/tickets/{called}/complete", {}).status_code == 200
