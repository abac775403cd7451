"""Setting a printer up over HTTP, with the agent's part played by its requests."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from antrean.hub.agents.printer_addresses import texts
from antrean.queueing.commands import ChangePlan
from antrean.queueing.events import PlanChanged
from antrean.queueing.journal.entry import JournalEntry
from tests.admin.conftest import Agent
from tests.fakes.office_hub import OfficeHub

IP = "tcp://192.168.1.50:9100"


def part(client: FlaskClient, agent: Agent, name: str) -> str:
    return " ".join(client.get("/admin/view?page=printers").get_json()["html"][f"{name}.{agent.id}"].split())


def wish(client: FlaskClient, agent: Agent, path: str, **fields: Any) -> TestResponse:
    return client.post(f"/admin/printers/{agent.id}/{path}", json=fields)


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def address(hub: OfficeHub, agent: Agent) -> str:
    devices = hub.app.extensions["antrean"].identities.devices()
    return " ".join(texts(next(device for device in devices if device.id == agent.id)))


@pytest.fixture
def ready(agent: Agent) -> Agent:
    agent.reports("ready", address="virtual:///x")
    return agent


def test_the_agent_is_asked_and_its_answer_is_shown(hub: OfficeHub, ready: Agent, eka: FlaskClient) -> None:
    assert wish(eka, ready, "questions", what="find").status_code == 200
    assert "Menanyai program cetak" in part(eka, ready, "find")
    (question,) = ready.view()["questions"]
    usb = {"address": "usblp:///dev/usb/lp0", "words": "EPSON TM-T20III", "profile": "epson-tm-t82iii"}
    silent = {"address": "usblp:///dev/usb/lp1", "words": "POS58", "state": "offline"}
    assert ready.post("answers", question=question["id"], found=[usb, silent]).status_code == 204
    assert ready.view()["questions"] == []
    shown = part(eka, ready, "find")
    first, second = shown.split("</li>")[:2]
    assert "EPSON TM-T20III" in first
    assert 'name="address" value="usblp:///dev/usb/lp0"' in first
    assert '<option value="epson-tm-t82iii" selected>' in first
    assert "POS58" in second
    assert "Pencetak tidak terhubung · Periksa daya dan kabelnya" in second
    assert '<option value="generic-80" selected>' in second


def test_a_printer_that_said_its_model_is_named_by_it(hub: OfficeHub, ready: Agent, eka: FlaskClient) -> None:
    wish(eka, ready, "questions", what="find")
    (question,) = ready.view()["questions"]
    one = {"address": "usblp:///dev/usb/lp0", "words": "USB2.0-Print", "model": "TM-T82III", "state": "ready"}
    ready.post("answers", question=question["id"], found=[{**one, "profile": "epson-tm-t82iii"}])
    shown = part(eka, ready, "find")
    assert "<strong>TM-T82III</strong>" in shown
    assert "Pencetak siap" in shown


def test_where_nothing_is_found_the_page_says_what_to_check(hub: OfficeHub, ready: Agent, eka: FlaskClient) -> None:
    wish(eka, ready, "questions", what="find")
    ready.post("answers", question=ready.view()["questions"][0]["id"], found=[])
    shown = part(eka, ready, "find")
    for words in ("Tidak ada pencetak di komputer itu", "Daya:", "Kabel:", "Kertas:", "ketik alamatnya di bawah"):
        assert words in shown
    wish(eka, ready, "questions", what="identify", address="192.168.1.50")
    ready.post("answers", question=ready.view()["questions"][0]["id"], state="offline", profile="generic-80")
    assert "tertera pada halaman uji pencetak itu sendiri" in part(eka, ready, "identify")


def test_whoever_comes_without_a_printer_need_not_ask_for_the_search(
    hub: OfficeHub, ready: Agent, eka: FlaskClient
) -> None:
    page = f"/admin/printers/{ready.id}/set_up"
    assert "data-at-once" in eka.get(page, headers={"Accept": "text/html"}).text
    wish(eka, ready, "questions", what="find")
    assert "data-at-once" not in eka.get(page, headers={"Accept": "text/html"}).text
    ready.reports("ready", address=IP)
    assert "data-at-once" not in eka.get(page, headers={"Accept": "text/html"}).text


def test_a_printer_is_asked_identified_taken_and_tried_with_a_test_slip(
    hub: OfficeHub, ready: Agent, eka: FlaskClient
) -> None:
    assert wish(eka, ready, "questions", what="identify", address="192.168.1.50").status_code == 200
    (question,) = ready.view()["questions"]
    assert (question["what"], question["address"]) == ("identify", IP)
    answer = {"model": "TM-T82III", "state": "ready", "detail": "12", "profile": "epson-tm-t82iii"}
    ready.post("answers", question=question["id"], **answer)
    shown = part(eka, ready, "identify")
    assert "Ia menyebut dirinya TM-T82III" in shown
    assert '<option value="epson-tm-t82iii" selected>' in shown
    assert wish(eka, ready, "address", address=IP, profile="epson-tm-t82iii").status_code == 200
    assert address(hub, ready) == f"{IP}?profile=epson-tm-t82iii"
    view = ready.view()
    assert view["printer"]["address"] == address(hub, ready)
    assert [slip["test"] for slip in view["slips"]] == [True]
    assert "Program cetak masih memakai pencetak lain" in part(eka, ready, "test")
    ready.reports("ready", address=address(hub, ready))
    assert "Program cetak masih memakai" not in part(eka, ready, "test")
    ready.settles(view["slips"][0]["job"], "printed", "printed")
    assert "Tercetak: pencetak memastikan karcis ini" in part(eka, ready, "test")


def test_what_was_seen_on_the_test_slip_is_taken_into_the_address_until_all_is_right(
    hub: OfficeHub, ready: Agent, eka: FlaskClient
) -> None:
    wish(eka, ready, "address", address=IP, profile="epson-tm-t82iii")
    ready.settles(ready.view()["slips"][0]["job"], "printed", "printed")
    answer = wish(eka, ready, "seen", cut="no", width="missing", letters="right", qr="second")
    assert answer.status_code == 200
    assert address(hub, ready) == f"{IP}?profile=epson-tm-t82iii&cut=none&dots=512&qr=raster"
    assert len(ready.view()["slips"]) == 1
    right = wish(eka, ready, "seen", cut="yes", width="whole", letters="right", qr="both")
    assert right.get_json()["next"] == "/admin/printers"
    assert len(ready.view()["slips"]) == 1


def test_a_second_printer_is_set_kept_and_taken_away(hub: OfficeHub, ready: Agent, eka: FlaskClient) -> None:
    assert code(wish(eka, ready, "second", second_address="192.168.1.51")) == (422, "value_missing")
    wish(eka, ready, "address", address=IP, profile="epson-tm-t82iii")
    assert wish(eka, ready, "second", second_address="192.168.1.51").status_code == 200
    assert address(hub, ready) == f"{IP}?profile=epson-tm-t82iii tcp://192.168.1.51:9100"
    wish(eka, ready, "seen", cut="no")
    assert address(hub, ready) == f"{IP}?profile=epson-tm-t82iii&cut=none tcp://192.168.1.51:9100"
    assert wish(eka, ready, "second", second_address="").status_code == 200
    assert address(hub, ready) == f"{IP}?profile=epson-tm-t82iii&cut=none"


def test_one_printer_is_not_its_own_second_one(hub: OfficeHub, ready: Agent, eka: FlaskClient) -> None:
    wish(eka, ready, "address", address=IP, profile="epson-tm-t82iii")
    main = address(hub, ready)
    for same in (IP, "192.168.1.50", f"{IP}?cut=none"):
        assert code(wish(eka, ready, "second", second_address=same)) == (422, "address_same")
    assert address(hub, ready) == main
    wish(eka, ready, "second", second_address="192.168.1.51")
    wish(eka, ready, "address", address="192.168.1.51", profile="epson-tm-t82iii")
    assert address(hub, ready) == "tcp://192.168.1.51:9100?profile=epson-tm-t82iii"
    changes: list[JournalEntry] = []
    hub.office.subscribe(lambda entries: changes.extend(entries))
    wish(eka, ready, "second", second_address="192.168.1.52")
    changed = changes[-1].event
    assert isinstance(changed, PlanChanged)
    assert changed.after is not None
    assert len(set(changed.after["printers"])) == len(changed.after["printers"]) == 2


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ("", "address_missing"),
        ("ftp://x", "address_kind"),
        ("virtual:///etc", "address_virtual"),
        ("tcp://127.0.0.1\u00a0virtual:///some/folder", "address_blank"),
        ("tcp://a tcp://b", "address_blank"),
        ("tcp://a\u200b", "text_unprintable"),
        ("tcp://a?width=3", "address_option"),
        ("tcp://a?profile=none", "address_profile"),
        ("tcp://[]", "address_host"),
        ("tcp://[::1", "address_host"),
        ("tcp://a:b", "address_port"),
        ("tcp://a:99999", "address_port"),
        ("cups://-hX", "address_queue"),
        ("usblp:///dev/../etc/passwd", "address_device"),
        ("tcp://a?profile=" + "x" * 190, "address_too_long"),
    ],
)
def test_an_address_that_is_none_is_refused_and_said_why(
    hub: OfficeHub, ready: Agent, eka: FlaskClient, given: str, refused: str
) -> None:
    before = hub.seq()
    for path, fields in (
        ("address", {"address": given}),
        ("questions", {"what": "identify", "address": given}),
    ):
        assert code(wish(eka, ready, path, **fields)) == (422, refused), path
    assert (hub.seq(), address(hub, ready)) == (before, "")
    assert ready.view()["questions"] == []


def test_a_second_address_is_refused_as_the_first_is(hub: OfficeHub, ready: Agent, eka: FlaskClient) -> None:
    wish(eka, ready, "address", address=IP)
    assert code(wish(eka, ready, "second", second_address="tcp://b\u3000cups://c")) == (422, "address_blank")
    assert address(hub, ready) == IP


def test_where_a_printer_hangs_is_kept_in_parts_and_told_to_its_agent_in_parts(
    hub: OfficeHub, ready: Agent, eka: FlaskClient
) -> None:
    wish(eka, ready, "address", address="PRINTER-1.local:9101", profile="epson-tm-t82iii")
    wish(eka, ready, "second", second_address="usb://04B8:0E28?serial=X5")
    first = {"kind": "tcp", "host": "printer-1.local", "port": 9101, "options": {"profile": "epson-tm-t82iii"}}
    second = {"kind": "usb", "vendor": "04b8", "product": "0e28", "options": {"serial": "X5"}}
    assert ready.view()["printer"]["addresses"] == [first, second]
    assert wish(eka, ready, "questions", what="identify", address="192.168.1.50").status_code == 200
    (question,) = ready.view()["questions"]
    assert question["parts"] == {"kind": "tcp", "host": "192.168.1.50", "port": 9100, "options": {}}


def test_a_supervisor_sees_where_a_printer_hangs_and_cannot_change_it(
    hub: OfficeHub, ready: Agent, eka: FlaskClient, dewi: FlaskClient
) -> None:
    wish(eka, ready, "address", address=IP, profile="epson-tm-t82iii")
    ready.settles(ready.view()["slips"][0]["job"], "printed", "printed")
    before = hub.seq()
    for path, fields in (
        ("address", {"address": "tcp://192.168.1.66"}),
        ("second", {"second_address": "tcp://192.168.1.66"}),
        ("seen", {"cut": "no"}),
        ("questions", {"what": "find"}),
        ("questions", {"what": "identify", "address": "tcp://192.168.1.66"}),
    ):
        assert code(wish(dewi, ready, path, **fields)) == (403, "not_allowed"), path
    assert (hub.seq(), address(hub, ready)) == (before, f"{IP}?profile=epson-tm-t82iii")
    page = dewi.get(f"/admin/printers/{ready.id}/set_up", headers={"Accept": "text/html"}).text
    assert f"<code>{IP}?profile=epson-tm-t82iii</code>" in page
    assert "Hanya administrator yang dapat mengubah" in page
    assert f"/admin/printers/{ready.id}/address" not in page
    assert f"/admin/printers/{ready.id}/questions" not in page
    assert wish(dewi, ready, "test").status_code == 200


def test_the_journal_says_who_changed_an_address_from_what_to_what(
    hub: OfficeHub, ready: Agent, eka: FlaskClient
) -> None:
    heard: list[JournalEntry] = []
    hub.office.subscribe(heard.extend)
    wish(eka, ready, "address", address=IP)
    wish(eka, ready, "second", second_address="cups://tiket")
    changes = [(entry.actor, entry.event) for entry in heard if isinstance(entry.event, PlanChanged)]
    assert [(actor, change.what, change.before, change.after) for actor, change in changes] == [
        (
            "administrator:Eka",
            "devices",
            {"device": "Printer 1", "printers": []},
            {"device": "Printer 1", "printers": [IP]},
        ),
        (
            "administrator:Eka",
            "devices",
            {"device": "Printer 1", "printers": [IP]},
            {"device": "Printer 1", "printers": [IP, "cups://tiket"]},
        ),
    ]


def test_what_is_stored_and_is_no_address_is_told_to_nobody_as_one(
    hub: OfficeHub, ready: Agent, eka: FlaskClient
) -> None:
    """However it came there: by an earlier release, by a restored backup, by hand."""
    services = hub.app.extensions["antrean"]
    services.settings.set_device_settings(ready.id, {"printers": [{"kind": "virtual", "folder": "/etc/../srv"}]})
    hub.office.execute(ChangePlan(what="devices"))
    assert ready.view()["printer"]["addresses"] == [{"kind": "unusable"}]
    ready.reports("not_allowed", detail="address_unreadable")
    page = eka.get(f"/admin/printers/{ready.id}/set_up", headers={"Accept": "text/html"}).text
    assert "bukan folder" in page
    assert "Atur pencetak sekali lagi" in eka.get("/admin/view?page=printers").get_json()["html"]["printers"]
    assert wish(eka, ready, "address", address=IP).status_code == 200
    assert [one["host"] for one in ready.view()["printer"]["addresses"]] == ["192.168.1.50"]


def test_a_printer_that_its_computer_does_not_allow_is_said_to_be_that(
    hub: OfficeHub, ready: Agent, eka: FlaskClient
) -> None:
    wish(eka, ready, "questions", what="identify", address="203.0.113.9")
    (question,) = ready.view()["questions"]
    ready.post("answers", question=question["id"], state="not_allowed", detail="network_not_allowed: 203.0.113.9")
    shown = part(eka, ready, "identify")
    assert "203.0.113.9 tidak termasuk" in shown
    assert "use-printer" not in shown
    ready.reports("not_allowed", detail="device_not_allowed: /dev/null", address="usblp:///dev/null")
    assert "/dev/null bukan salah satu" in eka.get("/admin/view?page=printers").get_json()["html"]["printers"]


def test_an_agent_that_is_away_is_not_asked(hub: OfficeHub, agent: Agent, eka: FlaskClient) -> None:
    assert code(wish(eka, agent, "questions", what="find")) == (409, "agent_silent")
    agent.reports("agent_away")
    assert code(wish(eka, agent, "questions", what="find")) == (409, "agent_silent")
    assert agent.view()["questions"] == []


def test_an_answer_to_a_question_no_longer_asked_changes_nothing(
    hub: OfficeHub, ready: Agent, eka: FlaskClient
) -> None:
    wish(eka, ready, "questions", what="find")
    (first,) = ready.view()["questions"]
    wish(eka, ready, "questions", what="find")
    (second,) = ready.view()["questions"]
    assert ready.post("answers", question=first["id"], found=[]).status_code == 204
    assert [question["id"] for question in ready.view()["questions"]] == [second["id"]]


def test_the_page_shows_its_parts(hub: OfficeHub, ready: Agent, eka: FlaskClient) -> None:
    shown = eka.get(f"/admin/printers/{ready.id}/set_up", headers={"Accept": "text/html"}).text
    for name in ("find", "identify", "test"):
        assert eka.get("/admin/view?page=printers").get_json()["html"][f"{name}.{ready.id}"] in shown
    assert code(eka.get("/admin/printers/nothing/set_up")) == (404, "printer_unknown")
