"""One of two offices of a hub is the sample and becomes somebody's own: the other one notices nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from antrean.access.devices import pair_device
from antrean.hub.start.secret_files import TOKEN_FILE
from antrean.storage.database import schema
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.factors import PIN, Factor
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import PASSWORD
from tests.hub.test_made_mine import MINE, OWN, OWNER, Late
from tests.storage.settings.test_made_mine import rows_of
from tests.web.test_several_offices import OPERATORS, ZONES, OneOffice, TwoOffices

PAGE = {"Accept": "text/html"}


@dataclass
class Beside:
    """Two offices on one hub, of which one is the sample."""

    hub: TwoOffices
    sample: OneOffice
    other: OneOffice

    def make_mine(self, **changes: str) -> TestResponse:
        return self.sample.administrator.post("/admin/office/mine", json=MINE | changes)

    def is_sample(self, office: OneOffice) -> bool:
        return office.services.office.read(lambda _day, plan: plan.demo)

    def rows(self, office: OneOffice) -> Counter[tuple[Any, ...]]:
        """Return all rows of an office; of a session and a device only which it is.

        The hub writes by itself when one was used, and with it the digest of devices.
        """
        by_itself = (schema.sessions, schema.devices)
        with open_engine(database_url("", self.hub.folder)).connect() as connection:
            rows = [
                (table, list[Any](row))
                for table in schema.metadata.sorted_tables
                for row in connection.execute(rows_of(table, office.code))
            ]
        return Counter(
            (table.name, *(row[:3] if table in by_itself else row))
            for table, row in rows
            if table is not schema.digests or row[1] != schema.devices.name
        )

    def answers(self, office: OneOffice) -> dict[str, int]:
        """Return what the ways into an office answer: its devices, its people, the link of its first number."""
        client = self.hub.app.test_client()
        return {
            "kiosk": client.get("/kiosk/view", headers=office.as_kiosk).status_code,
            "display": client.get("/display/view", headers=office.as_display).status_code,
            "operator": office.operator.get("/counter_panel/view").status_code,
            "administrator": office.administrator.get("/admin/view?page=today").status_code,
            "phone": client.get(f"/mobile_ticket/?ticket={office.links[0]}", headers=PAGE).status_code,
            "password": self.signed_in(OPERATORS[office.code], PASSWORD),
        }

    def signed_in(self, name: str, password: str) -> int:
        return self.hub.app.test_client().post("/sign_in", json={"name": name, "password": password}).status_code

    def connected(self, office: OneOffice) -> set[str]:
        return {namespace for namespace, screen in office.screens.items() if screen.is_connected(namespace)}


@pytest.fixture
def beside(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Beside]:
    sample = str(request.param)
    hub = TwoOffices(tmp_path, sample)
    other = next(code for code in ZONES if code != sample)
    for office in hub.offices.values():
        office.issue(hub.app, "card")
        office.screens["/mobile_ticket"] = hub.socket("/mobile_ticket", office.links[0])
        office.services.settings.factors.replace(OPERATORS[office.code], (PIN,), [])
    yield Beside(hub, hub.offices[sample], hub.offices[other])
    hub.stop()


@pytest.mark.parametrize("beside", list(ZONES), indirect=True)
def test_nothing_of_the_office_beside_it_ends(beside: Beside) -> None:
    other, sample = beside.other, beside.sample
    name = OPERATORS[other.code]
    other.services.settings.factors.replace(name, (PIN,), [Factor(name, PIN, "hash")])
    open_before, before = beside.connected(other), beside.rows(other)
    assert set(beside.answers(other).values()) == set(beside.answers(sample).values()) == {200}

    assert beside.make_mine().status_code == 200

    wait_until(lambda: not beside.connected(sample), "every screen of the sample is cut off")
    assert beside.connected(other) == open_before == set(other.screens)
    assert before - beside.rows(other) == Counter()
    assert set(beside.answers(other).values()) == {200}
    assert {way: status for way, status in beside.answers(sample).items() if status == 200} == {}
    assert other.issue(beside.hub.app, "card")["number"].endswith("-002")
    lines = beside.hub.lines(other.code)
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    assert beside.signed_in(OWNER, OWN) == 200


@pytest.mark.parametrize("beside", ["jayapura"], indirect=True)
def test_its_names_are_none_of_the_new_administrator(beside: Beside) -> None:
    refused = beside.make_mine(administrator=OPERATORS[beside.other.code])
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "name_elsewhere")
    assert beside.is_sample(beside.sample)


@pytest.mark.parametrize("beside", ["kuningan"], indirect=True)
def test_while_the_sample_ends_others_work_on(beside: Beside) -> None:
    with beside.sample.services.sample_gate.ending():
        assert set(beside.answers(beside.other).values()) == {200}
        assert beside.other.issue(beside.hub.app, "card")["number"].endswith("-002")
        kiosk = beside.hub.app.test_client()
        late = kiosk.post("/kiosk/tickets", json={"service": "card"}, headers=beside.sample.as_kiosk)
        assert late.status_code == 403
        assert beside.signed_in(OPERATORS[beside.sample.code], PASSWORD) == 403


def said_late(beside: Beside, known: FlaskClient, path: str, fields: dict[str, str]) -> int:
    """Return what a request is answered that began in the sample, and said its fields after the sample had ended."""
    body = Late(fields, beside.make_mine)
    given = {"wsgi.input": body, "CONTENT_LENGTH": str(len(body.body))}
    answer = known.post(path, content_type="application/json", environ_overrides=given)
    assert not beside.is_sample(beside.sample)
    return answer.status_code


@pytest.mark.parametrize(
    ("beside", "path"), [("jayapura", "/admin/people"), ("kuningan", "/sign_in")], indirect=["beside"]
)
def test_what_the_other_office_asked_meanwhile_is_done(beside: Beside, path: str) -> None:
    fields = {
        "/admin/people": {"name": "Wulan", "role": "operator"},
        "/sign_in": {"name": OPERATORS[beside.other.code], "password": PASSWORD},
    }[path]
    assert said_late(beside, beside.other.administrator, path, fields) == 200


@pytest.mark.parametrize(
    ("beside", "path"),
    [("kuningan", "/admin/people"), ("jayapura", "/sign_in"), ("kuningan", "/sign_in")],
    indirect=["beside"],
)
def test_what_was_asked_in_the_sample_and_said_to_the_end_afterwards_is_refused(beside: Beside, path: str) -> None:
    fields = {
        "/admin/people": {"name": "Mallory", "role": "administrator"},
        "/sign_in": {"name": OPERATORS[beside.sample.code], "password": PASSWORD},
    }[path]
    assert said_late(beside, beside.sample.administrator, path, fields) == 403
    assert [member.name for member in beside.sample.services.settings.staff()] == [OWNER]


@pytest.mark.parametrize("beside", ["jayapura"], indirect=True)
def test_this_machines_print_agent_stays_with_the_office_that_it_is_of(beside: Beside) -> None:
    file = beside.hub.folder / TOKEN_FILE
    settings, clock = beside.other.services.settings, beside.hub.clock
    file.write_text(pair_device(settings, "print_agent", "Printer 1", clock)[1])
    beside.other.services.identities.load()
    token = file.read_text()
    beside.make_mine()
    assert file.read_text() == token
    client = beside.hub.app.test_client()
    assert client.get("/print_agent/view", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert beside.sample.services.settings.devices() == []
