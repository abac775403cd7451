"""Whoever may no longer see is cut off at once: a revoked device, an operator whose password has changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
import socketio
from socketio.exceptions import ConnectionError as Refused

from antrean.access.devices import token_hash
from antrean.access.staff import add_staff
from antrean.queueing.commands import ChangePlan, IssueTicket
from app import open_office
from tests.fakes.hub_process import PASSWORD, HubProcess, now, wait_until


class Screen:
    """A socket and what it was sent."""

    def __init__(self, hub: HubProcess, namespace: str, token: str | None = None, cookie: str = "") -> None:
        self.seqs: list[int] = []
        self.gone = False
        self._client = socketio.Client(reconnection=False)
        self._client.on("view", lambda view: self.seqs.append(view["seq"]), namespace=namespace)
        self._client.on("disconnect", lambda *_why: setattr(self, "gone", True), namespace=namespace)
        self._client.connect(
            hub.url, {"Cookie": cookie} if cookie else {}, {"token": token} if token else None,
            transports=["polling"], namespaces=[namespace], wait_timeout=60,
        )  # fmt: skip

    def close(self) -> None:
        self._client.disconnect()


def sign_in(hub: HubProcess, name: str) -> str:
    """Return the cookie of a new session."""
    answer = requests.post(hub.url + "/sign_in", json={"name": name, "password": PASSWORD}, timeout=60)
    return f"antrean_staff={answer.cookies['antrean_staff']}"


@pytest.fixture
def running(hub: HubProcess) -> Iterator[HubProcess]:
    with hub:
        yield hub


def test_only_those_who_may_no_longer_see_are_cut_off_and_stay_out(running: HubProcess) -> None:
    hub = running
    tokens = {name: hub.pair("display", name) for name in ("Lobi", "Lantai 2")}
    cookies = {name: sign_in(hub, name) for name in ("Ani", "Budi")}
    seat = {"Cookie": cookies["Budi"]}
    assert requests.post(hub.url + "/counter_panel/session", json={"counter": "3"}, headers=seat, timeout=60).ok
    screens = {name: Screen(hub, "/display", token) for name, token in tokens.items()}
    screens |= {name: Screen(hub, "/counter_panel", cookie=cookie) for name, cookie in cookies.items()}

    # Another process does this, as the command line does.
    office, settings = open_office(hub.config)
    revoked = next(device for device in settings.devices() if device.token_hash == token_hash(tokens["Lobi"]))
    settings.revoke_device(revoked.id, now())
    add_staff(settings, "Ani", "operator", "another-password")
    office.execute(ChangePlan(what="staff"))
    wait_until(lambda: screens["Lobi"].gone and screens["Ani"].gone, "both to be cut off")
    seen = {name: list(screen.seqs) for name, screen in screens.items()}

    seq = office.execute(IssueTicket(service="card", language="id")).seq
    for kept in ("Lantai 2", "Budi"):
        wait_until(lambda: screens[kept].seqs[-1] >= seq, f"the news for {kept}")  # noqa: B023
        assert not screens[kept].gone
    for cut in ("Lobi", "Ani"):
        assert screens[cut].seqs == seen[cut]
    with pytest.raises(Refused):
        Screen(hub, "/display", tokens["Lobi"])
    with pytest.raises(Refused):
        Screen(hub, "/counter_panel", cookie=cookies["Ani"])
    for screen in screens.values():
        screen.close()


def test_another_sites_page_opens_no_socket(running: HubProcess) -> None:
    cookie = sign_in(running, "Ani")
    for origin, status in (("http://evil.test", 400), ("null", 400), (running.url, 200)):
        address = running.url + "/socket.io/?EIO=4&transport=polling"
        answer = requests.get(address, headers={"Cookie": cookie, "Origin": origin}, timeout=60)
        assert answer.status_code == status, origin
