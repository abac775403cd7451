"""The first start: a hub without an office is set up in a browser by whoever reads its code, once and for good."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.staff import add_staff
from antrean.hub.first_start.making import is_new
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.settings.rows import Settings
from app import create_app, open_office
from tests.conftest import SetClock
from tests.fakes.new_hub import CLINIC, ELSEWHERE, PAGE, PASSWORD, NewHub


@pytest.fixture
def new(tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewHub]:
    # A voice takes a second to make; that an office has one is tested once.
    monkeypatch.setattr("antrean.hub.first_start.making._give_a_voice", lambda folder, plan: None)
    hub = NewHub(tmp_path, clock)
    yield hub
    hub.stop()


def finish(client: FlaskClient) -> Any:
    return client.post("/first_start/summary", json={})


def code_of(answer: Any) -> str:
    return str(answer.get_json()["error"]["code"])


def test_every_address_of_staff_leads_to_the_first_start_and_screens_say_in_three_languages_that_they_wait(
    new: NewHub,
) -> None:
    client = new.browser()
    for address in ("/", "/admin/", "/admin/today", "/counter_panel/", "/sign_in", "/pair", "/anything"):
        answer = client.get(address, headers=PAGE)
        assert (answer.status_code, answer.location) == (302, "/first_start/"), address
    for address in ("/kiosk/", "/display/", "/mobile_ticket/?ticket=A-001.x"):
        answer = client.get(address, headers=PAGE)
        assert answer.status_code == 503, address
        for words in ("Kantor ini sedang disiapkan.", "This office is being set up.", "Kantor ieu nuju disiapkeun."):
            assert words in answer.text, address
        assert "office_awaited.js" in answer.text
    for told in (client.get("/kiosk/view"), client.post("/kiosk/tickets", json={}), client.get("/socket.io/?EIO=4")):
        assert (told.status_code, code_of(told)) == (503, "office_being_set_up")


def test_health_says_that_the_process_runs_and_readiness_that_no_number_can_be_given(new: NewHub) -> None:
    assert new.browser().get("/healthz").get_json()["status"] == "ok"
    told = new.browser().get("/readyz")
    assert (told.status_code, told.get_json()["journal"]) == (503, "office_being_set_up")


def test_without_the_code_no_page_but_the_one_that_asks_for_it_is_open(new: NewHub) -> None:
    client = new.browser()
    for step in (*CLINIC, "summary"):
        shown = client.get(f"/first_start/{step}", headers=PAGE)
        assert (shown.status_code, shown.location) == (303, "/first_start/"), step
        told = client.post(f"/first_start/{step}", json={})
        assert (told.status_code, code_of(told)) == (403, "set_up_code_wrong"), step


def test_the_code_is_shown_on_the_machine_itself_and_nowhere_else(new: NewHub) -> None:
    code = new.first.code.code
    assert code in new.browser().get("/first_start/", headers=PAGE).text
    assert code not in new.browser(**ELSEWHERE).get("/first_start/", headers=PAGE).text
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        behind = new.browser().get("/first_start/", headers={**PAGE, header: "192.168.1.20"})
        assert behind.status_code == 200
        assert code not in behind.text, header


def test_a_code_is_good_once_in_small_letters_and_with_blanks_too(new: NewHub) -> None:
    code = new.first.code.code
    answer = new.browser(**ELSEWHERE).post("/first_start/", json={"code": code.lower().replace("-", " ")})
    assert answer.status_code == 200
    again = new.browser(**ELSEWHERE).post("/first_start/", json={"code": code})
    assert (again.status_code, code_of(again)) == (403, "set_up_code_wrong")


def test_a_code_that_ended_after_half_an_hour_opens_nothing_and_a_new_one_is_printed(
    new: NewHub, capsys: pytest.CaptureFixture[str]
) -> None:
    code = new.first.code.code
    new.seconds.seconds += 30 * 60
    told = new.browser(**ELSEWHERE).post("/first_start/", json={"code": code})
    assert (told.status_code, code_of(told)) == (403, "set_up_code_wrong")
    assert new.first.code.code != code
    assert new.first.code.code in capsys.readouterr().err
    assert new.let_in(**ELSEWHERE).get("/first_start/language", headers=PAGE).status_code == 200


def test_after_five_wrong_codes_an_address_waits_and_others_do_not(new: NewHub) -> None:
    guesser = new.browser(**ELSEWHERE)
    for _ in range(5):
        assert guesser.post("/first_start/", json={"code": "AAAA-AAAA"}).status_code == 403
    refused = guesser.post("/first_start/", json={"code": new.first.code.code})
    assert (refused.status_code, code_of(refused)) == (429, "rate_limited")
    page = guesser.post("/first_start/", data={"code": "AAAA-AAAA"}, headers=PAGE)
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert new.let_in(REMOTE_ADDR="192.168.1.21").get("/first_start/language", headers=PAGE).status_code == 200


def test_another_sites_page_sets_nothing_up(new: NewHub) -> None:
    client = new.let_in()
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        told = client.post("/first_start/language", json=dict(CLINIC["language"]), headers=headers)
        assert (told.status_code, code_of(told)) == (403, "wrong_origin")


def test_a_clinic_in_makassar_is_made_served_without_a_restart_and_its_administrator_signed_in(
    new: NewHub, clock: SetClock
) -> None:
    client = new.let_in(**ELSEWHERE)
    assert new.tell(client) == "/first_start/summary"
    page = client.get("/first_start/summary", headers=PAGE).text
    for words in ("Klinik Bahagia", "Dokter Umum", "Rontgen", "Loket Depan", "Sitti"):
        assert words in page, words
    made = finish(client)
    assert (made.status_code, made.get_json()["next"]) == (200, "/admin/")
    assert client.get("/admin/today", headers=PAGE).status_code == 200
    plan: OfficePlan = new.app.extensions["antrean"].office.read(lambda _day, plan: plan)
    assert (plan.name, plan.zone, plan.languages, plan.demo) == ("Klinik Bahagia", "Asia/Makassar", ("id", "en"), False)
    names = [(one.series, one.name("id")) for one in plan.services]
    assert names == [("A", "Pendaftaran"), ("B", "Dokter Umum"), ("C", "Pengambilan Obat"), ("D", "Rontgen")]
    assert plan.service("poli-umum").name("en") == "General doctor"
    assert [one.name for one in plan.counters] == ["Loket Depan", "Loket Dalam"]
    assert {one.primary for one in plan.counters} == {tuple(one.code for one in plan.services)}
    assert plan.hours.week["monday"] == ((8 * 60, 14 * 60),)
    assert not plan.hours.week["friday"]
    assert client.get("/readyz").status_code == 200
    devices = new.app.extensions["antrean"].settings.devices()
    assert [one.kind for one in devices] == ["print_agent"]
    stranger = new.browser(**ELSEWHERE)
    assert stranger.post("/sign_in", json={"name": "Sitti", "password": PASSWORD}).status_code == 200
    assert not (new.config.data / "first_start.json").exists()


def test_once_the_office_is_there_every_page_of_the_first_start_is_gone_for_good(new: NewHub, clock: SetClock) -> None:
    client, late = new.let_in(), new.let_in(**ELSEWHERE)
    new.tell(client)
    assert late.get("/first_start/summary", headers=PAGE).status_code == 200
    assert finish(client).status_code == 200
    again = create_app(new.config, clock=clock)  # as after the next start of the machine
    try:
        for hub in (new.app, again):
            for step in ("", *CLINIC, "summary"):
                for told in (late.get, late.post, hub.test_client().get, hub.test_client().post):
                    answer = told(f"/first_start/{step}")
                    assert (answer.status_code, code_of(answer)) == (404, "office_made"), step
    finally:
        again.extensions["antrean"].stop()
    page = late.get("/first_start/summary?language=en", headers=PAGE)
    assert "This office is set up already. Sign in." in page.text


def test_of_two_browsers_one_makes_the_office_and_the_other_is_told(new: NewHub) -> None:
    """The second one's request has begun when the office of the first is committed."""
    client, late = new.let_in(), new.let_in(**ELSEWHERE)
    new.tell(client)
    hub = new.first.hub
    other: list[Any] = []

    def while_it_starts() -> Any:
        if not other:
            other.append(finish(late))
        return hub()

    new.first.hub = while_it_starts  # type: ignore[method-assign]
    assert finish(client).status_code == 200
    assert (other[0].status_code, code_of(other[0])) == (404, "office_made")
    assert [one.name for one in new.app.extensions["antrean"].settings.staff()] == ["Sitti"]


