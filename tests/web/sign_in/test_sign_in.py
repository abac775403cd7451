"""Signing in, and what ends it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.access.staff import add_staff
from antrean.queueing.commands import ChangePlan
from antrean.queueing.errors import Refused
from antrean.storage.settings.staff import StaffMember
from antrean.web.limits.rate_limit import RateLimiter
from tests.conftest import SetClock, Stopwatch, small_plan
from tests.fakes.office_hub import PASSWORD, QUICK, OfficeHub

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    """A hub for many small questions that leave it as it was."""
    running = OfficeHub(tmp_path_factory.mktemp("sign_in"), small_plan(), SetClock())
    yield running
    running.stop()


@pytest.fixture
def watch(hub: OfficeHub) -> Stopwatch:
    found = Stopwatch()
    hub.app.extensions["antrean"].attempts = RateLimiter(found)
    return found


@pytest.fixture
def browser(hub: OfficeHub) -> FlaskClient:
    return hub.app.test_client()


def sign_in(browser: FlaskClient, name: str, password: str) -> tuple[int, str]:
    """Return the status, and the code of the refusal or the role."""
    answer = browser.post("/sign_in", json={"name": name, "password": password})
    return answer.status_code, answer.get_json()["role"] if answer.status_code == 200 else answer.get_json()["error"][
        "code"
    ]


def may_work(browser: FlaskClient) -> bool:
    return browser.get("/counter_panel/view").status_code == 200


def test_damaged_rows_of_devices_keep_nobody_from_their_work(hub: OfficeHub, browser: FlaskClient) -> None:
    """The office goes on by what the hub has read, as for everything else, and an administrator sees the alarm."""
    services = hub.app.extensions["antrean"]
    pair_device(services.settings, "kiosk", "Lobby", SetClock())
    services.identities.load()
    with sqlite3.connect(str(services.settings.file)) as connection:
        assert connection.execute("UPDATE devices SET name = 'x'").rowcount
    connection.close()
    assert sign_in(browser, "Ani", PASSWORD) == (200, "operator")
    assert may_work(browser)
    assert services.damage.sentences()


@pytest.mark.parametrize(
    ("name", "page"),
    [("Ani", "/counter_panel/"), ("Dewi", "/admin/"), ("Eka", "/admin/"), ("Fajar", "/admin/")],
)
def test_whoever_named_no_page_lands_where_their_role_looks_first(kept: OfficeHub, name: str, page: str) -> None:
    browser = kept.app.test_client()
    assert 'name="next" value=""' in browser.get("/sign_in", headers=HTML).text
    for form in ({"name": name, "password": PASSWORD}, {"name": name, "password": PASSWORD, "next": ""}):
        assert browser.post("/sign_in", data=form, headers=HTML).headers["Location"] == page


def test_a_supervisor_who_opened_the_counter_goes_there_and_finds_it_from_the_administration(kept: OfficeHub) -> None:
    browser = kept.app.test_client()
    form = {"name": "Dewi", "password": PASSWORD, "next": "/counter_panel/"}
    assert browser.post("/sign_in", data=form, headers=HTML).headers["Location"] == "/counter_panel/"
    assert 'href="/counter_panel/"' in browser.get("/admin/today", headers=HTML).text
    viewer = kept.as_staff("Fajar")
    assert 'href="/counter_panel/"' not in viewer.get("/admin/today", headers=HTML).text


def test_work_prolongs_a_session_once_in_each_hour(hub: OfficeHub, browser: FlaskClient, clock: SetClock) -> None:
    sign_in(browser, "Ani", PASSWORD)
    before = browser.get_cookie("antrean_staff")
    assert may_work(browser)
    assert browser.get_cookie("antrean_staff") == before
    clock.forward(hours=1)
    assert may_work(browser)
    after = browser.get_cookie("antrean_staff")
    assert before is not None
    assert after is not None
    assert after.value != before.value
    assert after.expires is not None
    assert may_work(browser)
    assert browser.get_cookie("antrean_staff") == after


def test_a_wrong_name_and_a_wrong_password_are_refused_alike(hub: OfficeHub, browser: FlaskClient) -> None:
    for name, password in (("Ani", "wrong-password"), ("Nobody", PASSWORD), ("Ani", PASSWORD + "x"), ("", PASSWORD)):
        assert sign_in(browser, name, password) == (403, "sign_in_failed")
        assert not may_work(browser)
    page = browser.post("/sign_in", data={"name": "Ani", "password": "wrong-password"}, headers=HTML)
    assert page.status_code == 403
    assert "wrong-password" not in page.text
    assert "Set-Cookie" not in page.headers
    assert sign_in(browser, " ani ", PASSWORD) == (200, "operator")
    assert may_work(browser)


def test_five_failures_have_to_wait_a_minute_and_only_under_that_name(
    hub: OfficeHub, browser: FlaskClient, watch: Stopwatch
) -> None:
    for _ in range(5):
        assert sign_in(browser, "Ani", "wrong-password") == (403, "sign_in_failed")
        watch.seconds += 1
    assert sign_in(browser, "Ani", PASSWORD) == (429, "rate_limited")
    assert sign_in(browser, "ANI", PASSWORD) == (429, "rate_limited")
    assert sign_in(hub.app.test_client(), " Ani", PASSWORD) == (429, "rate_limited")
    page = browser.post("/sign_in", data={"name": "Ani", "password": PASSWORD}, headers=HTML)
    assert page.status_code == 429
    assert sign_in(hub.app.test_client(), "Budi", PASSWORD) == (200, "operator")
    watch.seconds += 54
    assert sign_in(browser, "Ani", PASSWORD) == (429, "rate_limited")
    watch.seconds += 2
    assert sign_in(browser, "Ani", PASSWORD) == (200, "operator")


def test_guesses_sent_all_at_once_are_not_more_than_five(hub: OfficeHub, watch: Stopwatch) -> None:
    outcomes: list[tuple[int, str]] = []
    at_once = threading.Barrier(12)

    def guess(n: int) -> None:
        browser = hub.app.test_client()
        at_once.wait(60)
        outcomes.append(sign_in(browser, "Ani", f"wrong-password-{n}"))

    guessers = [threading.Thread(target=guess, args=(n,), daemon=True) for n in range(12)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join(120)
    assert sorted(outcomes) == [(403, "sign_in_failed")] * 5 + [(429, "rate_limited")] * 7
    for _ in range(6):
        assert sign_in(hub.app.test_client(), "Budi", PASSWORD) == (200, "operator")


def test_guesses_under_ever_new_names_end_at_sixty_a_minute(hub: OfficeHub, browser: FlaskClient) -> None:
    watch, services = Stopwatch(), hub.app.extensions["antrean"]
    services.addresses = RateLimiter(watch, most=3)
    for n in range(3):
        assert sign_in(browser, f"Nobody {n}", "wrong-password") == (403, "sign_in_failed")
    assert sign_in(browser, "Ani", PASSWORD) == (429, "rate_limited")
    watch.seconds += 61
    for _ in range(4):
        assert sign_in(browser, "Ani", PASSWORD) == (200, "operator")


def test_passwords_are_checked_one_at_a_time(hub: OfficeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    services = hub.app.extensions["antrean"]
    really, begun, running, most = services.identities.check_password, threading.Barrier(6), [0], [0]

    def check(name: str, password: str) -> StaffMember:
        running[0] += 1
        most[0] = max(most[0], running[0])
        try:
            found: StaffMember = really(name, password)
            return found
        finally:
            running[0] -= 1

    monkeypatch.setattr(services.identities, "check_password", check)

    def come() -> None:
        browser = hub.app.test_client()
        begun.wait(60)
        sign_in(browser, "Ani", PASSWORD)

    comers = [threading.Thread(target=come, daemon=True) for _ in range(6)]
    for comer in comers:
        comer.start()
    for comer in comers:
        comer.join(120)
    assert most == [1]


def test_a_device_just_paired_is_known_beside_guesses_and_all_ask_the_database_together(
    hub: OfficeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, looks, over = hub.app.extensions["antrean"], [], threading.Event()
    guessed: list[int] = []
    really = services.identities.load
    monkeypatch.setattr(services.identities, "load", lambda: (looks.append(time.monotonic()), really()))

    def ask(token: str) -> int:
        kiosk = hub.app.test_client()
        return int(kiosk.get("/kiosk/view", headers={"Authorization": f"Bearer {token}"}).status_code)

    def guess() -> None:
        while not over.is_set():
            guessed.append(ask(f"wrong-{len(guessed)}"))

    guessers = [threading.Thread(target=guess) for _ in range(5)]
    for guesser in guessers:
        guesser.start()
    try:
        for n in range(8):  # by another process, one after another
            _, token = pair_device(services.settings, "kiosk", f"Kiosk {n}", hub.office.clock)
            assert ask(token) == 200
    finally:
        over.set()
        for guesser in guessers:
            guesser.join(60)
    assert set(guessed) == {403}
    assert len(looks) < len(guessed)
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(looks))


def test_a_new_password_ends_every_session_and_the_old_password(hub: OfficeHub) -> None:
    tablets = [hub.as_staff("Ani"), hub.as_staff("Ani")]
    other = hub.as_staff("Budi")
    add_staff(hub.app.extensions["antrean"].settings, "Ani", "operator", "another-password", QUICK)
    hub.office.execute(ChangePlan(what="staff"))
    assert [may_work(tablet) for tablet in tablets] == [False, False]
    assert may_work(other)
    again = hub.app.test_client()
    assert sign_in(again, "Ani", PASSWORD) == (403, "sign_in_failed")
    assert sign_in(again, "Ani", "another-password") == (200, "operator")
    assert may_work(again)


def test_a_name_in_capitals_is_no_second_member_of_staff(hub: OfficeHub, browser: FlaskClient) -> None:
    settings = hub.app.extensions["antrean"].settings
    before = [member.name for member in settings.staff()]
    with pytest.raises(Refused, match="“Ani” is already here"):
        add_staff(settings, " ANI ", "operator", "another-password", QUICK)
    assert [member.name for member in settings.staff()] == before
    assert sign_in(browser, "ani", "another-password") == (403, "sign_in_failed")
    assert sign_in(browser, "ANI", PASSWORD) == (200, "operator")


def test_a_lower_role_counts_at_once(hub: OfficeHub) -> None:
    dewi = hub.as_staff("Dewi")
    assert dewi.get("/admin/view").status_code == 200
    add_staff(hub.app.extensions["antrean"].settings, "Dewi", "operator", PASSWORD, QUICK)
    hub.office.execute(ChangePlan(what="staff"))
    assert dewi.get("/admin/view").status_code == 403
    dewi = hub.as_staff("Dewi")
    assert (dewi.get("/admin/view").status_code, may_work(dewi)) == (403, True)


def test_signing_out_ends_the_session_of_this_browser_only(hub: OfficeHub) -> None:
    services, there = hub.as_staff("Ani"), hub.as_staff("Ani")
    assert services.post("/sign_out", json={}).status_code == 200
    assert (may_work(services), may_work(there)) == (False, True)


def test_a_forged_or_broken_session_is_nobodys(hub: OfficeHub, browser: FlaskClient) -> None:
    cookie = hub.as_staff("Ani").get_cookie("antrean_staff")
    assert cookie is not None
    for forged in (cookie.value[:-3] + "xyz", "e30.x.y", "", "\x7f"):
        browser.set_cookie("antrean_staff", forged)
        assert not may_work(browser)
    browser.set_cookie("antrean_staff", cookie.value)
    assert may_work(browser)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(hub: OfficeHub, browser: FlaskClient) -> None:
    answer = browser.post("/sign_in", json={"name": "Ani", "password": PASSWORD})
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("antrean_staff="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert PASSWORD not in cookie


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Authorization": "Basic YTpi"},
        {"Origin": "http://evil.test", "Authorization": "Bearer "},
    ],
)
def test_another_sites_page_changes_nothing_with_this_browsers_cookies(
    kept: OfficeHub, headers: dict[str, str]
) -> None:
    ani = kept.as_staff("Ani")
    before = kept.seq()
    for method, path in (("post", "session"), ("post", "calls"), ("delete", "session"), ("post", "pause")):
        form = {"data": {"counter": "1"}} if method == "post" else {}
        refused = getattr(ani, method)(f"/counter_panel/{path}", headers=headers, **form)
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "wrong_origin"), path
    stranger = kept.app.test_client()
    signing = stranger.post("/sign_in", data={"name": "Ani", "password": PASSWORD}, headers=headers)
    assert signing.get_json()["error"]["code"] == "wrong_origin"
    assert kept.seq() == before
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert ani.post("/counter_panel/session", json={"counter": "1"}, headers=own).status_code == 200
    assert ani.delete("/counter_panel/session", headers=own).status_code == 200


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/counter_panel/?x=1", "/counter_panel/?x=1"),
        ("/admin/", "/admin/"),
        ("http://evil.test/", "/counter_panel/"),
        ("//evil.test/", "/counter_panel/"),
        ("/\\evil.test/", "/counter_panel/"),
        ("/\t/evil.test/", "/counter_panel/"),
        ("/\r\n/evil.test/", "/counter_panel/"),
        (" //evil.test/", "/counter_panel/"),
        ("javascript:alert(1)", "/counter_panel/"),
        ("evil.test", "/counter_panel/"),
        ("", "/counter_panel/"),
    ],
)
def test_signing_in_leads_nowhere_but_into_this_site(kept: OfficeHub, target: str, leads_to: str) -> None:
    browser = kept.app.test_client()
    form = {"name": "Ani", "password": PASSWORD, "next": target}
    answer = browser.post("/sign_in", data=form, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, leads_to)
    page = browser.get("/sign_in", query_string={"next": target}, headers=HTML).text
    assert "evil.test" not in page
