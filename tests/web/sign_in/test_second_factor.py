"""The authenticator app: set up with a first code, asked for after the password, each code good once."""

from __future__ import annotations

from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from antrean.access.one_time_codes import OneTimeCodes
from antrean.access.staff import add_staff, remove_staff
from antrean.commands.staff import staff
from antrean.queueing.events import SecurityNoted
from antrean.queueing.plan.model import OfficePlan
from antrean.web.limits.rate_limit import SlowDown
from tests.conftest import SetClock, Stopwatch
from tests.fakes.machine import MachineClock
from tests.fakes.machine_hub import MachineHub
from tests.fakes.office_hub import PASSWORD, QUICK, OfficeHub

HTML = {"Accept": "text/html"}
NEW = "tujuh kuda laut"


class App:
    """The app on a phone whose clock goes as the hub's."""

    def __init__(self, secret: str, clock: SetClock) -> None:
        self._totp, self._clock = pyotp.TOTP(secret), clock

    def code(self, seconds: int = 0) -> str:
        """Return what the app shows so many seconds from now."""
        return self._totp.at(int(self._clock().timestamp()) + seconds)


def code_of(answer: TestResponse) -> str:
    return "" if answer.status_code < 400 else str(answer.get_json()["error"]["code"])


def sign_in(hub: OfficeHub, **more: str) -> str:
    answer = hub.app.test_client().post("/sign_in", json={"name": "Eka", "password": PASSWORD, **more})
    return code_of(answer)


def works(browser: FlaskClient) -> bool:
    return browser.get("/counter_panel/view").status_code == 200


def noted(hub: OfficeHub) -> list[str]:
    found = hub.app.extensions["antrean"].settings.security.page(50).entries
    return [entry.event.what for entry in reversed(found) if isinstance(entry.event, SecurityNoted)]


@pytest.fixture
def eka(hub: OfficeHub) -> FlaskClient:
    return hub.as_staff("Eka")


@pytest.fixture
def set_up(hub: OfficeHub, eka: FlaskClient, clock: SetClock) -> tuple[App, list[str]]:
    """Give Eka's app and recovery codes; its first code is of a minute ago."""
    drawn = eka.post("/account/second_factor", json={"password": PASSWORD}).get_json()
    app = App(drawn["secret"], clock)
    done = eka.post("/account/second_factor/confirm", json={"code": app.code()})
    assert done.status_code == 200, done.text
    clock.forward(seconds=60)
    return app, done.get_json()["recovery_codes"]


