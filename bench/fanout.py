"""From a call to the last of many followers, beside a bare WebSocket broadcast and the socket library's own emit.

`python -m bench fanout [--followers 1,100,1000,10000] [--calls N]`. Every follower follows the ticket that is called,
so each call is news for all of them at once. The same client processes listen to all three servers.
"""

from __future__ import annotations

import itertools
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from bench._fanout_parts import (
    PAUSE,
    TICKETS_A_SECOND,
    Bare,
    Desk,
    FollowersLostError,
    Heard,
    bare_server,
    first_ticket,
    followers,
    kiosks,
)
from bench.hub_process import HubProcess, fresh_hub
from bench.report import Row, percentile

CROWDS = (1, 100, 1000, 10_000)
MOST = 18_000
MOST_CALLS, LEAST_CALLS, WARM_UP = 60, 6, 2
ALONE_SECONDS, RUSH_SECONDS, STOCK_SECONDS = 24.0, 10.0, 6.0
P99_AIMS = {1: 5.0, 100: 10.0, 1000: 25.0, 10_000: 250.0}  # ms
RATIO_AIM, RATIO_FROM = 1.5, 1000  # below that the call itself, not its spreading, is what takes time
ISSUE_AIM = 100.0  # ms
FOLLOWER_AIM = 70.0  # kB
STOCK = "the library's own emit, p99"


def run(argv: Sequence[str]) -> list[Row]:
    """Measure each crowd: on the bare server, the hub, the hub with four busy kiosks, and with the library's emit."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    crowds = [int(n) for n in _option(argv, "--followers", ",".join(map(str, CROWDS))).split(",")]
    calls = int(_option(argv, "--calls", str(MOST_CALLS)))
    rows: list[Row] = []
    for crowd in crowds:
        with bare_server(crowd) as bare:
            hub = _hub(crowd, calls, bare)
        rows += _rows(crowd, hub, _stock(crowd, calls))
    return rows


class Found:
    """What one hub showed: ms from the call to the last follower, alone and in the rush, and what issuing took.

    `bare` is the limit: each call was followed by a bare broadcast of the same size.
    """

    def __init__(self) -> None:
        self.alone: list[float] = []
        self.bare: list[float] = []
        self.rush: list[float] = []
        self.issue: list[float] = []
        self.follower_kb = 0.0


def _stock(crowd: int, calls: int) -> Found | None:
    """Measure the library's own way; None when it took so long with a call that its followers were lost."""
    try:
        return _hub(crowd, calls, None)
    except FollowersLostError:
        return None


def _rows(crowd: int, hub: Found, stock: Found | None) -> list[Row]:
    last = f"call → last of {crowd:,} followers" if crowd > 1 else "call → 1 follower"
    middle, limit, p99 = median(hub.alone), median(hub.bare), percentile(hub.alone, 0.99)
    near, aim = crowd >= RATIO_FROM, P99_AIMS.get(crowd)
    rows = [
        Row("fanout", f"{last}, p50", middle, "ms", "bare WebSocket broadcast, p50", limit,
            aim=f"≤ {RATIO_AIM}×" if near else "", met=middle <= RATIO_AIM * limit if near else None),
        Row("fanout", f"{last}, p99", p99, "ms", aim=f"≤ {aim:.0f} ms" if aim else "", met=p99 <= aim if aim else None),
    ]  # fmt: skip
    if near:
        rush, issue = percentile(hub.rush, 0.99), percentile(hub.issue, 0.99)
        rows += [
            Row("fanout", f"{last}, with {TICKETS_A_SECOND} tickets a second, p99", rush, "ms"),
            Row("fanout", f"a ticket beside {crowd:,} followers, p99", issue, "ms",
                aim=f"≤ {ISSUE_AIM:.0f} ms", met=issue <= ISSUE_AIM),
            Row("fanout", f"memory of each of {crowd:,} followers", hub.follower_kb, "kB",
                aim=f"≤ {FOLLOWER_AIM:.0f} kB", met=hub.follower_kb <= FOLLOWER_AIM),
        ]  # fmt: skip
    return [rows[0], *_beside_the_stock_way(rows[1:], stock)]


def _beside_the_stock_way(rows: Sequence[Row], stock: Found | None) -> list[Row]:
    """Put the library's own figure beside each of these rows, in their order."""
    if stock is None:
        return [replace(row, beside="the library's own emit lost followers") for row in rows]
    figures = [percentile(stock.alone, 0.99)]
    if len(rows) > 1:
        figures += [percentile(stock.rush, 0.99), percentile(stock.issue, 0.99), stock.follower_kb]
    return [replace(row, beside=STOCK, limit=figure) for row, figure in zip(rows, figures, strict=True)]


def _hub(crowd: int, calls: int, bare: Bare | None) -> Found:
    """Measure a hub: the product's, with a bare server beside it, or without one the library's own way."""
    found = Found()
    with fresh_hub() as hub:
        hub.application = "antrean.server.wsgi:build()" if bare else "bench._stock_hub:build()"
        hub.set_up()
        hub.start(ANTREAN_MAX_FOLLOWERS=str(MOST))
        _measure(hub, crowd, calls, bare, found)
    return found


def _measure(hub: HubProcess, crowd: int, calls: int, bare: Bare | None, found: Found) -> None:
    token = first_ticket(hub)
    empty = hub.memory_kib()
    with followers(hub.port, token, crowd) as heard:
        desk = Desk(hub)
        found.follower_kb = (hub.memory_kib() - empty) * 1.024 / crowd
        for _ in _turns(WARM_UP + calls, ALONE_SECONDS if bare else STOCK_SECONDS):
            found.alone.append(_call(desk, heard))
            if crowd >= RATIO_FROM:
                time.sleep(1.0)  # the shared view that follows within a second is not what is measured
            if bare is not None:
                found.bare.append(bare.broadcast(heard.size))
        del found.alone[:WARM_UP], found.bare[:WARM_UP]
        if crowd >= RATIO_FROM:
            with kiosks(hub) as found.issue:
                found.rush = [_call(desk, heard) for _ in _turns(calls, RUSH_SECONDS if bare else STOCK_SECONDS)]


def _turns(calls: int, seconds: float) -> Iterator[int]:
    """Count up to so many calls, or for so long, but at least a few."""
    end = time.monotonic() + seconds
    return itertools.takewhile(lambda turn: turn < LEAST_CALLS or time.monotonic() < end, range(calls))


def _call(desk: Desk, heard: Heard) -> float:
    began = time.monotonic()
    seq = desk.call()
    took = (heard.last(seq) - began) * 1000
    desk.give_back()
    time.sleep(PAUSE)
    return took


def _option(argv: Sequence[str], name: str, default: str) -> str:
    words = list(argv)
    return words[words.index(name) + 1] if name in words else default
