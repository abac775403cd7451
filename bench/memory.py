"""Memory: an idle hub, a hub with a long day behind it, and what each phone that follows a ticket adds."""

from __future__ import annotations

import time

from bench.hub_process import fresh_hub
from bench.journal_check import issue_many, serve_many
from bench.raw_follower import follow
from bench.report import Row

FOLLOWERS = 500
LINES = 10_000
SETTLE_SECONDS = 3.0


def run(argv: list[str]) -> list[Row]:
    """Return the hub's memory without anybody, after a long day, and for each of 500 followers."""
    with fresh_hub() as hub:
        tokens = issue_many(hub.set_up(), FOLLOWERS + 20)
        hub.start()
        time.sleep(SETTLE_SECONDS)
        idle = hub.memory_kib() / 1024
        hall = ("127.0.0.1", hub.port)
        early = [follow(hall, token) for token in tokens[FOLLOWERS:]]  # whatever is loaded at the first
        before = hub.memory_kib()
        followers = [follow(hall, token) for token in tokens[:FOLLOWERS]]
        time.sleep(SETTLE_SECONDS)
        each = (hub.memory_kib() - before) / FOLLOWERS
        for follower in (*early, *followers):
            follower.line.close()
    long_day = _after_a_long_day() / 1024
    return [
        Row("memory", "idle, master and worker together", idle, "MiB", aim="≤ 100 MiB", met=idle <= 100),
        Row("memory", f"the same with {LINES:,} lines of today", long_day, "MiB", "idle", idle),
        Row("memory", f"each of {FOLLOWERS} followers", each, "KiB", aim="≤ 70 KB", met=each * 1.024 <= 70),
    ]


def _after_a_long_day() -> float:
    with fresh_hub() as hub:
        office = hub.set_up()
        serve_many(office, len(issue_many(office, LINES // 4)))
        hub.start()
        time.sleep(SETTLE_SECONDS)
        return hub.memory_kib()
