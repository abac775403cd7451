"""Those who do the hub harm for `bench.attacks`: one process for each attack, on 127.0.0.x only, for a given time.

`Attackers` runs this module as a process of its own, at a lower priority than everybody else: the hub shall be short
of time because of what it is asked, not because its attackers took the core. Every attack ends at its time, opens
at most `MOST_CONNECTIONS` connections, and tells at the end what it did and what the hub answered.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import resource
import socket
import struct
import sys
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bench._child import Child, begins, task
from bench.raw_follower import MASK, masked

MOST_CONNECTIONS = 20_000
PAUSE = 0.25  # seconds before somebody who was cut off comes back
LONG_PAUSE = 2.0  # the same where the harm lies in how many hold a place, not in how often they come
FRAGMENT = 65_000
CONTINUED, TEXT, BINARY = 0x0, 0x1, 0x2
WEBSOCKET = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)  # fmt: skip
# What no browser sends: packets of no type, half JSON, namespaces that are not, binary where nothing is announced.
MALFORMED = (
    "", "9", "4", "49", "4:", "42", '42["x"', "42{}", '42/mobile_ticket,["view"', "45-", '451-["x"]', '4599999-["x"]',
    "40/nothing,", '40/mobile_ticket,{"token"', "41/mobile_ticket,", "43/mobile_ticket,99999999999999999999[]",
    "2probe", "5", "6", "0{}", "3", "1x", "b4AAAA", "4\x00\x00", "42" + "[" * 100,
)  # fmt: skip


class Attackers(Child):
    """A process of attackers, prepared and waiting for its start."""

    def __init__(self, name: str, port: int, clients: int, seconds: float, facts: dict[str, Any]) -> None:
        self._seconds = seconds
        given = {"name": name, "port": port, "clients": clients, "seconds": seconds, "facts": facts}
        super().__init__("bench._attackers", given)

    def did(self) -> dict[str, int]:
        """Wait for the end of the process. Returns the counts of requests and responses."""
        return dict(self.results(self._seconds + 30))


class Target:
    """The hub under attack, and the counts of the attackers."""

    def __init__(self, port: int, clients: int, facts: dict[str, Any]) -> None:
        self.clients = clients
        self.facts = facts
        self.counts: Counter[str] = Counter()
        self._port = port

    @asynccontextmanager
    async def line(self, source: str = "127.0.0.2") -> AsyncIterator[Line]:
        """Open a connection. Refuses (OSError) when the hub takes none, or when all addresses are used up."""
        if self.counts["connections"] >= MOST_CONNECTIONS:
            await asyncio.Event().wait()
        self.counts["connections"] += 1
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(source, 0))
        try:
            yield Line(self, reader, writer)
        finally:
            writer.transport.abort()

    @asynccontextmanager
    async def websocket(self, source: str = "127.0.0.2") -> AsyncIterator[Line]:
        """Open a WebSocket. Refuses (OSError) any response but 101."""
        async with self.line(source) as line:
            await line.send(WEBSOCKET)
            head = await line.reader.readuntil(b"\r\n\r\n")
            self.counts[f"handshake {head[9:12].decode()}"] += 1
            if head[9:12] != b"101":
                raise ConnectionRefusedError(head[9:12].decode())
            yield line

    async def everyone(self, attack: Callable[[int], Awaitable[None]], pause: float = PAUSE) -> None:
        """Repeat an attack on each client, with a pause after each cut or end."""

        async def one(place: int) -> None:
            while True:
                try:
                    await attack(place)
                except (OSError, EOFError, asyncio.LimitOverrunError):
                    self.counts["cut off"] += 1
                await asyncio.sleep(pause)

        await asyncio.gather(*(one(place) for place in range(self.clients)))


class Line:
    """One connection of an attacker."""

    def __init__(self, target: Target, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._target = target

    async def send(self, data: bytes) -> None:
        """Send data as fast as the hub takes it."""
        if self.reader.at_eof():
            raise ConnectionResetError
        self.writer.write(data)
        await self.writer.drain()
        self._target.counts["bytes"] += len(data)

    async def answer(self) -> int:
        """Read one HTTP response with its body. Returns its status."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
        await self.reader.readexactly(length)
        status = int(head[9:12])
        self._target.counts[f"answers {status}"] += 1
        if b"connection: close" in head.lower():
            raise ConnectionResetError
        return status

    async def closed(self) -> None:
        """Read until the hub closes the connection."""
        while await self.reader.read(1 << 16):
            pass
        raise ConnectionResetError

    def abort(self) -> None:
        """Close the connection by a reset."""
        found: socket.socket = self.writer.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def _get(path: str, more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n".encode()


def _post(path: str, asked: Any, more: str = "") -> bytes:
    body = json.dumps(asked).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
    return f"{head}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _large_frame(first: int, size: int, letters: bytes = b"aaaa") -> bytes:
    """Return a client's frame of that many bytes, four letters again and again; `first` is FIN and opcode."""
    word = bytes(byte ^ key for byte, key in zip(letters, MASK, strict=True))
    head = struct.pack("!BBQ", first, 0xFF, size) if size > 0xFFFF else struct.pack("!BBH", first, 0xFE, size)
    return head + MASK + (word * (size // 4 + 1))[:size]


# -- attacks: strangers ------------------------------------------------------------------------------


async def fragments(target: Target) -> None:
    """Send a message without an end: fragments, but never the last one."""
    begin, more = _large_frame(TEXT, FRAGMENT), _large_frame(CONTINUED, FRAGMENT)

    async def one(_place: int) -> None:
        async with target.websocket() as line:
            await line.send(begin)
            while True:
                await line.send(more)

    await target.everyone(one)


async def big_frames(target: Target) -> None:
    """Send meaningless messages of 65,000 bytes, one after another, and frames of 4 MB."""
    small, large = _large_frame(0x80 | TEXT, FRAGMENT, b"3333"), _large_frame(0x80 | BINARY, 4_000_000)

    async def one(place: int) -> None:
        async with target.websocket() as line:
            while True:
                for at in range(0, len(large), FRAGMENT):
                    await line.send(small if place % 2 else large[at : at + FRAGMENT])

    await target.everyone(one)


async def slow_headers(target: Target) -> None:
    """Send one header line a second, without an end."""

    async def one(_place: int) -> None:
        async with target.line() as line:
            await line.send(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            while True:
                await line.send(b"X-More: x\r\n")
                await asyncio.sleep(1.0)

    await target.everyone(one, LONG_PAUSE)


async def slow_bodies(target: Target) -> None:
    """Announce bodies and never send them."""

    async def one(_place: int) -> None:
        async with target.line() as line:
            await line.send(_post("/sign_in", {"name": "x" * 900})[:-900])
            await line.closed()

    await target.everyone(one, LONG_PAUSE)


async def header_floods(target: Target) -> None:
    """Send requests with 1 MB of headers each, in many lines or in one."""
    lines = b"".join(b"X-%d: %s\r\n" % (n, b"a" * 8000) for n in range(125))
    many, single = _get("/", "X: 1\r\n")[:-2] + lines + b"\r\n", _get("/", "X: " + "a" * 1_000_000 + "\r\n")

    async def one(place: int) -> None:
        async with target.line() as line:
            await line.send(single if place % 2 else many)
            await line.answer()

    await target.everyone(one, LONG_PAUSE)


async def idle(target: Target) -> None:
    """Open connections and send nothing."""

    async def one(_place: int) -> None:
        async with target.line() as line:
            await line.closed()

    await target.everyone(one, LONG_PAUSE)


async def half_open(target: Target) -> None:
    """Followers that neither read nor answer pings, and requests whose sender has hung up."""
    tokens = target.facts["tokens"]

    async def one(place: int) -> None:
        if place % 2:
            async with target.line() as line:
                await line.send(b"GET / HTTP/1.1\r\nHost: ")
                line.writer.write_eof()
                await line.closed()
        async with target.websocket() as line:
            await line.send(masked(TEXT, b'40/mobile_ticket,{"token":"%s"}' % tokens[place].encode()))
            line.writer.transport.pause_reading()  # type: ignore[attr-defined]
            await asyncio.Event().wait()

    await target.everyone(one, LONG_PAUSE)


async def unjoined(target: Target) -> None:
    """Open WebSockets that join no namespace."""

    async def one(_place: int) -> None:
        async with target.websocket() as line:
            await line.closed()

    await target.everyone(one, LONG_PAUSE)


async def wrong_tokens(target: Target) -> None:
    """Send requests and followers with invalid tokens, as fast as the hub responds."""

    async def one(place: int) -> None:
        if place % 2:
            async with target.line() as line:
                while True:
                    token = random.randbytes(16).hex()
                    await line.send(_get("/kiosk/services", f"Authorization: Bearer {token}\r\n"))
                    await line.answer()
        async with target.websocket() as line:
            await line.send(masked(TEXT, b'40/mobile_ticket,{"token":"%d"}' % random.getrandbits(60)))
            await line.reader.readuntil(b"44/mobile_ticket")
            target.counts["joins refused"] += 1

    await target.everyone(one, pause=0.02)


async def pipelining(target: Target) -> None:
    """Send fifty requests at once on each connection."""
    fifty = _get("/sign_in") * 50

    async def one(_place: int) -> None:
        async with target.line() as line:
            while True:
                await line.send(fifty)
                for _ in range(50):
                    await line.answer()

    await target.everyone(one)


async def malformed(target: Target) -> None:
    """Send 100 invalid packets a second, in text and binary."""

    async def one(place: int) -> None:
        async with target.websocket(f"127.0.0.{place + 2}") as line:
            taking = asyncio.ensure_future(line.closed())
            try:
                while not taking.done():
                    packet = random.choice(MALFORMED).encode()
                    await line.send(masked(random.choice((TEXT, TEXT, BINARY)), packet))
                    target.counts["packets"] += 1
                    await asyncio.sleep(target.clients / 100)
            finally:
                taking.cancel()
                await asyncio.gather(taking, return_exceptions=True)

    await target.everyone(one, pause=0.05)


async def aborted(target: Target) -> None:
    """Open 500 WebSockets a second and cut them before or just after their handshake."""

    async def one(place: int) -> None:
        async with target.line() as line:
            await line.send(WEBSOCKET)
            if place % 2:
                await line.reader.readuntil(b"\r\n\r\n")
            target.counts["aborted"] += 1
            line.abort()

    await target.everyone(one, pause=target.clients / 500)


async def storm(target: Target) -> None:
    """Connect, be refused and connect again, without a pause, from one address."""

    async def one(_place: int) -> None:
        async with target.websocket() as line:
            await line.send(masked(TEXT, b'40/mobile_ticket,{"token":"none"}'))
            await line.reader.readuntil(b"44/mobile_ticket")

    await target.everyone(one, pause=0.0)


async def phones(target: Target) -> None:
    """Let all phones of an office come back at once. Refused ones try again after a while, as pages do."""
    tokens = target.facts["tokens"]
    joined = 0

    async def one(place: int) -> None:
        nonlocal joined
        try:
            async with target.websocket(f"127.0.0.{place % 200 + 2}") as line:
                await line.send(masked(TEXT, b'40/mobile_ticket,{"token":"%s"}' % tokens[place].encode()))
                await line.reader.readuntil(b"/mobile_ticket,")
                joined += 1
                target.counts["joined at most"] = max(target.counts["joined at most"], joined)
                await line.closed()
        finally:
            await asyncio.sleep(random.uniform(1.0, 3.0))

    await target.everyone(one)


async def wifi(target: Target) -> None:
    """Let all phones of an office join, vanish together as when a Wi-Fi fails, and come back."""
    tokens = target.facts["tokens"]
    joined, gone = 0, asyncio.Event()

    async def one(place: int) -> None:
        nonlocal joined, gone
        async with target.websocket(f"127.0.0.{place % 200 + 2}") as line:
            await line.send(masked(TEXT, b'40/mobile_ticket,{"token":"%s"}' % tokens[place].encode()))
            await line.reader.readuntil(b"/mobile_ticket,")
            mine = gone
            joined += 1
            if joined == target.clients:
                target.counts["all vanished together"] += 1
                joined, gone = 0, asyncio.Event()
                mine.set()
            await mine.wait()

    await target.everyone(one)


# -- attacks: what costs the hub work ------------------------------------------------------------------


async def sign_ins(target: Target) -> None:
    """Send wrong sign-ins of invented names, from as many addresses."""

    async def one(place: int) -> None:
        async with target.line(f"127.0.0.{place + 2}") as line:
            while True:
                name = f"Nobody {random.getrandbits(40)}"
                await line.send(_post("/sign_in", {"name": name, "password": "wrong-password"}))
                await line.answer()
                await asyncio.sleep(PAUSE)

    await target.everyone(one)


async def uploads(target: Target) -> None:
    """Upload large pictures as a supervisor."""
    cookie, body = target.facts["cookie"], target.facts["form"]
    head = (
        "POST /admin/screens/interludes HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Cookie: {cookie}\r\n"
        f"Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    await _asked_again(target, head + body)


def form_with_picture(side: int) -> bytes:
    """Return a form with a square PNG of that many pixels a side, in one colour."""
    packer = zlib.compressobj(6)
    row = b"\0" + b"\x20\x60\xa0" * side
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    header = struct.pack("!IIBBBBB", side, side, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        + png
        + b"\r\n--edge--\r\n"
    )


async def previews(target: Target) -> None:
    """Ask for previews of the slip as a supervisor."""
    wish = _post("/admin/slip/preview", target.facts["slip"], f"Cookie: {target.facts['cookie']}\r\n")
    await _asked_again(target, wish)


async def virtual_slips(target: Target) -> None:
    """Ask for slips of the virtual printer as a supervisor."""
    await _asked_again(target, _get("/print_agent/virtual/slip.png", f"Cookie: {target.facts['cookie']}\r\n"))


async def readyz(target: Target) -> None:
    """Ask for `/readyz` in a loop."""
    await _asked_again(target, _get("/readyz"))


async def _asked_again(target: Target, wish: bytes) -> None:
    """Send requests as fast as the hub responds, with a pause after each 429."""

    async def one(_place: int) -> None:
        async with target.line() as line:
            while True:
                await line.send(wish)
                if await line.answer() in (429, 503):
                    await asyncio.sleep(PAUSE)

    await target.everyone(one)


ATTACKS = {
    one.__name__: one
    for one in (
        fragments, big_frames, slow_headers, slow_bodies, header_floods, idle, half_open, unjoined, wrong_tokens,
        pipelining, malformed, aborted, storm, phones, wifi, sign_ins, uploads, previews, virtual_slips, readyz,
    )
}  # fmt: skip


async def attacked(attack: Callable[[Target], Awaitable[None]], target: Target, seconds: float) -> dict[str, int]:
    """Attack until the time is over. Returns the counts."""
    going = asyncio.ensure_future(attack(target))
    done, _ = await asyncio.wait([going], timeout=seconds)
    going.cancel()
    ended = await asyncio.gather(going, return_exceptions=True)
    if done and isinstance(ended[0], BaseException):
        raise ended[0]
    return dict(target.counts)


def main() -> None:
    """Take the task from the first line of input, say "ready", begin at the next line and tell what was done."""
    given = task()
    os.nice(10)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gc.disable()
    facts = given["facts"]
    if given["name"] == "uploads":
        facts["form"] = form_with_picture(facts["side"])
    target = Target(given["port"], given["clients"], facts)
    if begins():
        json.dump(asyncio.run(attacked(ATTACKS[given["name"]], target, given["seconds"])), sys.stdout)


if __name__ == "__main__":
    main()
