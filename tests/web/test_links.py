"""A visitor's link is told by the kiosk that gave the number and by its paper, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.backup.archive import write_backup
from antrean.storage.backup.reader import open_backup
from antrean.storage.database.engine import open_engine
from tests.access.test_permissions import address
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

PAGE = {"Accept": "text/html"}
REASON = {"reason": "papers"}
WISHES: tuple[tuple[str, dict[str, str]], ...] = (
    ("recall", {}), ("start", {}), ("hold", REASON), ("resume", {}), ("return_to_queue", {}), ("call", REASON),
    ("no_show", {}), ("readmit", {}), ("cancel", REASON),
)  # fmt: skip
SEATED: tuple[tuple[str, dict[str, str]], ...] = (("session", {"counter": "1"}), ("calls", {}))
PEOPLE = {"operator": "Ani", "supervisor": "Dewi", "administrator": "Eka"}
# Both kiosks have one name, as two of the sample office have: who somebody is is not what they are called.
DEVICES = {"kiosk": "Kiosk", "kiosk 2": "Kiosk 2", "display": "Lobby", "print_agent": "Printer"}


class Reception:
    """An office with two kiosks, a display, a print agent and staff; the first kiosk has given one number."""

    def __init__(self, folder: Path, plan: OfficePlan) -> None:
        self.folder = folder
        self.hub = OfficeHub(folder, plan, SetClock())
        self.services = self.hub.app.extensions["antrean"]
        self.services.identities.load()
        self.clients = {known: self.paired(known.split()[0], name) for known, name in DEVICES.items()}
        self.hub.office.execute(ChangePlan(what="devices"))
        self.clients |= {role: self.hub.as_staff(name) for role, name in PEOPLE.items()}
        self.wish = {"service": "card", "request_id": "first-visit"}
        self.told: dict[str, Any] = self.clients["kiosk"].post("/kiosk/tickets", json=self.wish).get_json()["ticket"]
        self.link = self.told["follow_url"].partition("ticket=")[2]
        self.proof = self.link.partition(".")[2]

    def paired(self, kind: str, name: str) -> FlaskClient:
        _, token = pair_device(self.services.settings, kind, name, self.hub.office.clock)
        self.services.identities.load()
        client = self.hub.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client


@pytest.fixture(scope="module")
def reception(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reception]:
    office = Reception(tmp_path_factory.mktemp("links"), small_plan())
    yield office
    office.hub.stop()


def test_the_kiosk_that_gave_the_number_is_told_the_link_and_so_is_its_paper(reception: Reception) -> None:
    assert len(reception.proof) >= 16
    again = reception.clients["kiosk"].post("/kiosk/tickets", json=reception.wish).get_json()["ticket"]
    assert again["follow_url"] == reception.told["follow_url"]
    mine = reception.clients["kiosk"].get(f"/kiosk/tickets/{reception.told['number']}")
    assert mine.get_json()["ticket"]["follow_url"] == reception.told["follow_url"]
    slips = reception.clients["print_agent"].get("/print_agent/view").get_json()["slips"]
    assert [slip["content"]["qr"] for slip in slips] == [reception.told["follow_url"]]
    phone = reception.hub.app.test_client()
    assert reception.told["number"] in phone.get(f"/mobile_ticket/?ticket={reception.link}", headers=PAGE).text


def test_another_kiosk_sees_the_number_and_neither_link_nor_code(reception: Reception) -> None:
    other, path = reception.clients["kiosk 2"], f"/kiosk/tickets/{reception.told['number']}"
    told = other.get(path).get_json()["ticket"]
    assert told == {name: value for name, value in reception.told.items() if name != "follow_url"}
    drawn = {who: reception.clients[who].get(path, headers=PAGE).text for who in ("kiosk", "kiosk 2")}
    assert 'class="follow-code"><svg' in drawn["kiosk"]
    assert "follow-code" not in drawn["kiosk 2"]
    assert reception.told["number"] in drawn["kiosk 2"]


def test_no_page_and_no_view_tells_the_link_to_anybody_else(reception: Reception) -> None:
    asked = 0
    rules = [rule for rule in reception.hub.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    for who, client in reception.clients.items():
        if who in ("kiosk", "print_agent"):
            continue
        for rule in rules:
            if rule.endpoint.endswith("static") or rule.endpoint == "sockets":
                continue
            for headers in ({}, PAGE):
                answer = client.get(address(rule), headers=headers)
                asked += answer.status_code == 200
                assert reception.proof.encode() not in answer.data, f"{who} {rule.rule}"
    assert asked > 40


def test_no_answer_to_staff_tells_the_link(tmp_path: Path) -> None:
    reception = Reception(tmp_path, small_plan())
    operator, number = reception.clients["operator"], reception.told["number"]
    said = [operator.post(f"/counter_panel/{path}", json=wish) for path, wish in SEATED]
    said += [operator.post(f"/counter_panel/tickets/{number}/{wish}", json=fields) for wish, fields in WISHES]
    said.append(operator.get("/counter_panel/search?q=1"))
    said.append(reception.clients["supervisor"].get("/admin/view?page=today"))
    assert sum(answer.status_code < 300 for answer in said) > 8
    for answer in said:
        assert reception.proof not in answer.text
        assert "follow_url" not in answer.text
    reception.hub.stop()


def test_no_file_of_the_office_holds_the_link(reception: Reception, tmp_path: Path) -> None:
    for file in reception.folder.rglob("*"):
        if file.is_file():
            assert reception.proof.encode() not in file.read_bytes(), file
    engine = open_engine(f"sqlite:///{reception.folder / 'antrean.sqlite3'}")
    backup = tmp_path / "backup.antrean"
    write_backup(engine, reception.folder, backup, datetime.now(UTC))
    lines = 0
    with open_backup(backup, tmp_path, "") as made:
        for batch in made.rows("journal"):
            for row in batch:
                lines += 1
                assert reception.proof not in str(dict(row))
    assert lines > 1


def test_what_phones_are_sent_is_the_same_for_all_and_names_no_link(reception: Reception) -> None:
    other = reception.clients["kiosk 2"].post("/kiosk/tickets", json={"service": "family"}).get_json()["ticket"]
    phone = reception.hub.app.test_client()
    links = (reception.link, other["follow_url"].partition("ticket=")[2])
    views = [phone.get(f"/mobile_ticket/view?ticket={link}") for link in links]
    assert [view.status_code for view in views] == [200, 200]
    assert views[0].get_json()["tickets"] == views[1].get_json()["tickets"]
    assert {reception.told["number"], other["number"]} <= set(views[0].get_json()["tickets"])
    for link in links:
        assert link.partition(".")[2] not in views[0].text + views[1].text


@pytest.mark.parametrize("wrong", ["A-001", "A-001.AAAAAAAAAAAAAAAA", "%00", "x" * 4000])
def test_a_link_that_somebody_made_up_follows_nothing_and_gives_nothing_back(reception: Reception, wrong: str) -> None:
    stranger, before = reception.hub.app.test_client(), reception.hub.seq()
    assert stranger.get(f"/mobile_ticket/?ticket={wrong}", headers=PAGE).status_code == 404
    assert stranger.get(f"/mobile_ticket/view?ticket={wrong}").status_code == 404
    assert stranger.post("/mobile_ticket/leave", json={"ticket": wrong}).status_code in (404, 422)
    assert reception.hub.seq() == before
