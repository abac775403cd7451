"""The page of devices: which are there, renaming and revoking them; for administrators alone."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import pytest
import socketio
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, OpenCounter, ReportPrinter
from antrean.queueing.errors import Refused
from antrean.queueing.events import SecurityNoted
from antrean.storage.settings.devices import Device
from antrean.storage.settings.rows import Settings
from antrean.web.sign_in.browsers import versioned
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def eka(hub: OfficeHub) -> FlaskClient:
    return hub.as_staff("Eka")


def paired(hub: OfficeHub, kind: str, name: str) -> tuple[Device, dict[str, str]]:
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, kind, name, hub.office.clock)
    services.identities.load()
    return device, {"Authorization": f"Bearer {token}"}


def seen(browser: FlaskClient, name: str) -> str:
    answer = browser.get("/admin/view?page=devices").get_json()["html"]["devices"]
    (part,) = [one for one in answer.split("<li ")[1:] if f"<h2>{name}</h2>" in one]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part.partition(">")[2])).split())


def test_it_is_seen_when_a_device_was_seen_last_and_from_where(
    hub: OfficeHub, eka: FlaskClient, clock: SetClock
) -> None:
    _, kiosk = paired(hub, "kiosk", "Kios depan")
    paired(hub, "display", "Layar")
    assert "halamannya terakhir dibuka pada Selasa, 24 November 2026" in seen(eka, "Layar")
    clock.forward(minutes=12)
    said = {"User-Agent": "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 Chrome/68.0.3440.106 Safari/537.36"}
    hub.app.test_client().get("/kiosk/view", headers={**kiosk, **said}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    hub.app.extensions["antrean"].publisher.redraw("admin")
    assert "Kios depan kios terakhir terlihat pukul 09.12 · 192.0.2.7 Chrome 68, Windows" in seen(eka, "Kios depan")


def test_a_screen_that_is_silent_stands_before_those_that_are_connected(hub: OfficeHub, eka: FlaskClient) -> None:
    (_, token), _ = paired(hub, "display", "Layar 1"), paired(hub, "display", "Layar 2")
    client = socketio.Client(reconnection=False)
    with hub.served() as url:
        given = {"token": token["Authorization"].split()[1]}
        client.connect(url, auth=given, transports=["polling"], namespaces=["/display"], wait_timeout=60)
        listed = eka.get("/admin/view?page=devices").get_json()["html"]["devices"]
        client.disconnect()
    assert re.findall("<h2>(.*?)</h2>", listed) == ["Layar 2", "Layar 1"]


def test_an_office_without_devices_says_so(eka: FlaskClient) -> None:
    view = eka.get("/admin/view?page=devices").get_json()["html"]["devices"]
    assert "Belum ada perangkat yang dihubungkan." in view


def test_a_device_that_is_revoked_is_cut_off_at_once_and_stays_out(hub: OfficeHub, eka: FlaskClient) -> None:
    (gone, token), (_, other) = paired(hub, "display", "Layar 1"), paired(hub, "display", "Layar 2")
    cut, client = threading.Event(), socketio.Client(reconnection=False)
    client.on("disconnect", lambda *_why: cut.set(), namespace="/display")
    with hub.served() as url:
        given = {"token": token["Authorization"].split()[1]}
        client.connect(url, auth=given, transports=["polling"], namespaces=["/display"], wait_timeout=60)
        assert "tersambung" in seen(eka, "Layar 1")
        assert eka.post(f"/admin/devices/{gone.id}/revoke", json={}).status_code == 200
        assert cut.wait(60)
        client.disconnect()
    browser = hub.app.test_client()
    assert browser.get("/display/view", headers=token).get_json()["error"]["code"] == "device_not_paired"
    assert browser.get("/display/view", headers=other).status_code == 200
    noted = hub.app.extensions["antrean"].settings.security.page(1).entries[0]
    assert isinstance(noted.event, SecurityNoted)
    assert (noted.actor, noted.event.what, noted.event.device) == ("administrator:Eka", "device_revoked", "Layar 1")
    again = eka.post(f"/admin/devices/{gone.id}/revoke", json={})
    assert (again.status_code, again.get_json()["error"]["code"]) == (404, "device_unknown")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0 Safari/537.36 Edg/126.0",
            "Edge 126, Linux",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/126.0 Safari/537.36",
            "Chrome 126, ChromeOS",
        ),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1", "Safari 17, iPad"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", "Firefox 127, Android"),
        ("python-requests/2.32", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_with_its_version(said: str, words: str) -> None:
    assert versioned(said) == words


def test_a_device_is_renamed_and_goes_on(hub: OfficeHub, eka: FlaskClient) -> None:
    device, token = paired(hub, "kiosk", "Kios 1")
    assert eka.post(f"/admin/devices/{device.id}/name", json={"name": " Kios depan "}).status_code == 200
    assert "Kios depan" in seen(eka, "Kios depan")
    assert hub.app.test_client().get("/kiosk/view", headers=token).status_code == 200
    refusals = {"": "value_invalid", "A\u200bni": "text_unprintable", "3208011205900001": "note_has_id_number"}
    for name, code in refusals.items():
        refused = eka.post(f"/admin/devices/{device.id}/name", json={"name": name})
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, code)
    unknown = eka.post("/admin/devices/none/name", json={"name": "Kios 2"})
    assert (unknown.status_code, unknown.get_json()["error"]["code"]) == (404, "device_unknown")


def test_no_two_screens_of_a_kind_have_one_name(hub: OfficeHub, eka: FlaskClient) -> None:
    (front, _), _ = paired(hub, "kiosk", "Kios 1"), paired(hub, "kiosk", "Kios 2")
    for name in ("Kios 2", " kios 2 "):
        refused = eka.post(f"/admin/devices/{front.id}/name", json={"name": name}, headers={"Accept-Language": "en"})
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "device_name_taken")
    assert eka.post(f"/admin/devices/{front.id}/name", json={"name": "KIOS 1"}).status_code == 200
    screen = hub.app.test_client()
    code = screen.post("/pair/code", json={}).get_json()["code"]
    wish = {"code": code, "kind": "kiosk", "name": "Kios 2"}
    assert eka.post("/admin/devices", json=wish).get_json()["error"]["code"] == "device_name_taken"
    assert eka.post("/admin/devices", json={**wish, "kind": "display"}).status_code == 200  # with the same code
    with pytest.raises(Refused, match="Kios 2"):
        paired(hub, "kiosk", "Kios 2")


def test_a_screen_takes_the_name_of_the_one_that_it_replaces(hub: OfficeHub, eka: FlaskClient) -> None:
    old, _ = paired(hub, "kiosk", "Kios 1")
    assert eka.post(f"/admin/devices/{old.id}/revoke", json={}).status_code == 200
    assert paired(hub, "kiosk", "Kios 1")[0].name == "Kios 1"


def test_a_screen_at_another_hub_is_connected_there(hub: OfficeHub, eka: FlaskClient) -> None:
    display, token = paired(hub, "display", "Layar lobi")
    hub.app.extensions["antrean"].devices_seen.elsewhere([display.id])
    hub.app.extensions["antrean"].publisher.redraw("admin")
    listed = seen(eka, "Layar lobi")
    assert "tersambung ke hub lain kantor ini" in listed
    assert "belum terlihat" not in listed
    with connected(hub, token, "display"):  # it comes to this hub
        assert "hub lain" not in seen(eka, "Layar lobi")


def test_a_hub_that_hears_no_other_one_says_so(
    hub: OfficeHub, eka: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    paired(hub, "display", "Layar lobi")
    hub.app.extensions["antrean"].publisher.redraw("admin")
    assert "ANTREAN_MESSAGE_QUEUE" not in eka.get("/admin/view?page=devices").text
    monkeypatch.setattr(Settings, "file", None)  # as with PostgreSQL
    hub.app.extensions["antrean"].publisher.redraw("admin")
    assert "ANTREAN_MESSAGE_QUEUE" in eka.get("/admin/view?page=devices").text


@pytest.mark.parametrize("name", ["Ani", "Dewi"])
def test_nobody_but_administrators_sees_or_changes_devices(hub: OfficeHub, name: str) -> None:
    device, token = paired(hub, "kiosk", "Kios 1")
    browser = hub.as_staff(name)
    for method, path in (("get", ""), ("post", ""), ("post", f"/{device.id}/name"), ("post", f"/{device.id}/revoke")):
        answer = browser.open(f"/admin/devices{path}", method=method, json={})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "not_allowed"), path
    assert hub.app.test_client().get("/kiosk/view", headers=token).status_code == 200


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        ("spoken", "Panggilan terakhir terdengar di sana."),
        ("blocked", "Peramban membisukan panggilan terakhir: sentuh layar itu sekali."),
        ("later", ""),
    ],
)
def test_it_is_seen_whether_the_last_call_was_heard_at_a_display(
    hub: OfficeHub, eka: FlaskClient, sound: str, words: str
) -> None:
    _, token = paired(hub, "display", "Layar lobi")
    hub.issue()
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    call = hub.office.execute(CallNext(counter="1", operator="Ani")).seq
    hub.app.test_client().post("/display/announcements", headers=token, json={"seq": call, "sound": sound})
    hub.app.extensions["antrean"].publisher.redraw("admin")
    assert words in seen(eka, "Layar lobi")
    assert ("anggilan terakhir" in seen(eka, "Layar lobi")) == bool(words)


def test_a_display_is_moved_to_another_zone_and_nothing_else_is(hub: OfficeHub, eka: FlaskClient) -> None:
    display, _ = paired(hub, "display", "Layar lobi")
    kiosk, _ = paired(hub, "kiosk", "Kios depan")

    def move(device: Device, zone: str) -> tuple[int, str]:
        answer = eka.post(f"/admin/devices/{device.id}/zone", json={"zone": zone})
        return answer.status_code, answer.get_json().get("error", {}).get("code", "")

    assert move(display, "upstairs") == (200, "")
    assert "layar · Lantai 2" in seen(eka, "Layar lobi")
    assert move(display, "gone") == (422, "value_invalid")
    assert move(kiosk, "upstairs") == (404, "device_unknown")
    assert move(display, "") == (200, "")
    assert "Lantai 2" not in seen(eka, "Layar lobi").partition("Zona")[0]


def test_the_state_of_an_agents_printer_stands_there_with_what_to_do(hub: OfficeHub, eka: FlaskClient) -> None:
    agent, _ = paired(hub, "print_agent", "Printer 1")
    assert "Printer: no report yet" not in seen(eka, "Printer 1")  # said in the office's language
    hub.office.execute(ReportPrinter(printer=agent.id, state="paper_out", address="tcp://a"))
    assert "Kertas habis · " in seen(eka, "Printer 1")


@contextmanager
def connected(hub: OfficeHub, token: dict[str, str], kind: str, build: str = "") -> Iterator[socketio.Client]:
    """Connect a screen of this build as its page does."""
    client = socketio.Client(reconnection=False)
    given = {"token": token["Authorization"].split()[1], **({"build": build} if build else {})}
    with hub.served() as url:
        client.connect(url, auth=given, transports=["websocket"], namespaces=[f"/{kind}"], wait_timeout=60)
        yield client
        client.disconnect()


def test_it_is_seen_whether_the_page_of_a_screen_is_of_the_hubs_version(hub: OfficeHub, eka: FlaskClient) -> None:
    _, token = paired(hub, "display", "Layar lobi")
    build = re.search(r'data-build="([^"]+)"', eka.get("/admin/devices", headers={"Accept": "text/html"}).text)
    assert build is not None
    for said, read in ((build[1], "sama dengan hub"), ("older-id", "dari versi lain"), ("", "")):
        with connected(hub, token, "display", said):
            listed = seen(eka, "Layar lobi")
        assert "Datanya terbaru." in listed
        assert ("ersi" in listed, read in listed) == (bool(read), True)


def test_it_is_seen_whether_a_print_agent_is_of_the_hubs_version(hub: OfficeHub, eka: FlaskClient) -> None:
    _, token = paired(hub, "print_agent", "Printer 1")
    for said, read in (("2026-11-01", "Versi programnya sama"), ("2025-01-01", "Programnya dari versi lain")):
        with connected(hub, token, "print_agent", said):
            assert read in seen(eka, "Printer 1")


def test_it_is_seen_that_the_hub_has_told_screens_nothing_for_a_while(hub: OfficeHub, eka: FlaskClient) -> None:
    services = hub.app.extensions["antrean"]
    _, token = paired(hub, "display", "Layar lobi")
    with connected(hub, token, "display"):
        services.devices_seen.ticked()
        services.devices_seen._ticked = (services.devices_seen.clock(), services.devices_seen.monotonic() - 36)
        services.publisher.redraw("admin")
        assert "Tidak menerima data baru sejak pukul 09.00." in seen(eka, "Layar lobi")


def test_a_screen_is_told_to_show_its_name_and_no_other_is(hub: OfficeHub, eka: FlaskClient) -> None:
    (one, token), (_, other) = paired(hub, "display", "Layar 1"), paired(hub, "display", "Layar 2")
    told: list[tuple[str, Any]] = []
    heard = threading.Event()
    with connected(hub, token, "display") as client, connected(hub, other, "display") as another:
        another.on("name", lambda said: told.append(("Layar 2", said)), namespace="/display")
        client.on("name", lambda said: (told.append(("Layar 1", said)), heard.set()), namespace="/display")
        answer = eka.post(f"/admin/devices/{one.id}/show_name", json={})
        assert (answer.status_code, answer.get_json()["said"]) == (
            200,
            "Lihat layar mana yang sekarang menampilkan namanya.",
        )
        assert heard.wait(60)
        assert "Tampilkan namanya" in seen(eka, "Layar 2")
    assert told == [("Layar 1", {"name": "Layar 1", "seconds": 10})]


def test_a_screen_that_is_away_can_not_show_its_name(hub: OfficeHub, eka: FlaskClient) -> None:
    display, _ = paired(hub, "display", "Layar 1")
    refused = eka.post(f"/admin/devices/{display.id}/show_name", json={})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "device_away")
    assert refused.get_json()["error"]["message"] == "Layar ini sedang tidak tersambung."
    assert "Tampilkan namanya" not in seen(eka, "Layar 1")


def test_a_kiosk_is_moved_to_another_printer_and_it_is_in_the_audit(hub: OfficeHub, eka: FlaskClient) -> None:
    first, _ = paired(hub, "print_agent", "Printer 1")
    second, _ = paired(hub, "print_agent", "Printer 2")
    kiosk, _ = paired(hub, "kiosk", "Kios depan")

    def move(device: Device, printer: str) -> tuple[int, str]:
        answer = eka.post(f"/admin/devices/{device.id}/printer", json={"printer": printer})
        return answer.status_code, answer.get_json().get("error", {}).get("code", "")

    assert move(kiosk, second.id) == (200, "")
    assert hub.office.read(lambda _day, plan: plan.printer_of(kiosk.id)) == second.id
    assert f'<option value="{second.id}" selected>' in eka.get("/admin/view?page=devices").get_json()["html"]["devices"]
    assert move(kiosk, first.id) == (200, "")
    assert hub.office.read(lambda _day, plan: plan.printer_of(kiosk.id)) == first.id
    assert move(kiosk, kiosk.id) == (422, "value_invalid")
    assert move(first, second.id) == (404, "device_unknown")
    audit = " ".join(unescape(re.sub(r"<[^>]+>", " ", eka.get("/admin/audit").text)).split())
    assert "Kios depan" in audit
    assert "Mencetak di" in audit
    assert "Printer 2" in audit
