"""Years of past days in an office's journal: the same invented day again and again, written straight into the file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta

from antrean.queueing.clock.office_time import INVENTED
from antrean.queueing.journal.entry import to_data
from antrean.queueing.office import Office
from antrean.simulation import engine
from antrean.simulation.demand import DemandModel, invent_day
from antrean.storage.journal.chain import GENESIS, chain_value
from bench.crowd import SERVICES
from bench.hub_process import HubProcess

VISITORS = 500  # some 2,000 lines
COLUMNS = "office, seq, at, business_day, kind, data, request_id, actor, chain"


def write_years(hub: HubProcess, office: Office, days: int) -> int:
    """Write so many days with visitors, the last of them yesterday, into an empty journal; return how many lines."""
    today = office.business_day()
    connection = sqlite3.connect(hub.folder / "antrean.sqlite3", isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    marks = ", ".join("?" * (COLUMNS.count(",") + 1))
    connection.executemany(f"INSERT INTO journal ({COLUMNS}) VALUES ({marks})", _lines(hub, office, today, days))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (lines,) = connection.execute("SELECT count(*) FROM journal").fetchone()
    connection.close()
    return int(lines)


def _lines(hub: HubProcess, office: Office, today: date, days: int) -> Iterator[tuple[object, ...]]:
    first = today - timedelta(days=days)
    plan = office.read(lambda _day, plan: plan)
    mix = {service: 1 / len(SERVICES) for service in SERVICES}
    day = [
        (entry.at, entry.event.kind, json.dumps(to_data(entry.event), separators=(",", ":")))
        for entry in engine.run(invent_day(first, plan, VISITORS, 1, DemandModel(mix))).entries
    ]
    seq, chain, name = 0, GENESIS, hub.config.office
    for n in range(days):
        business_day = (first + timedelta(days=n)).isoformat()
        for at, kind, data in day:
            seq += 1
            said = (at + timedelta(days=n)).isoformat(timespec="microseconds")
            line = (seq, said, business_day, kind, data, None, INVENTED)
            chain = chain_value(chain, name, *line)
            yield (name, *line, chain)
