"""Memory: what the Procfile starts, a hub with a long day behind it, and what each phone that follows a ticket adds."""

from __future__ import annotations

import time

from bench.hub_process import HubProcess, fresh_hub
from bench.journal_check import issue_many, serve_many
from bench.raw_follower import follow
from bench.report import Row

FOLLOWERS = 500
LINES = 10_000
SLIPS = 20
SETTLE_SECONDS = 3.0
PRINT_SECONDS = 60.0


def run(argv: list[str]) -> list[Row]:
    """Return the memory of hub and print agent without anybody, of the hub after a long day and for each follower."""
    hub_idle, agent_idle, agent_used = (kib / 1024 for kib in _with_agent())
    with fresh_hub() as hub:
        tokens = hub.links(issue_many(hub.set_up(), FOLLOWERS + 20))
        hub.start()
        hall = ("127.0.0.1", hub.port)
        early = [follow(hall, token) for token in tokens[FOLLOWERS:]]  # whatever is loaded at the first
        before = hub.memory_kib()
        followers = [follow(hall, token) for token in tokens[:FOLLOWERS]]
        time.sleep(SETTLE_SECONDS)
        each = (hub.memory_kib() - before) / FOLLOWERS
        for follower in (*early, *followers):
            follower.line.close()
    long_day, both = _after_a_long_day() / 1024, hub_idle + agent_idle
    return [
        Row("memory", "the hub, idle (master and worker)", hub_idle, "MiB", aim="≤ 100 MiB", met=hub_idle <= 100),
        Row("memory", "the print agent, idle", agent_idle, "MiB"),
        Row("memory", "hub and print agent, idle", both, "MiB", aim="≤ 130 MiB", met=both <= 130),
        Row("memory", f"the print agent after {SLIPS} slips", agent_used, "MiB", "idle", agent_idle),
        Row("memory", f"the hub with {LINES:,} lines of today", long_day, "MiB", "idle", hub_idle),
        Row("memory", f"each of {FOLLOWERS} followers", each, "KiB", aim="≤ 70 KB", met=each * 1.024 <= 70),
    ]


def _with_agent() -> tuple[float, float, float]:
    """Return the memory of the idle hub and print agent, and of the agent after it has printed."""
    with fresh_hub() as hub:
        hub.set_up()
        hub.start()
        hub.start_agent()
        kiosk = {"Authorization": f"Bearer {hub.kiosks[0]}"}
        _wait_for_slips(hub, 0)
        time.sleep(SETTLE_SECONDS)
        idle = hub.memory_kib(), hub.agent_memory_kib()
        for _ in range(SLIPS):
            hub.ask("POST", "/kiosk/tickets", {"service": "kk"}, kiosk)
        _wait_for_slips(hub, SLIPS)
        return *idle, hub.agent_memory_kib()


def _wait_for_slips(hub: HubProcess, count: int) -> None:
    """Wait until the agent has reported its printer's state and printed so many slips. Refuses to wait long."""
    folder, end = hub.folder / "virtual_printer", time.monotonic() + PRINT_SECONDS
    while time.monotonic() < end:
        printers = hub.ask("GET", "/readyz")[1]["printers"]
        if printers and len(list(folder.glob("*.bin"))) >= count:
            return
        time.sleep(0.1)
    raise RuntimeError("the print agent does not print")


def _after_a_long_day() -> float:
    with fresh_hub() as hub:
        office = hub.set_up()
        serve_many(office, len(issue_many(office, LINES // 4)))
        hub.start()
        time.sleep(SETTLE_SECONDS)
        return hub.memory_kib()
