"""What each phone on a socket costs the hub: `python -m bench._phone_memory PHONES [holders]`.

Prints the blocks and bytes of Python's allocator and the memory of the worker, and with `holders` the types and the
lines of source that they belong to.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from bench._attackers import TEXT, Target
from bench.hub_process import fresh_hub
from bench.journal_check import issue_many
from bench.raw_follower import masked

WARM = 20  # phones that come and go before, for what is made once


async def joined(target: Target, place: int, ready: asyncio.Event, leave: asyncio.Event) -> None:
    """Join as a phone does, and stay."""
    async with target.websocket(f"127.0.0.{place % 200 + 2}") as line:
        await line.send(masked(TEXT, b'40/mobile_ticket,{"token":"%s"}' % target.facts["tokens"][place].encode()))
        await line.reader.readuntil(b'["view"')
        ready.set()
        await leave.wait()


async def crowd(target: Target, ask: Any, phones: int) -> None:
    """Let phones join, ask, and let them leave."""
    leave = asyncio.Event()
    readies = [asyncio.Event() for _ in range(phones)]
    tasks = [asyncio.ensure_future(joined(target, place, readies[place], leave)) for place in range(phones)]
    await asyncio.gather(*(ready.wait() for ready in readies))
    await asyncio.sleep(2)
    await asyncio.to_thread(ask, "joined")
    leave.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(3)
    await asyncio.to_thread(ask, "left")


def main() -> None:
    """Print blocks and bytes per phone; with `holders` which lines of source hold them."""
    phones, detail = int(sys.argv[1]), "holders" in sys.argv
    path = "/_memory/holders" if detail else "/_memory"
    with fresh_hub() as hub:
        office = hub.set_up()
        tokens = hub.links(issue_many(office, phones + WARM))
        hub.application = "bench._counted_hub:build()"
        hub.start()
        said: dict[str, dict[str, Any]] = {}

        def ask(name: str) -> None:
            said[name] = hub.ask("GET", path)[1]

        asyncio.run(crowd(Target(hub.port, WARM, {"tokens": tokens[phones:]}), ask, WARM))
        ask("before")
        asyncio.run(crowd(Target(hub.port, phones, {"tokens": tokens}), ask, phones))
        before, now, left = said["before"], said["joined"], said["left"]
        for key in ("blocks", "bytes", "pss"):
            joined, gone = ((one[key] - before[key]) / phones for one in (now, left))
            print(f"{key} of each phone: {joined:,.1f}, after it has gone {gone:,.1f}")
        print("pieces of 1 MiB before, with the crowd, after:", before["arenas"], now["arenas"], left["arenas"])
        for name, count in now.get("types", ()):
            if count >= phones // 4:
                print(f"{count / phones:8.2f} {name}")
        for count, size, where in now.get("holders", ()):
            if abs(count) >= phones // 5 or size > phones * 50:
                print(f"{count / phones:8.2f} {size / phones:9.1f} B  {where}")


if __name__ == "__main__":
    main()
