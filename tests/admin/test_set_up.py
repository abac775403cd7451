"""Setting a printer up over HTTP, with the agent's part played by its requests."""

from __future__ import annotations

import pytest

IP = "tcp://192.168.1.50"


def part(client, agent, name):
    return " ".join(client.get("/admin/view?page=printers").json["html"][f"{name}.{agent.id}"].split())


def wish(client, agent, path, **fields):
    return client.post(f"/admin/printers/{agent.id}/{path}", json=fields)


def code(answer):
    return answer.status_code, answer.json["error"]["code"]


def address(hub, agent):
    devices = hub.app.extensions["antrean"].identities.devices()
    return next(device.address for device in devices if device.id == agent.id)


@pytest.fixture
def ready(agent):
    agent.reports("ready", address="virtual:///x")
    return agent


def test_the_agent_is_asked_and_its_answer_is_shown(hub, ready, dewi):
    assert wish(dewi, ready, "questions", what="find").status_code == 200
    assert "Menanyai program cetak" in part(dewi, ready, "find")
    (question,) = ready.view()["questions"]
    found = [{"address": "usblp:///dev/usb/lp0", "words": "EPSON TM-T20III", "profile": "epson-tm-t82iii"}]
    assert ready.post("answers", question=question["id"], found=found).status_code == 204
    assert ready.view()["questions"] == []
    shown = part(dewi, ready, "find")
    assert "EPSON TM-T20III" in shown
    assert 'value="usblp:///dev/usb/lp0?profile=epson-tm-t82iii"' in shown


def test_a_printer_is_asked_identified_taken_and_tried_with_a_test_slip(hub, ready, dewi):
    assert wish(dewi, ready, "questions", what="identify", address="192.168.1.50").status_code == 200
    (question,) = ready.view()["questions"]
    assert (question["what"], question["address"]) == ("identify", IP)
    answer = {"model": "TM-T82III", "state": "ready", "detail": "12", "profile": "epson-tm-t82iii"}
    ready.post("answers", question=question["id"], **answer)
    shown = part(dewi, ready, "identify")
    assert "Ia menyebut dirinya TM-T82III" in shown
    assert '<option value="epson-tm-t82iii" selected>' in shown
    assert wish(dewi, ready, "address", address=IP, profile="epson-tm-t82iii").status_code == 200
    assert address(hub, ready) == f"{IP}?profile=epson-tm-t82iii"
    view = ready.view()
    assert view["printer"]["address"] == address(hub, ready)
    assert [slip["test"] for slip in view["slips"]] == [True]
    assert "Program cetak masih memakai pencetak lain" in part(dewi, ready, "test")
    ready.reports("ready", address=address(hub, ready))
    assert "Program cetak masih memakai" not in part(dewi, ready, "test")
    ready.settles(view["slips"][0]["job"], "printed", "printed")
    assert "Tercetak: pencetak memastikan karcis ini" in part(dewi, ready, "test")


def test_what_was_seen_on_the_test_slip_is_taken_into_the_address_until_all_is_right(hub, ready, dewi):
    wish(dewi, ready, "address", address=IP, profile="epson-tm-t82iii")
    ready.settles(ready.view()["slips"][0]["job"], "printed", "printed")
    answer = wish(dewi, ready, "seen", cut="no", width="missing", letters="right", qr="second")
    assert answer.status_code == 200
    assert address(hub, ready) == f"{IP}?profile=epson-tm-t82iii&cut=none&dots=512&qr=raster"
    assert len(ready.view()["slips"]) == 1
    right = wish(dewi, ready, "seen", cut="yes", width="whole", letters="right", qr="both")
    assert right.json["next"] == "/admin/printers"
    assert len(ready.view()["slips"]) == 1


def test_a_second_printer_is_set_kept_and_taken_away(hub, ready, dewi):
    assert code(wish(dewi, ready, "second", second_address="192.168.1.51")) == (422, "value_missing")
    wish(dewi, ready, "address", address=IP, profile="epson-tm-t82iii")
    assert wish(dewi, ready, "second", second_address="192.168.1.51").status_code == 200
    assert address(hub, ready) == f"{IP}?profile=epson-tm-t82iii tcp://192.168.1.51"
    wish(dewi, ready, "seen", cut="no")
    assert address(hub, ready) == f"{IP}?profile=epson-tm-t82iii&cut=none tcp://192.168.1.51"
    assert wish(dewi, ready, "second", second_address="").status_code == 200
    assert address(hub, ready) == f"{IP}?profile=epson-tm-t82iii&cut=none"


def test_an_address_that_is_none_or_that_writes_files_is_refused(hub, ready, dewi):
    before = hub.seq()
    long = "tcp://a?profile=" + "x" * 190
    torn = ("tcp://[]", "tcp://[::1", "tcp://a:b", "tcp://a:99999")
    for given in (
        "ftp://x",
        "virtual:///etc",
        "tcp://a tcp://b",
        "tcp://a?width=3",
        "tcp://a?profile=none",
        *torn,
        "",
        long,
    ):
        for path, fields in (("address", {"address": given}), ("questions", {"what": "identify", "address": given})):
            answer = wish(dewi, ready, path, **fields)
            assert answer.status_code == 422, (given, path)
            assert answer.json["error"]["code"] in ("address_invalid", "value_invalid")
    assert (hub.seq(), address(hub, ready)) == (before, "")


def test_an_agent_that_is_away_is_not_asked(hub, agent, dewi):
    assert code(wish(dewi, agent, "questions", what="find")) == (409, "agent_silent")
    agent.reports("agent_away")
    assert code(wish(dewi, agent, "questions", what="find")) == (409, "agent_silent")
    assert agent.view()["questions"] == []


def test_an_answer_to_a_question_no_longer_asked_changes_nothing(hub, ready, dewi):
    wish(dewi, ready, "questions", what="find")
    (first,) = ready.view()["questions"]
    wish(dewi, ready, "questions", what="find")
    (second,) = ready.view()["questions"]
    assert ready.post("answers", question=first["id"], found=[]).status_code == 204
    assert [question["id"] for question in ready.view()["questions"]] == [second["id"]]


def test_the_page_shows_its_parts(hub, ready, dewi):
    shown = dewi.get(f"/admin/printers/{ready.id}/set_up", headers={"Accept": "text/html"}).text
    for name in ("find", "identify", "test"):
        assert dewi.get("/admin/view?page=printers").json["html"][f"{name}.{ready.id}"] in shown
    assert code(dewi.get("/admin/printers/nothing/set_up")) == (404, "printer_unknown")
