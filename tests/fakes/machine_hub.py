"""A hub on a machine with two clocks, as any program meets it over HTTP."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.config import Config
from antrean.queueing.commands import ChangePlan
from antrean.queueing.journal.entry import COMMAND
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from app import open_office
from tests.conftest import SetClock
from tests.fakes.machine import MachineClock
from tests.fakes.made_once import create_app, lay_office
from tests.fakes.office_hub import PASSWORD, QUICK, add_people


class MachineHub:
    """A hub on a machine with two clocks, that can be started anew; with a kiosk, an operator and a supervisor.

    With `only_clock` it is handed none but the wall clock.
    """

    def __init__(self, folder: Path, plan: OfficePlan, clock: MachineClock, only_clock: bool = False) -> None:
        self.clock, self.only_clock = clock, only_clock
        self.config = Config(data=folder, office=plan.office, async_mode="threading", public_url="http://hub.test")
        lay_office(self.config, plan, add_people)
        _office, settings = open_office(self.config)
        self.token = pair_device(settings, "kiosk", "K", SetClock())[1]
        self.screen = pair_device(settings, "display", "D", SetClock())[1]
        self.start()

    def start(self) -> None:
        monotonic = None if self.only_clock else self.clock.monotonic
        self.app = create_app(self.config, self.clock, monotonic)
        services = self.app.extensions["antrean"]
        services.identities.passwords = QUICK
        self.office: Office = services.office
        self.kiosk = self.app.test_client()
        self.dewi, self.ani = self.staff("Dewi"), self.staff("Ani")

    def stop(self) -> None:
        self.app.extensions["antrean"].stop()

    def again(self, now: datetime) -> None:
        """Start the hub anew on a machine whose clock says this."""
        self.stop()
        self.clock.now = now
        self.start()

    def staff(self, name: str) -> FlaskClient:
        client = self.app.test_client()
        assert client.post("/sign_in", json={"name": name, "password": PASSWORD}).status_code == 200
        return client

    def command(self, at: datetime) -> None:
        """Have settings changed by a command that runs beside the hub while the machine's clock says this."""
        office, _settings = open_office(self.config, lambda: at)
        office.execute(ChangePlan(what="devices"), actor=COMMAND)

    def take(self, service: str = "card") -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.kiosk.post("/kiosk/tickets", json={"service": service}, headers=headers)
        taken = answer.status_code == 201
        return answer.status_code, answer.get_json()["ticket"]["number"] if taken else answer.get_json()["error"][
            "code"
        ]

    def ready(self) -> tuple[int, str]:
        answer = self.kiosk.get("/readyz")
        return answer.status_code, answer.get_json()["clock"]

    def kiosk_says(self) -> str:
        answer = self.kiosk.get("/kiosk/view", headers={"Authorization": f"Bearer {self.token}"})
        return str(answer.get_json()["html"]["start.en"])

    def display(self) -> dict[str, Any]:
        answer = self.kiosk.get("/display/view", headers={"Authorization": f"Bearer {self.screen}"})
        return dict(answer.get_json())

    def section(self, name: str, fragment: str) -> str:
        return str(self.dewi.get(f"/admin/view?page={name}").get_json()["html"][fragment])

    def tells(self, at: datetime, **more: Any) -> Any:
        return self.dewi.post("/admin/clock", json={"at": str(int(at.timestamp() * 1000)), **more})
