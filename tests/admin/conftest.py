"""A hub with one print agent for the admin pages' tests."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def agent(hub: OfficeHub) -> Agent:
    """A paired print agent, as its HTTP requests; `id` is its printer's."""
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "print_agent", "Printer 1", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    return Agent(hub, device.id, token)


class Agent:
    """What a print agent says and hears over HTTP."""

    def __init__(self, hub: OfficeHub, printer: str, token: str) -> None:
        self.id, self.token = printer, token
        self._client = hub.app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"}

    def view(self) -> dict[str, Any]:
        view: dict[str, Any] = self._client.get("/print_agent/view", headers=self._headers).get_json()
        return view

    def post(self, path: str, **fields: Any) -> Any:
        return self._client.post(f"/print_agent/{path}", headers=self._headers, json=fields)

    def reports(self, state: str, **fields: Any) -> None:
        assert self.post("printer", state=state, **fields).status_code == 204

    def settles(self, job: str, result: str, evidence: str = "none", reason: str = "", **fields: Any) -> Any:
        """Claim the slip and settle it."""
        claim = {"job": job, "claim": "run-1"}
        assert self.post("results", **claim, result="sending", evidence="composed").status_code == 204
        return self.post("results", **claim, result=result, evidence=evidence, reason=reason, **fields)


@pytest.fixture
def eka(hub: OfficeHub) -> FlaskClient:
    """An administrator's browser."""
    return hub.as_staff("Eka")


@pytest.fixture
def dewi(hub: OfficeHub) -> FlaskClient:
    """A supervisor's browser."""
    return hub.as_staff("Dewi")