def test_going_back_loses_nothing_and_leads_on_from_there(new: NewHub) -> None:
    client = new.let_in()
    new.tell(client, until="administrator")
    assert 'value="Klinik Bahagia"' in client.get("/first_start/office_name", headers=PAGE).text
    changed = client.post("/first_start/office_name", json={"office_name": "Klinik Damai"})
    assert changed.get_json()["next"] == "/first_start/time_zone"
    shown = client.get("/first_start/services", headers=PAGE).text
    assert 'value="Dokter Umum"' in shown
    assert 'value="Rontgen"' in shown
    assert client.get("/first_start/summary", headers=PAGE).location == "/first_start/administrator"
    new.tell(client, steps={"administrator": CLINIC["administrator"]})
    assert "Klinik Damai" in client.get("/first_start/summary", headers=PAGE).text


def test_another_kind_of_office_begins_with_its_own_services_and_hours(new: NewHub) -> None:
    client = new.let_in()
    new.tell(client)
    told = client.post("/first_start/kind", json={"kind": "bank"})
    assert told.get_json()["next"] == "/first_start/services"
    shown = client.get("/first_start/services", headers=PAGE).text
    assert "Layanan Nasabah" in shown
    assert "Rontgen" not in shown


def test_it_is_gone_on_with_after_a_new_start_with_all_but_the_password(new: NewHub, clock: SetClock) -> None:
    new.tell(new.let_in())
    kept = new.config.data / "first_start.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in kept.read_text()
    assert "argon2" not in kept.read_text()
    new.stop()
    later = NewHub(new.config.data, clock)
    try:
        client = later.let_in()
        assert client.get("/first_start/", headers=PAGE).location == "/first_start/administrator"
        later.tell(client, steps={"administrator": CLINIC["administrator"]})
        assert finish(client).status_code == 200
    finally:
        later.stop()


