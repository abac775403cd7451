"""A whole hub on a real SQLite file for tests of screens: with staff, over Flask's test client or a real port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from antrean.access.passwords import Passwords
from antrean.access.staff import add_staff
from antrean.config import Config
from antrean.queueing.commands import CancelTicket, IssueTicket
from antrean.queueing.errors import QueueError
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from antrean.storage.settings.rows import Settings
from tests.fakes.made_once import create_app, lay_office

PASSWORD = "long-enough"
# A password's check costs what its hash says; a test has hundreds of offices.
QUICK = Passwords(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
STAFF = {"Ani": "operator", "Budi": "operator", "Dewi": "supervisor", "Eka": "administrator", "Fajar": "viewer"}


def add_people(settings: Settings) -> None:
    """Add those who work in the office."""
    for name, role in STAFF.items():
        add_staff(settings, name, role, PASSWORD, QUICK)


class OfficeHub:
    """One office in a folder. `as_staff(name)` gives a signed-in client; `issue` takes a number as a kiosk would.

    Passwords are checked here, unless `password_child`: to start a process for each of hundreds of offices takes
    minutes, and beside busy processes longer than the hub waits.
    """

    def __init__(
        self, folder: Path, plan: OfficePlan, clock: Callable[[], datetime], password_child: bool = False
    ) -> None:
        config = Config(data=folder, office=plan.office, async_mode="threading", public_url="http://hub.test")
        lay_office(config, plan, add_people)
        self.app: Flask = create_app(config, clock)
        services = self.app.extensions["antrean"]
        if not password_child:
            services.identities.passwords = QUICK
        # A print agent that never comes is missed by the office's clock: not by how long a busy machine takes.
        services.print_agents.monotonic = lambda: clock().timestamp()
        services.print_agents._missing.clear()
        self.office: Office = services.office
        self._asked = 0

    def as_staff(self, name: str) -> FlaskClient:
        client = self.app.test_client()
        answer = client.post("/sign_in", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.json
        return client

    def issue(self, service: str = "card", persons: int = 1, priority: bool = False, then: str = "") -> Ticket:
        self._asked += 1
        languages = self.office.read(lambda _day, plan: plan.languages)
        language = "id" if "id" in languages else languages[0]
        take = IssueTicket(service=service, persons=persons, priority=priority, language=language, then=then)
        answer = self.office.execute(take, request_id=f"visitor-{self._asked}")
        assert answer.ticket is not None
        return answer.ticket

    def link(self, ticket: Ticket | str) -> str:
        """Return the link of a ticket or of a number of today."""
        found = self.ticket(ticket) if isinstance(ticket, str) else ticket
        link: str = self.app.extensions["antrean"].links.of(found)
        return link

    def code(self, ticket: Ticket | str) -> str:
        """Return the short code of a ticket or of a number of today."""
        found = self.ticket(ticket) if isinstance(ticket, str) else ticket
        code: str = self.app.extensions["antrean"].links.code(found)
        return code

    def ticket(self, number: str) -> Ticket:
        return self.office.read(lambda day, _plan: day.ticket(number).snapshot())

    def seq(self) -> int:
        return self.office.read(lambda day, _plan: day.seq)

    def catch_up(self) -> None:
        """Have the hub's own writer take in a new day and what others wrote: it does before it answers anything.

        `Office.catch_up` is for an office without a hub: here two threads would decide at once.
        """
        with suppress(QueueError):
            self.office.execute(CancelTicket(ticket="Z-000"))

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve on a free port of this machine; gives the address."""
        server = make_server("127.0.0.1", 0, self.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

    def stop(self) -> None:
        self.app.extensions["antrean"].stop()
