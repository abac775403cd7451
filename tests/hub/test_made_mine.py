"""An attacker who read the README, and had every way into the sample office, before and after it became one's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO, RawIOBase
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest
from flask_socketio.test_client import SocketIOTestClient
from werkzeug.test import TestResponse

from antrean.access.devices import pair_device
from antrean.access.one_time_codes import PASSWORD
from antrean.access.ownership import make_mine as owned
from antrean.hub.agents.own_agent import pair_own_agent
from antrean.hub.start.secret_files import TOKEN_FILE
from antrean.queueing.commands import CallNext, MakeMine, OpenCounter
from antrean.queueing.errors import Forbidden
from antrean.storage.factors import PIN, Factor
from tests.conftest import SetClock, small_plan
from tests.fakes.hub_process import wait_until
from tests.fakes.made_once import create_app
from tests.fakes.office_hub import PASSWORD as KNOWN
from tests.fakes.office_hub import QUICK, STAFF, OfficeHub

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HTML = {"Accept": "text/html"}
NAME, OWNER, OWN = "Disdukcapil Kota Baru", "Rina", "kertas hijau delapan"
MINE = {
    "office_name": NAME,
    "again": NAME,
    "time_zone": "Asia/Makassar",
    "administrator": OWNER,
    "password": OWN,
    "request_id": "make-mine-1",
}
KIOSK = {"service": "card"}


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[OfficeHub]:
    made = OfficeHub(tmp_path / "data", small_plan(demo=True), SetClock())
    yield made
    made.stop()


def make_mine(hub: OfficeHub, **changes: str) -> TestResponse:
    return hub.as_staff("Eka").post("/admin/office/mine", json=MINE | changes)


def other_hub(hub: OfficeHub) -> MakeMine:
    """What another hub of the database is asked."""
    return owned(hub.app.extensions["antrean"].settings, NAME, NAME, "Asia/Makassar", OWNER, OWN, QUICK)


def signed_in(hub: OfficeHub, name: str, password: str) -> int:
    return hub.app.test_client().post("/sign_in", json={"name": name, "password": password}).status_code


def test_an_attacker_who_read_the_readme_finds_no_way_in_that_is_left(sample: OfficeHub) -> None:
    services = sample.app.extensions["antrean"]
    people = {name: sample.as_staff(name) for name in STAFF}
    tapped = sample.app.test_client()
    assert tapped.post("/pair/demo", json={"kind": "kiosk"}).status_code == 200
    tokens = {}
    for kind in ("kiosk", "display", "print_agent"):
        tokens[kind] = pair_device(services.settings, kind, f"A {kind}", sample.office.clock)[1]
    services.identities.load()
    code = people["Eka"].post("/admin/people/code", json={"name": "Ani"}).get_json()
    services.settings.factors.replace("Ani", (PIN,), [Factor("Ani", PIN, "hash")])
    waiting, called = sample.issue(), sample.issue()
    link = sample.link(waiting)
    assert sample.app.test_client().get(f"/mobile_ticket/?ticket={link}", headers=HTML).status_code == 200

    assert make_mine(sample).get_json() == {"next": "/sign_in"}

    # Sessions, passwords, one-time codes, PINs.
    for name, browser in people.items():
        assert browser.get("/admin/view?page=today").status_code == 403, name
        assert browser.get("/counter_panel/view").status_code == 403, name
        assert browser.post("/counter_panel/session", json={"counter": "1"}).status_code == 403, name
        assert signed_in(sample, name, KNOWN) == 403
    assert code
    for given in ("code", PASSWORD):
        stolen = {"name": "Ani", "code": str(code.get("code", given)), "new_password": "a long new one"}
        assert sample.app.test_client().post("/new_password", json=stolen).status_code == 403
    assert services.settings.factors.of("Ani") == []
    # Devices and the pairing with one tap.
    assert tapped.post("/kiosk/tickets", json=KIOSK).status_code == 403
    assert sample.app.test_client().post("/pair/demo", json={"kind": "kiosk"}).status_code == 403
    for kind, token in tokens.items():
        answer = sample.app.test_client().get(f"/{kind}/view", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 403, kind
        assert sample.app.test_client().post("/pair", json={"token": token}).status_code == 403, kind
    # Links of the sample's numbers, also when the number is somebody else's now.
    assert sample.app.test_client().get(f"/mobile_ticket/?ticket={link}", headers=HTML).status_code == 404
    mine = sample.issue()
    assert mine.number == waiting.number != called.number
    assert sample.app.test_client().get(f"/mobile_ticket/?ticket={link}", headers=HTML).status_code == 404
    gone = sample.app.test_client().post("/mobile_ticket/leave", data={"ticket": link, "request_id": "leave-mine-1"})
    assert gone.status_code in (404, 409)
    assert sample.ticket(mine.number).state == "waiting"
    # And once more: it can't be made somebody else's.
    assert signed_in(sample, OWNER, OWN) == 200
    owner = sample.app.test_client()
    owner.post("/sign_in", json={"name": OWNER, "password": OWN})
    again = owner.post("/admin/office/mine", json=MINE | {"request_id": "make-mine-2"})
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "office_not_sample")
    assert [member.name for member in services.settings.staff()] == [OWNER]
    assert services.settings.devices() == []


def test_the_office_has_the_new_name_and_zone_and_begins_its_numbers_anew(sample: OfficeHub) -> None:
    sample.issue()
    sample.office.execute(OpenCounter(counter="1", operator="Ani"), "operator:Ani")
    sample.office.execute(CallNext(counter="1", operator="Ani"), "operator:Ani")
    make_mine(sample)
    plan = sample.office.read(lambda _day, plan: plan)
    assert (plan.name, plan.zone, plan.demo) == (NAME, "Asia/Makassar", False)
    assert sample.office.read(lambda day, _plan: (dict(day.tickets), day.calls, dict(day.counters))) == ({}, [], {})
    assert sample.issue().number == "A-001"
    page = sample.app.test_client().get("/sign_in", headers=HTML).text
    assert NAME in page
    assert "Ani" not in page
    assert 'sample-mark"' not in page


def test_a_hub_that_starts_afterwards_finds_the_same_office_and_a_sound_journal(
    sample: OfficeHub, tmp_path: Path
) -> None:
    sample.issue()
    make_mine(sample)
    number = sample.issue().number
    sample.stop()
    config = sample.app.extensions["antrean"].config
    again = create_app(config, SetClock()).extensions["antrean"]
    day = again.office.read(lambda day, _plan: day)
    assert list(day.tickets) == [number]
    assert again.office.read(lambda _day, plan: (plan.name, plan.demo)) == (NAME, False)
    again.stop()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"again": "Disdukcapil Kota Bara"}, "office_name_differs"),
        ({"password": "antrean-demo"}, "password_common"),
        ({"password": "short"}, "password_too_short"),
        ({"administrator": "3208011234567890"}, "note_has_id_number"),
        ({"office_name": "", "again": ""}, "value_invalid"),
        ({"time_zone": "Asia/Nowhere"}, "value_invalid"),
    ],
)
def test_what_can_not_be_is_refused_and_the_sample_stays_as_it_was(
    sample: OfficeHub, changes: dict[str, str], code: str
) -> None:
    before = sample.issue()
    refused = make_mine(sample, **changes)
    assert refused.get_json()["error"]["code"] == code
    assert sample.office.read(lambda _day, plan: plan.demo)
    assert sample.ticket(before.number).state == "waiting"
    assert signed_in(sample, "Eka", KNOWN) == 200


@pytest.mark.parametrize("name", ["Ani", "Dewi", "Fajar"])
def test_nobody_but_an_administrator_makes_the_office_theirs(sample: OfficeHub, name: str) -> None:
    browser = sample.as_staff(name)
    assert browser.post("/admin/office/mine", json=MINE).status_code == 403
    assert "/admin/office/mine" not in browser.get("/admin/office", headers=HTML).text
    assert "/admin/office/mine" in sample.as_staff("Eka").get("/admin/office", headers=HTML).text


def test_a_real_office_has_no_such_key(hub: OfficeHub) -> None:
    eka = hub.as_staff("Eka")
    assert "/admin/office/mine" not in eka.get("/admin/office", headers=HTML).text
    assert eka.post("/admin/office/mine", json=MINE).get_json()["error"]["code"] == "office_not_sample"


def test_every_open_screen_is_cut_off_and_a_phone_of_the_sample_does_not_come_back(sample: OfficeHub) -> None:
    link = {"token": sample.link(sample.issue())}
    dewi, sockets = sample.as_staff("Dewi"), sample.app.extensions["antrean_socketio"]

    def screens() -> list[SocketIOTestClient]:
        return [
            sockets.test_client(sample.app, namespace="/counter_panel", flask_test_client=dewi),
            sockets.test_client(sample.app, namespace="/mobile_ticket", auth=link),
        ]

    panel, phone = screens()
    assert (panel.is_connected("/counter_panel"), phone.is_connected("/mobile_ticket")) == (True, True)
    make_mine(sample)
    wait_until(lambda: not panel.is_connected("/counter_panel"), "the panel is cut off")
    wait_until(lambda: not phone.is_connected("/mobile_ticket"), "the phone is cut off")
    panel, phone = screens()
    assert (panel.is_connected("/counter_panel"), phone.is_connected("/mobile_ticket")) == (False, False)


@pytest.mark.parametrize("namespace", ["/counter_panel", "/mobile_ticket"])
@pytest.mark.parametrize("joined", [False, True])
def test_a_screen_that_joins_while_the_sample_ends_does_not_stay(
    sample: OfficeHub, monkeypatch: pytest.MonkeyPatch, namespace: str, joined: bool
) -> None:
    services, sockets = sample.app.extensions["antrean"], sample.app.extensions["antrean_socketio"]
    auth = {"token": sample.link(sample.issue())} if namespace == "/mobile_ticket" else None
    dewi, rooms, join_text = sample.as_staff("Dewi"), services.rooms, services.publisher.join_text
    tried, disconnect = Event(), sockets.server.disconnect
    ended: list[object] = []

    def end() -> None:
        if not ended:
            ended.append(sample.office.execute(other_hub(sample), "administrator:Eka"))

    def key(room: str) -> str:
        if not joined:
            end()
        return str(rooms.key(room))

    def text(screen: str, room: str) -> str | None:
        end()
        assert tried.wait(60)  # to cut it off, which fails as long as its connecting is not answered
        found: str | None = join_text(screen, room)
        return found

    def cut(*socket: str) -> None:
        disconnect(*socket)
        tried.set()

    monkeypatch.setattr(services, "rooms", Mock(wraps=rooms, key=key))
    monkeypatch.setattr(services.publisher, "join_text", text)
    monkeypatch.setattr(sockets.server, "disconnect", cut)
    late = sockets.test_client(sample.app, namespace=namespace, auth=auth, flask_test_client=dewi)
    assert ended
    wait_until(lambda: not late.is_connected(namespace), "the late screen is cut off")
    wait_until(lambda: (services.joined, services.screens) == ({}, {}), "it is forgotten")


class Late(RawIOBase):
    """The body of a request, which comes when `first` is done, in a thread of its own as another request is."""

    def __init__(self, fields: dict[str, str], first: Callable[[], object]) -> None:
        self.body = json.dumps(fields).encode()
        self._rest = BytesIO(self.body)
        self._first: list[Callable[[], object]] = [first]

    def readable(self) -> bool:
        return True

    def readinto(self, into: WriteableBuffer) -> int:
        while self._first:
            another = Thread(target=self._first.pop())
            another.start()
            another.join()
        return self._rest.readinto(into)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/admin/people", {"name": "Mallory", "role": "administrator"}),
        ("/pair/demo", {"kind": "kiosk"}),
        ("/account/password", {"password": KNOWN, "new_password": "tujuh kuda laut"}),
    ],
)
def test_what_was_asked_in_the_sample_and_said_to_the_end_afterwards_is_refused(
    sample: OfficeHub, path: str, fields: dict[str, str]
) -> None:
    attacker = sample.as_staff("Eka")
    body = Late(fields, lambda: make_mine(sample))
    late = {"wsgi.input": body, "CONTENT_LENGTH": str(len(body.body))}
    answer = attacker.post(path, content_type="application/json", environ_overrides=late)
    assert answer.status_code == 403
    settings = sample.app.extensions["antrean"].settings
    assert [member.name for member in settings.staff()] == [OWNER]
    assert settings.devices() == []


def test_while_somebody_changes_something_that_does_not_end_the_sample_stays(
    sample: OfficeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = sample.app.extensions["antrean"].sample_gate
    monkeypatch.setattr("antrean.web.http.sample_gate.PATIENCE", 0.0)
    gate.enter()
    refused = make_mine(sample)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "office_busy")
    assert sample.office.read(lambda _day, plan: plan.demo)
    gate.leave()
    assert make_mine(sample, request_id="make-mine-9").status_code == 200


def test_whose_password_is_being_checked_when_another_hub_ends_the_sample_is_not_let_in(sample: OfficeHub) -> None:
    identities = sample.app.extensions["antrean"].identities
    right: Callable[[str, str], bool] = identities.passwords.verify

    def slowly(hashed: str, password: str) -> bool:
        identities.passwords.verify = right
        sample.office.execute(other_hub(sample), "administrator:Eka")
        return right(hashed, password)

    identities.passwords.verify = slowly
    with pytest.raises(Forbidden):
        identities.check_password("Eka", KNOWN)
    assert identities.staff() == [OWNER]


def test_this_machines_print_agent_goes_on_with_a_token_that_nobody_had(sample: OfficeHub) -> None:
    services = sample.app.extensions["antrean"]
    file = services.config.data / TOKEN_FILE
    _device, token = pair_device(services.settings, "print_agent", "Printer 1", sample.office.clock)
    file.write_text(token)
    services.identities.load()
    make_mine(sample)
    now = file.read_text()
    client = sample.app.test_client()
    answers = {
        one: client.get("/print_agent/view", headers={"Authorization": f"Bearer {one}"}).status_code
        for one in (token, now)
    }
    assert answers == {token: 403, now: 200}
    assert file.stat().st_mode & 0o077 == 0
    # Who revokes it afterwards means it.
    services.settings.revoke_device(services.settings.devices()[0].id, sample.office.clock())
    assert pair_own_agent(services.config.data, services.settings, "", sample.office.clock) is None
