"""The printer page over HTTP: states, paper, slips and what can be done about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from antrean.access.devices import pair_device
from antrean.queueing.commands import CancelTicket, GiveUpSlips
from antrean.queueing.slips.printers import STATES as ALL_STATES
from antrean.queueing.slips.printers import prints
from antrean.web.text.printer_status import printer_words
from tests.admin.conftest import Agent
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub


def printers(client: FlaskClient) -> str:
    return " ".join(client.get("/admin/view?page=printers").get_json()["html"]["printers"].split())


def wish(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    return client.post(f"/admin/{path}", json=fields)


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


STATES = {
    "ready": ("Pencetak siap", ""),
    "near_end": ("Kertas hampir habis", "Siapkan gulungan baru"),
    "paper_out": ("Kertas habis", "Pasang gulungan baru di kios"),
    "cover_open": ("Penutup pencetak terbuka", "Tutup penutupnya"),
    "offline": ("Pencetak tidak terhubung", "Periksa daya dan kabelnya"),
    "error": ("Pencetak bermasalah", "Matikan lalu nyalakan lagi"),
    "mute": ("Pencetak bekerja", "Tidak dapat melaporkan kertas"),
    "unknown": ("Pencetak terhubung", "Tidak dapat melaporkan keadaannya"),
    "no_printer": ("Ini bukan pencetak", "periksa alamatnya"),
    "owned": ("Pencetak ini dipakai program cetak lain", "Beri tiap program cetak pencetaknya sendiri"),
    "not_allowed": (
        "Komputer dengan program cetak tidak mengizinkan pencetak ini",
        "administrator membetulkan alamatnya",
    ),
    "agent_away": ("Program cetak tidak terhubung", "Periksa komputer di dekat pencetak"),
}


def test_each_state_is_said_in_its_own_words_with_the_next_step(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    assert len({what for what, _step in STATES.values()}) == len(STATES)
    for state, (what, step) in STATES.items():
        agent.reports(state)
        shown = printers(dewi)
        assert what in shown, state
        assert step in shown, state
        others = [other for other, _step in STATES.values() if other != what]
        assert [other for other in others if f"<strong>{other}" in shown] == [], state


def test_every_state_has_words_and_is_good_exactly_where_slips_come_out(hub: OfficeHub) -> None:
    assert set(STATES) == set(ALL_STATES)
    with hub.app.test_request_context():
        for state in ALL_STATES:
            severity, what, _step = printer_words(state)
            assert (severity in ("good", "warning")) == prints(state), state
            assert what != printer_words("")[1], state


def test_before_the_first_report_nothing_is_claimed(hub: OfficeHub, agent: Agent, dewi: FlaskClient) -> None:
    shown = printers(dewi)
    assert "belum ada laporan" in shown
    assert "Pencetak siap" not in shown


def test_a_second_printer_is_shown_and_said_to_print_meanwhile(hub: OfficeHub, agent: Agent, dewi: FlaskClient) -> None:
    agent.reports("paper_out", address="tcp://a:1", fallback="ready", fallback_address="tcp://b:1")
    shown = printers(dewi)
    assert "tcp://b:1" in shown
    assert "Karcis dicetak di sana untuk sementara" in shown
    dewi.post("/counter_panel/session", json={"counter": "1"})
    lamp = dewi.get("/counter_panel/view").get_json()["html"]["lamps"]
    assert 'class="lamp warning"' in lamp
    assert "Pencetak kedua mencetak" in lamp


def test_a_held_queue_is_kept_from_the_agent_and_said_on_page_and_panel(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    agent.reports("ready")
    assert wish(dewi, f"printers/{agent.id}/hold").status_code == 200
    hub.issue()
    assert agent.view()["printer"]["held"] is True
    job = agent.view()["slips"][0]["job"]
    refused = agent.post("results", job=job, result="sending", claim="run", evidence="composed")
    assert code(refused) == (409, "printer_held")
    assert "Pencetakan ditahan" in printers(dewi)
    dewi.post("/counter_panel/session", json={"counter": "1"})
    assert "Pencetakan ditahan" in dewi.get("/counter_panel/view").get_json()["html"]["lamps"]
    assert wish(dewi, f"printers/{agent.id}/release").status_code == 200
    assert agent.view()["printer"]["held"] is False
    assert agent.settles(job, "printed", "printed").status_code == 204


OUTCOMES = [
    ("printed", "printed", "", "Tercetak: pencetak memastikan karcis ini"),
    ("printed", "echoed", "", "Tercetak: pencetak menjawab sesudahnya"),
    ("printed", "drained", "", "pencetak ini tidak dapat memastikan"),
    ("printed", "sent", "", "Terkirim; sambungan ini tidak dapat memastikan"),
    ("printed", "virtual", "", "Disimpan pencetak virtual"),
    ("uncertain", "sent", "held_in_printer", "karcis mungkin masih keluar"),
    ("uncertain", "sent", "connection_lost", "Tidak pasti: sambungan terputus"),
    ("uncertain", "none", "agent_restarted", "program cetak dimulai ulang"),
    ("uncertain", "none", "agent_gone", "program cetak tidak kembali"),
    ("uncertain", "sent", "no_confirmation", "pencetak tidak memberi kepastian"),
    ("failed", "none", "compose_failed", "tidak dapat disusun untuk pencetak ini"),
]


def test_what_became_of_a_slip_is_said_as_far_as_the_evidence_goes(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    for result, evidence, reason, words in OUTCOMES:
        assert words not in printers(dewi)
        hub.issue()
        job = agent.view()["slips"][0]["job"]
        assert agent.settles(job, result, evidence, reason).status_code == 204
        assert words in printers(dewi)


def test_a_slip_whose_visitor_left_is_given_up_and_said_so(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient, clock: SetClock
) -> None:
    hub.issue()
    clock.forward(hours=2)
    hub.office.execute(GiveUpSlips())
    assert "Menunggu pencetak" in printers(dewi)
    hub.office.execute(CancelTicket(ticket="A-001", reason="visitor"))
    hub.office.execute(GiveUpSlips())
    assert "Tidak dicetak: pengunjungnya tidak lagi menunggu" in printers(dewi)
    assert agent.view()["slips"] == []


def test_a_number_without_paper_can_be_printed_again_however_many_came_after_it(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    hub.issue()
    agent.settles(agent.view()["slips"][0]["job"], "uncertain", "sent", "connection_lost")
    for _ in range(20):
        hub.issue()
        agent.settles(agent.view()["slips"][0]["job"], "printed", "printed")
    assert 'id="again-A-001"' in printers(dewi)
    assert wish(dewi, "tickets/A-001/slips").status_code == 200
    agent.settles(agent.view()["slips"][0]["job"], "printed", "printed")
    assert 'id="again-A-002"' not in printers(dewi)


def test_an_agent_is_told_the_next_slips_only_and_of_the_others_in_their_turn(hub: OfficeHub, agent: Agent) -> None:
    numbers = [hub.issue().number for _ in range(40)]

    def told() -> list[str]:
        return [slip["content"]["number"] for slip in agent.view()["slips"]]

    assert told() == numbers[:30]
    first = agent.view()["slips"][0]["job"]
    claim = {"job": first, "claim": "run", "evidence": "composed"}
    assert agent.post("results", **claim, result="sending").status_code == 204
    assert told() == numbers[:31]
    assert agent.post("results", **{**claim, "evidence": "printed"}, result="printed").status_code == 204
    assert told() == numbers[1:31]


def test_a_reprint_is_a_marked_copy_of_the_same_number(hub: OfficeHub, agent: Agent, dewi: FlaskClient) -> None:
    hub.issue()
    agent.settles(agent.view()["slips"][0]["job"], "uncertain", "sent", "connection_lost")
    assert wish(dewi, "tickets/A-001/slips", request_id="print-again").status_code == 200
    assert wish(dewi, "tickets/A-001/slips", request_id="print-again").status_code == 200
    (slip,) = agent.view()["slips"]
    assert (slip["content"]["number"], slip["content"]["mark"]) == ("A-001", "SALINAN 2")
    assert slip["job"].endswith("/A-001/1")
    agent.settles(slip["job"], "printed", "printed")
    assert "SALINAN 2" in printers(dewi)
    assert [one.copy for one in hub.ticket("A-001").slips] == [0, 1]


def test_a_waiting_slip_can_be_cancelled_but_not_one_being_sent(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    hub.issue()
    hub.issue()
    first, second = (slip["job"] for slip in agent.view()["slips"])
    assert wish(dewi, "slips/A-001/0/cancel").status_code == 200
    assert [slip["job"] for slip in agent.view()["slips"]] == [second]
    assert agent.post("results", job=second, result="sending", claim="run", evidence="composed").status_code == 204
    assert code(wish(dewi, "slips/A-002/0/cancel")) == (409, "slip_being_sent")
    assert code(agent.post("results", job=first, result="sending", claim="run")) == (409, "slip_settled")
    assert code(wish(dewi, "slips/A-009/0/cancel")) == (404, "slip_unknown")
    assert hub.ticket("A-001").state == "waiting"


def test_an_agent_has_no_say_in_the_slips_of_another_printer(hub: OfficeHub, agent: Agent, dewi: FlaskClient) -> None:
    hub.issue()
    job = agent.view()["slips"][0]["job"]
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "print_agent", "Printer 2", hub.office.clock)
    other = type(agent)(hub, device.id, token)
    assert other.view()["slips"] == []
    for result in ("sending", "printed", "uncertain"):
        assert code(other.post("results", job=job, result=result, claim="run")) == (404, "slip_unknown")
    assert agent.settles(job, "printed", "printed").status_code == 204


def test_a_test_slip_goes_through_the_agent_with_its_evidence(hub: OfficeHub, agent: Agent, dewi: FlaskClient) -> None:
    assert wish(dewi, f"printers/{agent.id}/test").status_code == 200
    (slip,) = agent.view()["slips"]
    assert slip["test"] is True
    assert slip["job"].endswith("/TEST/1")
    agent.settles(slip["job"], "printed", "echoed", paper_mm=250)
    shown = printers(dewi)
    assert "Uji" in shown
    assert "Tercetak: pencetak menjawab sesudahnya" in shown
    assert "kira-kira 0,2 dari 50 meter" in shown


def test_the_paper_is_counted_over_days_until_the_roll_is_changed(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient, clock: SetClock
) -> None:
    watch = hub.app.extensions["antrean"].print_agents
    hub.issue()
    agent.settles(agent.view()["slips"][0]["job"], "printed", "printed", paper_mm=4000)
    clock.forward(days=1)
    hub.catch_up()
    watch.look()
    hub.issue()
    agent.settles(agent.view()["slips"][0]["job"], "printed", "printed", paper_mm=3000)
    assert "kira-kira 7,0 dari 50 meter" in printers(dewi)
    assert wish(dewi, f"printers/{agent.id}/roll").status_code == 200
    shown = printers(dewi)
    assert "kira-kira 0,0 dari 50 meter" in shown
    assert "Gulungan diganti hari ini pukul 09.00" in shown


def test_on_a_new_day_the_agent_is_asked_anew_how_the_printer_is(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient, clock: SetClock
) -> None:
    agent.reports("near_end", detail="1e")
    assert agent.view()["printer"]["told"]["state"] == "near_end"
    clock.forward(days=1)
    hub.catch_up()
    assert agent.view()["printer"]["told"] == {}


def test_an_agent_without_a_socket_for_a_while_is_said_to_be_away_once(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    watch = replace(hub.app.extensions["antrean"].print_agents, monotonic=lambda: now[0])
    agent.reports("ready")
    watch.look()
    now[0] += 19
    watch.look()
    assert "Pencetak siap" in printers(dewi)
    now[0] += 2
    watch.look()
    assert "Program cetak tidak terhubung" in printers(dewi)
    agent.reports("ready")
    now[0] += 60
    watch.look()
    assert "Pencetak siap" in printers(dewi)


def test_unknown_printers_and_wishes_are_refused_and_operators_may_do_none_of_it(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    ani = hub.as_staff("Ani")
    before = hub.seq()
    assert code(wish(dewi, "printers/nothing/hold")) == (404, "printer_unknown")
    assert code(wish(dewi, f"printers/{agent.id}/explode")) == (404, "not_found")
    for path in (f"printers/{agent.id}/hold", "slips/A-001/0/cancel", "tickets/A-001/slips"):
        assert code(wish(ani, path)) == (403, "not_allowed")
    assert hub.seq() == before
