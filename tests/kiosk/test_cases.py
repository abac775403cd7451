"""Whoever has a code reads at the kiosk how far the case is, and takes a number for what is ready alone."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.cases.commands import AT_OFFICE
from antrean.queueing.commands import CloseDay, PauseService
from antrean.queueing.plan.model import OfficePlan
from antrean.web.limits.rate_limit import RateLimiter
from tests.conftest import SetClock, Stopwatch, small_plan
from tests.fakes.case_hub import Cases
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import attribute, text_of
from tests.queueing.cases.case_office import journeying

HTML = {"Accept": "text/html"}
DRAWN = {"Antrean-Draw": "case"}
NOBODYS = "BCDFGHJK"


@pytest.fixture
def plan() -> OfficePlan:
    return journeying()


@pytest.fixture
def cases(hub: OfficeHub) -> Cases:
    return Cases(hub)


def looked_up(kiosk: FlaskClient, code: str, **more: Any) -> dict[str, Any]:
    answer = kiosk.post("/kiosk/cases", json={"case": code, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def screen(kiosk: FlaskClient, code: str, language: str = "en") -> str:
    drawn: str = kiosk.post("/kiosk/cases", json={"case": code}, headers=DRAWN).get_json()["html"][language]
    return drawn


def asked(hub: OfficeHub) -> set[tuple[str, str]]:
    return hub.office.read(lambda day, _plan: set(day.asked))


def test_a_code_says_how_far_each_case_of_the_visit_is_however_it_is_typed(kiosk: FlaskClient, cases: Cases) -> None:
    code = cases.record(persons=2).case
    cases.move("sent", code + "2")
    for typed in (code, f"{code[:4].lower()} {code[4:].lower()}", f"{code[:4]}-{code[4:]}"):
        told = looked_up(kiosk, typed)
        assert [(one["code"], one["stage"], one["ready"], one["ended"]) for one in told["cases"]] == [
            (code + "1", "recorded", False, ""), (code + "2", "sent", False, ""),
        ]  # fmt: skip
        assert (told["collect"], told["ticket"]) == ([], None)
    (alone,) = looked_up(kiosk, code + "2")["cases"]
    assert (alone["since"], alone["usual_days"], alone["days"], alone["longer"]) == ("2026-11-24", 7, 0, False)
    assert [(one["code"], one["since"], one["words"]["en"]) for one in alone["stages"][:3]] == [
        ("recorded", "2026-11-24", "Recorded"),
        ("sent", "2026-11-24", "Sent to the centre"),
        ("printed", None, "Printed"),
    ]


def test_what_a_reader_reads_from_a_slip_or_a_phone_leads_to_the_case(hub: OfficeHub, kiosk: FlaskClient) -> None:
    cases = Cases(hub)
    number = cases.record()
    link = hub.link(number)
    for read in (
        f"https://antrean.example/case/{number.case}",
        f"http://10.0.0.5:8000/mobile_ticket/?ticket={link}&case={number.case}",
        f"http://10.0.0.5:8000/mobile_ticket/?ticket={link}",
        number.case.lower(),
    ):
        assert looked_up(kiosk, read)["code"] == number.case


def test_a_question_is_noted_once_a_day_and_a_visit_that_was_not_needed_is_counted(
    hub: OfficeHub, kiosk: FlaskClient, cases: Cases
) -> None:
    code = cases.record().case
    for _ in range(3):
        looked_up(kiosk, code)
    assert asked(hub) == {(code, AT_OFFICE)}
    today = hub.office.read(lambda day, _plan: day.standing.cases.spared[day.business_day])
    assert today == {"card": 1}
    assert kiosk.get(f"/kiosk/cases/{code}").get_json()["cases"][0]["code"] == code  # notes nothing


def test_a_look_up_is_told_on_a_day_that_was_closed_too(hub: OfficeHub, kiosk: FlaskClient, cases: Cases) -> None:
    code = cases.record().case
    hub.office.execute(CloseDay())
    assert looked_up(kiosk, code)["cases"][0]["stage"] == "recorded"
    page = kiosk.get("/kiosk/?language=en", headers=HTML).text
    assert "Is it ready? Look up your code" in text_of(page)


def test_a_code_that_is_nobodys_is_refused_in_the_residents_language_and_guesses_are_stopped(
    hub: OfficeHub, kiosk: FlaskClient, cases: Cases
) -> None:
    code = cases.record().case
    hub.app.extensions["antrean"].code_addresses = RateLimiter(Stopwatch(), most=3)
    for wrong in (NOBODYS, "?", "https://antrean.example/"):
        answer = kiosk.post("/kiosk/cases", json={"case": wrong, "language": "id"})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "case_unknown")
        assert "tidak dikenal" in answer.get_json()["error"]["message"]
    assert kiosk.post("/kiosk/cases", json={"case": code}).status_code == 429
    assert kiosk.get(f"/kiosk/cases/{code}").status_code == 429
    assert asked(hub) == set()


def test_an_identity_number_is_looked_up_nowhere(kiosk: FlaskClient, cases: Cases) -> None:
    answer = kiosk.post("/kiosk/cases", json={"case": "3208123456780001"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "note_has_id_number")
    assert "3208" not in answer.text


def test_right_codes_are_never_too_many(hub: OfficeHub, kiosk: FlaskClient, cases: Cases) -> None:
    code = cases.record().case
    hub.app.extensions["antrean"].code_addresses = RateLimiter(Stopwatch(), most=3)
    for _ in range(6):
        looked_up(kiosk, code)


def test_a_number_that_is_not_done_is_named_and_its_visitor_waits_for_it(kiosk: FlaskClient, cases: Cases) -> None:
    number = cases.issue()
    told = looked_up(kiosk, number.case)
    assert (told["ticket"], told["cases"]) == (number.number, [])
    said = text_of(screen(kiosk, number.case))
    assert f"Your number {number.number} is not done yet." in said
    assert "Please wait until it is called." in said
    cases.serve(outcome="referred")
    assert "Nothing is waiting for you under this code." in text_of(screen(kiosk, number.case))


def test_who_asks_too_early_reads_so_and_needs_no_number(kiosk: FlaskClient, cases: Cases) -> None:
    code = cases.record().case
    drawn = screen(kiosk, code)
    said = text_of(drawn)
    assert "It is not ready yet. You need not wait here, and you need no number." in said
    assert "Recorded Since Tuesday, 24 November Usually ready after 7 service days" in said
    assert "data-collect" not in drawn
    assert drawn.count('aria-current="step"') == 1
    assert "Belum siap." in text_of(screen(kiosk, code, "id"))
    assert "Teu acan siap." in text_of(screen(kiosk, code, "su"))


def test_what_takes_longer_than_usual_is_said_to(kiosk: FlaskClient, cases: Cases, clock: SetClock) -> None:
    code = cases.record().case
    cases.do(CloseDay())
    clock.forward(hours=24 * 9)
    assert "It takes longer than usual: 9 service days so far. We are sorry." in text_of(screen(kiosk, code))


def test_what_is_ready_is_collected_with_one_number_for_all_of_the_visit(
    hub: OfficeHub, kiosk: FlaskClient, cases: Cases
) -> None:
    code = cases.record(persons=3).case
    cases.move("ready", code + "1", code + "3")
    told = looked_up(kiosk, code)
    assert told["collect"] == [{"service": "family", "cases": [code + "1", code + "3"], "ticket": None}]
    drawn = screen(kiosk, code)
    assert "2 of 3 are ready." in text_of(drawn)
    assert "Take one number to collect all 2" in text_of(drawn)
    assert attribute(drawn, "data-verdict") == ["ready"]
    answer = kiosk.post("/kiosk/tickets", json={"service": "family", "case": code, "language": "en"})
    assert answer.status_code == 201
    ticket = answer.get_json()["ticket"]
    assert (ticket["service"], ticket["persons"]) == ("family", 2)
    assert hub.ticket(ticket["number"]).collects == f"{code}1 {code}3"
    # Whoever asks now hears of that number, and nobody takes a second one.
    assert looked_up(kiosk, code)["collect"][0]["ticket"] == ticket["number"]
    drawn = screen(kiosk, code)
    assert f"Somebody is here for it already, with the number {ticket['number']}." in text_of(drawn)
    assert "data-collect" not in drawn
    again = kiosk.post("/kiosk/tickets", json={"service": "family", "case": code, "language": "en"})
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "case_has_number")


def test_what_was_handed_out_is_said_to_be(kiosk: FlaskClient, cases: Cases) -> None:
    code = cases.record().case
    cases.move("collected", code)
    said = text_of(screen(kiosk, code))
    assert "Nothing is waiting for you under this code." in said
    assert "Collected It was handed out. If you do not have it, please speak to our staff." in said


def test_a_service_that_gives_no_numbers_says_why_beside_what_is_ready(kiosk: FlaskClient, cases: Cases) -> None:
    code = cases.record().case
    cases.move("ready", code)
    cases.do(PauseService(service="family", reasons={"en": "The network is down"}))
    drawn = screen(kiosk, code)
    assert "It is ready." in text_of(drawn)
    assert "The network is down" in text_of(drawn)
    assert "data-collect" not in drawn


@pytest.mark.parametrize("stage", ["printed", "collected"])
def test_a_number_for_what_is_not_ready_is_refused_in_words(kiosk: FlaskClient, cases: Cases, stage: str) -> None:
    code = cases.record().case
    cases.move(stage, code)
    answer = kiosk.post("/kiosk/tickets", json={"service": "family", "case": code, "language": "en"})
    assert answer.status_code == 409
    assert answer.get_json()["error"]["message"] in (
        "It is not ready to be collected yet.",
        "It was collected already, or its time is over.",
    )
    bare = kiosk.post("/kiosk/tickets", json={"service": "family"})
    assert bare.get_json()["error"]["code"] == "case_needed"


def test_a_new_number_has_its_code_on_the_screen_of_the_kiosk_that_gave_it_and_on_no_other(
    hub: OfficeHub, kiosk: FlaskClient
) -> None:
    answer = kiosk.post(
        "/kiosk/tickets", json={"service": "card", "language": "en"}, headers={"Antrean-Draw": "result"}
    )
    told = answer.get_json()
    code = hub.ticket(told["ticket"]["number"]).case
    assert told["ticket"]["case"] == code
    spaced = f"{code[:4]} {code[4:]}"
    assert f"Case code {spaced} Keep it: later it says how far your case is." in text_of(told["html"]["result"])
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "kiosk", "Kiosk 2", hub.office.clock)
    services.identities.load()
    other = hub.app.test_client()
    other.set_cookie("antrean_kiosk", token)
    seen = other.get(f"/kiosk/tickets/{told['ticket']['number']}", headers={"Antrean-Draw": "result"})
    assert seen.status_code == 200
    assert code not in seen.text
    assert spaced not in seen.text
    plain = kiosk.post("/kiosk/tickets", json={"service": "birth"}, headers={"Antrean-Draw": "result"}).get_json()
    assert "case" not in plain["ticket"]
    assert "Kode berkas" not in plain["html"]["result"]


def test_without_script_a_code_is_typed_and_its_number_taken(hub: OfficeHub, kiosk: FlaskClient, cases: Cases) -> None:
    code = cases.record().case
    assert 'data-screen="code"' in kiosk.get("/kiosk/?code=1&language=en", headers=HTML).text
    assert 'data-screen="code"' in kiosk.get("/kiosk/?service=family&language=en", headers=HTML).text
    form = {"case": NOBODYS, "language": "en", "request_id": "case-form-1"}
    refused = kiosk.post("/kiosk/cases", data=form, headers=HTML)
    assert refused.status_code == 404
    assert "Please check each letter." in refused.text
    early = kiosk.post("/kiosk/cases?language=en", data={**form, "case": code}, headers=HTML)
    assert 'data-screen="case"' in early.text
    assert "You need not wait here" in early.text
    cases.move("ready", code)
    found = kiosk.post("/kiosk/cases?language=en", data={**form, "case": code}, headers=HTML).text
    assert "Take a number to collect it" in found
    wish = {"service": "family", "case": code, "language": "en", "request_id": "case-form-2", "priority": "true"}
    taken = kiosk.post("/kiosk/tickets", data=wish, headers=HTML)
    assert taken.status_code == 303
    (number,) = hub.office.read(lambda day, _plan: [one for one in day.tickets.values() if one.collects])
    assert (number.collects, number.priority) == (code, True)


def test_the_services_say_which_have_a_journey_and_which_hand_out_what_is_ready(kiosk: FlaskClient) -> None:
    told = {one["code"]: one for one in kiosk.get("/kiosk/services").get_json()["services"]}
    assert {code: (one["journey"], one["collects"]) for code, one in told.items()} == {
        "card": (True, []),
        "family": (False, ["card"]),
        "birth": (False, []),
    }


@pytest.mark.parametrize("plan", [small_plan()], ids=["no journey"])
def test_kiosks_of_an_office_that_follows_no_cases_neither_ask_for_codes_nor_load_what_looks_them_up(
    kiosk: FlaskClient,
) -> None:
    page = kiosk.get("/kiosk/?code=1&language=en", headers=HTML).text
    assert 'data-screen="start"' in page
    assert "cases.js" not in page
    assert "cases.css" not in page
    assert "Look up your code" not in page
    assert kiosk.post("/kiosk/cases", json={"case": NOBODYS}).status_code == 404
