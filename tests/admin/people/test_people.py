"""The page of people: where they are signed in, ending that, and one-time codes; for administrators alone."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from antrean.queueing.events import SecurityNoted
from tests.conftest import SetClock
from tests.fakes.office_hub import PASSWORD, OfficeHub

HTML = {"Accept": "text/html"}
WINDOWS = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"}


@pytest.fixture
def time(hub: OfficeHub) -> SetClock:
    found = SetClock()
    hub.app.extensions["antrean"].identities.sessions.clock = found
    return found


@pytest.fixture
def eka(hub: OfficeHub, time: SetClock) -> FlaskClient:
    return hub.as_staff("Eka")


def view(browser: FlaskClient) -> str:
    answer = browser.get("/admin/view?page=people")
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["html"]["people"])


def seen(browser: FlaskClient, name: str) -> str:
    """Return what the page says of one person, in words."""
    (part,) = [one for one in view(browser).split("<li ")[1:] if f"<h2>{name}</h2>" in one]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part.partition(">")[2])).split())


def ends_of(browser: FlaskClient, name: str) -> list[str]:
    (part,) = [one for one in view(browser).split("<li ")[1:] if f"<h2>{name}</h2>" in one]
    return re.findall(r'action="(/admin/people/sessions/[0-9a-f]+/end)"', part)


def sign_in(hub: OfficeHub, name: str) -> FlaskClient:
    browser = hub.app.test_client()
    browser.post("/sign_in", json={"name": name, "password": PASSWORD}, headers=WINDOWS)
    return browser


def works(browser: FlaskClient) -> bool:
    return browser.get("/counter_panel/view").status_code == 200


def test_it_is_seen_who_is_signed_in_where_and_since_when(hub: OfficeHub, eka: FlaskClient, time: SetClock) -> None:
    ani = sign_in(hub, "Ani")
    time.forward(minutes=42)
    for browser in (ani, eka):
        browser.post("/sign_in/unlock", json={"password": PASSWORD})
    said = seen(eka, "Ani")
    assert "Ani petugas" in said
    assert "Chrome, Windows · 127.0.0.1 masuk pukul 09.00, terakhir dipakai pukul 09.42" in said
    assert "tidak sedang masuk" in seen(eka, "Budi")
    time.forward(hours=4, seconds=1)
    assert "tidak sedang masuk" in seen(hub.as_staff("Eka"), "Ani")


def test_a_session_is_ended_once(hub: OfficeHub, eka: FlaskClient) -> None:
    ani, there = sign_in(hub, "Ani"), sign_in(hub, "Ani")
    first, second = ends_of(eka, "Ani")
    answer = eka.post(first, json={})
    assert (answer.status_code, answer.get_json()["said"]) == (200, "Sudah dikeluarkan.")
    assert sorted([works(ani), works(there)]) == [False, True]
    assert ends_of(eka, "Ani") == [second]
    again = eka.post(first, json={})
    assert (again.status_code, again.get_json()["error"]["code"]) == (404, "session_unknown")


def test_all_sessions_of_a_person_are_ended_and_nobody_elses(hub: OfficeHub, eka: FlaskClient) -> None:
    anis, budi = [sign_in(hub, "Ani") for _ in range(3)], sign_in(hub, "Budi")
    assert eka.post("/admin/people/sessions/end", json={"name": "Ani"}).status_code == 200
    assert [works(one) for one in anis] == [False] * 3
    assert works(budi)
    found = hub.app.extensions["antrean"].settings.security.page(1).entries[0]
    assert isinstance(found.event, SecurityNoted)
    assert (found.actor, found.event.what, found.event.person, found.event.count) == (
        "administrator:Eka", "sessions_ended", "Ani", 3,
    )  # fmt: skip
    unknown = eka.post("/admin/people/sessions/end", json={"name": "Nobody"})
    assert (unknown.status_code, unknown.get_json()["error"]["code"]) == (404, "staff_unknown")


def test_a_code_is_shown_once_stands_in_no_file_and_is_on_record(hub: OfficeHub, eka: FlaskClient) -> None:
    page = eka.post("/admin/people/code", data={"name": "Ani"}, headers=HTML)
    found = re.search(r'class="code-itself number">([A-Z0-9]{5}-[A-Z0-9]{5})<', page.text)
    assert found is not None
    code = found[1]
    assert code not in eka.get("/admin/people", headers=HTML).text
    services = hub.app.extensions["antrean"]
    kept = [file.read_bytes() for file in services.config.data.rglob("*") if file.is_file()]
    assert not any(one.encode() in file for file in kept for one in (code, code.replace("-", "")))
    entry = services.settings.security.page(1).entries[0]
    assert (entry.actor, entry.event.what, entry.event.person) == ("administrator:Eka", "code_given", "Ani")
    ani = hub.app.test_client()
    form = {"name": "Ani", "code": code, "new_password": "tujuh kuda laut"}
    assert ani.post("/new_password", json=form).status_code == 200
    assert works(ani)


@pytest.mark.parametrize("name", ["Ani", "Dewi"])
def test_nobody_but_administrators_sees_people_or_ends_anything(hub: OfficeHub, eka: FlaskClient, name: str) -> None:
    browser, budi = hub.as_staff(name), sign_in(hub, "Budi")
    (end,) = ends_of(eka, "Budi")
    for method, path in (("get", "/admin/people"), ("post", end), ("post", "/admin/people/code")):
        answer = browser.open(path, method=method, json={"name": "Budi"})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "not_allowed"), path
    assert works(budi)
