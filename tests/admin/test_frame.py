"""Who may look at the admin pages, and that pages and views say the same."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.admin.conftest import Agent
from tests.fakes.office_hub import OfficeHub

PAGES = ["/admin/today", "/admin/printers", "/admin/slip"]


def as_page(client: FlaskClient, path: str) -> TestResponse:
    return client.get(path, headers={"Accept": "text/html"})


@pytest.mark.parametrize("path", PAGES)
def test_only_supervisors_and_administrators_see_an_admin_page(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient, path: str
) -> None:
    assert as_page(dewi, path).status_code == 200
    stranger = as_page(hub.app.test_client(), path)
    assert (stranger.status_code, stranger.headers["Location"]) == (302, f"/sign_in?next={path}")
    operator = hub.as_staff("Ani").get(path)
    assert (operator.status_code, operator.get_json()["error"]["code"]) == (403, "not_allowed")


def test_the_room_leads_to_its_first_section_and_the_start_page_leads_supervisors_there(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    assert dewi.get("/admin/").headers["Location"] == "/admin/floor"
    assert 'href="/admin/"' in as_page(dewi, "/").text
    assert 'href="/admin/"' not in as_page(hub.as_staff("Ani"), "/").text


@pytest.mark.parametrize("path", PAGES)
def test_the_page_shows_what_the_socket_would_say_in_the_offices_language(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient, path: str
) -> None:
    dewi.set_cookie("antrean_language", "en")
    shown = as_page(dewi, path).text
    view = dewi.get(f"/admin/view?page={path.rsplit('/', 1)[1]}", headers={"Accept-Language": "en"}).get_json()
    for name, drawn in view["html"].items():
        assert drawn in shown or "." in name, name  # parts with a dot belong to pages of single things
    assert '<html lang="id">' in shown
    assert "<script>" not in shown


@pytest.mark.parametrize("path", ["/admin/", *PAGES])
def test_an_operator_is_told_that_the_page_is_not_theirs_and_is_not_asked_to_sign_in_again(
    hub: OfficeHub, path: str
) -> None:
    ani = hub.as_staff("Ani")
    answer = as_page(ani, path)
    assert answer.status_code == 403
    assert "Anda tidak berwenang melakukan ini." in answer.text
    assert 'name="password"' not in answer.text
    ani.post("/sign_out")
    assert as_page(ani, path).headers["Location"] == f"/sign_in?next={path}"


def test_an_unknown_section_is_refused(dewi: FlaskClient) -> None:
    answer = dewi.get("/admin/view?page=nothing")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "not_found")


def test_a_form_that_the_browser_sent_by_itself_leads_back_to_its_page(eka: FlaskClient, agent: Agent) -> None:
    """On a slow machine a finger is quicker than the page's script; raw JSON on the screen helps nobody."""
    agent.reports("ready")
    page = f"/admin/printers/{agent.id}/set_up"

    def send(**headers: str) -> TestResponse:
        accept = {"Accept": "text/html,*/*;q=0.8"}
        address = f"/admin/printers/{agent.id}/questions"
        return eka.post(address, data={"what": "find"}, headers={**accept, **headers})

    answer = send(Referer=f"http://localhost{page}")
    assert (answer.status_code, answer.location) == (303, page)
    assert [question["what"] for question in agent.view()["questions"]] == ["find"]
    for stranger in ("http://other.example/admin/", "http://localhost/sign_in", "http://[", ""):
        assert send(Referer=stranger).location == "/admin/"
