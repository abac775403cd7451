"""Screens that are counted on and not heard: on the panel, on *Today* and on *Devices*, until they are back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import socketio
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.hub.watches.silence import counted_since, is_watched
from antrean.queueing.commands import CallNext, ChangePlan, CloseDay, OpenCounter, ReportPrinter
from antrean.queueing.hours.model import Hours
from antrean.storage.settings.devices import SEEN_ON, Device
from tests.conftest import SetClock, small_plan
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import OfficeHub

TODAY = date(2026, 11, 24)  # a Tuesday
MORNING = ((8 * 60, 12 * 60), (13 * 60, 16 * 60))
WEEK = Hours(dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), MORNING))


class Screens:
    """The screens of an office whose hub looks when it is told to, by the office's clock."""

    def __init__(self, hub: OfficeHub, clock: SetClock) -> None:
        self.hub, self.clock = hub, clock
        self.services = hub.app.extensions["antrean"]
        self.services.silence.monotonic = self.services.devices_seen.monotonic = self._seconds
        self.services.silence._began = self._seconds()
        self.tokens: dict[str, str] = {}

    def _seconds(self) -> float:
        return self.clock.now.timestamp()

    def pair(self, kind: str, name: str, seen: date | None = TODAY, **settings: Any) -> Device:
        """Pair a device that was there last on this day."""
        settings = settings | ({SEEN_ON: seen.isoformat()} if seen else {})
        device, self.tokens[name] = pair_device(self.services.settings, kind, name, self.hub.office.clock, settings)
        self.services.identities.load()
        return device

    def asks(self, kind: str, name: str) -> None:
        headers = {"Authorization": f"Bearer {self.tokens[name]}"}
        assert self.hub.app.test_client().get(f"/{kind}/view", headers=headers).status_code == 200

    def later(self, **time: float) -> None:
        self.clock.forward(**time)
        self.services.device_days.look()
        self.services.silence.look()

    def names(self) -> list[str]:
        found = (self.services.identities.device_by_id(one.device) for one in self.services.silence.screens)
        return sorted(one.name for one in found)

    def lamps(self, browser: FlaskClient) -> list[tuple[str, str]]:
        """Return severity and words of the lamps of silent screens on a panel."""
        self.services.publisher.redraw()
        html = browser.get("/counter_panel/view").get_json()["html"]["lamps"]
        found = re.findall(r'<span class="lamp (\w+)" data-silent>(.*?)</span></span>', html, re.DOTALL)
        return [(severity, words(text)) for severity, text in found]

    def alarms(self, browser: FlaskClient) -> str:
        return words(browser.get("/admin/view?page=today").get_json()["html"]["alarms"])

    @contextmanager
    def connected(self, kind: str, name: str, url: str) -> Iterator[socketio.Client]:
        client, where = socketio.Client(reconnection=False), [f"/{kind}"]
        given = {"token": self.tokens[name]}
        client.connect(url, auth=given, transports=["websocket"], namespaces=where, wait_timeout=60)
        yield client
        client.disconnect()


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def screens(hub: OfficeHub, clock: SetClock) -> Screens:
    return Screens(hub, clock)


@pytest.fixture
def ani(hub: OfficeHub) -> FlaskClient:
    return hub.as_staff("Ani")


def test_a_display_that_falls_silent_is_a_red_lamp_after_a_minute_until_it_is_back(
    screens: Screens, ani: FlaskClient
) -> None:
    screens.pair("display", "Layar lobi", zone="upstairs")
    screens.asks("display", "Layar lobi")
    screens.later(seconds=59)
    assert screens.lamps(ani) == []
    screens.later(seconds=2)
    said = "Layar lobi (Lantai 2): tidak tersambung sejak pukul 09.00 · Periksa listrik dan jaringannya"
    assert screens.lamps(ani) == [("danger", said)]
    assert said in screens.alarms(screens.hub.as_staff("Dewi"))
    assert (
        'href="/admin/devices"'
        in screens.hub.as_staff("Eka").get("/admin/view?page=today").get_json()["html"]["alarms"]
    )
    screens.asks("display", "Layar lobi")
    screens.later(seconds=1)
    assert (screens.lamps(ani), screens.names()) == ([], [])


