"""Guesses: strangers slow down strangers, and neither lock out nor hold up whoever works here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from antrean.access.devices import pair_device
from antrean.access.identities import Identities
from antrean.access.passwords import Passwords
from antrean.access.staff import add_staff
from antrean.queueing.errors import Forbidden
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.settings.staff import StaffMember
from antrean.web.limits.rate_limit import RateLimiter, SlowDown, TooMany, network_of
from tests.conftest import SetClock, Stopwatch
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import PASSWORD, QUICK, OfficeHub


@pytest.fixture
def watch(hub: OfficeHub) -> Stopwatch:
    """Limits that count by a watch of the test."""
    found, services = Stopwatch(), hub.app.extensions["antrean"]
    services.attempts, services.addresses, services.names = (
        RateLimiter(found),
        RateLimiter(found, most=60),
        SlowDown(found),
    )
    services.pairings = RateLimiter(found, most=20)
    return found


def sign_in(browser: FlaskClient, name: str, password: str, address: str = "127.0.0.1") -> tuple[int, str]:
    """Return the status, and the code of the refusal or the role."""
    answer = browser.post(
        "/sign_in", json={"name": name, "password": password}, environ_overrides={"REMOTE_ADDR": address}
    )
    if answer.status_code == 429:
        assert int(answer.headers["Retry-After"]) >= 1
    return answer.status_code, answer.get_json()["role"] if answer.status_code == 200 else answer.get_json()["error"][
        "code"
    ]


def guess_from_many_addresses(hub: OfficeHub, name: str, count: int = 40) -> list[str]:
    guesser = hub.app.test_client()
    return [sign_in(guesser, name, "wrong-password", f"10.1.1.{number}")[1] for number in range(count)]


class Gate:
    """Checks of passwords that stand until the test lets them go on; `begun` says whose, in their order."""

    def __init__(self, hub: OfficeHub, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[str] = []
        self.opened = threading.Event()
        known = hub.app.extensions["antrean"].identities
        really: Callable[[str, str], StaffMember] = known.check_password

        def check(name: str, password: str) -> StaffMember:
            self.begun.append(name)
            assert self.opened.wait(60)
            return really(name, password)

        monkeypatch.setattr(known, "check_password", check)


def test_forty_guesses_at_one_name_from_forty_addresses_are_not_all_heard(hub: OfficeHub, watch: Stopwatch) -> None:
    outcomes = guess_from_many_addresses(hub, "Ani")
    assert outcomes == ["sign_in_failed"] * 10 + ["rate_limited"] * 30
    assert sign_in(hub.app.test_client(), "Budi", PASSWORD, "10.2.2.2") == (200, "operator")
    waits = []
    for _ in range(12):
        refused = hub.app.test_client().post("/sign_in", json={"name": " ANI", "password": "wrong-password"})
        assert refused.status_code == 429
        waits.append(int(refused.headers["Retry-After"]))
        watch.seconds += waits[-1] + 61
        assert sign_in(hub.app.test_client(), "Ani", "wrong-password", "10.3.3.3") == (403, "sign_in_failed")
    assert waits == sorted(waits)
    assert waits[-1] == 300


def test_a_name_that_does_not_exist_is_slowed_down_alike(hub: OfficeHub, watch: Stopwatch) -> None:
    assert guess_from_many_addresses(hub, "Nobody", 14) == guess_from_many_addresses(hub, "Ani", 14)


def test_a_browser_that_signed_in_before_is_not_locked_out_by_strangers(hub: OfficeHub, watch: Stopwatch) -> None:
    counter, other = hub.app.test_client(), hub.app.test_client()
    assert sign_in(counter, "Ani", PASSWORD, "10.1.1.1") == (200, "operator")
    counter.post("/sign_out", json={})
    assert guess_from_many_addresses(hub, "Ani")[-1] == "rate_limited"
    assert sign_in(other, "Ani", PASSWORD, "10.9.9.9") == (429, "rate_limited")
    assert sign_in(counter, " ani", PASSWORD, "10.1.1.1") == (200, "operator")
    assert sign_in(counter, "Budi", "wrong-password", "10.1.1.1") == (403, "sign_in_failed")
    assert guess_from_many_addresses(hub, "Budi")[-1] == "rate_limited"
    assert sign_in(counter, "Budi", PASSWORD, "10.1.1.77") == (429, "rate_limited"), "known as Ani is not known as Budi"


def test_a_known_browser_has_five_guesses_a_minute_like_everyone(hub: OfficeHub, watch: Stopwatch) -> None:
    counter = hub.app.test_client()
    sign_in(counter, "Ani", PASSWORD)
    outcomes = [sign_in(counter, "Ani", "wrong-password", f"10.4.4.{number}")[1] for number in range(7)]
    assert outcomes == ["sign_in_failed"] * 5 + ["rate_limited"] * 2
    assert sign_in(hub.app.test_client(), "Ani", PASSWORD) == (200, "operator")


def test_a_new_password_makes_every_browser_new(hub: OfficeHub, watch: Stopwatch) -> None:
    counter = hub.app.test_client()
    sign_in(counter, "Ani", PASSWORD)
    services = hub.app.extensions["antrean"]
    add_staff(services.settings, "Ani", "operator", "another-password", QUICK)
    services.identities.load()
    guess_from_many_addresses(hub, "Ani")
    assert sign_in(counter, "Ani", "another-password") == (429, "rate_limited")


@pytest.mark.parametrize("cookie", ["", "x", "e30.AAAA", "\x7f", "x" * 4000])
def test_a_forged_cookie_makes_no_known_browser(hub: OfficeHub, watch: Stopwatch, cookie: str) -> None:
    guess_from_many_addresses(hub, "Ani", 12)
    stranger = hub.app.test_client()
    stranger.set_cookie("antrean_known", cookie, path="/sign_in")
    assert sign_in(stranger, "Ani", PASSWORD) == (429, "rate_limited")


def test_the_cookie_of_a_known_browser_holds_no_secret_and_is_out_of_reach_of_scripts(hub: OfficeHub) -> None:
    answer = hub.app.test_client().post("/sign_in", json={"name": "Ani", "password": PASSWORD})
    cookies = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("antrean_known=")]
    assert {one.rpartition("Path=")[2].partition(";")[0] for one in cookies} == {
        "/sign_in",
        "/account",
        "/new_password",
    }
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert PASSWORD not in cookie


def test_whoever_changes_the_password_in_their_own_browser_is_locked_out_by_no_strangers_guesses(
    hub: OfficeHub, watch: Stopwatch
) -> None:
    browser = hub.as_staff("Ani")
    guess_from_many_addresses(hub, "Ani", 12)
    new = {"password": PASSWORD, "new_password": "another-long-one"}
    assert browser.post("/account/password", json=new).status_code == 200


def test_names_that_exist_are_checked_before_invented_ones(hub: OfficeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    known = hub.app.test_client()
    sign_in(known, "Ani", PASSWORD)
    gate, lane, outcomes = Gate(hub, monkeypatch), hub.app.extensions["antrean"].passwords, []

    def come(browser: FlaskClient, name: str, address: str) -> None:
        outcomes.append((name, *sign_in(browser, name, PASSWORD, address)))

    def begin(browser: FlaskClient, name: str, address: str) -> threading.Thread:
        before = len(gate.begun) + len(lane._waiting) + lane.refused
        thread = threading.Thread(target=come, args=(browser, name, address), daemon=True)
        thread.start()
        wait_until(lambda: len(gate.begun) + len(lane._waiting) + lane.refused > before, f"{name} is in the queue")
        return thread

    comers = [begin(hub.app.test_client(), f"Nobody {number}", "10.1.1.1") for number in range(60)]
    comers.append(begin(hub.app.test_client(), "Budi", "10.2.2.2"))
    comers.append(begin(known, "Ani", "10.1.1.1"))
    gate.opened.set()
    for comer in comers:
        comer.join(120)
        assert not comer.is_alive()
    assert gate.begun[:3] == ["Nobody 0", "Ani", "Budi"]
    assert len(gate.begun) == 11, "eight invented names wait, more are refused at once"
    assert outcomes.count(("Ani", 200, "operator")) == outcomes.count(("Budi", 200, "operator")) == 1
    assert sum(code == "rate_limited" for _, _, code in outcomes) == 51


def test_guesses_at_a_devices_token_end_at_twenty_a_minute(hub: OfficeHub, watch: Stopwatch) -> None:
    _, token = pair_device(hub.app.extensions["antrean"].settings, "kiosk", "Kiosk 1", hub.office.clock)
    hub.app.extensions["antrean"].identities.load()

    def pair(token: str, address: str = "10.1.1.1") -> int:
        browser = hub.app.test_client()
        return int(browser.post("/pair", json={"token": token}, environ_overrides={"REMOTE_ADDR": address}).status_code)

    assert [pair(f"wrong-{number}") for number in range(22)] == [403] * 20 + [429] * 2
    assert pair(token) == 429
    assert pair(token, "10.2.2.2") == 200
    watch.seconds += 61
    assert [pair(token) for _ in range(25)] == [200] * 25


def test_invented_names_and_addresses_take_no_memory() -> None:
    watch = Stopwatch()
    attempts, names = RateLimiter(watch, most_keys=100), SlowDown(watch, most_keys=100)
    for number in range(1000):
        attempts.begin(f"key {number}")
        names.begin(f"name {number}")
    assert len(attempts._begun) == len(names._tried) == 100
    watch.seconds += 4000
    attempts.begin("later")
    names.begin("later")
    assert len(attempts._begun) == len(names._tried) == 1


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc"), st.booleans()), max_size=60))
def test_no_more_than_five_failures_of_a_key_within_a_minute(steps: list[tuple[int, str, bool]]) -> None:
    watch = Stopwatch()
    attempts, failed = RateLimiter(watch), dict[str, list[float]]()
    for pause, key, right in steps:
        watch.seconds += pause * 7.0
        recent = [at for at in failed.get(key, []) if watch.seconds - at < 60]
        if len(recent) >= 5:
            with pytest.raises(TooMany) as refused:
                attempts.begin(key)
            assert 1 <= refused.value.retry_after <= 60
            continue
        attempts.begin(key)
        if right:
            attempts.take_back(key)
        else:
            failed.setdefault(key, []).append(watch.seconds)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.168.1.7", "192.168.1.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("unix:", "unix:"),
        ("", ""),
    ],
)
def test_a_household_of_the_new_internet_is_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_refused_page_says_so_in_words(hub: OfficeHub, watch: Stopwatch) -> None:
    guess_from_many_addresses(hub, "Ani", 12)
    form: dict[str, Any] = {"name": "Ani", "password": PASSWORD}
    page = hub.app.test_client().post("/sign_in", data=form, headers={"Accept": "text/html"})
    assert page.status_code == 429
    assert "Terlalu banyak percobaan" in page.text
    assert "menit" not in page.text
    for _ in range(8):
        watch.seconds += 301
        sign_in(hub.app.test_client(), "Ani", "wrong-password", "10.5.5.5")
    page = hub.app.test_client().post("/sign_in", data=form, headers={"Accept": "text/html"})
    assert "Bisa dicoba lagi dalam 5 menit." in page.text
    assert int(page.headers["Retry-After"]) >= 1


def test_a_password_that_no_child_can_check_is_neither_right_nor_wrong(
    tmp_path: Path, plan: OfficePlan, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = OfficeHub(tmp_path, plan, clock, password_child=True)
    child = hub.app.extensions["antrean"].password_child
    monkeypatch.setattr(child, "_job_seconds", 0.0)
    browser = hub.app.test_client()
    for _ in range(12):
        assert sign_in(browser, "Ani", PASSWORD) == (503, "busy")
    monkeypatch.setattr(child, "_job_seconds", 120.0)
    assert sign_in(browser, "Ani", PASSWORD) == (200, "operator")
    hub.stop()


def test_an_unknown_name_is_checked_at_the_cost_of_a_known_one(hub: OfficeHub) -> None:
    services, asked = hub.app.extensions["antrean"], list[str]()
    known = Identities(services.settings, passwords=Passwords(lambda hashed, _password: bool(asked.append(hashed))))
    for name in ("Ani", "Nobody"):
        with pytest.raises(Forbidden):
            known.check_password(name, PASSWORD)
    costs = [hashed.split("$")[1:4] for hashed in asked]
    assert costs[0] == costs[1]
    assert asked[0] != asked[1]


def test_a_shared_browser_knows_the_last_dozen_names_at_most(hub: OfficeHub) -> None:
    services, browser = hub.app.extensions["antrean"], hub.app.test_client()
    names = [f"{number:02} " + "مستخدم" * 9 for number in range(15)]
    for name in names:
        add_staff(services.settings, name, "operator", PASSWORD, QUICK)
    services.identities.load()
    for name in names:
        assert sign_in(browser, name, PASSWORD) == (200, "operator")
    cookie = browser.get_cookie("antrean_known", path="/sign_in")
    assert cookie is not None
    assert len(cookie.value) < 3200
