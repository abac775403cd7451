"""The kiosk's pages and its wish for a number, over HTTP."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import Announce, ReportPrinter, SettleSlip
from tests.fakes.office_hub import OfficeHub
from tests.fakes.stands import stands

HTML = {"Accept": "text/html"}


def test_a_number_is_given_with_place_and_follow_address(hub: OfficeHub, kiosk: FlaskClient) -> None:
    hub.issue("family")
    answer = kiosk.post("/kiosk/tickets", json={"service": "family", "persons": 3, "language": "en"})
    assert answer.status_code == 201
    told = answer.get_json()["ticket"]
    assert (told["number"], told["service"], told["persons"], told["people_ahead"]) == ("B-002", "family", 3, 1)
    assert told["follow_url"].startswith("http://hub.test/mobile_ticket/?ticket=")
    assert hub.ticket("B-002").language == "en"
    assert hub.ticket("B-002").device != ""


def test_the_same_request_gets_the_same_number_and_only_one_exists(hub: OfficeHub, kiosk: FlaskClient) -> None:
    wish = {"service": "card", "persons": 1, "request_id": "visit-0001"}
    numbers = {kiosk.post("/kiosk/tickets", json=wish).get_json()["ticket"]["number"] for _ in range(3)}
    assert numbers == {"A-001"}
    assert hub.office.read(lambda day, _plan: len(day.tickets)) == 1


def test_the_page_gets_the_result_drawn_in_the_language_of_the_visit(kiosk: FlaskClient) -> None:
    wish = {"service": "card", "persons": 2, "priority": True, "language": "su"}
    drawn = kiosk.post("/kiosk/tickets", json=wish, headers={"Antrean-Draw": "result"}).get_json()["html"]["result"]
    assert "A-001" in drawn
    assert "<svg" in drawn
    assert "Nomer antrean anjeun" in drawn
    assert 'data-slip="printing"' in drawn
    assert "html" not in kiosk.post("/kiosk/tickets", json=wish).get_json()


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"service": "nothing"}, 404, "service_unknown"),
        ({}, 422, "value_missing"),
        ({"service": "card", "persons": 0}, 422, "persons_out_of_range"),
        ({"service": "card", "persons": 10}, 422, "persons_out_of_range"),
        ({"service": "card", "persons": "many"}, 422, "value_invalid"),
        ({"service": "card", "priority": "perhaps"}, 422, "value_invalid"),
        ({"service": "card", "language": "xx"}, 422, "value_invalid"),
        ({"service": ["card"]}, 422, "value_invalid"),
    ],
)
def test_a_wish_that_cannot_be_right_is_refused_and_changes_nothing(
    hub: OfficeHub, kiosk: FlaskClient, wish: dict[str, object], status: int, code: str
) -> None:
    before = hub.seq()
    answer = kiosk.post("/kiosk/tickets", json=wish)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)
    assert hub.seq() == before


def test_a_refusal_is_told_in_the_language_of_the_visit(kiosk: FlaskClient) -> None:
    def message(language: str) -> str:
        answer = kiosk.post(f"/kiosk/tickets?language={language}", json={"service": "x"})
        return str(answer.get_json()["error"]["message"])

    assert message("en") == "This service does not exist."
    assert message("id") != message("en")


def test_without_script_a_ticket_takes_two_forms_and_a_reload_takes_no_second_one(
    hub: OfficeHub, kiosk: FlaskClient
) -> None:
    start = kiosk.get("/kiosk/", headers=HTML).text
    assert 'name="service" value="card"' in start
    asked = kiosk.get("/kiosk/?service=card&language=en", headers=HTML).text
    assert 'data-screen="persons"' in asked
    fields = dict(re.findall(r'<input type="hidden" name="(service|language|request_id)" value="([^"]*)"', asked))
    assert fields["service"] == "card"
    form = {**fields, "language": "en", "persons": "2", "priority": "true"}
    first = kiosk.post("/kiosk/tickets", data=form, headers=HTML)
    second = kiosk.post("/kiosk/tickets", data=form, headers=HTML)
    assert (first.status_code, first.location) == (303, second.location)
    result = kiosk.get(first.location, headers=HTML).text
    assert 'data-screen="result"' in result
    assert "A-001" in result
    assert (hub.ticket("A-001").persons, hub.ticket("A-001").priority) == (2, True)
    assert hub.office.read(lambda day, _plan: len(day.tickets)) == 1


def test_without_script_a_refusal_is_a_screen_with_a_way_back(hub: OfficeHub, kiosk: FlaskClient) -> None:
    answer = kiosk.post("/kiosk/tickets", data={"service": "gone", "persons": "1", "language": "id"}, headers=HTML)
    assert answer.status_code == 404
    assert 'data-screen="problem"' in answer.text
    assert hub.office.read(lambda day, _plan: len(day.tickets)) == 0


def test_a_service_that_is_not_open_shows_its_reason_and_can_not_be_pressed(hub: OfficeHub, kiosk: FlaskClient) -> None:
    stands(hub.office, "card", "paused", {"id": "server pusat gangguan <b>"})
    page = kiosk.get("/kiosk/?service=card", headers=HTML).text
    assert 'data-screen="start"' in page
    tile = re.search(r'<button class="tile [^>]*data-service="card"[^>]*>', page)
    assert tile is not None
    assert "disabled" in tile.group()
    assert "server pusat gangguan &lt;b&gt;" in page
    assert kiosk.post("/kiosk/tickets", json={"service": "card"}).status_code == 409


def test_without_script_a_change_of_language_keeps_the_chosen_service_and_the_question_for_a_lost_slip(
    kiosk: FlaskClient,
) -> None:
    def links(path: str) -> list[str]:
        page = kiosk.get(path, headers=HTML).text
        return [unescape(one) for one in re.findall(r'href="([^"]+)" lang="en" data-choose-language', page)]

    assert links("/kiosk/") == ["/kiosk/?language=en"]
    assert links("/kiosk/?service=card") == ["/kiosk/?language=en&service=card"]
    assert links("/kiosk/?lost=1") == ["/kiosk/?language=en&lost=1"]


def test_an_urgent_announcement_is_marked_with_the_language_of_its_words(hub: OfficeHub, kiosk: FlaskClient) -> None:
    hub.office.execute(Announce(texts={"en": "Leave the building."}, urgent=True))
    start = kiosk.get("/kiosk/view").get_json()["html"]["start.id"]
    assert '<h1 tabindex="-1" lang="en">Leave the building.</h1>' in start


def test_the_page_and_the_view_draw_the_start_screen_alike_in_every_language(
    hub: OfficeHub, kiosk: FlaskClient
) -> None:
    hub.issue("birth")
    view = kiosk.get("/kiosk/view").get_json()
    page = kiosk.get("/kiosk/", headers=HTML).text
    assert set(view["html"]) == {
        f"{part}.{code}" for part in ("start", "bring", "spare") for code in ("id", "en", "su")
    }
    assert all(drawn in page for drawn in view["html"].values())
    assert view["seq"] == hub.seq()
    assert view["slips"] == {"C-001": "printing"}


def test_services_are_listed_for_programs(hub: OfficeHub, kiosk: FlaskClient) -> None:
    hub.issue("card")
    listed = kiosk.get("/kiosk/services").get_json()
    assert [(service["code"], service["waiting"]) for service in listed["services"]] == [
        ("card", 1),
        ("family", 0),
        ("birth", 0),
    ]


def test_a_copy_is_printed_once_by_the_kiosk_that_gave_the_number_and_by_no_other(
    hub: OfficeHub, kiosk: FlaskClient
) -> None:

    number = kiosk.post("/kiosk/tickets", json={"service": "card"}).get_json()["ticket"]["number"]
    hub.office.execute(SettleSlip(ticket=number, copy=0, result="failed", claim="", reason="too_old"))
    assert kiosk.get("/kiosk/view").get_json()["again"] == [number]
    before = hub.seq()
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "kiosk", "Kiosk 2", hub.office.clock)
    services.identities.load()
    stranger = hub.app.test_client()
    stranger.set_cookie("antrean_kiosk", token)
    refused = stranger.post(f"/kiosk/tickets/{number}/slips", json={})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (404, "ticket_unknown")
    assert hub.seq() == before
    for _ in range(2):
        assert kiosk.post(f"/kiosk/tickets/{number}/slips", json={"request_id": "copy-0001"}).status_code == 200
    assert [slip.copy for slip in hub.ticket(number).slips] == [0, 1]
    assert kiosk.get("/kiosk/view").get_json()["slips"][number] == "printing"
    shown = kiosk.get(f"/kiosk/tickets/{number}", headers={"Accept": "text/html"}).text
    assert 'data-slip="printing" data-again="no"' in shown


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", "Karcis nomor A-001 sudah dikirim ke pencetak. Jika Anda tidak menerimanya, tanyakan kepada petugas."),
        ("en", "The slip of the number A-001 went to the printer. If you do not have it, please ask our staff."),
        ("su", "Karcis nomer A-001 parantos dikirim ka pencetak. Upami henteu katampi, taroskeun ka patugas."),
    ],
)
def test_a_kiosk_prints_no_copy_of_a_slip_that_was_printed_and_says_so_in_the_visitors_language(
    hub: OfficeHub, kiosk: FlaskClient, language: str, words: str
) -> None:
    number = kiosk.post("/kiosk/tickets", json={"service": "card", "language": language}).get_json()["ticket"]["number"]
    for result in ("sending", "printed"):
        hub.office.execute(SettleSlip(ticket=number, copy=0, result=result, claim="run", evidence="printed"))
    refused = kiosk.post(f"/kiosk/tickets/{number}/slips", json={})
    assert (refused.status_code, refused.get_json()) == (409, {"error": {"code": "slip_printed", "message": words}})
    by_form = kiosk.post(f"/kiosk/tickets/{number}/slips", data={}, headers=HTML)
    assert (by_form.status_code, by_form.location) == (303, f"/kiosk/tickets/{number}")
    assert len(hub.ticket(number).slips) == 1


def test_a_withdrawn_request_gives_its_number_back_and_only_its_own_kiosk_can_withdraw_it(
    hub: OfficeHub, kiosk: FlaskClient
) -> None:
    for number in ("A-001", "A-002"):
        asked = {"service": "card", "request_id": f"visit-{number}"}
        assert kiosk.post("/kiosk/tickets", json=asked).get_json()["ticket"]["number"] == number
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "kiosk", "Kiosk 2", hub.office.clock)
    services.identities.load()
    other = hub.app.test_client()
    other.set_cookie("antrean_kiosk", token)
    assert other.post("/kiosk/requests/visit-A-001/withdrawal", json={}).status_code == 200
    assert hub.ticket("A-001").state == "waiting"
    for _ in range(2):
        assert kiosk.post("/kiosk/requests/visit-A-001/withdrawal", json={}).status_code == 200
    assert (hub.ticket("A-001").state, hub.ticket("A-001").outcome) == ("cancelled", "visitor_left")
    assert hub.ticket("A-002").state == "waiting"
    before = hub.office.read(lambda day, _plan: day.seq)
    assert kiosk.post("/kiosk/requests/never-heard-of/withdrawal", json={}).status_code == 200
    assert hub.office.read(lambda day, _plan: day.seq) == before


def test_a_kiosk_whose_printer_can_not_print_says_so_before_a_number_is_taken(
    hub: OfficeHub, kiosk: FlaskClient
) -> None:

    printer = hub.office.read(lambda _day, plan: plan.printer_of(""))
    words = "Saat ini karcis tidak dicetak"
    assert words not in kiosk.get("/kiosk/view").get_json()["html"]["start.id"]
    hub.office.execute(ReportPrinter(printer=printer, state="paper_out", detail=""))
    assert words in kiosk.get("/kiosk/view").get_json()["html"]["start.id"]
    assert kiosk.post("/kiosk/tickets", json={"service": "card"}).status_code == 201


def test_the_page_of_a_number_that_is_not_todays_goes_on_to_the_start(kiosk: FlaskClient) -> None:
    answer = kiosk.get("/kiosk/tickets/A-099", headers=HTML)
    assert (answer.status_code, answer.location) == (303, "/kiosk/")
    assert kiosk.get("/kiosk/tickets/A-099", headers={"Accept": "application/json"}).status_code == 404


def test_a_kiosk_with_nothing_to_offer_says_so_instead_of_asking(hub: OfficeHub, kiosk: FlaskClient) -> None:
    page = kiosk.get("/kiosk/").text
    assert "Layanan apa yang Anda perlukan?" in page
    for service in hub.office.read(lambda _day, plan: plan.services):
        stands(hub.office, service.code, "closed")
    page = kiosk.get("/kiosk/").text
    assert "Saat ini tidak ada layanan yang buka." in page
    assert "Layanan apa yang Anda perlukan?" not in page