def test_a_screen_with_an_open_socket_is_heard_and_its_end_is_when_it_was_heard_last(
    screens: Screens, ani: FlaskClient
) -> None:
    device = screens.pair("display", "Layar lobi")
    with screens.hub.served() as url:
        with screens.connected("display", "Layar lobi", url):
            screens.later(minutes=12)
            assert screens.names() == []
        wait_until(lambda: not screens.services.devices_seen.connected(), "the socket is known to have ended")
    assert screens.services.devices_seen.last(device.id).at == screens.clock.now
    screens.later(minutes=2)
    assert "sejak pukul 09.12" in screens.lamps(ani)[0][1]


def test_a_screen_that_was_switched_off_over_night_is_told_before_the_first_call(
    screens: Screens, ani: FlaskClient
) -> None:
    screens.pair("display", "Layar lobi", date(2026, 11, 23))
    screens.pair("kiosk", "Kios gudang", date(2026, 11, 12))
    screens.pair("kiosk", "Kios baru", None)
    screens.later(seconds=59)
    assert screens.lamps(ani) == []
    screens.later(seconds=1)
    said = "Layar lobi: belum tersambung sejak hub dinyalakan · Periksa listrik dan jaringannya"
    assert screens.lamps(ani) == [("danger", said)]


def test_a_hub_that_ran_over_night_names_the_day(screens: Screens, ani: FlaskClient) -> None:
    screens.pair("kiosk", "Kios")
    screens.asks("kiosk", "Kios")
    screens.later(days=1)
    screens.hub.catch_up()
    assert "Kios: tidak tersambung sejak Selasa, 24 November 2026" in screens.lamps(ani)[0][1]


def test_where_another_screen_does_the_same_the_lamp_is_a_warning(screens: Screens, ani: FlaskClient) -> None:
    for name in ("Kios 1", "Kios 2"):
        screens.pair("kiosk", name)
        screens.asks("kiosk", name)
    screens.later(seconds=50)
    screens.asks("kiosk", "Kios 2")
    screens.later(seconds=20)
    assert [severity for severity, _said in screens.lamps(ani)] == ["warning"]
    screens.later(seconds=60)
    ((severity, said),) = screens.lamps(ani)
    assert (severity, ", dan 1 layar lagi ·" in said) == ("danger", True)


