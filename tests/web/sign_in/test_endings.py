"""Nothing ends by surprise: cookies are renewed at use, and what will end is told sixty days before."""

from __future__ import annotations

import re
import sqlite3
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.hub.device_days import DeviceDays
from antrean.storage.settings.devices import Device
from antrean.storage.settings.endings import COOKIE_DAYS, RENEWED, cookies, ending_soon
from tests.conftest import SetClock, Stopwatch
from tests.fakes.office_hub import PASSWORD, OfficeHub

HTML = {"Accept": "text/html"}
YEAR = timedelta(days=COOKIE_DAYS)
TODAY = date(2026, 11, 24)


def paired(hub: OfficeHub, kind: str, name: str = "Lobby") -> FlaskClient:
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, kind, name, hub.office.clock)
    services.identities.load()
    browser = hub.app.test_client()
    browser.post("/pair", json={"token": token})
    return browser


def device(hub: OfficeHub) -> Device:
    found: Device = hub.app.extensions["antrean"].identities.devices()[0]
    return found


def alarms(hub: OfficeHub) -> str:
    said = hub.as_staff("Dewi").get("/admin/view?page=today").get_json()["html"]["alarms"]
    return re.sub(r"<[^>]*>", "", said)


@pytest.mark.parametrize("kind", ["kiosk", "display"])
def test_each_page_gives_a_device_its_cookie_anew(hub: OfficeHub, kind: str) -> None:
    browser = paired(hub, kind)
    given = [
        next(
            one
            for one in browser.get(f"/{kind}/", headers=HTML).headers.getlist("Set-Cookie")
            if one.startswith("antrean_")
        )
        for _ in range(2)
    ]
    for cookie in given:
        assert cookie.startswith(f"antrean_{kind}=")
        assert f"Max-Age={COOKIE_DAYS * 86400}" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    assert browser.get(f"/{kind}/view").headers.getlist("Set-Cookie") == []


