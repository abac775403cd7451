"""No identity number gets in anywhere: every field of every route, every form of the administration, every report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from antrean.access.devices import pair_device
from antrean.access.identity import ADMINISTRATORS
from antrean.queueing.commands import ChangePlan
from antrean.queueing.privacy import MASK
from antrean.web.http.private_texts import MACHINE_MADE, masked
from app import permissions
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.web.http.test_values import FIELDS

NUMBERS = ("NIK 3208011205900001", "32O8 O112 0590 0001", "3208abcd0112efgh0590ijkl0001")
STRANGERS = (
    "/sign_in",
    "/sign_in/code",
    "/sign_in/office",
    "/sign_in/invitation",
    "/new_password",
    "/pair",
    "/pair/code",
    "/pair/demo",
    "/mobile_ticket/find",
    "/mobile_ticket/leave",
    "/mobile_ticket/defer",
    "/mobile_ticket/coming",
)  # nothing that they write is kept
TYPED = re.compile(r"<(?:input|textarea|select)\b[^>]*?\bname=\"([^\"]+)\"")


class Everyone:
    """An office with all its devices and people, and the files it keeps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hub = OfficeHub(folder, small_plan(demo=True), SetClock())
        services = self.hub.app.extensions["antrean"]
        kinds = ("kiosk", "display", "print_agent")
        self.devices = {
            kind: pair_device(services.settings, kind, f"A {kind}", self.hub.office.clock) for kind in kinds
        }
        services.identities.load()
        self.hub.office.execute(ChangePlan(what="devices"))
        self.operator, self.administrator = self.hub.as_staff("Ani"), self.hub.as_staff("Eka")
        self.operator.post("/counter_panel/session", json={"counter": "1"})
        self.hub.issue()

    def post(self, path: str, fields: dict[str, Any]) -> Any:
        room = path.split("/")[1]
        client = self.operator if room == "counter_panel" else self.hub.app.test_client()
        leads = ("/counter_panel/services/", "/counter_panel/outages/", "/counter_panel/standstill")
        if path.startswith(("/admin/", "/account/", "/sign_in/", *leads)):
            client = self.administrator
        headers = {"Authorization": f"Bearer {self.devices[room][1]}"} if room in self.devices else {}
        return client.post(path, headers=headers, json=fields)

    def keeps(self, words: str) -> bool:
        """Whether any file of the office holds these words."""
        return any(words.encode() in file.read_bytes() for file in self.folder.rglob("*") if file.is_file())


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everyone]:
    found = Everyone(tmp_path_factory.mktemp("texts"))
    yield found
    found.hub.stop()


def code(answer: Any) -> str:
    return answer.get_json()["error"]["code"] if answer.status_code >= 400 else f"{answer.status_code}"


def test_no_field_that_people_or_screens_fill_takes_one(office: Everyone) -> None:
    asked = 0
    for path, name in FIELDS:
        if path in STRANGERS or path.startswith("/print_agent/") or name in MACHINE_MADE:
            continue
        address = path.replace("{ticket}", "A-001").replace("{voucher}", "1")
        for number in NUMBERS:
            asked += 1
            assert code(office.post(address, {name: number})) == "note_has_id_number", (address, name)
    assert asked > 50


@pytest.mark.parametrize(
    "sign", ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\u00ad", "\u2028", "\u3164", "\x1b"]
)
def test_no_field_that_people_fill_takes_a_sign_that_nobody_sees(office: Everyone, sign: str) -> None:
    seq = office.hub.seq()
    asked = 0
    for path, name in FIELDS:
        if path in STRANGERS or path.startswith("/print_agent/") or name in MACHINE_MADE:
            continue
        address = path.replace("{ticket}", "A-001").replace("{voucher}", "1")
        asked += 1
        assert code(office.post(address, {name: f"Ani{sign}idewaP"})) == "text_unprintable", (address, name)
    assert asked > 15
    assert office.hub.seq() == seq


def test_what_a_print_agent_reports_is_kept_without_signs_that_nobody_sees(office: Everyone) -> None:
    answer = office.post("/print_agent/printer", {"state": "error", "detail": "jam\u202emed\x1b at\u200b 2"})
    assert answer.status_code == 204
    printer = office.devices["print_agent"][0].id
    assert office.hub.office.read(lambda day, _plan: day.printers[printer].detail) == "jammed at 2"


def test_words_of_any_script_and_pictures_of_several_signs_pass(office: Everyone) -> None:
    words = {"text_id": "Tutup\nsementara 👨\u200d👩\u200d👧 ❤️", "text_en": "می\u200cخواهم · שָׁלוֹם\tเปิด"}
    answer = office.post("/admin/services/card", {"state": "paused", **words})
    assert answer.status_code == 200, answer.text


