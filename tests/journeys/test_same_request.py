"""A wish sent many times, at once, later and after a restart, is one ticket, one slip and one answer."""

from __future__ import annotations

import threading
from typing import Any

import requests

from antrean.queueing.events import TicketIssued
from tests.fakes.hub_process import HubProcess, journal

THREADS = 8


def test_one_wish_from_eight_threads_later_and_after_a_restart_is_one_ticket(hub: HubProcess) -> None:
    printer = {"Authorization": "Bearer " + hub.pair("print_agent", "Printer 1")}
    kiosk = {"Authorization": "Bearer " + hub.pair("kiosk", "Kiosk 1")}
    answers: list[tuple[int, Any]] = []
    at_once = threading.Barrier(THREADS)

    def ask(request_id: str = "visit-0001", service: str = "card") -> tuple[int, Any]:
        wish = {"service": service, "persons": 3, "priority": True, "language": "su", "request_id": request_id}
        answer = requests.post(hub.url + "/kiosk/tickets", json=wish, headers=kiosk, timeout=30)
        return answer.status_code, answer.json()

    def touch() -> None:
        at_once.wait(30)
        answers.append(ask())

    hub.start()
    before = ask("visit-0000")
    threads = [threading.Thread(target=touch, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == THREADS
    first = answers[0]
    assert first[0] == 201
    assert first[1]["ticket"]["number"] == "A-002"
    after = ask("visit-0002")
    answers.append(ask())
    # Asked for with other words it is still the same request.
    answers.append(ask(service="family"))
    hub.kill()
    hub.start()
    answers.append(ask())
    assert [ask("visit-0000"), ask("visit-0002")] == [before, after]
    assert answers == [first] * len(answers)
    slips = requests.get(hub.url + "/print_agent/view", headers=printer, timeout=30).json()["slips"]
    assert [slip["content"]["number"] for slip in slips] == ["A-001", "A-002", "A-003"]
    issued = [line.event.ticket for line in journal(hub) if isinstance(line.event, TicketIssued)]
    assert issued == ["A-001", "A-002", "A-003"]