@pytest.mark.parametrize(
    ("machine", "proposed"),
    [
        ("UTC", "Asia/Jakarta"),
        ("Etc/UTC", "Asia/Jakarta"),
        ("Asia/Makassar", "Asia/Makassar"),
        ("Asia/Dili", "other"),
        ("Mars/Olympus", "Asia/Jakarta"),
        (None, "Asia/Jakarta"),
    ],
)
def test_the_time_zone_that_is_proposed_is_the_machines_and_of_others_none_is_chosen_by_the_alphabet(
    new: NewHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: str | None, proposed: str
) -> None:
    if machine is not None:
        (tmp_path / "localtime").symlink_to(f"/usr/share/zoneinfo/{machine}")
    monkeypatch.setattr("antrean.hub.first_start.machine_zone.LOCALTIME", tmp_path / "localtime")
    client = new.let_in()
    new.tell(client, until="time_zone")
    page = client.get("/first_start/time_zone", headers=PAGE).text
    assert re.findall(r'value="([^"]+)" checked', page) == [proposed]
    assert re.findall(r"<option selected>([^<]+)", page) == (["Asia/Dili"] if proposed == "other" else [])
    first = page[page.index('<select id="other_zone"') :]
    assert re.findall('<option value="">([^<]+)', first)
    refused = client.post("/first_start/time_zone", data={"time_zone": "other", "other_zone": ""}, headers=PAGE)
    assert re.findall(r'value="([^"]+)" checked', refused.text) == ["other"]


@pytest.mark.parametrize("torn", ['{"language": "id"', '{"language": 1}', '{"surprise": ""}', "[]", '{"done": [1]}'])
def test_a_draft_that_can_not_be_read_is_begun_anew(new: NewHub, torn: str) -> None:
    (new.config.data / "first_start.json").write_text(torn)
    assert new.let_in().get("/first_start/", headers=PAGE).location == "/first_start/language"


