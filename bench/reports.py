"""Reports over years: how long their questions take on 90,000 and 450,000 visits, and what a kiosk notices of them.

Files are made by the processes that the hub has for them: every visit of a year as CSV and XLSX, and pages as PDF.

The visits are drawn from a fixed seed and written as the follower writes them. Beside a kiosk a year's page is asked
for again and again. The follower's lag is that of the rows behind the journal while numbers are issued by the clock.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from admin.reports.exports import PAPER
from admin.reports.period_asked import Asked
from antrean.hub.exports import PDF
from antrean.hub.long_exports import MODULE as ROWS
from antrean.hub.long_exports import MOST_BYTES
from antrean.hub.period_answers import period, told
from antrean.queueing.keeping.report_rows import MINUTE, DayRows, PauseRow, SpanRow, VisitRow, micro
from antrean.storage.database.engine import database_url, reading
from antrean.storage.reports.counter_times import CounterReader
from antrean.storage.reports.legs import read_legs
from antrean.storage.reports.schema import cursors
from antrean.storage.reports.tables import ReportTables, open_reports
from bench._paced_kiosk import PacedKiosk
from bench.hub_process import SUPERVISOR, HubProcess, fresh_hub
from bench.journal_check import lines_of
from bench.report import Row, percentile

ROOT = Path(__file__).parents[1]
FIRST = date(2021, 1, 4)
OF_A_DAY = 360  # visits, on five days a week: 90,000 in fifty weeks
DAYS = {90_000: 250, 450_000: 1250}
LIMITS = {90_000: 300, 450_000: 1000}  # ms
SIZES = {90_000: "a year", 450_000: "five years"}
SERVICES = ("ktp-cetak", "kk", "akta-lahir", "ktp-rekam")
ZONE = ZoneInfo("Asia/Jakarta")
ROUNDS = 3
SECONDS = 6.0
LAG_SECONDS = 10.0


def run(argv: list[str]) -> list[Row]:
    """Return the figures: the quickest of some rounds for each question, and the kiosk with and without reports."""
    return [*_questions(), *_beside_a_kiosk()]


def day_of(day: date, chance: Random, first: int) -> DayRows:
    """Return an invented day: its visits, and four counters with a pause each."""
    rows = DayRows(day.isoformat())
    begin = micro(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
    for place in range(OF_A_DAY):
        at = begin + chance.randrange(7 * 60 * MINUTE)
        called = at + round(chance.expovariate(1 / 15) * MINUTE)
        came = chance.random() < 0.95
        started = called + chance.randrange(MINUTE) if came else None
        ended = (started or called) + round(chance.expovariate(1 / 5) * MINUTE)
        counter = chance.randrange(1, 5)
        kept = int(came and called - at <= 30 * MINUTE)
        rows.visits.append(
            VisitRow(
                rows.business_day, first + place, 0, f"A-{place:03}", chance.choice(SERVICES), "A", 1,
                int(chance.random() < 0.1), "id", f"kiosk-{place % 2}", 0, at, at, called, called, 1, started, ended, 0,
                str(counter), f"Operator {counter}", "completed" if came else "no_show",
                "completed" if came else "no_show", "", 3, 5, 20, "", 16 + (at - begin) // (30 * MINUTE), 30, 1, 1,
                "served" if came else "no_show", 1, kept, kept,
            )
        )  # fmt: skip
    for counter in range(1, 5):
        by = (str(counter), f"Operator {counter}")
        rows.spans.append(SpanRow(rows.business_day, first + counter, *by, begin, begin + 8 * 60 * MINUTE))
        noon = begin + 4 * 60 * MINUTE
        rows.pauses.append(PauseRow(rows.business_day, first + counter, *by, "prayer", noon, noon + 15 * MINUTE))
    return rows


def write_days(engine: sa.Engine, office: str, days: int) -> date:
    """Write so many invented days; return the last of them."""
    tables, chance, day = ReportTables(engine, office), Random(1), FIRST
    tables.make()
    for number in range(days):
        tables.write(day_of(day, chance, 1 + number * OF_A_DAY), None, 0, "")
        last, day = day, day + timedelta(days=3 if day.weekday() == 4 else 1)
    return last


def _questions() -> list[Row]:
    return [row for visits in DAYS for row in _questions_on(visits)]


def _questions_on(visits: int) -> list[Row]:
    rows, limit = [], LIMITS[visits]
    with TemporaryDirectory() as folder:
        engine = open_reports(database_url("", Path(folder)))
        until = write_days(engine, "main", DAYS[visits])
        if visits == min(DAYS):
            rows += _rows_as_files(Path(folder), until)
        for name, ask in _asks(engine, until).items():
            took = [_timed(ask) for _ in range(ROUNDS)]
            wall, cpu = min(one.wall for one in took), min(one.cpu for one in took)
            what = f"{SIZES[visits]} ({visits:,} visits), {name}"
            met = wall <= limit
            rows.append(Row("reports", what, wall, "ms", "the processor's part", cpu, aim=f"≤ {limit} ms", met=met))
    return rows


def _rows_as_files(folder: Path, until: date) -> list[Row]:
    """Return how long every visit of a year takes as a file."""
    asked = {
        "office": "main", "database": database_url("", folder), "floor": 0, "most": MOST_BYTES, "what": "visits",
        "since": FIRST.isoformat(), "until": until.isoformat(), "zone": str(ZONE), "names": True,
        "file": str(folder / "rows"), "progress": str(folder / "progress.json"),
    }  # fmt: skip
    return [_made(f"90,000 visits as {way.upper()}", ROWS, {**asked, "way": way}) for way in ("csv", "xlsx")]


def _pages_as_files(hub: HubProcess, cookie: str, until: date) -> list[Row]:
    """Return how long pages take as PDF."""
    month = f"since={until.replace(day=1)}&until={until}"
    pages = {
        "a day sheet": f"day?day={until}",
        "the period of a month": f"period?{month}",
        "the period of a year": f"period?since={FIRST}&until={until}&rows=month",
        "a month": f"month?month={until:%Y-%m}",
    }
    rows = []
    for name, path in pages.items():
        page = _page(hub, cookie, f"/admin/reports/{path}").decode()
        rows.append(_made(f"{name} as PDF", PDF, {"page": page, "sheet": PAPER, "root": str(ROOT)}))
    return rows


def _made(what: str, module: str, asked: dict[str, Any]) -> Row:
    """Run a process that makes a file; return how long it took by the clock, and of the processor."""
    wall, before = time.perf_counter(), getrusage(RUSAGE_CHILDREN)
    run = subprocess.run(
        [sys.executable, "-m", module], cwd=ROOT, input=json.dumps(asked).encode(), capture_output=True, check=True
    )
    if b"refused" in run.stdout:
        raise RuntimeError(f"{what} was refused: {run.stdout!r}")
    took, after = time.perf_counter() - wall, getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Row("reports", what, took, "s", "the processor's part", cpu)


def _asks(engine: sa.Engine, until: date) -> dict[str, Callable[[], Any]]:
    reader, now = CounterReader(engine, "main"), micro(datetime(2026, 11, 30, tzinfo=UTC))
    asked = Asked(FIRST, until, "month", "arrivals", {})
    of_one = Asked(FIRST, until, "month", "arrivals", {"service": SERVICES[0]})
    return {
        "the whole page": lambda: period(engine, "main", asked.question(str(ZONE), now)),
        "the page of one service": lambda: period(engine, "main", of_one.question(str(ZONE), now)),
        "time of counters": lambda: reader.opened(asked.wanted, now),
        "told and true": lambda: told(engine, "main", asked.wanted),
        "its visits alone": lambda: read_legs(engine, "main", asked.wanted),
    }


@dataclass(frozen=True, slots=True)
class Took:
    """How long a question took by the clock and of the processor, in ms."""

    wall: float
    cpu: float


def _timed(ask: Callable[[], Any]) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    ask()
    return Took(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))


class Pages:
    """A year's page asked for again and again, until `stop`; once before, for the first one after a start is slower."""

    def __init__(self, hub: HubProcess, cookie: str, until: date) -> None:
        self.drawn = 0
        self._stopped = Event()
        self._hub, self._cookie = hub, cookie
        self._path = f"/admin/reports/period?since={FIRST}&until={until}&rows=month"
        _page(hub, cookie, self._path)
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            _page(self._hub, self._cookie, self._path)
            self.drawn += 1

    def stop(self) -> None:
        """Let the current page end."""
        self._stopped.set()
        self._thread.join()


