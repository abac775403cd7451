"""Starting: from nothing to the first ticket, on an empty day, on a long day, and after being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from statistics import median

from bench.hub_process import ROOT, HubProcess, fresh_hub
from bench.journal_check import issue_many, lines_of, serve_many
from bench.report import Row
from queueing.events import TicketIssued

TIMES = 3
LINES = 10_000
PATIENCE = 60.0
# What a hub of these packages must load before it can do anything.
IMPORTS = "import gunicorn.workers.geventlet, flask, flask_socketio, flask_babel, sqlalchemy, argon2"


def run(argv: list[str]) -> list[Row]:
    """Return the medians of some starts of each kind."""
    imports = median(_imports_ms() for _ in range(TIMES))
    beside = "the packages' imports alone"
    rows = []
    for lines, most in ((0, 1500), (LINES, 2000)):
        with fresh_hub() as hub:
            office = hub.set_up()
            if lines:
                serve_many(office, len(issue_many(office, lines // 4)))
            took = median(_start_ms(hub) for _ in range(TIMES))
        day = f"{lines:,} lines of today" if lines else "an empty day"
        aim = f"≤ {most / 1000:g} s"
        rows.append(Row("start", f"to the first ticket, {day}", took, "ms", beside, imports, aim=aim, met=took <= most))
    back, lost = _killed()
    rows.append(
        Row("start", "killed (SIGKILL): to the next ticket", back, "ms", beside, imports, aim="≤ 2 s", met=back <= 2000)
    )
    rows.append(Row("start", "numbers told before that are lost or told again", lost, aim="none", met=lost == 0))
    return rows


def _imports_ms() -> float:
    begin = time.perf_counter()
    environment = {**os.environ, "EVENTLET_NO_GREENDNS": "yes"}  # as gunicorn.conf.py has it for one hub
    subprocess.run([sys.executable, "-W", "ignore", "-c", IMPORTS], cwd=ROOT, env=environment, check=True)
    return (time.perf_counter() - begin) * 1000


def _start_ms(hub: HubProcess) -> float:
    """Start the hub, ask for a number as soon as it listens, and stop it."""
    begin = time.perf_counter()
    hub.launch()
    _first_number(hub)
    took = (time.perf_counter() - begin) * 1000
    hub.stop()
    return took


def _first_number(hub: HubProcess) -> str:
    """Ask until a number comes, every time for the same request; return the number."""
    asked = {"service": "kk", "persons": 1, "priority": False, "language": "id", "request_id": uuid.uuid4().hex}
    headers = {"Authorization": f"Bearer {hub.kiosks[0]}", "Accept": "application/json"}
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            status, said, _ = hub.ask("POST", "/kiosk/tickets", asked, headers)
        except OSError:
            time.sleep(0.005)
            continue
        if status == 201:
            return str(said["ticket"]["number"])
        raise RuntimeError(f"no number: {status} {said}")
    raise TimeoutError("the hub did not start")


def _killed() -> tuple[float, int]:
    """Kill a hub after it has told numbers; return the ms until the next number and how many numbers went wrong."""
    took, wrong = [], 0
    with fresh_hub() as hub:
        hub.set_up()
        hub.start()
        told = []
        for _ in range(TIMES):
            told += [_first_number(hub) for _ in range(20)]
            hub.stop(signal.SIGKILL)
            took.append(_start_again(hub, told))
        kept = [entry.event.ticket for entry in lines_of(hub) if isinstance(entry.event, TicketIssued)]
        wrong += sum(kept.count(number) != 1 for number in told) + len(told) - len(set(told))
    return median(took), wrong


def _start_again(hub: HubProcess, told: list[str]) -> float:
    begin = time.perf_counter()
    hub.launch()
    told.append(_first_number(hub))
    return (time.perf_counter() - begin) * 1000