def test_after_the_password_the_code_is_asked_for_and_nothing_is_open_before_it(
    hub: OfficeHub, set_up: tuple[App, list[str]]
) -> None:
    app, _ = set_up
    browser = hub.app.test_client()
    form = {"name": "Eka", "password": PASSWORD, "next": "/admin/people"}
    answer = browser.post("/sign_in", data=form, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign_in/code")
    assert not works(browser)
    assert "Eka" in browser.get("/sign_in/code", headers=HTML).text
    wrong = browser.post("/sign_in/code", data={"code": "000000"}, headers=HTML)
    assert (wrong.status_code, 'role="alert"' in wrong.text) == (403, True)
    right = browser.post("/sign_in/code", data={"code": f" {app.code()[:3]} {app.code()[3:]}"}, headers=HTML)
    assert (right.status_code, right.headers["Location"]) == (303, "/admin/people")
    assert works(browser)


def test_a_program_sends_the_code_with_the_password(hub: OfficeHub, set_up: tuple[App, list[str]]) -> None:
    app, _ = set_up
    assert sign_in(hub) == "second_code_missing"
    assert sign_in(hub, code="000000") == "second_code_wrong"
    assert sign_in(hub, code=app.code()) == ""


def test_a_code_is_taken_once_and_no_earlier_one_after_it(
    hub: OfficeHub, set_up: tuple[App, list[str]], clock: SetClock
) -> None:
    app, _ = set_up
    before, now = app.code(-30), app.code()
    assert sign_in(hub, code=now) == ""
    assert sign_in(hub, code=now) == "second_code_wrong"
    assert sign_in(hub, code=before) == "second_code_wrong"
    clock.forward(seconds=30)
    assert sign_in(hub, code=app.code()) == ""


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_phone_may_be_half_a_minute_ahead_or_behind_and_no_more(
    hub: OfficeHub, set_up: tuple[App, list[str]], clock: SetClock, seconds: int, taken: bool
) -> None:
    app, _ = set_up
    clock.forward(seconds=60)
    assert (sign_in(hub, code=app.code(seconds)) == "") is taken


def test_the_code_that_set_the_app_up_signs_nobody_in(hub: OfficeHub, eka: FlaskClient, clock: SetClock) -> None:
    app = App(eka.post("/account/second_factor", json={"password": PASSWORD}).get_json()["secret"], clock)
    first = app.code()
    assert sign_in(hub) == ""  # nothing is asked for before the app is confirmed
    assert code_of(eka.post("/account/second_factor/confirm", json={"code": "000000"})) == "second_code_wrong"
    assert sign_in(hub) == ""
    assert code_of(eka.post("/account/second_factor/confirm", json={"code": first})) == ""
    assert sign_in(hub, code=first) == "second_code_wrong"
    assert "second_factor_set" in noted(hub)


def test_a_recovery_code_signs_in_once(hub: OfficeHub, set_up: tuple[App, list[str]], eka: FlaskClient) -> None:
    _, codes = set_up
    assert len(set(codes)) == 8
    assert sign_in(hub, code=codes[0].lower()) == ""
    assert sign_in(hub, code=codes[0]) == "second_code_wrong"
    assert sign_in(hub, code=codes[1]) == ""
    assert noted(hub).count("recovery_code_used") == 2
    assert "Tersisa 6 kode cadangan." in eka.get("/account", headers=HTML).text


def test_guessing_codes_gets_slower_and_holds_up_no_browser_in_which_its_person_signed_in(
    hub: OfficeHub, set_up: tuple[App, list[str]], clock: SetClock
) -> None:
    app, _ = set_up
    services, watch = hub.app.extensions["antrean"], Stopwatch()
    services.second_codes = SlowDown(watch, free=5)
    own = hub.app.test_client()
    own.post("/sign_in", json={"name": "Eka", "password": PASSWORD, "code": app.code()})
    clock.forward(seconds=30)
    said = [sign_in(hub, code="000000") for _ in range(7)]
    assert said == ["second_code_wrong"] * 5 + ["rate_limited"] * 2
    assert sign_in(hub, code=app.code()) == "rate_limited"
    again = own.post("/sign_in", json={"name": "Eka", "password": PASSWORD, "code": app.code()})
    assert again.status_code == 200
    assert services.security.counts["failed_second_factor"] == 5


def test_whoever_gave_no_password_is_asked_for_no_code_and_the_password_holds_for_five_minutes(
    hub: OfficeHub, set_up: tuple[App, list[str]], clock: SetClock
) -> None:
    app, _ = set_up
    sessions = hub.app.extensions["antrean"].identities.sessions
    sessions.clock = time = SetClock()
    browser = hub.app.test_client()
    assert code_of(browser.post("/sign_in/code", json={"code": app.code()})) == "sign_in_required"
    assert browser.get("/sign_in/code", headers=HTML).headers["Location"] == "/sign_in"
    browser.post("/sign_in", json={"name": "Eka", "password": PASSWORD})
    time.forward(seconds=301)
    assert code_of(browser.post("/sign_in/code", json={"code": app.code()})) == "sign_in_required"
    assert not works(browser)


def test_a_new_password_by_a_one_time_code_asks_for_no_app_any_more(
    hub: OfficeHub, set_up: tuple[App, list[str]]
) -> None:
    services = hub.app.extensions["antrean"]
    code = OneTimeCodes(services.settings, services.identities.sessions.clock).for_password("Eka")
    answer = hub.app.test_client().post("/new_password", json={"name": "Eka", "code": code, "new_password": NEW})
    assert answer.status_code == 200
    assert hub.app.test_client().post("/sign_in", json={"name": "Eka", "password": NEW}).status_code == 200
    assert "second_factor_removed" in noted(hub)


def test_the_app_is_removed_with_a_code_and_with_nothing_else(
    hub: OfficeHub, set_up: tuple[App, list[str]], eka: FlaskClient
) -> None:
    app, _ = set_up
    assert code_of(eka.post("/account/second_factor/remove", json={"code": "000000"})) == "second_code_wrong"
    assert sign_in(hub) == "second_code_missing"
    assert code_of(eka.post("/account/second_factor/remove", json={"code": app.code()})) == ""
    assert sign_in(hub) == ""


def test_whoever_gets_the_name_of_somebody_who_left_is_not_asked_for_their_app(
    hub: OfficeHub, set_up: tuple[App, list[str]]
) -> None:
    services = hub.app.extensions["antrean"]
    add_staff(services.settings, "Fajar", "administrator", PASSWORD, QUICK)
    remove_staff(services.settings, "Eka")
    add_staff(services.settings, "Eka", "operator", PASSWORD, QUICK)
    services.identities.load()
    assert sign_in(hub) == ""


def test_the_database_knows_no_secret_and_no_code(
    hub: OfficeHub, set_up: tuple[App, list[str]], eka: FlaskClient
) -> None:
    app, codes = set_up
    rows = str(hub.app.extensions["antrean"].settings.factors.of("Eka"))
    assert app._totp.secret not in rows
    assert not any(code.replace("-", "") in rows for code in codes)


def test_an_app_is_for_administrators_and_needs_their_password(hub: OfficeHub, eka: FlaskClient) -> None:
    dewi = hub.as_staff("Dewi")
    assert code_of(dewi.post("/account/second_factor", json={"password": PASSWORD})) == "not_allowed"
    assert code_of(eka.post("/account/second_factor", json={"password": "wrong-password"})) == "sign_in_failed"
    assert "Aplikasi autentikator" not in dewi.get("/account", headers=HTML).text
    page = eka.post("/account/second_factor", data={"password": PASSWORD}, headers=HTML)
    assert (page.status_code, "<svg" in page.text) == (200, True)


def test_a_clock_that_is_set_wrong_keeps_nobody_out_and_after_a_start_in_doubt_a_recovery_code_does_not(
    tmp_path: Path, plan: OfficePlan
) -> None:
    machine = MachineClock()
    hub = MachineHub(tmp_path, plan, machine)
    try:
        eka = hub.staff("Eka")
        drawn = eka.post("/account/second_factor", json={"password": PASSWORD}).get_json()
        app = pyotp.TOTP(drawn["secret"])
        true = SetClock()
        codes = eka.post("/account/second_factor/confirm", json={"code": app.at(true())}).get_json()["recovery_codes"]
        machine.forward(minutes=2)
        machine.jump(days=3)
        said = {"name": "Eka", "password": PASSWORD}
        browser = hub.app.test_client()
        assert code_of(browser.post("/sign_in", json={**said, "code": app.at(true.forward(minutes=2))})) == ""
        hub.again(machine.now.replace(year=2020))
        browser = hub.app.test_client()
        assert code_of(browser.post("/sign_in", json={**said, "code": app.at(true.forward(minutes=2))})) != ""
        browser.post("/sign_in", data=said, headers=HTML)
        assert "Jam server salah" in browser.get("/sign_in/code", headers=HTML).text
        assert code_of(browser.post("/sign_in/code", json={"code": codes[0]})) == ""
    finally:
        hub.stop()


def test_a_command_at_the_machine_forgets_the_app(hub: OfficeHub, set_up: tuple[App, list[str]]) -> None:
    config = hub.app.extensions["antrean"].config
    run = CliRunner().invoke(
        staff, ["forget-app", "eka"], env={"ANTREAN_DATA": str(config.data), "ANTREAN_OFFICE": config.office}
    )
    assert run.exit_code == 0, run.output
    assert sign_in(hub) == ""