def test_a_program_with_a_token_is_given_no_cookie(hub: OfficeHub) -> None:
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "kiosk", "Program", hub.office.clock)
    services.identities.load()
    answer = hub.app.test_client().get("/kiosk/", headers={**HTML, "Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.headers.getlist("Set-Cookie") == []


def test_the_day_of_the_newest_cookie_is_remembered_and_what_else_the_device_has_stays(
    hub: OfficeHub, clock: SetClock
) -> None:
    browser, services = paired(hub, "display"), hub.app.extensions["antrean"]
    services.settings.set_device_settings(device(hub).id, {"voice": {"repeat": 3}})
    seq = hub.seq()
    assert device(hub).paired_on == TODAY.isoformat()
    for days in (0, 30):
        clock.forward(days=days)
        hub.catch_up()
        browser.get("/display/", headers=HTML)
        services.device_days.look()
        assert device(hub).settings[RENEWED] == (TODAY + timedelta(days=days)).isoformat()
    assert device(hub).settings["voice"] == {"repeat": 3}
    assert hub.seq() == seq


def test_what_can_not_be_written_now_is_written_later(hub: OfficeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, services = paired(hub, "display"), hub.app.extensions["antrean"]
    with monkeypatch.context() as patched:
        patched.setattr(services.settings, "set_device_settings", None)
        assert browser.get("/display/", headers=HTML).status_code == 200
        with pytest.raises(TypeError):
            services.device_days.look()
    assert RENEWED not in device(hub).settings
    services.device_days.look()
    assert device(hub).settings[RENEWED] == TODAY.isoformat()


@pytest.mark.parametrize(
    ("days", "told"),
    [(0, False), (COOKIE_DAYS - 61, False), (COOKIE_DAYS - 60, True), (COOKIE_DAYS, True), (COOKIE_DAYS + 1, False)],
)
def test_a_device_that_was_not_seen_is_told_sixty_days_before_its_cookie_ends(days: int, told: bool) -> None:
    since = (TODAY - timedelta(days=days)).isoformat()
    seen = Device("1", "kiosk", "Kiosk 1", "h", settings={RENEWED: since}, paired_on="2020-01-01")
    unseen = Device("2", "display", "Lobby", "h", paired_on=since)
    printer, gone = Device("3", "print_agent", "P", "h", paired_on=since), Device("4", "kiosk", "K", "h", revoked=True)
    odd = Device("5", "kiosk", "K", "h", settings={RENEWED: "yesterday"})
    assert {ending.device for ending in cookies([seen, unseen, printer, gone, odd])} == {"Kiosk 1", "Lobby"}
    found = ending_soon([seen, unseen, printer, gone, odd], TODAY)
    assert [ending.device for ending in found] == (["Kiosk 1", "Lobby"] if told else [])


def test_the_administrations_start_page_names_device_and_day_until_its_page_is_opened(
    hub: OfficeHub, clock: SetClock
) -> None:
    browser, services = paired(hub, "kiosk", "Kios depan"), hub.app.extensions["antrean"]
    services.settings.set_device_settings(
        device(hub).id, {RENEWED: (TODAY - timedelta(days=COOKIE_DAYS - 10)).isoformat()}
    )
    services.identities.load()
    assert "Kios depan terakhir membuka halamannya pada Kamis, 30 Oktober 2025" in alarms(hub)
    assert "sebelum Jumat, 4 Desember 2026" in alarms(hub)
    browser.get("/kiosk/", headers=HTML)
    services.device_days.look()
    assert "Kios depan" not in alarms(hub)


def test_a_certificate_that_ends_is_told_sixty_days_before(hub: OfficeHub) -> None:
    watch = hub.app.extensions["antrean"].certificate
    watch.url = "https://antre.example/"
    for days, said in ((61, ""), (60, "berakhir pada Sabtu, 23 Januari 2027"), (-1, "sudah berakhir")):
        watch.until = TODAY + timedelta(days=days)
        assert (said in alarms(hub)) if said else ("https://antre.example/" not in alarms(hub))


def test_a_session_ends_fourteen_hours_after_the_sign_in_however_often_it_is_used(hub: OfficeHub) -> None:
    time = SetClock()
    interface = hub.app.session_interface
    interface._clock = time  # type: ignore[attr-defined]
    interface._serializer = None  # type: ignore[attr-defined]
    browser = hub.as_staff("Ani")
    for hour in range(1, 14):
        time.forward(hours=1)
        hub.office.guard._clock.forward(hours=1)  # type: ignore[attr-defined]
        answer = browser.get("/counter_panel/view")
        assert answer.status_code == 200, hour
        cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("antrean_staff="))
        assert f"Max-Age={(14 - hour) * 3600}" in cookie
    time.forward(minutes=61)
    assert browser.get("/counter_panel/view").status_code == 403
    again = browser.post("/sign_in", json={"name": "Ani", "password": PASSWORD})
    assert again.status_code == 200
    assert browser.get("/counter_panel/view").status_code == 200


def test_while_the_devices_rows_are_damaged_no_cookie_is_written_and_it_is_told(
    hub: OfficeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = hub.app.extensions["antrean"]
    paired(hub, "kiosk")
    watch, told, tried = Stopwatch(), list[str](), list[float]()
    cookies_of = DeviceDays(hub.office, services.settings, services.identities, services.mode, watch, set, told.append)
    write = services.settings.set_device_settings

    def counted(*values: Any) -> Any:
        tried.append(watch.seconds)
        return write(*values)

    def rename(name: str) -> None:
        with sqlite3.connect(services.settings.file) as connection:
            connection.execute("UPDATE devices SET name = ?", (name,))
        connection.close()

    monkeypatch.setattr(services.settings, "set_device_settings", counted)
    rename("Other")
    cookies_of.given(device(hub))
    for _ in range(90):
        watch.seconds += 1
        cookies_of.look()
    assert len(tried) == 2
    assert set(told) == {"the settings are damaged: the table devices is not as it was written"}
    assert services.damage.sentences() == []
    services.damage.told(told[0])  # as the hub does
    assert "Basis data rusak." in alarms(hub)
    rename("Lobby")
    watch.seconds += 60
    cookies_of.look()
    assert device(hub).settings[RENEWED] == TODAY.isoformat()
