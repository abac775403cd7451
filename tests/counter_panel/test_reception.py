"""A member of staff at the entrance, at no counter: gives numbers, prints slips again, finds numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan, CloseService, HoldPrinter, PauseService
from tests.conftest import SetClock, small_plan
from tests.counter_panel.english import Panel
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of


class Entrance:
    """An office with a kiosk and its printer, and Budi, who sits at no counter."""

    def __init__(self, folder: Path, clock: SetClock) -> None:
        self.hub = OfficeHub(folder, small_plan(languages=("en", "id")), clock)
        settings = self.hub.app.extensions["antrean"].settings
        self.printer, _ = pair_device(settings, "print_agent", "Printer 1", clock)
        self.kiosk, _ = pair_device(settings, "kiosk", "North door", clock)
        self.hub.app.extensions["antrean"].identities.load()
        self.hub.office.execute(ChangePlan(what="devices"))
        self.budi = self.hub.as_staff("Budi")

    def post(self, path: str, code: int = 201, **fields: Any) -> dict[str, Any]:
        answer = self.budi.post(f"/counter_panel/{path}", json=fields)
        assert answer.status_code == code, answer.text
        told: dict[str, Any] = answer.get_json()
        return told

    def found(self, typed: str) -> str:
        drawn: str = self.budi.get("/counter_panel/search", query_string={"q": typed}).get_json()["html"]
        return drawn


@pytest.fixture
def entrance(tmp_path: Path, clock: SetClock) -> Iterator[Entrance]:
    found = Entrance(tmp_path, clock)
    yield found
    found.hub.stop()


def test_a_number_is_given_from_no_counter_and_its_slip_comes_out_at_the_chosen_kiosk(entrance: Entrance) -> None:
    asked = entrance.budi.get("/counter_panel/").text
    assert f'value="kiosks/{entrance.kiosk.id}/numbers" checked><span>North door' in asked
    told = entrance.post(f"kiosks/{entrance.kiosk.id}/numbers", service="family", persons=3, priority=True)
    ticket = entrance.hub.ticket("B-001")
    assert (ticket.persons, ticket.priority, ticket.device) == (3, True, entrance.kiosk.id)
    assert ticket.slip is not None
    assert (ticket.slip.printer, ticket.slip.open) == (entrance.printer.id, True)
    assert text_of(told["html"]["told"]) == (
        "B-001 Family card · 3 persons · Priority The slip comes out at North door."
    )
    assert "follow_url" not in told["ticket"]
    assert entrance.hub.link(ticket) not in str(told)
    entrance.hub.office.execute(HoldPrinter(printer=entrance.printer.id))
    told = entrance.post(f"kiosks/{entrance.kiosk.id}/numbers", service="family")
    assert "The printer does not print now. The slip comes out once it does; the number is valid." in text_of(
        told["html"]["told"]
    )


def test_a_visitor_with_a_phone_takes_the_code_from_the_screen_and_it_is_shown_only_then(entrance: Entrance) -> None:
    told = entrance.post("numbers", service="card", request_id="guard-0001")
    ticket = entrance.hub.ticket("A-001")
    assert (ticket.slip, ticket.device) == (None, "")
    shown = text_of(told["html"]["told"])
    assert "The visitor takes this code with the phone's camera and sees there when it is their turn." in shown
    assert f"Without a camera: open hub.test, number A-001, code {entrance.hub.code(ticket)}" in shown
    assert "<svg" in told["html"]["told"]
    assert "follow_url" not in told["ticket"]
    again = entrance.post("numbers", service="card", request_id="guard-0001")
    assert again["html"] == told["html"], "a lost answer is given again"
    assert "Waiting" in entrance.found("1")
    assert entrance.hub.code(ticket) not in entrance.found("1")


def test_what_is_not_open_gives_no_number_here_either(entrance: Entrance) -> None:
    entrance.hub.office.execute(PauseService(service="card"))
    entrance.hub.office.execute(CloseService(service="birth"))
    choices = entrance.budi.get("/counter_panel/view").get_json()["html"]["newcomers"]
    assert re.findall(r'value="(\w+)"( disabled)?', choices) == [
        ("card", " disabled"), ("family", ""), ("birth", " disabled"),
    ]  # fmt: skip
    assert entrance.post("numbers", 409, service="card")["error"]["code"] == "service_paused"
    assert entrance.post("kiosks/nobody/numbers", 404, service="family")["error"]["code"] == "device_unknown"


def test_a_slip_is_printed_again_where_it_came_out_as_often_as_the_plan_allows(entrance: Entrance) -> None:
    number = entrance.post(f"kiosks/{entrance.kiosk.id}/numbers", service="card")["ticket"]["number"]
    assert "Print again" in entrance.found("1")
    told = entrance.post(f"tickets/{number}/slips", 200)
    assert "The slip comes out at North door." in text_of(told["html"]["told"])
    assert len(entrance.hub.ticket(number).slips) == 1, "the first one is still to be printed"
    paperless = entrance.post("numbers", service="card")["ticket"]["number"]
    told = entrance.post(f"tickets/{paperless}/slips", 200)["html"]["told"]
    assert "The slip comes out at North door." in text_of(told)
    assert [slip.copy for slip in entrance.hub.ticket(paperless).slips] == [0], "who changes their mind gets no copy"


def test_a_slip_comes_out_at_a_printer_of_no_kiosk(entrance: Entrance) -> None:
    number = entrance.post("numbers", service="card")["ticket"]["number"]
    services = entrance.hub.app.extensions["antrean"]
    services.settings.revoke_device(entrance.kiosk.id, entrance.hub.office.clock())
    services.identities.load()
    told = entrance.post(f"tickets/{number}/slips", 200)["html"]["told"]
    assert "The slip comes out at the printer." in text_of(told)


def test_whoever_sits_nowhere_is_offered_only_what_they_may_do(entrance: Entrance, clock: SetClock) -> None:
    entrance.hub.issue()
    words = text_of(entrance.found("1"))
    why = "Cancelling, correcting and letting wait again need a counter: sit down at one first."
    assert why in words
    words = words.replace(why, "")
    assert "Helped to a seat" in words
    assert not any(verb in words for verb in ("Cancel", "Correct"))


def test_at_a_counter_a_number_can_be_given_too(panel: Panel) -> None:
    assert 'id="open-give"' in panel.view()["html"]["place"]
    told = panel.ani.post("/counter_panel/numbers", json={"service": "card"}).get_json()
    assert told["ticket"]["number"] == "A-001"
    again = panel.ani.post("/counter_panel/tickets/A-001/slips", json={})
    assert (again.status_code, again.get_json()["error"]["code"]) == (404, "printer_unknown")
    assert "Print again" not in panel.found("A-001")
    page = panel.ani.get("/counter_panel/").text
    assert '<input type="hidden" name="at" value="numbers">' in page, "an office without a printer asks nothing"


def test_whoever_sits_at_no_counter_cancels_nobody(entrance: Entrance) -> None:
    number = entrance.post("numbers", service="family")["ticket"]["number"]
    assert "cancel" not in entrance.found(number)
    refusal = entrance.post(f"tickets/{number}/cancel", 409, reason="staff")
    assert refusal["error"]["code"] == "not_at_counter"
    assert entrance.hub.ticket(number).state == "waiting"
