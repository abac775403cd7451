"""The phone page over HTTP, on a real SQLite office."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import OfficeHub

PAGE = {"Accept": "text/html"}


def page(hub: OfficeHub, token: str, **query: str) -> TestResponse:
    return hub.app.test_client().get("/mobile_ticket/", query_string={"ticket": token, **query}, headers=PAGE)


@pytest.mark.parametrize(
    ("language", "words"), [("id", "Nomor Anda"), ("en", "Your number"), ("su", "Nomer anjeun"), ("", "Nomor Anda")]
)
def test_the_page_speaks_the_chosen_language_or_that_of_the_kiosk(hub: OfficeHub, language: str, words: str) -> None:
    ticket = hub.issue()
    answer = page(hub, hub.link(ticket), language=language)
    assert answer.status_code == 200
    assert words in answer.text
    assert f'<html lang="{language or "id"}">' in answer.text


def test_the_page_can_be_read_before_any_script_has_run(hub: OfficeHub) -> None:
    hub.issue()
    ticket = hub.issue(persons=3)
    text = page(hub, hub.link(ticket)).text
    assert "A-002" in text
    assert "data-ahead>1<" in text
    assert '<section class="face " data-face="waiting">' in text
    assert '<section class="face call" data-face="called" hidden>' in text


@pytest.mark.parametrize("token", ["token-of-yesterday", "A-001"])
def test_without_its_token_a_ticket_is_not_shown(hub: OfficeHub, token: str) -> None:
    hub.issue()
    answer = page(hub, token)
    assert answer.status_code == 404
    assert "A-001" not in answer.text
    assert "Nomor ini tidak berlaku lagi" in answer.text


def test_every_follower_gets_the_same_message(hub: OfficeHub) -> None:
    first, second = hub.issue(), hub.issue("family")
    client = hub.app.test_client()
    views = [client.get(f"/mobile_ticket/view?ticket={hub.link(one)}").get_json() for one in (first, second)]
    assert views[0]["tickets"] == views[1]["tickets"]
    assert set(views[0]["tickets"]) == {"A-001", "B-001"}
    assert client.get("/mobile_ticket/view").status_code == 403


def test_giving_the_place_back_moves_the_others_up(hub: OfficeHub) -> None:
    leaver, other = hub.issue(), hub.issue()
    form = {"ticket": hub.link(leaver), "request_id": "leave-0001", "language": "su"}
    answer = hub.app.test_client().post("/mobile_ticket/leave", data=form, headers=PAGE)
    assert (answer.status_code, "language=su" in answer.headers["Location"]) == (303, True)
    assert hub.ticket(leaver.number).state == "cancelled"
    assert 'data-shown="next"' in page(hub, hub.link(other)).text


def test_giving_back_twice_is_giving_back_once(hub: OfficeHub) -> None:
    ticket = hub.issue()
    client = hub.app.test_client()
    wish = {"ticket": hub.link(ticket), "request_id": "leave-0001"}
    first, again = (client.post("/mobile_ticket/leave", json=wish) for _ in range(2))
    assert (first.status_code, first.json) == (again.status_code, again.json) == (200, first.json)


def test_a_visitor_being_served_or_a_stranger_gives_nothing_back(hub: OfficeHub) -> None:
    ticket = hub.issue()
    ani = hub.as_staff("Ani")
    ani.post("/counter_panel/session", json={"counter": "1"})
    ani.post("/counter_panel/calls", json={})
    ani.post(f"/counter_panel/tickets/{ticket.number}/start", json={})
    client = hub.app.test_client()
    assert client.post("/mobile_ticket/leave", json={"ticket": hub.link(ticket)}).status_code == 409
    assert client.post("/mobile_ticket/leave", json={"ticket": "guessed"}).status_code == 404
    assert hub.ticket(ticket.number).state == "serving"


def test_page_and_everything_it_loads_stay_under_60_kilobytes(hub: OfficeHub) -> None:
    ticket = hub.issue()
    client = hub.app.test_client()
    text = page(hub, hub.link(ticket)).text
    urls = [part.split('"')[0] for part in text.replace('href="', 'src="').split('src="')[1:]]
    loaded = [url for url in urls if url.endswith((".css", ".js")) or ".css?" in url or ".js?" in url]
    assert {"load_again.js", "ticket.js"} <= {url.rpartition("/")[2] for url in loaded}
    assert not [url for url in loaded if ".css" in url]  # styles come with the page: one answer draws it
    total = len(text.encode())
    for url in loaded:
        with client.get(url.replace("&amp;", "&")) as answer:
            assert answer.status_code == 200
            total += len(answer.data)
    assert total < 60_000


def test_a_thousand_followers_cost_one_drawing_and_one_message_for_a_change(hub: OfficeHub) -> None:
    hub.issue()
    services = hub.app.extensions["antrean"]
    sent, drawn = [], []
    screen = services.publisher._screens["mobile_ticket"]
    render, emit = screen.render, services.publisher._emit

    def told(event: str, data: Any, namespace: str, rooms: list[str]) -> None:
        if (event, namespace) == ("view", "/mobile_ticket"):
            sent.append((rooms, data))
        emit(event, data, namespace, rooms)

    services.publisher._emit = told
    with hub.app.app_context():
        for _ in range(1000):
            services.publisher.join("mobile_ticket", "followers")
    screen.render = lambda room: drawn.append(room) or render(room)
    number = hub.issue().number
    wait_until(lambda: sent, "the followers are told")
    wait_until(lambda: not services.publisher._stale, "nothing more is to be told")
    assert [(rooms, number in data["tickets"]) for rooms, data in sent] == [(["followers"], True)]
    assert drawn == ["followers"]
    assert sent[0][1]["spread"] == 6  # seconds over which they come back after a cut: 200 a second
