"""What can't be right is refused with the promised status and code, in three languages, and changes no line."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from antrean.access.devices import pair_device
from antrean.access.staff import add_staff
from antrean.queueing.commands import IssueTicket
from antrean.storage.database.engine import database_url, open_engine
from app import open_office
from tests.conftest import small_plan
from tests.fakes.hub_process import PASSWORD, HubProcess, now
from tests.journeys.conftest import MODES

OTHER = "other"
JSON = {"Content-Type": "application/json"}
MEGABYTE = b'{"service": "' + b"x" * 1_000_000 + b'"}'


class Office:
    """A running hub whose database holds a second office, and what clients of the first have."""

    def __init__(self, hub: HubProcess) -> None:
        self.hub = hub
        other = replace(hub.config, office=OTHER)
        office, settings = open_office(other)
        settings.create_office(small_plan(office=OTHER))
        add_staff(settings, "Fajar", "operator", PASSWORD)
        self.other_kiosk = pair_device(settings, "kiosk", "Kiosk lain", now)[1]
        for _ in range(3):
            office.execute(IssueTicket(service="family", language="id"))
        self.kiosk = hub.pair("kiosk", "Kiosk 1")
        hub.start()
        self.ticket = self.post("/kiosk/tickets", {"service": "card"}).json()["ticket"]
        self.operator = requests.Session()
        signed_in = self.operator.post(hub.url + "/sign_in", json={"name": "Ani", "password": PASSWORD}, timeout=30)
        assert signed_in.status_code == 200
        assert self.wish("/counter_panel/session", {"counter": "3"}).status_code == 200

    def post(self, path: str, body: object, token: str | None = None, **headers: str) -> requests.Response:
        """Send JSON, or bytes as they are, as the kiosk or with another token."""
        sent = {**JSON, "Authorization": f"Bearer {self.kiosk if token is None else token}", **headers}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return requests.post(self.hub.url + path, data=data, headers=sent, timeout=30)

    def wish(self, path: str, fields: object) -> requests.Response:
        """Send JSON as the operator."""
        return self.operator.post(self.hub.url + path, json=fields, timeout=30)

    def lines(self) -> list[tuple[Any, ...]]:
        """Return every row of the journal, of both offices."""
        engine = open_engine(database_url("", self.hub.config.data))
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text("SELECT * FROM journal ORDER BY office, seq"))]


@pytest.fixture(scope="module", params=MODES)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    hub = HubProcess(tmp_path_factory.mktemp("bad_input"), small_plan(), request.param)
    try:
        yield Office(hub)
    finally:
        hub.end()


@pytest.fixture(autouse=True)
def _no_line_is_written(office: Office) -> Iterator[None]:
    before = office.lines()
    yield
    assert office.lines() == before


def told(answer: requests.Response) -> tuple[int, str]:
    """Return status and code of a refusal, which always has a sentence too."""
    error = answer.json()["error"]
    assert set(error) == {"code", "message"}
    assert error["message"]
    return answer.status_code, error["code"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"service": "nothing"}, 404, "service_unknown"),
        ({}, 422, "value_missing"),
        (b"", 422, "value_missing"),
        (b"null", 422, "value_missing"),
        ({"service": None}, 422, "value_missing"),
        ({"service": ["card"]}, 422, "value_invalid"),
        ({"service": "c" * 41}, 422, "value_invalid"),
        ({"service": "card\x00"}, 422, "value_invalid"),
        ({"service": "card", "persons": 0}, 422, "persons_out_of_range"),
        ({"service": "card", "persons": 10}, 422, "persons_out_of_range"),
        ({"service": "card", "persons": -1}, 422, "persons_out_of_range"),
        ({"service": "card", "persons": 10**30}, 422, "persons_out_of_range"),
        ({"service": "card", "persons": "x"}, 422, "value_invalid"),
        ({"service": "card", "persons": True}, 422, "value_invalid"),
        ({"service": "card", "persons": 1.5}, 422, "value_invalid"),
        ({"service": "card", "persons": [1]}, 422, "value_invalid"),
        ({"service": "card", "persons": "٣"}, 422, "value_invalid"),
        ({"service": "card", "persons": "--5"}, 422, "value_invalid"),
        ({"service": "card", "persons": "5" + "0" * 12}, 422, "value_invalid"),
        ({"service": "card", "persons": " " * 12 + "-5"}, 422, "value_invalid"),
        ({"service": "card", "persons": "2"}, 422, "value_invalid"),
        ({"service": "card", "persons": None}, 422, "value_invalid"),
        ({"service": "card", "persons": ""}, 422, "value_invalid"),
        ({"service": "card", "priority": None}, 422, "value_invalid"),
        ({"service": "card", "priority": "true"}, 422, "value_invalid"),
        ({"service": "card", "language": None}, 422, "value_invalid"),
        ({"service": "card", "Persons": 2}, 422, "field_unknown"),
        ({"service": "card", "\ud800" * 99: 2}, 422, "field_unknown"),
        ({"service": "card", "request_id": ""}, 422, "bad_request_id"),
        ({"service": "card", "request_id": None}, 422, "bad_request_id"),
        ({"service": "card", "request_id": "seven-7"}, 422, "bad_request_id"),
        ({"service": "card", "request_id": "request-1\n"}, 422, "bad_request_id"),
        ({"service": "card", "request_id": "request 1"}, 422, "bad_request_id"),
        ({"service": "card", "request_id": "permintáan"}, 422, "bad_request_id"),
        ({"service": "card", "priority": "perhaps"}, 422, "value_invalid"),
        ({"service": "card", "priority": 1}, 422, "value_invalid"),
        ({"service": "card", "language": "xx"}, 422, "value_invalid"),
        ({"service": "card", "request_id": 7}, 422, "bad_request_id"),
        ({"service": "card", "request_id": "r" * 65}, 422, "bad_request_id"),
        ({"service": "card", "request_id": "request-1\x00"}, 422, "bad_request_id"),
        ({"service": "card", "request_id": "request-\ud800"}, 422, "bad_request_id"),
        (b'{"service": "card"', 422, "bad_request"),
        (b'{"service": "card", "persons": ' + b"9" * 5000 + b"}", 422, "bad_request"),
        (b"[" * 50_000, 422, "bad_request"),
        (b"\xff\xfe", 422, "bad_request"),
        (["card"], 422, "bad_request"),
        ("card", 422, "bad_request"),
        (7, 422, "bad_request"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_wish_for_a_number_that_cannot_be_right(office: Office, body: object, status: int, code: str) -> None:
    assert told(office.post("/kiosk/tickets", body)) == (status, code)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "image/png"])
def test_a_body_of_another_kind_is_refused(office: Office, kind: str) -> None:
    answer = office.post("/kiosk/tickets", b'{"service": "card"}', **{"Content-Type": kind})
    assert told(answer) == (422, "bad_request")


@pytest.mark.parametrize("token", ["", "wrong", "x" * 4000])
def test_without_the_token_of_a_kiosk_nothing_is_given(office: Office, token: str) -> None:
    assert told(office.post("/kiosk/tickets", {"service": "card"}, token)) == (403, "device_not_paired")
    unsaid = requests.post(office.hub.url + "/kiosk/tickets", json={"service": "card"}, timeout=30)
    assert told(unsaid) == (403, "device_not_paired")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_a_megabyte_is_refused_and_the_client_hears_so(office: Office, chunked: bool) -> None:
    headers = {**JSON, "Authorization": f"Bearer {office.kiosk}"}
    connection = http.client.HTTPConnection("127.0.0.1", office.hub.config.port, timeout=30)
    pieces = [MEGABYTE[at : at + 65536] for at in range(0, len(MEGABYTE), 65536)]
    connection.request("POST", "/kiosk/tickets", iter(pieces) if chunked else MEGABYTE, headers, encode_chunked=chunked)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["error"]["code"]) == (422, "body_too_large")
    # The connection goes on, or was closed in order; http.client then opens it anew.
    connection.request("GET", "/kiosk/services", headers=headers)
    again = connection.getresponse()
    assert again.status == 200
    again.read()
    connection.close()


def test_another_offices_tickets_staff_and_devices_do_not_exist_here(office: Office) -> None:
    kiosk = {"Authorization": f"Bearer {office.kiosk}"}
    assert told(requests.get(office.hub.url + "/kiosk/tickets/B-001", headers=kiosk, timeout=30)) == (
        404,
        "ticket_unknown",
    )
    for wish in ("call", "recall", "start", "complete", "no_show", "readmit", "hold", "resume", "cancel"):
        assert told(office.wish(f"/counter_panel/tickets/B-002/{wish}", {})) == (404, "ticket_unknown"), wish
    view = requests.get(office.hub.url + "/mobile_ticket/view?ticket=other-0", timeout=30)
    assert told(view) == (404, "ticket_gone")
    leave = requests.post(office.hub.url + "/mobile_ticket/leave", json={"ticket": "other-0"}, timeout=30)
    assert told(leave) == (404, "ticket_gone")
    assert told(office.post("/kiosk/tickets", {"service": "card"}, office.other_kiosk)) == (403, "device_not_paired")
    sign_in = requests.post(office.hub.url + "/sign_in", json={"name": "Fajar", "password": PASSWORD}, timeout=30)
    assert told(sign_in) == (403, "sign_in_failed")


@pytest.mark.parametrize(
    ("path", "fields", "status", "code"),
    [
        ("tickets/A-001/fly", {}, 404, "not_found"),
        ("tickets/A-999/call", {}, 404, "ticket_unknown"),
        ("tickets/A-001%00/call", {}, 404, "ticket_unknown"),
        ("tickets/A-001/start", {}, 409, "ticket_not_called"),
        ("tickets/A-001/complete", {"outcome": "finished"}, 409, "ticket_not_serving"),
        ("tickets/A-001/complete", {"outcome": "vanished"}, 422, "value_invalid"),
        ("tickets/A-001/persons", {"persons": 0}, 422, "persons_out_of_range"),
        ("tickets/A-001/persons", {}, 422, "value_missing"),
        ("tickets/A-001/cancel", {"reason": "n" * 201}, 422, "value_invalid"),
        ("tickets/A-001/cancel", {"reason": "\ud83d"}, 422, "value_invalid"),
        ("tickets/A-001/cancel", {"reason": "KTP 3208 1234 5678 9012"}, 422, "note_has_id_number"),
        ("tickets/A-001/call", {"reason": 5}, 422, "value_invalid"),
        ("session", {"counter": "99"}, 404, "counter_unknown"),
        ("session", {}, 422, "value_missing"),
        ("calls", ["A-001"], 422, "bad_request"),
        ("undo", {}, 409, "nothing_to_undo"),
    ],
)
def test_an_operators_wish_that_cannot_be_granted(
    office: Office, path: str, fields: object, status: int, code: str
) -> None:
    assert told(office.wish("/counter_panel/" + path, fields)) == (status, code)


def test_every_refusal_speaks_the_language_of_the_one_who_asked(office: Office) -> None:
    sentences = {
        "id": "Jumlah orang harus antara 1 dan 9.",
        "en": "The number of persons must be between 1 and 9.",
        "su": "Jumlah jalmi kedah antara 1 sareng 9.",
    }
    wish = {"service": "card", "persons": 0}
    for language, sentence in sentences.items():
        by_header = office.post("/kiosk/tickets", wish, **{"Accept-Language": f"{language},de;q=0.5"})
        by_cookie = office.post("/kiosk/tickets", wish, Cookie=f"antrean_language={language}")
        assert [answer.json()["error"]["message"] for answer in (by_header, by_cookie)] == [sentence, sentence]
    unknown = office.post("/kiosk/tickets", wish, **{"Accept-Language": "de"})
    assert unknown.json()["error"]["message"] == sentences["id"]
