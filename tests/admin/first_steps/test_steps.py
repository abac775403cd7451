"""What the list of first steps says of an office, step by step; each is computed from what is so."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from flask_socketio import SocketIO
from flask_socketio.test_client import SocketIOTestClient

from antrean.access.devices import pair_device, token_hash
from antrean.access.staff import remove_staff
from antrean.hub.agents.own_agent import begin_own_agent
from antrean.hub.start.secret_files import TOKEN_FILE
from antrean.hub.watches.backups import Stock
from antrean.queueing.commands import AnnounceCall, CallNext, ChangePlan, OpenCounter
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.backup.rounds import BackupPlaces
from antrean.storage.settings.devices import Device
from antrean.storage.settings.rows import Settings
from tests.admin.conftest import Agent
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import STAFF, OfficeHub
from tests.fakes.plan import save_part

HTML = {"Accept": "text/html"}
IP = "tcp://192.168.1.50:9100"


@pytest.fixture
def plan(plan: OfficePlan, request: pytest.FixtureRequest) -> OfficePlan:
    """The small office while it is new, or with what the test says."""
    return replace(plan, **getattr(request, "param", {"first_steps": True}))


def step(client: FlaskClient, code: str) -> str:
    return part(client, f"step.{code}")


def part(client: FlaskClient, name: str) -> str:
    """Return a part of the page as it is drawn, without what keeps a number or a word whole."""
    drawn = client.get("/admin/view?page=first_steps").get_json()["html"][name]
    return " ".join(re.sub('<span class="whole">(.*?)</span>', r"\1", drawn).split())


def done(client: FlaskClient, code: str) -> bool:
    """Whether a step is done; whoever hears the page is told the same as whoever sees it."""
    drawn = step(client, code)
    assert ("is-done" in drawn.split("</div>")[0]) == ("– selesai<" in drawn)
    return "– selesai<" in drawn


def wrong(client: FlaskClient, code: str) -> bool:
    return "– perlu diperiksa<" in step(client, code)


def head(client: FlaskClient) -> str:
    return part(client, "head")


def socket(hub: OfficeHub, kind: str, name: str) -> SocketIOTestClient:
    """Pair a screen, which opens its socket; it stays until it is disconnected."""
    services = hub.app.extensions["antrean"]
    _device, token = pair_device(services.settings, kind, name, hub.office.clock)
    services.identities.load()
    library: SocketIO = hub.app.extensions["socketio"]
    found = library.test_client(hub.app, namespace=f"/{kind}", auth={"token": token})
    assert found.is_connected(f"/{kind}")
    return found


def call(hub: OfficeHub, sound: str) -> None:
    """Call the next number at counter 3, which a display shows and says something of."""
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    seq = hub.office.execute(CallNext(counter="3", operator="Ani")).seq
    hub.office.execute(AnnounceCall(call=seq, display="d"))
    if sound:
        hub.office.execute(AnnounceCall(call=seq, display="d", sound=sound))


def print_slip(hub: OfficeHub, agent: Agent, evidence: str = "printed") -> None:
    agent.settles(agent.view()["slips"][0]["job"], "printed", evidence)


def test_the_list_is_the_first_page_of_a_new_office_until_an_administrator_puts_it_away(
    hub: OfficeHub, eka: FlaskClient, dewi: FlaskClient
) -> None:
    for leader in (eka, dewi):
        assert leader.get("/admin/").headers["Location"] == "/admin/first_steps"
        assert 'href="/admin/first_steps"' in leader.get("/admin/today", headers=HTML).text
    assert hub.as_staff("Fajar").get("/admin/").headers["Location"] == "/admin/floor"  # a viewer can do none of it
    assert "dari 9 langkah sudah selesai" in head(dewi)
    assert "Simpan daftar ini" not in dewi.get("/admin/first_steps", headers=HTML).text
    assert "tutup daftar ini" in eka.get("/admin/first_steps", headers=HTML).text
    assert dewi.post("/admin/first_steps", json={"shown": False}).status_code == 403
    assert eka.post("/admin/first_steps", json={"shown": False}).get_json()["said"].startswith("Disimpan.")
    for leader in (eka, dewi):
        assert leader.get("/admin/").headers["Location"] == "/admin/floor"
        assert 'href="/admin/first_steps"' not in leader.get("/admin/today", headers=HTML).text
    assert "Daftar ini sudah disimpan" in eka.get("/admin/office", headers=HTML).text
    assert "Daftar ini sudah disimpan" not in dewi.get("/admin/office", headers=HTML).text
    assert eka.post("/admin/first_steps", json={"shown": True}).get_json()["said"] == "Daftarnya ditampilkan lagi."
    assert dewi.get("/admin/").headers["Location"] == "/admin/first_steps"
    assert "Daftar ini sudah disimpan" not in eka.get("/admin/office", headers=HTML).text


@pytest.mark.parametrize("plan", [{"demo": True, "first_steps": True}, {"first_steps": False}], indirect=True)
def test_the_sample_and_an_office_of_an_earlier_release_show_no_list(hub: OfficeHub, eka: FlaskClient) -> None:
    assert eka.get("/admin/").headers["Location"] == "/admin/floor"


def test_services_are_done_once_visitors_read_more_of_each_than_its_name(hub: OfficeHub, eka: FlaskClient) -> None:
    assert "hanya membaca namanya: Pencetakan KTP-el, Kartu Keluarga, Akta Kelahiran." in step(eka, "services")
    save_part(hub.office, "services/card/costs", {"id": "Gratis"})
    save_part(hub.office, "services/family/explanations", {"id": "  "})
    assert "hanya membaca namanya: Kartu Keluarga, Akta Kelahiran." in step(eka, "services")
    save_part(hub.office, "services/family/legal_days", 3)
    save_part(hub.office, "services/birth/requirements", [{"code": "d1", "names": {"id": "KTP"}}])
    assert done(eka, "services")
    assert "membaca lebih dari namanya" in step(eka, "services")


@pytest.mark.parametrize("plan", [{"services": (), "counters": (), "first_steps": True}], indirect=True)
def test_an_office_without_a_service_is_told_so(hub: OfficeHub, eka: FlaskClient) -> None:
    assert "Belum ada layanan." in step(eka, "services")
    assert not done(eka, "services")


def test_opening_hours_are_done_when_there_are_any(hub: OfficeHub, eka: FlaskClient) -> None:
    assert "siang dan malam" in step(eka, "hours")
    save_part(hub.office, "hours", {"week": {"monday": ["08:00-12:00"]}, "seasons": [], "days": []})
    assert done(eka, "hours")
    assert "Kantor sudah punya jam buka." in step(eka, "hours")


def test_this_machines_agent_is_paired_with_one_touch_and_finds_its_token(
    hub: OfficeHub, eka: FlaskClient, dewi: FlaskClient
) -> None:
    assert "Belum ada yang dipasangkan" in step(eka, "agent")
    assert "menyusul setelah program cetak dipasangkan" in step(eka, "printer")
    assert dewi.post("/admin/first_steps/agent", json={}).status_code == 403
    assert "Ini dikerjakan oleh administrator." in step(dewi, "agent")
    paired = eka.post("/admin/first_steps/agent", json={})
    assert paired.get_json()["said"] == "Terpasang. Program cetak tersambung dalam beberapa detik."
    services = hub.app.extensions["antrean"]
    file = services.config.data / TOKEN_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    (device,) = services.identities.devices("print_agent")
    assert services.identities.device(file.read_text()).id == device.id
    assert wrong(eka, "agent")
    assert "Program cetak tidak terhubung" in step(eka, "agent")
    assert eka.post("/admin/first_steps/agent", json={}).status_code == 200  # a second touch pairs no second one
    assert services.identities.devices("print_agent") == [device]
    library: SocketIO = hub.app.extensions["socketio"]
    found = library.test_client(hub.app, namespace="/print_agent", auth={"token": file.read_text()})
    Agent(hub, device.id, file.read_text()).reports("ready", address="virtual:///x")
    assert done(eka, "agent")
    assert "Printer 1: tersambung." in step(eka, "agent")
    found.disconnect("/print_agent")
    assert wrong(eka, "agent")


def test_the_printer_is_done_when_a_slip_came_out_of_a_real_one(hub: OfficeHub, agent: Agent, eka: FlaskClient) -> None:
    agent.reports("ready", address="virtual:///x")
    assert "Belum ada pencetak yang dipilih" in step(eka, "printer")
    eka.post(f"/admin/printers/{agent.id}/test")
    print_slip(hub, agent, "virtual")
    assert not done(eka, "printer")
    eka.post(f"/admin/printers/{agent.id}/address", json={"address": IP, "profile": "epson-tm-t82iii"})
    agent.reports("offline", address=IP)
    assert wrong(eka, "printer")
    assert "Pencetak tidak terhubung" in step(eka, "printer")
    agent.reports("ready", address=IP)
    assert not done(eka, "printer")
    assert not wrong(eka, "printer")
    agent.settles(agent.view()["slips"][0]["job"], "failed", "sent", "no_confirmation", uncertain=True)
    assert wrong(eka, "printer")
    eka.post(f"/admin/printers/{agent.id}/test")
    print_slip(hub, agent)
    assert done(eka, "printer")
    assert "Tercetak: pencetak memastikan karcis ini" in step(eka, "printer")


def test_screens_that_come_and_go_are_seen_at_once(hub: OfficeHub, eka: FlaskClient) -> None:
    page = eka.get("/admin/first_steps", headers=HTML).text
    assert "http://hub.test/kiosk/" in page
    assert 'value="Kios 1"' in page
    assert "Belum ada yang dipasangkan" in step(eka, "kiosk")
    kiosk = socket(hub, "kiosk", "Kios 1")
    assert "Kios 1 ada di sini." in step(eka, "kiosk")
    assert done(eka, "kiosk")
    assert 'value="Kios 2"' in eka.get("/admin/first_steps", headers=HTML).text
    kiosk.disconnect("/kiosk")
    assert wrong(eka, "kiosk")
    assert "Kios 1: terpasang, tetapi sekarang tidak tersambung." in step(eka, "kiosk")


def test_a_display_is_done_when_a_call_was_heard(hub: OfficeHub, eka: FlaskClient) -> None:
    assert "Belum ada yang dipasangkan" in step(eka, "display")
    display = socket(hub, "display", "Layar 1")
    assert "Suaranya dianggap terdengar setelah panggilan pertama." in step(eka, "display")
    assert not done(eka, "display")
    services = hub.app.extensions["antrean"]
    (device,) = services.identities.devices("display")
    services.devices_seen.sounded(device.id, "blocked")
    assert wrong(eka, "display")
    assert "tidak bersuara" in step(eka, "display")
    hub.issue()
    services.devices_seen.sounded(device.id, "chime")
    call(hub, "chime")
    assert done(eka, "display")
    assert "Layar 1 ada di sini, dan sebuah panggilan sudah terdengar." in step(eka, "display")
    display.disconnect("/display")


def test_people_are_done_when_somebody_besides_the_first_can_sign_in(hub: OfficeHub, eka: FlaskClient) -> None:
    assert done(eka, "people")
    assert f"{len(STAFF)} orang dapat masuk." in step(eka, "people")
    services = hub.app.extensions["antrean"]
    for name in {*STAFF} - {"Eka"}:
        remove_staff(services.settings, name)
    services.identities.load()
    assert not done(eka, "people")
    assert "Hanya Eka yang dapat masuk." in step(eka, "people")


def test_backups_are_done_when_their_second_place_is_there(hub: OfficeHub, eka: FlaskClient) -> None:
    assert "Cadangan hanya ada di mesin ini." in step(eka, "backup")
    watch = hub.app.extensions["antrean"].backups
    watch.places = BackupPlaces(watch.places.data, "/media/stick")
    watch.stock = Stock(second_state="away")
    assert wrong(eka, "backup")
    assert "Tempat kedua /media/stick tidak ada." in step(eka, "backup")
    watch.stock = Stock(second_state="ok")
    assert done(eka, "backup")
    assert "disalin ke /media/stick setiap jam" in step(eka, "backup")


def test_the_first_number_is_followed_from_the_kiosk_to_the_loudspeaker(
    hub: OfficeHub, agent: Agent, eka: FlaskClient
) -> None:
    agent.reports("ready", address=IP)
    assert "menyusul setelah kios tersambung" in step(eka, "first_number")
    kiosk = socket(hub, "kiosk", "Kios 1")
    assert "Sekarang sentuh sebuah layanan di kios." in step(eka, "first_number")
    hub.issue()
    said = step(eka, "first_number")
    assert "A-001 diambil pukul 09.00" in said
    assert "Menunggu pencetak" in said
    assert "Belum dipanggil" in said
    print_slip(hub, agent)
    assert "Tercetak: pencetak memastikan karcis ini" in step(eka, "first_number")
    assert not done(eka, "first_number")
    call(hub, "")
    said = step(eka, "first_number")
    assert "Dipanggil ke Loket 3 pukul 09.00" in said
    assert "Tampil di layar panggilan, belum terdengar" in said
    assert done(eka, "first_number")
    assert "Kantor Anda siap bekerja" not in head(eka)  # nothing was heard, and no display is paired
    display = socket(hub, "display", "Layar 1")
    seq = hub.office.read(lambda day, _plan: day.calls[-1].seq)
    hub.office.execute(AnnounceCall(call=seq, display="d", sound="spoken"))
    assert "Terdengar di layar panggilan" in step(eka, "first_number")
    assert "Nomor A-001 sudah diambil, dicetak, dipanggil, dan terdengar." in head(eka)
    kiosk.disconnect("/kiosk")
    display.disconnect("/display")


def test_a_first_slip_that_does_not_come_out_is_to_be_looked_at(hub: OfficeHub, agent: Agent, eka: FlaskClient) -> None:
    hub.issue()
    agent.settles(agent.view()["slips"][0]["job"], "failed", "composed", "compose_failed")
    assert wrong(eka, "first_number")
    assert "Dihentikan: tidak dapat disusun" in step(eka, "first_number")


def test_a_number_without_a_printer_is_said_to_have_no_slip(hub: OfficeHub, eka: FlaskClient) -> None:
    hub.issue()
    assert "Tanpa karcis: tidak ada pencetak untuk kios itu" in step(eka, "first_number")
    assert "Belum tampil di layar panggilan" in step(eka, "first_number")


def test_outside_opening_hours_the_list_says_why_the_kiosk_gives_no_number(hub: OfficeHub, eka: FlaskClient) -> None:
    kiosk = socket(hub, "kiosk", "Kios 1")
    save_part(hub.office, "hours", {"week": {"monday": ["08:00-12:00"]}, "seasons": [], "days": []})  # it is a Tuesday
    assert "kantor sekarang tutup, jadi kios tidak memberi nomor" in step(eka, "first_number")
    kiosk.disconnect("/kiosk")


def test_what_was_done_on_an_earlier_day_stays_done(
    hub: OfficeHub, agent: Agent, eka: FlaskClient, clock: SetClock
) -> None:
    agent.reports("ready", address=IP)
    kiosk, display = socket(hub, "kiosk", "Kios 1"), socket(hub, "display", "Layar 1")
    hub.issue()
    print_slip(hub, agent)
    call(hub, "spoken")
    kiosk.disconnect("/kiosk")
    display.disconnect("/display")
    clock.forward(days=1)
    hub.office.execute(ChangePlan(what="demo"))  # the first line of the next day
    assert done(eka, "first_number")
    assert "Ini sudah terjadi pada hari sebelumnya." in step(eka, "first_number")
    assert "Kios 1: terpasang." in step(eka, "kiosk")
    assert done(eka, "kiosk")
    assert done(eka, "display")
    assert "Kantor Anda siap bekerja" not in head(eka)


def test_two_who_touch_at_once_pair_one_agent_and_its_token_is_the_one_that_is_kept(
    hub: OfficeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two administrators, or two hubs of one folder: each saw that none is paired."""
    services = hub.app.extensions["antrean"]
    rows, data = services.settings, services.config.data
    together = Barrier(2)

    def pair() -> object:
        together.wait(30)
        return begin_own_agent(data, rows, "", hub.office.clock)

    with ThreadPoolExecutor(2) as pool:
        made = [one.result(60) for one in [pool.submit(pair), pool.submit(pair)]]
    assert sorted(one is None for one in made) == [False, True]
    (device,) = rows.devices()
    assert device.token_hash == token_hash((data / TOKEN_FILE).read_text())