def test_a_number_that_is_split_over_the_languages_of_a_text_is_refused(office: Everyone) -> None:
    split = {"state": "paused", "text_id": "Bawa KTP 32080112", "text_en": "05900001"}
    assert code(office.post("/admin/services/card", split)) == "note_has_id_number"
    assert code(office.post("/admin/services/card", {**split, "text_en": "Bring it"})) == "200"
    assert not office.keeps("05900001")


@pytest.mark.parametrize(
    "written", ["3208011205900001", "3208-0112-0590-0001", "nik_3208011205900001", "kiosk1-03208011205900001"]
)
def test_no_requests_id_is_an_identity_number(office: Everyone, written: str) -> None:
    answer = office.post("/kiosk/tickets", {"service": "birth", "persons": 1, "request_id": written})
    assert (answer.status_code, code(answer)) == (422, "note_has_id_number")
    assert not office.keeps(written)


@pytest.mark.parametrize(
    "drawn",
    ["0123456789abcdef", "32750145088500033275014508850003abcdef01", "20261124-0800-0001", "order-2026-11-24-000123",
     "1764207000123456", "9f1c3275014508850003b2c4d6e8f0a1", "3275014508850003-4a1b-4c2d-8e3f-0a1b2c3d4e5f"],
)  # fmt: skip
def test_ids_that_programs_draw_pass_whatever_digits_they_have(office: Everyone, drawn: str) -> None:
    assert office.post("/kiosk/tickets", {"service": "birth", "persons": 1, "request_id": drawn}).status_code == 201


def forms(office: Everyone) -> set[tuple[str, str]]:
    """Return the address and a field of each form of the administration, as its pages have them."""
    printer = office.devices["print_agent"][0].id
    pages = [
        path
        for endpoint in permissions().pages
        if endpoint.startswith("admin.")
        for path in [f"/admin/{endpoint.split('.')[1]}"]
    ]
    found: set[tuple[str, str]] = set()
    for page in [*pages, f"/admin/printers/{printer}/set_up"]:
        answer = office.administrator.get(page)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in re.findall(r"<form\b.*?</form>", answer.text, re.S):
            action = re.search(r"\baction=\"([^\"]+)\"", form[: form.index(">")])
            if action is not None and 'method="post"' in form[: form.index(">")]:
                found |= {(unescape(action[1]), unescape(name)) for name in TYPED.findall(form)}
    return found


def test_no_form_of_the_administration_takes_one(office: Everyone) -> None:
    found = {(action, name) for action, name in forms(office) if name not in MACHINE_MADE}
    rooms = {action.split("/")[2] for action, _name in found}
    assert rooms >= {"services", "screens", "slip", "voice", "clock", "printers"}, rooms
    assert {name for _action, name in found} >= {"text_id", "header_id", "footer_id"}
    for action, name in sorted(found):
        answer = office.post(action, {name: NUMBERS[0]})
        assert code(answer) in ("note_has_id_number", "field_unknown"), (action, name, answer.text)
    assert not office.keeps("3208011205900001")


def test_a_notice_that_comes_with_a_picture_takes_none_either(office: Everyone) -> None:
    answer = office.administrator.post(
        "/admin/screens/interludes", data={"text_id": NUMBERS[0], "seconds": "12"}, content_type="multipart/form-data"
    )
    assert code(answer) == "note_has_id_number"


def test_what_a_print_agent_reports_is_kept_without_its_digits(office: Everyone) -> None:
    for path, name in FIELDS:
        if path.startswith("/print_agent/") and name not in MACHINE_MADE:
            office.post(path, {"job": "2026-11-24/A-001/0", "state": "ready", "result": "failed", name: NUMBERS[0]})
    answer = office.post(
        "/print_agent/printer", {"state": "error", "detail": f"jammed at {NUMBERS[0]}, call 0812-3456-7890"}
    )
    assert answer.status_code == 204
    printer = office.devices["print_agent"][0].id
    detail = office.hub.office.read(lambda day, _plan: day.printers[printer].detail)
    assert detail == f"jammed at NIK {MASK * 16}, call 0812-3456-7890"
    assert not office.keeps("3208011205900001")


def test_reports_are_masked_however_deep_and_ids_are_left_alone() -> None:
    report = {
        "found": [{"words": NUMBERS[0], "address": "tcp://192.0.2.1:9100"}, [NUMBERS[0]], 7, None],
        "claim": "3208011205900001",
    }
    assert masked(report) == {
        "found": [{"words": f"NIK {MASK * 16}", "address": "tcp://192.0.2.1:9100"}, [f"NIK {MASK * 16}"], 7, None],
        "claim": "3208011205900001",
    }
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    assert masked({"found": deep})["found"] != deep


def test_more_text_than_anybody_writes_is_not_looked_through(office: Everyone) -> None:
    answer = office.post("/admin/slip", {"header_id": "1O" * 15_000})
    assert code(answer) == "body_too_large"


def test_only_administrators_may_look_at_who_did_what() -> None:
    assert permissions().pages["admin.audit"] is ADMINISTRATORS