@pytest.mark.parametrize(
    ("step", "fields", "code"),
    [
        ("language", {"language": "tlh"}, "value_invalid"),
        ("office_name", {"office_name": "   "}, "value_invalid"),
        ("office_name", {"office_name": "NIK 3208123456789012"}, "note_has_id_number"),
        ("time_zone", {"time_zone": "Mars/Olympus"}, "value_invalid"),
        ("time_zone", {"time_zone": "other", "other_zone": "Mars/Olympus"}, "value_invalid"),
        ("time_zone", {"time_zone": "other", "other_zone": ""}, "zone_missing"),
        ("kind", {"kind": "../../etc"}, "value_invalid"),
        ("services", {}, "service_none"),
        ("services", {"on_gone": True}, "field_unknown"),
        ("counters", {"counters": 0}, "value_invalid"),
        ("counters", {"counters": 51}, "value_invalid"),
        ("counter_names", {"counter_1": "Loket A", "counter_2": "loket  a"}, "plan_twice"),
        ("counter_names", {"counter_1": "Loket 2"}, "plan_twice"),  # the name of the second where nobody gives one
        ("hours", {"hours": "fixed"}, "hours_none"),
        ("hours", {"hours": "fixed", "friday_open": True}, "times_missing"),
        ("hours", {**CLINIC["hours"], "workdays_until": "07:00"}, "hours_overlap"),
        ("hours", {**CLINIC["hours"], "workdays_break_from": "12:00"}, "times_missing"),
        ("administrator", {**CLINIC["administrator"], "again": "tiga kata merah"}, "password_differs"),
        ("administrator", {"administrator": "Sitti", "password": "password", "again": "password"}, "password_common"),
        ("administrator", {"administrator": "Sitti", "password": "kurang", "again": "kurang"}, "password_too_short"),
    ],
)
def test_what_no_office_can_have_is_refused_beside_what_was_typed_and_not_kept(
    new: NewHub, step: str, fields: Mapping[str, Any], code: str
) -> None:
    client = new.let_in()
    new.tell(client, until=step)
    before = new.first.draft()
    told = client.post(f"/first_start/{step}", json=dict(fields))
    assert (told.status_code, code_of(told)) == (422, code)
    written = {name: "1" if value is True else str(value) for name, value in fields.items()}
    page = client.post(f"/first_start/{step}", data=written, headers=PAGE)
    assert page.status_code == 422
    assert told.get_json()["error"]["message"]
    assert 'role="alert"' in page.text
    assert PASSWORD not in page.text
    assert new.first.draft() == before


def test_a_counter_that_is_added_later_gets_a_name_that_no_other_has(new: NewHub) -> None:
    client = new.let_in()
    new.tell(client)
    assert client.post("/first_start/counter_names", json={"counter_1": "Loket 3", "counter_2": "B"}).status_code == 200
    assert client.post("/first_start/counters", json={"counters": 4}).status_code == 200
    names = new.first.draft().counter_names
    assert (names[:2], len(set(names))) == (("Loket 3", "B"), 4)
    assert finish(client).status_code == 200


def test_no_more_services_are_taken_than_there_are_letters(new: NewHub) -> None:
    client = new.let_in()
    new.tell(client, until="counters")
    for _ in range(20):
        added = {f"added_{place}": f"Layanan {place}" for place in range(1, len(new.first.draft().added) + 6)}
        if client.post("/first_start/services", json=added).status_code != 200:
            break
    assert len(new.first.draft().added) < 50
    new.tell(
        client,
        steps={
            step: fields
            for step, fields in CLINIC.items()
            if step in ("counters", "counter_names", "hours", "administrator")
        },
    )
    assert finish(client).status_code == 200