def test_of_hubs_on_two_machines_the_one_that_comes_second_pairs_no_further_agent(
    hub: OfficeHub, tmp_path: Path
) -> None:
    """The other machine's folder is not this one's; the database is."""
    rows, other = hub.app.extensions["antrean"].settings, tmp_path / "other machine"
    other.mkdir()
    seen: list[Device | None] = []

    class Behind(Settings):
        """Has looked before the other one paired its agent."""

        def devices(self) -> list[Device]:
            found = super().devices()
            if not seen:
                seen.append(begin_own_agent(hub.app.extensions["antrean"].config.data, rows, "", hub.office.clock))
            return found

    assert begin_own_agent(other, Behind(rows._engine, rows.office), "", hub.office.clock) is None
    assert [one.id for one in rows.devices()] == [one.id for one in seen if one is not None]


def test_a_machines_agent_that_another_office_has_is_left_to_it(hub: OfficeHub, eka: FlaskClient) -> None:
    services = hub.app.extensions["antrean"]
    other = Settings(services.settings._engine, "other")
    other.create_office(small_plan(office="other"))
    _device, token = pair_device(other, "print_agent", "Printer 1", hub.office.clock)
    (services.config.data / TOKEN_FILE).write_text(token)
    refused = eka.post("/admin/first_steps/agent", json={})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "agent_elsewhere")
    assert services.identities.devices("print_agent") == []
    assert (services.config.data / TOKEN_FILE).read_text() == token
