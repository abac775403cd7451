"""The honest wait of the office reaches every screen and the slip."""

from __future__ import annotations

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, ChangePlan, CompleteTicket, OpenCounter, StartService
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub


def bearer(hub: OfficeHub, kind: str) -> dict[str, str]:
    settings = hub.app.extensions["antrean"].settings
    _, token = pair_device(settings, kind, kind, hub.office.clock)
    return {"Authorization": f"Bearer {token}"}


def serve(hub: OfficeHub, clock: SetClock, visitors: int, minutes: int) -> None:
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    for _ in range(visitors):
        ticket = hub.office.execute(CallNext(counter="1", operator="Ani")).ticket
        assert ticket is not None
        hub.office.execute(StartService(ticket=ticket.number, counter="1"))
        clock.forward(minutes=minutes)
        hub.office.execute(CompleteTicket(ticket=ticket.number, counter="1", outcome="finished"))


def test_kiosk_display_and_phone_tell_the_same_wait(hub: OfficeHub, clock: SetClock) -> None:
    for _ in range(15):
        hub.issue()
    client, kiosk, display = hub.app.test_client(), bearer(hub, "kiosk"), bearer(hub, "display")
    first = client.get("/kiosk/services", headers=kiosk).get_json()
    assert [service["wait"] for service in first["services"]] == [None, None, None]
    serve(hub, clock, 6, 5)
    services = client.get("/kiosk/services", headers=kiosk).get_json()["services"]
    told = services[0]["wait"]
    assert told["low"] < told["high"]
    assert services[1]["wait"] is None
    issued = client.post("/kiosk/tickets", headers=kiosk, json={"service": "card"}).get_json()["ticket"]
    assert issued["wait"] == told
    last = client.get("/kiosk/services", headers=kiosk).get_json()["services"][0]["wait"]
    assert (
        f"{last['low']}–{last['high']}" in client.get("/display/view", headers=display).get_json()["html"]["services"]
    )
    token = issued["follow_url"].partition("ticket=")[2]
    followed = client.get(f"/mobile_ticket/view?ticket={token}").get_json()["tickets"][issued["number"]]
    assert followed[2:4] == [told["low"], told["high"]]
    assert f"{told['low']}–{told['high']}" in client.get(f"/mobile_ticket/?ticket={token}&language=en").text


def test_the_slip_says_the_wait_the_visitor_was_told(hub: OfficeHub, clock: SetClock) -> None:
    settings = hub.app.extensions["antrean"].settings
    printer, token = pair_device(settings, "print_agent", "Printer", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    for _ in range(15):
        hub.issue()
    serve(hub, clock, 6, 5)
    low, high = hub.issue().wait_at_issue or (None, None)
    view = hub.app.test_client().get("/print_agent/view", headers={"Authorization": f"Bearer {token}"}).get_json()
    assert f"{low}–{high}" in str(view["slips"][-1]["content"]["fields"])
    assert printer
