"""Kiosks and operators that ask again, with the same request id, until they have an answer; and what they were told."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import requests

from tests.fakes.hub_process import PASSWORD, HubProcess, wait_until
from tests.history_checker import Told

RETRY_SECONDS = 0.1
ANSWER_SECONDS = 30.0  # a hub that says nothing for so long is asked again
END_SECONDS = 120.0
SERVICES = ("card", "family", "birth")
OPERATORS = {"Ani": "1", "Budi": "2", "Dewi": "3"}  # and the counter where each sits


class Client(threading.Thread):
    """One screen. `told` is shared by all; `refused` is what it was told that it should not have been."""

    def __init__(self, name: str, hub: HubProcess, told: list[Told], done: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.hub = hub
        self.own: list[str] = []  # what it was told, by kind
        self.refused: list[str] = []
        self.session = requests.Session()
        self._told, self._done = told, done

    def ask(self, path: str, **fields: str) -> dict[str, Any]:
        """Ask until there is an answer; an empty one when it was refused with a code that is no fault here."""
        wish = {**fields, "request_id": uuid.uuid4().hex}
        while True:
            try:
                answer = self.session.post(self.hub.url + path, json=wish, timeout=ANSWER_SECONDS)
                found: dict[str, Any] = answer.json()
            except requests.JSONDecodeError:  # a whole answer that no screen could read is a fault, not an outage
                self.refused.append(f"{self.name} {path}: {answer.status_code} {answer.text[:500]}")
                return {}
            except requests.RequestException:
                threading.Event().wait(RETRY_SECONDS)
                while not self.hub.listens():
                    threading.Event().wait(RETRY_SECONDS)
                continue
            if answer.ok:
                return {**found, "request_id": wish["request_id"]}
            if answer.status_code == 503:  # it can't save now, and says so
                threading.Event().wait(RETRY_SECONDS)
                continue
            if found["error"]["code"] != "queue_empty":
                self.refused.append(f"{self.name} {path}: {answer.status_code} {answer.text}")
            return {}

    def note(self, what: str, answer: dict[str, Any]) -> str:
        """Keep what an answer told; return the number."""
        number = str(answer["ticket"]["number"])
        self._told.append(Told(what, number, answer["seq"], answer["request_id"]))
        self.own.append(what)
        return number

    def run(self) -> None:
        while not self._done.is_set() and not self.refused:
            self.turn()
        self.session.close()

    def turn(self) -> None:
        """Do the next thing."""
        raise NotImplementedError


class Kiosk(Client):
    """Takes one number after another."""

    def __init__(self, name: str, hub: HubProcess, token: str, told: list[Told], done: threading.Event) -> None:
        super().__init__(name, hub, told, done)
        self.session.headers["Authorization"] = f"Bearer {token}"
        self._chance = random.Random(name)

    def turn(self) -> None:
        answer = self.ask("/kiosk/tickets", service=self._chance.choice(SERVICES))
        if answer:
            self.note("ticket.issued", answer)


class Operator(Client):
    """Calls one visitor after another: most are served, some do not come, some are put aside or sent back."""

    def __init__(self, name: str, hub: HubProcess, told: list[Told], done: threading.Event) -> None:
        super().__init__(name, hub, told, done)
        self._chance = random.Random(name)

    def sit_down(self) -> None:
        """Sign in and take a counter; the session outlives every kill."""
        assert self.ask("/sign_in", name=self.name, password=PASSWORD), self.refused
        assert self.ask("/counter_panel/session", counter=OPERATORS[self.name]), self.refused

    def turn(self) -> None:
        called = self.ask("/counter_panel/calls")
        if not called:
            threading.Event().wait(RETRY_SECONDS)
            return
        number = self.note("ticket.called", called)
        if self._chance.random() < 0.15:
            self._step(number, "no_show", "ticket.no_show")
        else:
            self._step(number, "start", "ticket.started")
            if self._chance.random() < 0.2:
                self._step(number, "return_to_queue", "ticket.returned")
            elif self._chance.random() < 0.3:
                self._step(number, "complete", "ticket.completed")

    def _step(self, number: str, wish: str, what: str) -> None:
        answer = self.ask(f"/counter_panel/tickets/{number}/{wish}")
        if answer:
            self.note(what, answer)


class Crowd:
    """`with Crowd(hubs) as crowd`: kiosks and operators at work, spread over the hubs, until the block ends.

    At its end each has had the answer to its last request, and none was refused. `told` is what they were told.
    """

    def __init__(self, hubs: Sequence[HubProcess], kiosks: int = 8, operators: int = 3) -> None:
        self.told: list[Told] = []
        self._done = threading.Event()
        tokens = [hubs[0].pair("kiosk", f"Kiosk {n}") for n in range(kiosks)]
        self._kiosks = [
            Kiosk(f"kiosk-{n}", hubs[n % len(hubs)], token, self.told, self._done) for n, token in enumerate(tokens)
        ]
        self._operators = [
            Operator(name, hubs[n % len(hubs)], self.told, self._done) for n, name in enumerate(OPERATORS)
        ][:operators]
        self._all: list[Client] = [*self._kiosks, *self._operators]

    def count(self, what: str, hub: HubProcess | None = None) -> int:
        """Return how many times something was told so far, by one hub or by all."""
        return sum(one.own.count(what) for one in self._all if hub in (None, one.hub))

    def goes_on(self, more: int, what: str = "ticket.issued", hub: HubProcess | None = None) -> None:
        """Wait until so many more of these were told, by one hub or by all; fails when one was refused."""
        enough = self.count(what, hub) + more
        wait_until(lambda: self.count(what, hub) >= enough or self.refused, f"{more} more {what}", END_SECONDS)
        assert not self.refused, self.refused

    @property
    def refused(self) -> list[str]:
        return [words for one in self._all for words in one.refused]

    def __enter__(self) -> Crowd:
        for operator in self._operators:
            operator.sit_down()
        for one in self._all:
            one.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        if error is None:
            for one in self._all:
                one.join(END_SECONDS)
                assert not one.is_alive(), f"{one.name} still waits for an answer"
            assert not self.refused, self.refused
