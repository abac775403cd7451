"""How the queue is, for anyone: only where the office wants it, as the model says, and nothing of a single visitor."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from antrean.config import Config
from antrean.queueing.commands import PauseService
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.played_day import PlayedDay

ADDRESS = "/open_data/queue_monitor"
# As QueueMonitor/schema.json of the Smart Data Models says it, version 0.0.1: names, types and values of what is used.
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
MODEL = {
    "type": "object",
    "required": ["id", "type"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": "^urn:ngsi-ld:QueueMonitor:"},
        "type": {"const": "QueueMonitor"},
        "serviceStatus": {"enum": ["Closed", "Open", "Suspended"]},
        "@context": {"type": "array", "items": {"type": "string", "format": "uri"}},
        **dict.fromkeys(("localId", "officeName", "serviceName", "serviceId", "serviceStatusNote", "name"), TEXT),
        **dict.fromkeys(("dateModified", "queueLine", "lastTicketIssuedLabel", "ticketServedLabel"), TEXT),
        **dict.fromkeys(("lastTicketIssued", "ticketServed", "ticketsToServe", "linePriority"), WHOLE),
    },
}


@pytest.fixture
def publishing(hub: OfficeHub) -> OfficeHub:
    services = hub.app.extensions["antrean"]
    services.config = replace(services.config, open_data="all")
    return hub


def asked(hub: OfficeHub, more: str = "?options=keyValues") -> dict[str, dict[str, Any]]:
    answer = hub.app.test_client().get(ADDRESS + more)
    assert (answer.status_code, answer.mimetype) == (200, "application/ld+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    found = json.loads(answer.text)
    return {one["id"].rpartition(":")[2]: one for one in found}


def test_an_office_publishes_nothing_unless_the_settings_say_so(hub: OfficeHub) -> None:
    answer = hub.app.test_client().get(ADDRESS)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "not_allowed")
    assert [Config(open_data=said).publishes("test") for said in ("", "other", "other, test", "all")] == [
        False, False, True, True,
    ]  # fmt: skip


def test_anyone_reads_how_many_wait_and_who_was_called_last_as_the_model_says(
    publishing: OfficeHub, clock: SetClock
) -> None:
    day = PlayedDay(publishing, clock)
    day.play()
    for _ in range(8):
        publishing.issue("card")
    found = asked(publishing)
    for one in found.values():
        Draft202012Validator(MODEL).validate(one)
    card = found["card"]
    assert (card["serviceStatus"], card["queueLine"], card["ticketsToServe"]) == ("Open", "A", 9)
    assert (card["lastTicketIssued"], card["lastTicketIssuedLabel"]) == (18, "A-018")
    assert (card["ticketServed"], card["ticketServedLabel"]) == (8, "A-008")
    assert found["family"]["ticketsToServe"] == 0
    whole = asked(publishing, f"?office={publishing.app.extensions['antrean'].config.office}")["card"]
    assert whole["ticketsToServe"] == {
        "type": "Property", "value": 9, "observedAt": clock().isoformat(timespec="seconds").replace("+00:00", "Z"),
    }  # fmt: skip
    assert (whole["id"], whole["type"]) == (card["id"], "QueueMonitor")


def test_of_few_visitors_no_count_and_no_number_is_told(publishing: OfficeHub, clock: SetClock) -> None:
    for _ in range(4):
        publishing.issue("card")
    PlayedDay(publishing, clock).call()
    card = asked(publishing)["card"]
    hidden = {"ticketsToServe", "lastTicketIssued", "lastTicketIssuedLabel", "ticketServed", "ticketServedLabel"}
    assert not hidden & card.keys()


def test_a_paused_service_is_suspended_and_no_name_of_staff_is_told(publishing: OfficeHub, clock: SetClock) -> None:
    day = PlayedDay(publishing, clock)
    day.play()
    day.do(PauseService(service="birth", reasons={"id": "Server pusat"}), actor="supervisor:Dewi")
    found = asked(publishing)
    assert {code: one["serviceStatus"] for code, one in found.items()} == {
        "card": "Open", "family": "Open", "birth": "Suspended",
    }  # fmt: skip
    assert not {"Ani", "Dewi", "Server pusat"} & set(json.dumps(found).replace('"', " ").split())


def test_who_asks_for_another_form_or_for_an_office_that_publishes_nothing_is_refused(publishing: OfficeHub) -> None:
    client = publishing.app.test_client()
    assert client.get(f"{ADDRESS}?options=geo").status_code == 422
    assert client.get(f"{ADDRESS}?office=other").status_code == 403


def test_the_settings_file_switches_it_on(tmp_path: Path, plan: OfficePlan) -> None:
    from antrean.config import load_config

    (tmp_path / "antrean.toml").write_text('open_data = "all"\n', encoding="utf-8")
    assert load_config({"ANTREAN_DATA": str(tmp_path)}).publishes(plan.office)
    assert not load_config({"ANTREAN_DATA": str(tmp_path), "ANTREAN_OPEN_DATA": "other"}).publishes(plan.office)
