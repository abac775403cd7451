"""The way to a ticket by its number and short code, and the first page of a resident's phone."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from antrean.web.limits.rate_limit import SlowDown
from tests.conftest import SetClock, Stopwatch
from tests.fakes.office_hub import OfficeHub
from tests.fakes.plan import save_part

PAGE = {"Accept": "text/html"}
PHONE = {**PAGE, "User-Agent": "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"}
TABLET = {**PAGE, "User-Agent": "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"}
WRONG = (404, "ticket_code_wrong")


def find(client: FlaskClient, number: str, code: str, address: str = "192.0.2.7") -> TestResponse:
    wanted = {"number": number, "code": code}
    return client.post("/mobile_ticket/find", json=wanted, environ_base={"REMOTE_ADDR": address})


def refused(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04d}"


@pytest.mark.parametrize("typed", ["A-001", "a-001", "A 1", "a1", " A001 ", "A.1"])
def test_number_and_code_from_the_slip_lead_to_the_ticket_however_they_are_typed(hub: OfficeHub, typed: str) -> None:
    ticket = hub.issue()
    code = hub.code(ticket)
    answer = find(hub.app.test_client(), typed, f" {code[:2]} {code[2:]}")
    assert answer.status_code == 200
    assert answer.get_json()["follow_url"].endswith(f"/mobile_ticket/?ticket={hub.link(ticket)}")


def test_a_browser_without_scripts_is_led_on_in_its_language(hub: OfficeHub) -> None:
    ticket = hub.issue()
    fields = {"number": "A-001", "code": hub.code(ticket), "language": "su"}
    answer = hub.app.test_client().post("/mobile_ticket/find", data=fields, headers=PAGE, follow_redirects=True)
    assert answer.status_code == 200
    assert "Nomer anjeun" in answer.text
    assert "A-001" in answer.text


def test_a_wrong_code_and_a_number_that_nobody_has_are_refused_alike(hub: OfficeHub) -> None:
    ticket = hub.issue()
    client = hub.app.test_client()
    assert refused(find(client, "A-001", other_than(hub.code(ticket)))) == WRONG
    assert refused(find(client, "A-777", hub.code(ticket))) == WRONG
    assert refused(find(client, "A-001", "")) == WRONG
    assert refused(find(client, "A-001", "०००१")) == WRONG


def test_the_refused_page_keeps_the_number_and_says_why(hub: OfficeHub) -> None:
    ticket = hub.issue()
    fields = {"number": "A-001", "code": other_than(hub.code(ticket)), "language": "id"}
    answer = hub.app.test_client().post("/mobile_ticket/find", data=fields, headers=PAGE)
    assert answer.status_code == 404
    assert 'value="A-001"' in answer.text
    assert "Nomor dan kode ini tidak cocok" in answer.text
    assert hub.code(ticket) not in answer.text


def test_guesses_at_one_number_from_many_addresses_are_slowed_and_other_numbers_are_not(
    hub: OfficeHub,
) -> None:
    watch = Stopwatch()
    hub.app.extensions["antrean"].codes = SlowDown(watch, free=5)
    first, second = hub.issue(), hub.issue()
    client = hub.app.test_client()
    wrong = other_than(hub.code(first))
    told = [refused(find(client, "A-001", wrong, f"192.0.2.{place}")) for place in range(5)]
    assert told == [WRONG] * 5
    held = find(client, "A-001", hub.code(first), "192.0.2.99")
    assert refused(held) == (429, "rate_limited")
    assert int(held.headers["Retry-After"]) >= 1
    assert find(client, "A-002", hub.code(second), "192.0.2.99").status_code == 200
    watch.seconds += 3
    assert find(client, "A-001", hub.code(first), "192.0.2.99").status_code == 200


def test_one_address_that_guesses_at_many_numbers_is_stopped_and_a_right_code_costs_it_nothing(hub: OfficeHub) -> None:
    tickets = [hub.issue() for _ in range(25)]
    client = hub.app.test_client()
    for ticket in tickets:
        assert find(client, ticket.number, hub.code(ticket)).status_code == 200
    told = [refused(find(client, ticket.number, other_than(hub.code(ticket)))) for ticket in tickets]
    assert told[:20] == [WRONG] * 20
    assert set(told[20:]) == {(429, "rate_limited")}


def test_the_code_of_a_number_is_another_one_the_next_day(hub: OfficeHub, clock: SetClock) -> None:
    codes = set()
    for _ in range(3):
        codes.add(hub.code(hub.issue()))
        clock.forward(days=1)
    assert len(codes) > 1
    assert all(len(code) == 4 and code.isdecimal() for code in codes)


def test_a_phone_at_the_hubs_first_page_gets_the_residents_page_and_others_the_screens(hub: OfficeHub) -> None:
    client = hub.app.test_client()
    phone = client.get("/", headers=PHONE, follow_redirects=True)
    assert phone.request.path == "/mobile_ticket/"
    assert 'name="code"' in phone.text
    assert "/?screens=1" in phone.text
    assert "Loket" in client.get("/", headers=TABLET).text
    assert "Loket" in client.get("/?screens=1", headers=PHONE).text


def test_a_phone_of_signed_in_staff_gets_the_screens(hub: OfficeHub) -> None:
    assert "Loket" in hub.as_staff("Ani").get("/", headers=PHONE).text


def test_a_program_that_asks_with_a_wrong_link_is_refused_in_its_own_words(hub: OfficeHub) -> None:
    client = hub.app.test_client()
    assert refused(client.get("/mobile_ticket/?ticket=x", headers={"Accept": "application/json"})) == (
        404,
        "ticket_gone",
    )
    assert refused(client.get("/mobile_ticket/", headers={"Accept": "application/json"})) == (403, "not_allowed")
    assert client.get("/mobile_ticket/", headers=PAGE).status_code == 200


@pytest.mark.parametrize("typed", ["A-01", "a1", "A 001", "A-0001", "A\N{EN DASH}1"])
@pytest.mark.parametrize("digits", [2, 4])
def test_a_number_is_found_with_and_without_zeros_whatever_digits_the_office_gives_it(
    hub: OfficeHub, typed: str, digits: int
) -> None:
    save_part(hub.office, "number_digits", digits)
    ticket = hub.issue()
    assert ticket.number == f"A-{1:0{digits}d}"
    save_part(hub.office, "number_digits", 3)  # and stays so after the next change
    answer = find(hub.app.test_client(), typed, hub.code(ticket))
    assert answer.get_json()["follow_url"].endswith(f"/mobile_ticket/?ticket={hub.link(ticket)}")


def test_a_series_with_figures_in_its_name_is_found_without_its_dash(hub: OfficeHub) -> None:
    save_part(hub.office, "services/card/series", "A1")
    ticket = hub.issue()
    for typed in ("a1-001", "A1001", "a11"):
        answer = find(hub.app.test_client(), typed, hub.code(ticket))
        assert answer.get_json()["follow_url"].endswith(f"/mobile_ticket/?ticket={hub.link(ticket)}"), typed
