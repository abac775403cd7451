"""One's own password, and a one-time code for a forgotten one."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from antrean.access.one_time_codes import OneTimeCodes, in_groups
from antrean.queueing.events import SecurityNoted
from tests.conftest import SetClock
from tests.fakes.office_hub import PASSWORD, OfficeHub

HTML = {"Accept": "text/html"}
NEW = "tujuh kuda laut"


def code_of(answer: object) -> str:
    return str(answer.get_json()["error"]["code"])  # type: ignore[attr-defined]


def works(browser: FlaskClient) -> bool:
    return browser.get("/counter_panel/view").status_code == 200


def sign_in(hub: OfficeHub, name: str, password: str) -> int:
    return hub.app.test_client().post("/sign_in", json={"name": name, "password": password}).status_code


def noted(hub: OfficeHub) -> list[SecurityNoted]:
    found = hub.app.extensions["antrean"].settings.security.page(50).entries
    return [entry.event for entry in reversed(found) if isinstance(entry.event, SecurityNoted)]


def given(hub: OfficeHub, name: str, clock: SetClock | None = None) -> str:
    services = hub.app.extensions["antrean"]
    return OneTimeCodes(services.settings, clock or services.identities.sessions.clock).for_password(name)


def test_a_new_password_ends_the_other_sessions_and_this_one_goes_on(hub: OfficeHub) -> None:
    here, there, budi = hub.as_staff("Ani"), hub.as_staff("Ani"), hub.as_staff("Budi")
    form = {"password": PASSWORD, "new_password": NEW}
    answer = here.post("/account/password", data=form, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account?changed=1")
    assert [works(one) for one in (here, there, budi)] == [True, False, True]
    assert (sign_in(hub, "Ani", PASSWORD), sign_in(hub, "Ani", NEW)) == (403, 200)
    assert noted(hub)[-3:-1] == [
        SecurityNoted("password_changed", "Ani", "operator", address=noted(hub)[-3].address),
        SecurityNoted("sessions_ended", "Ani", "operator", address=noted(hub)[-2].address),
    ]
    hub.app.extensions["antrean"].session_watch.look()
    assert works(here)


@pytest.mark.parametrize(
    ("password", "new", "status", "code"),
    [
        ("wrong-password", NEW, 403, "sign_in_failed"),
        (PASSWORD, PASSWORD, 422, "password_same"),
        (PASSWORD, "kurang", 422, "password_too_short"),
        (PASSWORD, "Bismillah1", 422, "password_common"),
        (PASSWORD, "ani ani ani", 422, "password_own_name"),
    ],
)
def test_a_new_password_that_is_weak_or_none_is_refused_and_changes_nothing(
    hub: OfficeHub, password: str, new: str, status: int, code: str
) -> None:
    here, there = hub.as_staff("Ani"), hub.as_staff("Ani")
    answer = here.post("/account/password", json={"password": password, "new_password": new})
    assert (answer.status_code, code_of(answer)) == (status, code)
    page = here.post("/account/password", data={"password": password, "new_password": new}, headers=HTML)
    assert page.status_code == status
    assert 'role="alert"' in page.text
    assert new not in page.text
    assert (works(here), works(there), sign_in(hub, "Ani", PASSWORD)) == (True, True, 200)


def test_guessing_the_password_of_today_at_a_panel_that_was_left_open_is_slowed(hub: OfficeHub) -> None:
    ani = hub.as_staff("Ani")
    for _ in range(5):
        ani.post("/account/password", json={"password": "wrong-password", "new_password": NEW})
    answer = ani.post("/account/password", json={"password": PASSWORD, "new_password": NEW})
    assert (answer.status_code, code_of(answer)) == (429, "rate_limited")


def test_one_sees_where_else_one_is_signed_in_and_ends_it(hub: OfficeHub) -> None:
    here = hub.as_staff("Ani")
    assert "Anda hanya masuk di peramban ini." in here.get("/account", headers=HTML).text
    there = hub.app.test_client()
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/126 Mobile Safari/537.36"}
    there.post("/sign_in", json={"name": "Ani", "password": PASSWORD}, headers=phone)
    assert "Chrome, Android" in here.get("/account", headers=HTML).text
    assert here.post("/account/sessions/end", json={}).get_json() == {"ended": 1}
    assert (works(here), works(there)) == (True, False)


def test_whoever_forgot_the_password_sets_a_new_one_with_a_code_and_is_signed_in(hub: OfficeHub) -> None:
    before, code = hub.as_staff("Ani"), given(hub, "Ani")
    browser = hub.app.test_client()
    typed = f" {in_groups(code).lower()} "
    form = {"name": "ani", "code": typed, "new_password": NEW}
    answer = browser.post("/new_password", data=form, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert (works(browser), works(before)) == (True, False)
    assert sign_in(hub, "Ani", NEW) == 200


def test_a_code_is_good_once_for_one_person_and_one_hour(hub: OfficeHub) -> None:
    def tried(name: str, code: str, new: str = NEW) -> tuple[int, str]:
        answer = hub.app.test_client().post("/new_password", json={"name": name, "code": code, "new_password": new})
        return answer.status_code, "" if answer.status_code == 200 else code_of(answer)

    hub.app.extensions["antrean"].identities.sessions.clock = clock = SetClock()
    wrong = (403, "one_time_code_wrong")
    first = given(hub, "Ani", clock)
    assert tried("Budi", first) == tried("Nobody", first) == tried("Ani", "") == wrong
    assert tried("Ani", first, "12345678") == (422, "password_common")
    assert tried("Ani", first) == (200, "")
    assert tried("Ani", first, "another-password") == wrong
    old = given(hub, "Budi", clock)
    again = given(hub, "Budi", clock)
    assert tried("Budi", old) == wrong
    clock.forward(hours=1)
    assert tried("Budi", again) == wrong
    assert sign_in(hub, "Budi", PASSWORD) == 200


def test_guessing_codes_is_limited_and_locks_nobody_out_of_their_own_browser(hub: OfficeHub) -> None:
    own = hub.as_staff("Ani")
    stranger = hub.app.test_client()
    said = [
        stranger.post("/new_password", json={"name": "Ani", "code": f"CODE{n}", "new_password": NEW}).status_code
        for n in range(7)
    ]
    assert said == [403] * 5 + [429] * 2
    assert own.post("/sign_in", json={"name": "Ani", "password": PASSWORD}).status_code == 200
