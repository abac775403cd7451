"""The page of today: a service paused with its reason, and a counter that was left open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, CancelTicket, ChangePlan, OpenCounter, StartService
from antrean.queueing.plan.model import PAUSED
from antrean.queueing.services.state import ServiceToday
from antrean.storage.database.engine import database_url, open_engine
from tests.admin.conftest import Agent
from tests.admin.said import says
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

REASON = {"text_id": "Blangko sedang habis", "text_en": "Blank cards have run out"}


def service(hub: OfficeHub, code: str = "card") -> ServiceToday:
    return hub.office.read(lambda day, plan: day.service_today(plan.service(code)))


def test_a_paused_service_says_why_on_kiosk_phone_and_page_and_gives_no_number(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    kiosk = hub.app.test_client()
    token = pair_device(hub.app.extensions["antrean"].settings, "kiosk", "K", hub.office.clock)[1]
    hub.office.execute(ChangePlan(what="devices"))
    ticket = hub.issue("card")
    answer = dewi.post("/admin/services/card", json={"state": "paused", **REASON})
    assert answer.status_code == 200
    headers = {"Authorization": f"Bearer {token}"}
    refused = kiosk.post("/kiosk/tickets", json={"service": "card"}, headers=headers)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "service_paused")
    view = kiosk.get("/kiosk/view", headers=headers).get_json()
    assert "Blangko sedang habis" in view["html"]["start.id"]
    assert "Blank cards have run out" in view["html"]["start.en"]
    assert "Blangko sedang habis" in view["html"]["start.su"]  # not written in Sundanese: the first there is
    phone = hub.app.test_client().get(f"/mobile_ticket/?ticket={hub.link(ticket)}&language=en").text
    assert "Blank cards have run out" in phone
    followers = hub.app.test_client().get(f"/mobile_ticket/view?ticket={hub.link(ticket)}").get_json()
    assert followers["reasons"] == {"card": {"id": REASON["text_id"], "en": REASON["text_en"]}}
    assert "Blangko sedang habis" in dewi.get("/admin/view?page=today").get_json()["html"]["service.card"]
    assert hub.ticket(ticket.number).state == "waiting"


def test_a_service_that_opens_again_forgets_its_reason_and_gives_the_next_number(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    dewi.post("/admin/services/card", json={"state": "closed", **REASON})
    dewi.post("/admin/services/card", json={"state": "open", **REASON})
    assert (service(hub).state, dict(service(hub).reasons)) == ("open", {})
    assert hub.issue("card").number == "A-001"


@pytest.mark.parametrize(
    ("path", "fields", "told"),
    [
        ("gone", {"state": "paused"}, (404, "service_unknown")),
        ("card", {}, (422, "value_missing")),
        ("card", {"state": "asleep"}, (422, "value_invalid")),
        ("card", {"state": "open", "text_id": "x" * 121}, (422, "value_invalid")),
        ("card", {"state": "closed", "text_id": "KTP 3208 0112 3456 7890"}, (422, "note_has_id_number")),
        ("card", {"state": "paused", "until": "half past"}, (422, "value_invalid")),
        ("card", {"state": "paused", "until": "09:00"}, (409, "time_past")),
        ("card", {"state": "closed_longer", "opens_on": "tomorrow"}, (422, "value_invalid")),
        ("card", {"state": "closed_longer", "opens_on": "2026-11-24"}, (409, "time_past")),
    ],
)
def test_what_does_not_fit_is_refused_and_the_service_stays_as_it_was(
    hub: OfficeHub, dewi: FlaskClient, path: str, fields: dict[str, str], told: tuple[int, str]
) -> None:
    dewi.post("/admin/services/card", json={"state": "paused", **REASON})
    seq = hub.seq()
    answer = dewi.post(f"/admin/services/{path}", json=fields)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == told
    assert (service(hub).state, service(hub).reasons["id"], hub.seq()) == (PAUSED, REASON["text_id"], seq)


def test_a_pause_is_told_with_its_end_and_ends_with_one_tap(hub: OfficeHub, dewi: FlaskClient) -> None:
    assert dewi.post("/admin/services/card", data={"state": "paused", "until": "09:30", **REASON}).status_code == 200
    assert (service(hub).state, service(hub).until) == ("paused", "09:30")
    row = dewi.get("/admin/view?page=today").get_json()["html"]["service.card"]
    assert 'name="state" value="open"' in row
    assert "Lanjutkan" in row
    assert dewi.post("/admin/services/card", data={"state": "open"}).status_code == 200
    assert service(hub).state == "open"
    assert "Lanjutkan" not in dewi.get("/admin/view?page=today").get_json()["html"]["service.card"]


def test_a_service_that_is_closed_for_longer_stays_closed_over_the_night_until_its_day(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    closed = {"state": "closed_longer", "opens_on": "2026-11-26", "text_id": "Pindah gedung"}
    assert dewi.post("/admin/services/card", json=closed).status_code == 200
    row = dewi.get("/admin/view?page=today").get_json()["html"]["service.card"]
    assert "Kamis, 26 November 2026" in row
    for days, state in ((0, "closed"), (1, "closed"), (1, "open")):
        clock.forward(days=days)
        hub.catch_up()
        assert service(hub).state == state, days
    assert hub.issue("card").number == "A-001"


def test_a_service_that_is_closed_until_somebody_opens_it_is_opened_paused_or_closed_for_the_day_like_any_other(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    for state in ("open", "paused", "closed"):
        dewi.post("/admin/services/card", json={"state": "closed_longer", "request_id": f"longer-{state}"})
        clock.forward(days=1)
        hub.catch_up()
        assert service(hub).state == "closed"
        wish = {"state": state, "request_id": f"change-{state}"}
        assert [dewi.post("/admin/services/card", json=wish).status_code for _ in range(2)] == [200, 200]
        assert service(hub).state == state
        assert hub.office.read(lambda _day, plan: plan.service("card").closed) is False


def test_a_program_gives_the_commands_about_services(hub: OfficeHub, dewi: FlaskClient) -> None:
    told = {"reasons": {"id": "Jaringan terputus"}, "until": "10:00", "request_id": "pause-card-1"}
    assert [dewi.post("/admin/services/card/pause", json=told).status_code for _ in range(2)] == [200, 200]
    assert service(hub) == ServiceToday("paused", {"id": "Jaringan terputus"}, "10:00")
    for command, state in (("resume", "open"), ("close", "closed"), ("open", "open")):
        assert dewi.post(f"/admin/services/card/{command}", json={}).status_code == 200
        assert service(hub).state == state
    assert dewi.post("/admin/services/card/paint", json={}).status_code == 404


def test_a_forgotten_counter_is_freed_and_its_visitor_waits_again(hub: OfficeHub, dewi: FlaskClient) -> None:
    for _ in range(2):
        hub.issue("card")
    ani = hub.as_staff("Ani")
    assert ani.post("/counter_panel/session", json={"counter": "1"}).status_code == 200
    assert ani.post("/counter_panel/calls", json={}).status_code == 201
    budi = hub.as_staff("Budi")
    assert budi.post("/counter_panel/session", json={"counter": "1"}).get_json()["error"]["code"] == "counter_taken"
    assert "A-001 sudah dipanggil, sejak 09.00" in says(dewi, "today", "counters")
    late = dewi.post("/admin/counters/1/free", json={"ticket": "A-002"})
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "counter_busy")
    assert hub.ticket("A-001").state == "called"
    wish = {"ticket": "A-001", "request_id": "free-counter-1"}
    assert [dewi.post("/admin/counters/1/free", json=wish).status_code for _ in range(2)] == [200, 200]
    assert hub.ticket("A-001").state == "waiting"
    assert budi.post("/counter_panel/session", json={"counter": "1"}).status_code == 200
    # Ani's tablet is told that she sits nowhere, and her tap does nothing to Budi's counter.
    assert ani.post("/counter_panel/calls", json={}).get_json()["error"]["code"] == "not_at_counter"
    assert budi.post("/counter_panel/calls", json={}).get_json()["ticket"]["number"] == "A-001"


def test_a_visitor_who_was_served_there_is_finished_when_the_counter_is_freed(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    hub.issue("card", persons=2)
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    hub.office.execute(CallNext(counter="1", operator="Ani"))
    hub.office.execute(StartService(ticket="A-001", counter="1"))
    assert "A-001 sedang dilayani" in says(dewi, "today", "counters")
    assert dewi.post("/admin/counters/1/free", json={"ticket": "A-001", "served": True}).status_code == 200
    assert (hub.ticket("A-001").state, hub.ticket("A-001").persons) == ("completed", 2)
    assert "Tidak ada petugas" in dewi.get("/admin/view?page=today").get_json()["html"]["counters"]


def test_an_operator_may_do_neither(hub: OfficeHub) -> None:
    ani = hub.as_staff("Ani")
    for path, fields in (("services/card", {"state": "closed"}), ("counters/1/free", {"ticket": ""})):
        answer = ani.post(f"/admin/{path}", json=fields)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "not_allowed")
    assert service(hub).state == "open"


def paired(hub: OfficeHub, kind: str) -> tuple[FlaskClient, dict[str, str]]:
    client = hub.app.test_client()
    token = pair_device(hub.app.extensions["antrean"].settings, kind, kind, hub.office.clock)[1]
    hub.office.execute(ChangePlan(what="devices"))
    return client, {"Authorization": f"Bearer {token}"}


def test_a_day_closed_by_mistake_is_opened_again_and_every_screen_says_how_it_stands(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    kiosk, of_kiosk = paired(hub, "kiosk")
    display, of_display = paired(hub, "display")
    ani = hub.as_staff("Ani")
    ticket = hub.issue("card")
    assert "1 nomor belum selesai" in dewi.get("/admin/view?page=today").get_json()["html"]["day"]
    assert dewi.post("/admin/day/close", json={"request_id": "close-0001"}).status_code == 200
    assert dewi.post("/admin/day/close", json={"request_id": "close-0001"}).status_code == 200

    refused = kiosk.post("/kiosk/tickets", json={"service": "card"}, headers=of_kiosk)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "day_closed")
    start = kiosk.get("/kiosk/view", headers=of_kiosk).get_json()["html"]
    assert "The office is closed for today." in start["start.en"]
    assert "Kantor sudah tutup untuk hari ini." in start["start.id"]
    assert "data-service" not in start["start.id"]
    services = kiosk.get("/kiosk/services", headers=of_kiosk).get_json()["services"]
    assert {service["state"] for service in services} == {"closed"}
    shown = display.get("/display/view", headers=of_display).get_json()["html"]
    assert "The office is closed for today." in shown["closed"]
    assert "Kantor sudah tutup untuk hari ini." in ani.get("/counter_panel/view").get_json()["html"]["work"]
    sitting = ani.post("/counter_panel/session", json={"counter": "1"})
    assert (sitting.status_code, sitting.get_json()["error"]["code"]) == (409, "day_closed")
    page = dewi.get("/admin/view?page=today").get_json()["html"]
    assert "1 nomor yang belum selesai" in page["day"]
    assert ("Hari ini ditutup." in page["service.card"], "Buka" in page["service.card"]) == (True, False)

    assert dewi.post("/admin/day/open", json={"request_id": "open-00001"}).status_code == 200
    assert hub.ticket(ticket.number).state == "waiting"
    assert "Buka" in dewi.get("/admin/view?page=today").get_json()["html"]["service.card"]
    assert display.get("/display/view", headers=of_display).get_json()["html"]["closed"] == ""
    assert "The office is closed" not in kiosk.get("/kiosk/view", headers=of_kiosk).get_json()["html"]["start.en"]
    again = kiosk.post("/kiosk/tickets", json={"service": "card"}, headers=of_kiosk)
    assert again.get_json()["ticket"]["number"] == "A-002"
    assert ani.post("/counter_panel/session", json={"counter": "1"}).status_code == 200


def test_an_operator_neither_closes_the_day_nor_opens_it(hub: OfficeHub) -> None:
    ani = hub.as_staff("Ani")
    hub.issue("card")
    seq = hub.seq()
    assert ani.post("/admin/day/close", json={}).status_code == 403
    assert ani.post("/admin/day/open", json={}).status_code == 403
    assert hub.seq() == seq


@pytest.mark.parametrize("what", ["disk_full", "database_gone", "lines_missing", "database_replaced", "read_only"])
def test_what_stops_every_number_is_said_on_kiosk_panel_and_page_until_it_is_over(
    hub: OfficeHub, dewi: FlaskClient, what: str
) -> None:
    kiosk, of_kiosk = paired(hub, "kiosk")
    ani = hub.as_staff("Ani")
    hub.office.hold("storage_unavailable", what)
    hub.app.extensions["antrean"].publisher.redraw()
    assert (
        "No numbers can be given right now."
        in kiosk.get("/kiosk/view", headers=of_kiosk).get_json()["html"]["start.en"]
    )
    assert "nomor" in ani.get("/counter_panel/view").get_json()["html"]["lamps"]
    assert 'class="notice danger"' in dewi.get("/admin/view?page=today").get_json()["html"]["day"]
    refused = kiosk.post("/kiosk/tickets", json={"service": "card"}, headers=of_kiosk)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "storage_unavailable")
    hub.office.release("storage_unavailable")
    hub.app.extensions["antrean"].publisher.redraw()
    assert "No numbers can" not in kiosk.get("/kiosk/view", headers=of_kiosk).get_json()["html"]["start.en"]
    assert 'class="notice danger"' not in dewi.get("/admin/view?page=today").get_json()["html"]["day"]


def test_a_closed_office_sends_nobody_to_the_staff_for_a_number_because_its_disk_is_full(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    kiosk, of_kiosk = paired(hub, "kiosk")
    assert dewi.post("/admin/day/close", json={}).status_code == 200
    hub.office.hold("storage_unavailable", "disk_full")
    hub.app.extensions["antrean"].publisher.redraw()
    start = kiosk.get("/kiosk/view", headers=of_kiosk).get_json()["html"]["start.en"]
    assert "The office is closed for today." in start
    assert "ask the staff for a number" not in start


def alarms(client: FlaskClient) -> str:
    return " ".join(client.get("/admin/view?page=today").get_json()["html"]["alarms"].split())


def test_a_service_that_takes_nobody_more_today_is_said_to_be_full(hub: OfficeHub, dewi: FlaskClient) -> None:
    def said() -> str:
        return str(dewi.get("/admin/view?page=today").get_json()["html"]["service.card"])

    limited = small_plan(services=tuple(replace(one, daily_limit=2) for one in small_plan().services))
    hub.office._load_plan = lambda: limited
    hub.office.execute(ChangePlan(what="services"))
    hub.issue("card")
    assert ("Penuh hari ini" in said(), "Buka" in said()) == (False, True)
    hub.issue("card")
    assert ("Penuh hari ini" in said(), "Buka" in said()) == (True, False)


def test_a_printer_that_needs_somebody_is_an_alarm_at_the_moment_its_lamp_says_so(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    dewi.post("/counter_panel/session", json={"counter": "1"})

    def both() -> tuple[str, str]:
        return alarms(dewi), dewi.get("/counter_panel/view").get_json()["html"]["lamps"]

    agent.reports("ready")
    assert "Pencetak" not in both()[0]
    for fields, kind, words, step in (
        ({"state": "offline"}, "danger", "Pencetak tidak terhubung", "Periksa daya dan kabelnya"),
        ({"state": "near_end"}, "warning", "Kertas hampir habis", "Siapkan"),
        ({"state": "offline", "fallback": "ready"}, "warning", "Pencetak tidak terhubung", "Pencetak kedua mencetak"),
    ):
        agent.reports(**fields)
        shown, lamp = both()
        assert f'class="notice {kind}"' in shown
        assert f'class="lamp {kind}"' in lamp
        assert all(said in text for said in (words, step) for text in (shown, lamp))
        assert 'href="/admin/printers"' in shown
    agent.reports("mute")
    assert "Pencetak" not in both()[0]


def test_people_without_paper_are_told_with_their_numbers_until_they_have_it(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient, clock: SetClock
) -> None:
    for _ in range(16):
        hub.issue()
    assert "tanpa karcis" not in alarms(dewi)
    clock.forward(seconds=121)
    shown = alarms(dewi)
    assert "16 orang tanpa karcis: A-001, A-002, A-003," in shown
    assert "A-012 dan 4 lagi." in shown
    assert "16 karcis masih akan dicetak begitu pencetak bisa." in shown
    assert 'href="/admin/printers"' in shown
    for job in [slip["job"] for slip in agent.view()["slips"]][2:]:
        agent.settles(job, "printed", "printed")
    agent.settles(agent.view()["slips"][0]["job"], "uncertain", "sent", "connection_lost")
    shown = alarms(dewi)
    assert "1 orang tanpa karcis: A-002. 1 karcis masih akan dicetak" in shown
    assert "1 orang mungkin tanpa karcis: A-001." in shown
    assert dewi.post("/admin/tickets/A-001/slips", json={}).status_code == 200
    agent.settles(agent.view()["slips"][1]["job"], "printed", "printed")
    assert "1 orang tanpa karcis: A-002." in alarms(dewi)
    hub.office.execute(CancelTicket(ticket="A-002", reason="visitor"))
    assert "tanpa karcis" not in alarms(dewi)


def test_an_office_without_a_printer_has_no_lamp_and_no_alarm_for_one(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    dewi.post("/counter_panel/session", json={"counter": "1"})
    hub.issue()
    clock.forward(minutes=5)
    hub.app.extensions["antrean"].print_agents.look()
    lamps = dewi.get("/counter_panel/view").get_json()["html"]["lamps"]
    assert "encetak" not in lamps
    assert "danger" not in lamps
    assert "tanpa karcis" not in alarms(dewi)
    assert dewi.get("/readyz").get_json()["printers"] == {}


def test_a_printer_that_is_taken_away_leaves_no_lamp_behind(hub: OfficeHub, agent: Agent, dewi: FlaskClient) -> None:
    dewi.post("/counter_panel/session", json={"counter": "1"})
    agent.reports("agent_away")
    assert "Program cetak tidak terhubung" in dewi.get("/counter_panel/view").get_json()["html"]["lamps"]
    assert hub.app.test_client().get("/readyz").get_json()["printers"] == {agent.id: "agent_away"}
    services = hub.app.extensions["antrean"]
    services.settings.revoke_device(agent.id, hub.office.clock())
    hub.office.execute(ChangePlan(what="devices"))
    assert "cetak" not in dewi.get("/counter_panel/view").get_json()["html"]["lamps"]
    assert hub.app.test_client().get("/readyz").get_json()["printers"] == {}


def test_settings_that_were_changed_behind_the_back_can_not_be_saved_and_the_damage_is_told(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    with open_engine(database_url("", hub.app.extensions["antrean"].config.data)).begin() as connection:
        connection.exec_driver_sql("UPDATE plans SET actor = 'somebody else'")
    for _ in range(2):
        refused = dewi.post("/admin/services/card", json={"state": "closed_longer"})
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "settings_damaged")
        assert "cadangan terbaru harus dipulihkan" in refused.get_json()["error"]["message"]
    assert "Basis data rusak." in alarms(dewi)
    assert hub.issue().number == "A-001"