def _full(*_given: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_said_in_words_and_loses_no_answer_and_no_password(
    new: NewHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = new.let_in()
    new.tell(client)
    before = new.first.draft()
    other = {"administrator": "Joko", "password": "empat kata hijau", "again": "empat kata hijau"}
    with monkeypatch.context() as disk:
        disk.setattr("antrean.web.first_start.switch.keep_draft", _full)
        told = client.post("/first_start/administrator", json=other)
        assert (told.status_code, code_of(told)) == (503, "draft_not_kept")
        page = client.post("/first_start/office_name", data={"office_name": "Klinik Damai"}, headers=PAGE)
        assert page.status_code == 503
        assert 'value="Klinik Damai"' in page.text
        assert 'role="alert"' in page.text
    assert new.first.draft() == before
    assert finish(client).status_code == 200
    stranger = new.browser(**ELSEWHERE)
    assert stranger.post("/sign_in", json={"name": "Sitti", "password": PASSWORD}).status_code == 200


def test_what_another_browser_changed_since_the_summary_was_read_is_shown_before_it_is_made(new: NewHub) -> None:
    """An answer, and the password too, which no summary shows."""
    client, other = new.let_in(), new.let_in(**ELSEWHERE)
    new.tell(client)
    for step, fields in (
        ("office_name", {"office_name": "Klinik Damai"}),
        ("administrator", {**CLINIC["administrator"], "password": "empat kata hijau", "again": "empat kata hijau"}),
    ):
        shown = client.get("/first_start/summary", headers=PAGE).text
        read = {"draft": re.findall(r'name="draft" value="(\w+)"', shown)[0]}
        assert other.post(f"/first_start/{step}", json=fields).status_code == 200
        told = client.post("/first_start/summary", json=read)
        assert (told.status_code, code_of(told)) == (409, "draft_changed")
        page = client.post("/first_start/summary", data=read, headers=PAGE)
        assert page.status_code == 409
        assert "Klinik Damai" in page.text
        assert 'role="alert"' in page.text
    assert is_new(new.config)
    read = {"draft": re.findall(r'name="draft" value="(\w+)"', page.text)[0]}
    assert client.post("/first_start/summary", data=read, headers=PAGE).location == "/admin/"


def test_forms_of_a_browser_without_scripts_make_the_office_too(new: NewHub) -> None:
    client = new.let_in()
    for step, fields in CLINIC.items():
        written = {name: "1" if value is True else str(value) for name, value in fields.items()}
        answer = client.post(f"/first_start/{step}", data=written, headers=PAGE)
        assert answer.status_code == 303, step
    made = client.post("/first_start/summary", data={}, headers=PAGE)
    assert (made.status_code, made.location) == (303, "/admin/")
    assert client.get("/admin/today", headers=PAGE).status_code == 200


def test_an_office_without_hours_gives_numbers_at_any_time(new: NewHub) -> None:
    client = new.let_in()
    new.tell(client, steps={**CLINIC, "hours": {"hours": "always"}})
    assert finish(client).status_code == 200
    assert not new.app.extensions["antrean"].office.read(lambda _day, plan: plan.hours.given)


def test_an_office_that_is_made_beside_the_hub_is_served_by_it(new: NewHub, plan: OfficePlan) -> None:
    _office, settings = open_office(new.config)
    settings.create_office(plan)
    add_staff(settings, "Ani", "operator", PASSWORD)
    new.first.look()
    assert new.browser().post("/sign_in", json={"name": "Ani", "password": PASSWORD}).status_code == 200


def test_a_hub_that_is_cut_off_at_the_commit_has_made_nothing_and_goes_on_with_the_draft(
    new: NewHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = new.let_in()
    new.tell(client)
    with monkeypatch.context() as cut_off:
        cut_off.setattr(Settings, "_insert_device", lambda *_of_the_agent: 1 / 0)
        assert finish(client).status_code == 500
    assert is_new(new.config)
    assert finish(client).status_code == 200


def test_a_hub_that_is_cut_off_after_the_commit_serves_the_office_at_its_next_start(
    new: NewHub, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = new.let_in()
    new.tell(client)
    monkeypatch.setattr(new.first, "hub", lambda: 1 / 0)
    assert finish(client).status_code == 500
    new.stop()
    again = create_app(new.config, clock=clock)
    try:
        told = again.test_client().post("/sign_in", json={"name": "Sitti", "password": PASSWORD})
        assert told.status_code == 200
        assert not (new.config.data / "first_start.json").exists()
    finally:
        again.extensions["antrean"].stop()


def test_every_page_speaks_three_languages_and_asks_one_question(new: NewHub) -> None:
    client = new.let_in()
    new.tell(client)
    asked = set()
    for step in (*CLINIC, "summary"):
        for language in ("id", "en", "su"):
            page = client.get(f"/first_start/{step}?language={language}", headers=PAGE).text
            assert f'<html lang="{language}">' in page
            asked.add(" ".join(re.findall(r"<h1>(.*?)</h1>", page)))
    assert len(asked) == 3 * (len(CLINIC) + 1)
    assert json.loads((new.config.data / "first_start.json").read_text())["language"] == "id"
