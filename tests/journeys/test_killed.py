"""A hub that is killed again and again: nothing that anyone was told is lost, nothing is given or called twice."""

from __future__ import annotations

import random
import statistics
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from queueing.entry import Entry
from queueing.events import TicketCalled, TicketIssued, TicketStarted
from storage.database import database_url, open_engine
from storage.journal import SqlJournal
from tests.fakes.hub_process import PASSWORD, HubProcess, wait_until

KIOSKS = 4
KILLS = {"eventlet": 50, "threading": 10}
RETRY_SECONDS = 0.1


@dataclass(frozen=True)
class Told:
    """What one kiosk was told for one visitor."""

    request_id: str
    seq: int
    number: str
    token: str


class Kiosk(threading.Thread):
    """Takes one number after another; a wish that got no answer is sent again until it has one."""

    def __init__(self, name: str, url: str, token: str, told: list[Told]) -> None:
        super().__init__(name=name, daemon=True)
        self.told = told
        self.refused: list[str] = []
        self.done = threading.Event()
        self._url = url
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def run(self) -> None:
        while not self.done.is_set() and not self.refused:
            self._take(f"{self.name}-{uuid.uuid4().hex}")
        self._session.close()

    def _take(self, request_id: str) -> None:
        while True:
            try:
                wish = {"service": "card", "persons": 2, "request_id": request_id}
                answer = self._session.post(self._url + "/kiosk/tickets", json=wish, timeout=30)
                found = answer.json()
            except requests.RequestException:
                threading.Event().wait(RETRY_SECONDS)
                continue
            if answer.status_code != 201:
                self.refused.append(answer.text)
                return
            ticket = found["ticket"]
            self.told.append(Told(request_id, found["seq"], ticket["number"], ticket["follow_url"].split("=")[1]))
            return


class Operator(threading.Thread):
    """Calls and serves one visitor after another, as persistently; the session outlives every kill."""

    def __init__(self, hub: HubProcess) -> None:
        super().__init__(name="operator", daemon=True)
        self.called: list[tuple[int, str]] = []
        self.refused: list[str] = []
        self.done = threading.Event()
        self._url = hub.url
        self._session = requests.Session()

    def sit_down(self) -> None:
        """Sign in and take a counter, before anything is killed."""
        self._ask("/sign_in", name="Ani", password=PASSWORD)
        self._ask("/counter_panel/session", counter="3")

    def run(self) -> None:
        while not self.done.is_set() and not self.refused:
            told = self._ask("/counter_panel/calls")
            if "ticket" in told:
                number = told["ticket"]["number"]
                self.called.append((told["seq"], number))
                self._ask(f"/counter_panel/tickets/{number}/start")
        self._session.close()

    def _ask(self, path: str, **fields: str) -> dict[str, Any]:
        wish = {**fields, "request_id": uuid.uuid4().hex}
        while True:
            try:
                answer = self._session.post(self._url + path, json=wish, timeout=30)
                found: dict[str, Any] = answer.json()
            except requests.RequestException:
                threading.Event().wait(RETRY_SECONDS)
                continue
            if answer.ok:
                return found
            if found["error"]["code"] == "queue_empty":
                threading.Event().wait(RETRY_SECONDS)
            else:
                self.refused.append(f"{path}: {answer.text}")
            return {}


def journal(hub: HubProcess) -> Sequence[Entry]:
    """Return every line of the office's journal."""
    opened = SqlJournal(open_engine(database_url(hub.config.database_url, hub.config.data)), hub.config.office)
    lines = opened.read(after=0)
    opened.close()
    return lines


def kill_at_random_moments(
    hub: HubProcess, told: list[Told], starts: list[float], kills: int, kiosks: Sequence[Kiosk]
) -> None:
    """Kill the hub while numbers are taken, every fifth time while it is still starting; note the start times."""
    moments = random.Random(20261124)
    for kill in range(1, kills + 1):
        if kill % 5 == 0:
            hub.kill()
            hub.launch()
            threading.Event().wait(moments.random() * statistics.median(starts))
        else:
            enough = len(told) + moments.randrange(1, 40)
            wait_until(
                lambda: len(told) >= enough or any(kiosk.refused for kiosk in kiosks),  # noqa: B023
                "numbers for the kiosks",
            )
        hub.kill()
        starts.append(hub.start())


@pytest.mark.long
@pytest.mark.parametrize("hub", ["eventlet", "threading"], indirect=True)
def test_numbers_and_calls_survive_every_kill_and_are_given_once(
    hub: HubProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[Told] = []
    kiosks = [Kiosk(f"kiosk-{n}", hub.url, hub.pair("kiosk", f"Kiosk {n}"), told) for n in range(KIOSKS)]
    starts = [hub.start()]
    operator = Operator(hub)
    operator.sit_down()
    for one in (*kiosks, operator):
        one.start()
    kill_at_random_moments(hub, told, starts, KILLS[hub.config.async_mode], kiosks)
    numbers, calls_told = len(told), len(operator.called)
    wait_until(lambda: len(told) > numbers + KIOSKS, "numbers after the last start")
    wait_until(lambda: len(operator.called) > calls_told or operator.refused, "a call after the last start")
    for one in (*kiosks, operator):
        one.done.set()
    for one in (*kiosks, operator):
        one.join(60)
        assert not one.is_alive()
        assert one.refused == []
    hub.kill()
    median, worst = statistics.median(starts), max(starts)
    said = f"{len(starts) - 1} kills, {len(told)} numbers and {len(operator.called)} calls told"
    with capsys.disabled():
        print(f"\n  {hub.config.async_mode}: {said}, ready after {median:.2f} s (median), {worst:.2f} s")  # noqa: T201
    lines = journal(hub)
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    issued = [line for line in lines if isinstance(line.event, TicketIssued)]
    kept = {Told(line.request_id or "", line.seq, line.event.ticket, line.event.token) for line in issued}
    assert len(told) == len(set(told)) == len(issued)
    assert set(told) == kept
    calls = [(line.seq, line.event.ticket) for line in lines if isinstance(line.event, TicketCalled)]
    assert operator.called == calls
    assert len({(line.business_day, line.event) for line in lines if isinstance(line.event, TicketStarted)}) == len(
        calls
    )
    for day in {line.business_day for line in issued}:
        numbers = [line.event.number for line in issued if line.business_day == day]  # type: ignore[attr-defined]
        assert numbers == list(range(1, len(numbers) + 1))
    for kiosk in kiosks:
        mine = [one.seq for one in told if one.request_id.startswith(kiosk.name)]
        assert mine == sorted(mine)
        assert mine