def _page(hub: HubProcess, cookie: str, path: str) -> bytes:
    connection = HTTPConnection("127.0.0.1", hub.port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"the page was refused: {answer.status}")
    return content


def _beside_a_kiosk() -> list[Row]:
    with fresh_hub() as hub:
        hub.set_up()
        engine = open_reports(database_url("", hub.folder))
        until = write_days(engine, hub.config.office, DAYS[90_000])
        hub.start()
        cookie = hub.sign_in(SUPERVISOR)
        lags = _lags(hub, engine)
        quiet = _p99(hub)
        pages = Pages(hub, cookie, until)
        beside = _p99(hub)
        pages.stop()
        files = _pages_as_files(hub, cookie, until)
    return [
        *files,
        Row("reports", "a number's p99 beside a year's page, again and again", beside, "ms", "the same without", quiet,
            aim="≤ 15 ms", met=beside <= 15),
        Row("reports", "pages of a year drawn meanwhile", pages.drawn),
        Row("reports", "the rows' lag at 50 numbers a second, p50", percentile(lags, 0.5), "ms"),
        Row("reports", "the rows' lag at 50 numbers a second, p99", percentile(lags, 0.99), "ms", aim="≤ 1,000 ms",
            met=percentile(lags, 0.99) <= 1000),
    ]  # fmt: skip


