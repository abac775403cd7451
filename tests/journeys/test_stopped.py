"""A hub that is stopped in the ordinary way, as for an update, goes quietly and comes back where it was."""

from __future__ import annotations

import requests
import socketio

from tests.fakes.hub_process import HubProcess, wait_until


def test_a_stop_with_screens_connected_is_quick_and_quiet_and_loses_nothing(hub: HubProcess) -> None:
    kiosk = {"Authorization": "Bearer " + hub.pair("kiosk", "Kiosk 1")}
    screen = hub.pair("display", "Lobi")

    def take() -> str:
        answer = requests.post(hub.url + "/kiosk/tickets", json={"service": "card"}, headers=kiosk, timeout=30)
        return str(answer.json()["ticket"]["number"])

    hub.start()
    display = socketio.Client(reconnection=False)
    views: list[int] = []
    gone: list[bool] = []
    display.on("view", lambda view: views.append(view["seq"]), namespace="/display")
    display.on("disconnect", lambda *_why: gone.append(True), namespace="/display")
    display.connect(hub.url, auth={"token": screen}, namespaces=["/display"], transports=["websocket"], wait_timeout=60)
    assert take() == "A-001"
    wait_until(lambda: views and views[-1] >= 1, "the display's view")
    hub.stop()
    wait_until(lambda: gone, "the display to notice")
    display.disconnect()
    hub.start()
    assert take() == "A-002"
    hub.stop()
    log = (hub.config.data / "hub.log").read_text()
    assert "Traceback" not in log, log
    assert "SIGKILL" not in log, log