def test_of_two_screens_that_an_earlier_release_gave_one_name_each_is_missed(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antrean.storage.settings.devices.refuse_taken", lambda _name, _names: None)
    for _ in range(2):
        screens.pair("display", "Layar")
        screens.asks("display", "Layar")
        screens.later(seconds=40)
    screens.asks("display", "Layar")  # the second one, whose token is kept
    screens.later(seconds=40)
    assert screens.names() == ["Layar"]
    screens.later(seconds=40)
    assert screens.names() == ["Layar", "Layar"]


def test_after_a_power_cut_the_first_three_are_named(screens: Screens, hub: OfficeHub) -> None:
    for number in range(1, 6):
        screens.pair("display", f"Layar {number}")
    screens.later(minutes=2)
    shown = screens.alarms(hub.as_staff("Dewi"))
    assert re.findall(r"Layar \d", shown) == ["Layar 1", "Layar 2", "Layar 3"]
    assert "dan 2 layar lagi" in shown


def test_a_display_is_told_at_the_counters_whose_calls_it_shows(screens: Screens, hub: OfficeHub) -> None:
    screens.pair("display", "Layar lobi", counters=["3"])
    for name, counter in (("Ani", "1"), ("Budi", "3")):
        hub.office.execute(OpenCounter(counter=counter, operator=name))
    screens.later(minutes=2)
    assert screens.lamps(hub.as_staff("Ani")) == []
    assert len(screens.lamps(hub.as_staff("Budi"))) == 1


def test_while_the_lamp_of_a_call_says_that_no_display_shows_it_there_is_no_second_one(
    screens: Screens, hub: OfficeHub, ani: FlaskClient
) -> None:
    screens.pair("display", "Layar lobi")
    hub.issue()
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    screens.later(minutes=2)
    assert len(screens.lamps(ani)) == 1
    hub.office.execute(CallNext(counter="1", operator="Ani"))
    screens.later(seconds=10)
    assert screens.lamps(ani) == []
    assert 'data-display="unseen"' in ani.get("/counter_panel/view").get_json()["html"]["lamps"]


def test_who_is_put_aside_is_missed_by_nobody_until_it_is_counted_on_again(screens: Screens, hub: OfficeHub) -> None:
    device, eka = screens.pair("kiosk", "Kios"), hub.as_staff("Eka")
    screens.later(minutes=2)
    assert screens.names() == ["Kios"]
    for aside, silent in (({"aside": True}, []), ({}, ["Kios"])):
        assert eka.post(f"/admin/devices/{device.id}/aside", json=aside).status_code == 200
        screens.later(seconds=1)
        assert screens.names() == silent
        listed = words(eka.get("/admin/view?page=devices").get_json()["html"]["devices"])
        assert ("tidak dipakai dulu: tidak ada peringatan" in listed) == (not silent)
        assert ("Petugas diberi tahu" in listed) == bool(silent)


def test_a_printer_that_was_put_aside_has_no_lamp(screens: Screens, hub: OfficeHub, ani: FlaskClient) -> None:
    agent = screens.pair("print_agent", "Printer")
    screens.pair("kiosk", "Kios", None)
    hub.as_staff("Eka").post(f"/admin/devices/{agent.id}/name", json={"name": "Printer 1"})
    hub.app.extensions["antrean"].print_agents.look()
    screens.later(seconds=30)
    hub.app.extensions["antrean"].print_agents.look()
    assert screens.names() == []
    assert "Program cetak tidak terhubung" in words(ani.get("/counter_panel/view").get_json()["html"]["lamps"])
    hub.as_staff("Eka").post(f"/admin/devices/{agent.id}/aside", json={"aside": True})
    assert "Program cetak tidak terhubung" not in words(ani.get("/counter_panel/view").get_json()["html"]["lamps"])


def test_a_printer_that_works_although_it_was_put_aside_says_what_it_needs(
    screens: Screens, hub: OfficeHub, ani: FlaskClient
) -> None:
    agent = screens.pair("print_agent", "Printer", aside=True)
    hub.office.execute(ChangePlan(what="devices"))
    hub.office.execute(ReportPrinter(printer=agent.id, state="paper_out", address="tcp://a"))
    assert "Kertas habis" in words(ani.get("/counter_panel/view").get_json()["html"]["lamps"])


def test_a_display_that_is_no_danger_hides_no_printer(screens: Screens, hub: OfficeHub, ani: FlaskClient) -> None:
    for kind, name in (("print_agent", "Printer 1"), ("display", "Layar 1"), ("display", "Layar 2")):
        screens.pair(kind, name)
    screens.pair("kiosk", "Kios", None)
    hub.office.execute(ChangePlan(what="devices"))
    for kind, name in (("print_agent", "Printer 1"), ("display", "Layar 1")):
        headers = {"Authorization": f"Bearer {screens.tokens[name]}"}
        asked = hub.app.test_client().get(f"/{kind}/view", headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.7"})
        assert asked.status_code == 200
    screens.services.print_agents.look()
    screens.later(minutes=2)
    screens.asks("display", "Layar 2")
    screens.later(seconds=1)
    screens.services.print_agents.look()
    ((severity, said),) = screens.lamps(ani)
    assert (severity, said.startswith("Layar 1")) == ("warning", True)
    assert "Program cetak tidak terhubung" in words(ani.get("/counter_panel/view").get_json()["html"]["lamps"])


def test_a_kiosk_that_goes_with_its_print_agent_is_one_alarm(
    screens: Screens, hub: OfficeHub, ani: FlaskClient
) -> None:
    for kind, name in (("print_agent", "Printer 1"), ("kiosk", "Kios")):
        screens.pair(kind, name)
    hub.office.execute(ChangePlan(what="devices"))

    def lamps(kiosk: str, agent: str) -> list[str]:
        for kind, name, address in (("kiosk", "Kios", kiosk), ("print_agent", "Printer 1", agent)):
            headers = {"Authorization": f"Bearer {screens.tokens[name]}"}
            asked = hub.app.test_client().get(f"/{kind}/view", headers=headers, environ_base={"REMOTE_ADDR": address})
            assert asked.status_code == 200
        screens.services.print_agents.look()
        screens.later(minutes=2)
        screens.services.print_agents.look()
        screens.services.publisher.redraw()
        html = ani.get("/counter_panel/view").get_json()["html"]["lamps"]
        return [word for word in ("Program cetak tidak terhubung", "Kios: tidak tersambung") if word in html]

    assert lamps("192.0.2.7", "192.0.2.7") == ["Kios: tidak tersambung"]
    assert lamps("192.0.2.7", "192.0.2.8") == ["Program cetak tidak terhubung", "Kios: tidak tersambung"]
    with screens.hub.served() as url:  # behind the same router a display goes on: the address is no machine's
        display = screens.pair("display", "Layar")
        with screens.connected("display", "Layar", url):
            screens.services.devices_seen.saw(display.id, "192.0.2.7")
            both = ["Program cetak tidak terhubung", "Kios: tidak tersambung"]
            assert lamps("192.0.2.7", "192.0.2.7") == both
    assert lamps("127.0.0.1", "127.0.0.1") == ["Program cetak tidak terhubung", "Kios: tidak tersambung"]


def test_a_panel_at_another_hub_is_open(screens: Screens, hub: OfficeHub) -> None:
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    screens.services.devices_seen.elsewhere([], ["Ani"])
    screens.later(seconds=0)
    screens.later(seconds=61)
    assert screens.services.silence.panels == ()
    screens.services.devices_seen.elsewhere([], [])
    screens.later(seconds=0)
    screens.later(seconds=61)
    assert [one.operator for one in screens.services.silence.panels] == ["Ani"]


def test_a_counter_whose_panel_is_gone_is_told_to_supervisors(screens: Screens, hub: OfficeHub) -> None:
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    screens.later(seconds=0)
    screens.later(seconds=61)
    dewi = hub.as_staff("Dewi")
    assert "Loket 3 melayani panggilan, tetapi panel Ani tidak terbuka sejak pukul 09.00." in screens.alarms(dewi)
    hub.office.execute(CloseDay())
    screens.later(seconds=1)
    assert "panel Ani" not in screens.alarms(dewi)


@pytest.mark.parametrize(
    ("at", "watched"),
    [
        ("07:29", False),
        ("07:30", True),
        ("11:59", True),
        ("12:00", False),
        ("12:30", True),
        ("15:59", True),
        ("16:00", False),
    ],
)
def test_alarms_begin_half_an_hour_before_it_opens_and_end_when_it_closes(
    hub: OfficeHub, at: str, watched: bool
) -> None:
    plan = replace(small_plan(), hours=WEEK)
    now = datetime.fromisoformat(f"2026-11-24T{at}:00+07:00")
    assert hub.office.read(lambda day, _plan: is_watched(day, plan, now)) == watched
    saturday = now + timedelta(days=4)
    assert not hub.office.read(lambda day, _plan: is_watched(day, plan, saturday))


def test_a_screen_counts_that_was_there_on_the_last_working_day() -> None:
    plan = replace(small_plan(), hours=WEEK)
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    assert counted_since(plan, monday) == date(2026, 11, 20)
    assert counted_since(plan, tuesday) == monday
    assert counted_since(small_plan(), monday) == date(2026, 11, 20)


def test_the_day_on_which_a_device_was_there_is_written_once(screens: Screens) -> None:
    device = screens.pair("kiosk", "Kios", None)
    written = []
    write = screens.services.settings.set_device_settings
    screens.services.settings.set_device_settings = lambda *given: (written.append(given), write(*given))[1]
    screens.asks("kiosk", "Kios")
    for _ in range(3):
        screens.later(seconds=1)
    assert written == [(device.id, {SEEN_ON: "2026-11-24"})]
    screens.services.identities.load()
    screens.services.devices_seen._seen.clear()  # as after a start
    listed = screens.hub.as_staff("Eka").get("/admin/view?page=devices").get_json()["html"]["devices"]
    assert "terakhir ada pada Selasa, 24 November 2026" in words(listed)


def test_the_day_that_another_hub_wrote_of_a_device_is_read(screens: Screens) -> None:
    screens.services.device_days.monotonic = screens._seconds
    device = screens.pair("kiosk", "Kios", date(2026, 11, 23))
    screens.later(seconds=1)
    screens.services.settings.set_device_settings(device.id, {SEEN_ON: "2026-11-24"})  # by the other hub
    screens.later(minutes=9)
    assert screens.services.identities.device_by_id(device.id).settings[SEEN_ON] == "2026-11-23"
    screens.later(minutes=1)
    assert screens.services.identities.device_by_id(device.id).settings[SEEN_ON] == "2026-11-24"


def test_a_screen_at_another_hub_is_there_also_while_hubs_hear_nothing_of_each_other(screens: Screens) -> None:
    device = screens.pair("display", "Layar lobi")
    screens.services.devices_seen.elsewhere([device.id])
    screens.later(minutes=5)
    assert screens.names() == []
    screens.services.devices_seen.elsewhere([])
    screens.later(seconds=1)
    assert screens.names() == ["Layar lobi"]
