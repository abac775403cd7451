"""Starting: from nothing to the first ticket, on an empty day, on a long day, and after being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from statistics import median

from antrean.queueing.events import TicketIssued
from antrean.queueing.office import Office
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.waits import CARE
from antrean.storage.journal.keeping import keep_day
from bench.hub_process import ROOT, HubProcess, as_installed, fresh_hub
from bench.journal_check import issue_many, lines_of, serve_many
from bench.past_years import write_years
from bench.report import Row

TIMES = 3
LINES, LONG_DAY = 10_000, 79_000
YEARS_OF_DAYS = 5 * 300
PATIENCE = 60.0
IMPORTS_ALONE = "the packages' imports alone"
# The packages that a hub must load before it can do anything.
IMPORTS = "import gunicorn.workers.geventlet, flask, flask_socketio, flask_babel, sqlalchemy, argon2"


def run(argv: list[str]) -> list[Row]:
    """Return the medians of some starts of each kind."""
    imports = median(_imports_ms() for _ in range(TIMES))
    return [*_today(imports), *_long_day(imports), *_years(), *_after_kills(imports)]


def _row(what: str, took: float, beside: tuple[str, float], aim: str, most: float | None) -> Row:
    met = None if most is None else took <= most
    return Row("start", f"to the first ticket, {what}", took, "ms", *beside, aim=aim, met=met)


def _today(imports: float) -> Iterator[Row]:
    for lines, what, most in ((0, "an empty day", 1500), (LINES, f"{LINES:,} lines of today", 2000)):
        with fresh_hub() as hub:
            _fill(hub.set_up(), lines)
            yield _row(what, _median_ms(hub), (IMPORTS_ALONE, imports), f"≤ {most / 1000:g} s", most)


def _long_day(imports: float) -> Iterator[Row]:
    with fresh_hub() as hub:
        office = hub.set_up()
        _fill(office, LONG_DAY)
        day = f"{LONG_DAY:,} lines of today"
        yield _row(f"{day}, nothing kept", _median_ms(hub), (IMPORTS_ALONE, imports), "", None)
        _keep(hub, office)
        yield _row(f"{day}, kept", _median_ms(hub), (IMPORTS_ALONE, imports), "≤ 2 s", 2000)


def _years() -> Iterator[Row]:
    """Start an office with years behind it and an empty one in turn."""
    with fresh_hub() as empty, fresh_hub() as hub:
        empty.set_up()
        office = hub.set_up()
        lines = write_years(hub, office, YEARS_OF_DAYS)
        _keep(hub, office)
        both = [(_start_ms(empty), _start_ms(hub)) for _ in range(TIMES)]
        none, took = (median(times) for times in zip(*both, strict=True))
        what = f"five years before today ({lines:,} lines)"
        yield _row(what, took, ("an empty journal", none), "≤ 1.3×", none * 1.3)


def _after_kills(imports: float) -> Iterator[Row]:
    back, lost = _killed()
    met = back <= 2000
    what = "killed (SIGKILL): to the next ticket"
    yield Row("start", what, back, "ms", IMPORTS_ALONE, imports, aim="≤ 2 s", met=met)
    yield Row("start", "numbers told before that are lost or told again", lost, aim="none", met=lost == 0)


def _fill(office: Office, lines: int) -> None:
    if lines:
        serve_many(office, len(issue_many(office, lines // 4)))


def _imports_ms() -> float:
    begin = time.perf_counter()
    # As antrean/server/gunicorn.conf.py has it for one hub.
    environment = {**as_installed(os.environ), "EVENTLET_NO_GREENDNS": "yes"}
    subprocess.run([sys.executable, "-W", "ignore", "-c", IMPORTS], cwd=ROOT, env=environment, check=True)
    return (time.perf_counter() - begin) * 1000


def _median_ms(hub: HubProcess) -> float:
    return median(_start_ms(hub) for _ in range(TIMES))


def _keep(hub: HubProcess, office: Office) -> None:
    """Keep the day, as a process beside the hub does within its first minutes."""
    url = database_url("", hub.folder)
    keep_day(open_engine(url, CARE), hub.folder, hub.config.office, office.business_day())


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
    """Kill a hub after it has given numbers. Returns the ms until the next number and how many numbers were wrong."""
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
