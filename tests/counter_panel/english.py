"""What panels say in English: an office, and who sits at its counters."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from antrean.queueing.commands import ChangePlan, Command
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import attribute, text_of, texts


class Panel:
    """An office whose panels speak English, with Ani at counter 3, which serves everything."""

    def __init__(self, hub: OfficeHub, clock: SetClock) -> None:
        self.hub, self.clock = hub, clock
        self.ani, self.budi = hub.as_staff("Ani"), hub.as_staff("Budi")
        self.sit(self.ani, "3")

    def sit(self, client: Any, counter: str) -> None:
        assert client.post("/counter_panel/session", json={"counter": counter}).status_code == 200

    def view(self, client: Any = None) -> dict[str, Any]:
        found: dict[str, Any] = (client or self.ani).get("/counter_panel/view").get_json()
        return found

    def says(self, client: Any = None) -> dict[str, str]:
        return texts(self.view(client))

    def since(self, fragment: str, client: Any = None, name: str = "data-since") -> list[datetime]:
        """Return the times that a fragment counts from."""
        drawn = self.view(client)["html"][fragment]
        return [datetime.fromtimestamp(int(ms) / 1000, self.clock.now.tzinfo) for ms in attribute(drawn, name)]

    def found(self, typed: str) -> str:
        return text_of(self.ani.get("/counter_panel/search", query_string={"q": typed}).get_json()["html"])

    def corrections(self, number: str = "A-001") -> str:
        answer = self.ani.get("/counter_panel/corrections", query_string={"ticket": number})
        return text_of(answer.get_json()["html"])

    def listed(self, **narrowed: str) -> str:
        drawn: str = self.ani.get("/counter_panel/waiting", query_string=narrowed).get_json()["html"]
        return drawn

    def execute(self, command: Command) -> None:
        self.hub.office.execute(command)

    def wish(self, number: str, what: str, **fields: Any) -> None:
        answer = self.ani.post(f"/counter_panel/tickets/{number}/{what}", json=fields)
        assert answer.status_code == 200, answer.json

    def call(self) -> None:
        assert self.ani.post("/counter_panel/calls", json={}).status_code == 201

    def serve(self) -> str:
        self.call()
        number: str = self.view()["ticket"]
        self.wish(number, "start")
        return number

    def change(self, **changes: Any) -> None:
        """Put the office under a changed plan."""
        plan = self.hub.office.read(lambda _day, plan: plan)
        self.hub.app.extensions["antrean"].office._load_plan = lambda: replace(plan, **changes)
        self.execute(ChangePlan(what="services"))