def _p99(hub: HubProcess) -> float:
    kiosk = PacedKiosk(hub.port, (hub.kiosk_headers(0), hub.kiosk_headers(1)), SECONDS)
    kiosk.start()
    kept, new = kiosk.saw()
    if kept.missing or new.missing or kept.refused or new.refused:
        raise RuntimeError(f"{kept.missing + new.missing} numbers missing, {kept.refused + new.refused} refused")
    return percentile(kept.latencies + new.latencies, 0.99)


def _lags(hub: HubProcess, engine: sa.Engine) -> list[float]:
    """Issue numbers by the clock; return for how long each line of the journal was not in the rows, in ms."""
    seen: list[tuple[float, int]] = []
    ended = Event()
    asked = sa.select(cursors.c.seq).where(cursors.c.office == hub.config.office)

    def watch() -> None:
        while not ended.is_set():
            with reading(engine) as connection:
                seq = connection.scalar(asked) or 0
            if not seen or seq > seen[-1][1]:
                seen.append((time.time(), seq))
            time.sleep(0.01)

    watcher = Thread(target=watch)
    watcher.start()
    _issue_for(1.0, hub)
    _wait_until(lambda: seen[-1][1] >= lines_of(hub)[-1].seq)  # a hub begins to follow 2 s after its start
    before = seen[-1][1]
    _issue_for(LAG_SECONDS, hub)
    lines = [line for line in lines_of(hub) if line.seq > before]
    _wait_until(lambda: seen[-1][1] >= lines[-1].seq)
    ended.set()
    watcher.join()
    lags, place = [], 0
    for line in lines:
        while seen[place][1] < line.seq:
            place += 1
        lags.append(1000 * max(seen[place][0] - line.at.timestamp(), 0.0))
    return lags


def _issue_for(seconds: float, hub: HubProcess) -> None:
    """Issue fifty numbers a second, and wait for the end."""
    kiosks = [
        PacedKiosk(hub.port, (hub.kiosk_headers(place), hub.kiosk_headers(place + 1)), seconds) for place in (0, 2)
    ]
    for kiosk in kiosks:
        kiosk.start()
    for kiosk in kiosks:
        kiosk.saw()


def _wait_until(so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not so():
        if time.monotonic() > until:
            raise TimeoutError("the rows did not come up to the journal")
        time.sleep(0.05)
