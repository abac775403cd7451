"""Whoever comes back with missing papers types number and code at the kiosk, and need not wait from the end."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import (
    CallNext,
    ChangePlan,
    CompleteTicket,
    OpenCounter,
    ReprintSlip,
    SettleSlip,
    StartService,
)
from antrean.queueing.errors import Unavailable
from antrean.web.text.slip_words import slip_content
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.plan import save_part


@pytest.fixture
def number(hub: OfficeHub, clock: SetClock) -> str:
    """Return the number of a visitor who was sent to fetch papers, in an office with a printer."""
    pair_device(hub.app.extensions["antrean"].settings, "print_agent", "Printer 1", hub.office.clock, numbered=True)
    hub.office.execute(ChangePlan(what="devices"))
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    issued = hub.issue().number
    for result in ("sending", "printed"):
        hub.office.execute(SettleSlip(ticket=issued, copy=0, result=result, claim="run"))
    serve(hub)
    clock.forward(minutes=1)
    return issued


def serve(hub: OfficeHub) -> None:
    called = hub.office.execute(CallNext(counter="3", operator="Ani")).ticket
    assert called is not None
    hub.office.execute(StartService(ticket=called.number, counter="3"))
    hub.office.execute(CompleteTicket(ticket=called.number, counter="3", outcome="papers_missing"))


def typed(hub: OfficeHub, kiosk: FlaskClient, number: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    answer = kiosk.post("/kiosk/lost", json={"number": number, "code": hub.code(number), **fields})
    return answer.status_code, answer.get_json()


def test_the_number_waits_again_on_a_new_slip_and_the_screen_says_its_place(
    hub: OfficeHub, kiosk: FlaskClient, number: str
) -> None:
    hub.issue(), hub.issue()
    status, body = typed(hub, kiosk, number)
    assert (status, body["ticket"]["state"]) == (200, "waiting")
    assert number in body["html"]["id"]
    assert "1 nomor" in body["html"]["id"]  # who is next stays next
    assert [slip.copy for slip in hub.ticket(number).slips] == [0, 1]


def test_the_new_slip_says_nothing_of_the_place_that_the_number_was_given_with(
    hub: OfficeHub, kiosk: FlaskClient, number: str
) -> None:
    keys = [[field.get("key") for field in slip_of(hub, number)["fields"]]]
    hub.issue(), typed(hub, kiosk, number)
    keys.append([field.get("key") for field in slip_of(hub, number)["fields"]])
    assert keys == [["persons", "people_ahead", "wait", None, None], ["persons", None, None]]


def slip_of(hub: OfficeHub, number: str) -> dict[str, Any]:
    plan = hub.office.read(lambda _day, plan: plan)
    with hub.app.test_request_context("/"):
        return slip_content(plan, hub.ticket(number), hub.ticket(number).slips[-1])


def test_the_same_request_gets_the_same_again(hub: OfficeHub, kiosk: FlaskClient, number: str) -> None:
    for _ in range(2):
        assert typed(hub, kiosk, number, request_id="request-1")[0] == 200
    assert (hub.ticket(number).readmits, len(hub.ticket(number).slips)) == (1, 2)


def test_a_request_that_could_not_ask_for_the_slip_does_so_when_it_comes_again(
    hub: OfficeHub, kiosk: FlaskClient, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(slip: ReprintSlip, *_: Any) -> None:
        raise Unavailable("storage_unavailable")

    with monkeypatch.context() as patched:
        patched.setattr(ReprintSlip, "decide", full)
        assert typed(hub, kiosk, number, request_id="request-1")[0] == 503
    for _ in range(2):
        assert typed(hub, kiosk, number, request_id="request-1")[0] == 200
    assert [slip.copy for slip in hub.ticket(number).slips] == [0, 1]


def test_where_no_further_copy_is_printed_the_screen_promises_none(
    hub: OfficeHub, kiosk: FlaskClient, number: str
) -> None:
    save_part(hub.office, "limits/copies", 0)
    status, body = typed(hub, kiosk, number)
    assert (status, body["ticket"]["state"]) == (200, "waiting")
    assert 'data-slip="none"' in body["html"]["id"]


def test_a_wrong_code_brings_nobody_back(hub: OfficeHub, kiosk: FlaskClient, number: str) -> None:
    wrong = f"{(int(hub.code(number)) + 1) % 10000:04d}"
    assert typed(hub, kiosk, number, code=wrong)[1]["error"]["code"] == "ticket_code_wrong"
    assert hub.ticket(number).state == "completed"


def test_the_phone_says_that_the_kiosk_takes_the_number_back_while_it_does(
    hub: OfficeHub, kiosk: FlaskClient, number: str
) -> None:
    words = "Or touch “I lost my slip” at the kiosk and type number and code"
    page = f"/mobile_ticket/?ticket={hub.link(number)}&language=en"
    for _ in range(2):
        assert words in hub.app.test_client().get(page, headers={"Accept": "text/html"}).text
        assert typed(hub, kiosk, number)[0] == 200
        serve(hub)
    assert words not in hub.app.test_client().get(page, headers={"Accept": "text/html"}).text
    assert typed(hub, kiosk, number)[1]["error"]["code"] == "ticket_ended"


def test_staff_bring_a_visitor_back_and_read_why(hub: OfficeHub, number: str) -> None:
    hub.issue()
    ani = hub.as_staff("Ani")
    answer = ani.post(f"/counter_panel/tickets/{number}/come_back", json={})
    assert (answer.status_code, answer.get_json()["ticket"]["state"]) == (200, "waiting")
    listed = ani.get("/counter_panel/view").get_json()["html"]["next"]
    assert "Kembali membawa berkas" in listed
    assert "mendahulukan" not in listed  # they let nobody go first
