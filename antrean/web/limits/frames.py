"""Reads WebSocket frames within a budget; refuses a frame over it by its header, before the payload is read.

Screens say hardly anything: the packet by which they connect, and an answer to each ping. A few kilobytes in all are
plenty, and a client that sends more is no screen. Fragments count like whole messages, small frames like large ones.
"""

from __future__ import annotations

import math
import re
import struct
from collections import Counter
from collections.abc import Callable

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
MOST_BYTES = 4096  # a session sends in all, pongs left out
MOST_MESSAGES = 64  # frames or packets a session sends in all, pongs left out
SPARE_PONGS = 4
PIECE = 4096
DROP, SOON_SECONDS = 1024, 1.0  # what is smaller and comes sooner after the last piece is a drop
FIRST_PAUSE, LONGEST_PAUSE = 0.001, 0.25  # seconds before the next drop is read
# Engine.IO packets that a screen sends: a pong, the two steps from polling to a WebSocket, goodbye, and of Socket.IO's
# "connect", "disconnect" and "event".
PACKET = re.compile(r"3|2probe|5|1|4[012].*", re.DOTALL)
GOODBYE, PROTOCOL_ERROR, NO_BINARY, NO_TEXT, AGAINST_POLICY, TOO_BIG = 1000, 1002, 1003, 1007, 1008, 1009


def frame(text: str) -> bytes:
    """Return a text message as a server's WebSocket frame: whole, neither masked nor packed (RFC 6455, 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x81, size) + payload
    if size < 65536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload


class Refused(Exception):
    """The session is to be closed; `status` is the WebSocket's closing code."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Budget:
    """What one session may still send, over whichever transport.

    Pongs answer the hub's pings, which come every `ping_seconds`; no more of them are taken than pings can have been
    sent, and a few. So a screen that stays for a year is not cut off.
    """

    __slots__ = ("_bytes", "_messages", "_monotonic", "_opened", "_ping_seconds", "_pongs")

    def __init__(self, monotonic: Callable[[], float], ping_seconds: float) -> None:
        self._monotonic = monotonic
        self._ping_seconds = ping_seconds
        self._opened = monotonic()
        self._bytes = MOST_BYTES
        self._messages = MOST_MESSAGES
        self._pongs = 0

    def spend(self, size: int) -> None:
        """Count one frame or packet of so many bytes, before it is read. Refuses what is over the budget."""
        self._bytes -= size
        self._messages -= 1
        if self._bytes < 0 or self._messages < 0:
            raise Refused(TOO_BIG)

    def pong(self) -> None:
        """Count one answer to a ping. Refuses more than there were pings."""
        self._pongs += 1
        if self._pongs > SPARE_PONGS + (self._monotonic() - self._opened) / self._ping_seconds:
            raise Refused(TOO_BIG)


class Pace:
    """Reads tiny pieces less and less often, so that a client that sends single bytes costs the hub almost nothing.

    What an honest client sends comes in one piece or a few, or a long time after the last.
    """

    __slots__ = ("_last", "_monotonic", "_pause", "_receive", "_sleep")

    def __init__(
        self, receive: Callable[[int], bytes], sleep: Callable[[float], None], monotonic: Callable[[], float]
    ) -> None:
        self._receive = receive
        self._sleep = sleep
        self._monotonic = monotonic
        self._last = -math.inf
        self._pause = 0.0

    def receive(self, most: int) -> bytes:
        """Return the next piece, after a pause if the last ones were small and came soon after each other."""
        if self._pause:
            self._sleep(self._pause)
        piece = self._receive(most)
        now = self._monotonic()
        soon = now - self._last < SOON_SECONDS and len(piece) < DROP
        self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE) if soon else 0.0
        self._last = now
        return piece


class FrameReader:
    """Parses a client's WebSocket frames (RFC 6455, 5.2). `receive(most)` gives bytes, none at the end."""

    __slots__ = ("_budget", "_opcode", "_parts", "_receive", "_rest")

    def __init__(self, receive: Callable[[int], bytes], budget: Budget) -> None:
        self._receive = receive
        self._budget = budget
        self._rest = b""
        self._opcode = CONTINUATION  # of the message whose fragments are coming in
        self._parts: list[bytes] = []

    @property
    def under_way(self) -> bool:
        """Whether a part of what comes next has been read already."""
        return bool(self._rest or self._parts) or self._opcode != CONTINUATION

    def next(self) -> tuple[int, bytes] | None:
        """Return the next whole message or control frame as (opcode, payload), or None at the end of the stream.

        Refuses what is over the budget, and frames that the protocol does not know.
        """
        try:
            while True:
                opcode, final, payload = self._frame()
                if opcode & 0x8:
                    return opcode, payload
                if opcode != CONTINUATION:
                    self._opcode = opcode
                if final and not self._parts:
                    opcode, self._opcode = self._opcode, CONTINUATION
                    return opcode, payload
                self._parts.append(payload)
                if final:
                    opcode, self._opcode = self._opcode, CONTINUATION
                    payload, self._parts = b"".join(self._parts), []
                    return opcode, payload
        except EOFError:
            return None

    def _frame(self) -> tuple[int, bool, bytes]:
        first, second = self._take(2)
        opcode, final, size = first & 0x0F, bool(first & 0x80), second & 0x7F
        if first & 0x70 or not second & 0x80 or opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise Refused(PROTOCOL_ERROR)
        if opcode & 0x8:
            if not final or size > 125:
                raise Refused(PROTOCOL_ERROR)
        elif (opcode == CONTINUATION) is (self._opcode == CONTINUATION):
            raise Refused(PROTOCOL_ERROR)
        if size == 126:
            (size,) = struct.unpack("!H", self._take(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._take(8))
        if opcode == TEXT and final and size == 1:
            payload = unmasked(self._take(4), self._take(1))
            if payload == b"3":
                self._budget.pong()
            else:
                self._budget.spend(size)
            return opcode, final, payload
        self._budget.spend(size)
        return opcode, final, unmasked(self._take(4), self._take(size))

    def _take(self, size: int) -> bytes:
        while len(self._rest) < size:
            piece = self._receive(PIECE)
            if not piece:
                raise EOFError
            self._rest += piece
        found, self._rest = self._rest[:size], self._rest[size:]
        return found


def unmasked(mask: bytes, payload: bytes) -> bytes:
    """Return the payload without its mask, in one step."""
    size = len(payload)
    key = int.from_bytes((mask * (size // 4 + 1))[:size])
    return (int.from_bytes(payload) ^ key).to_bytes(size)


class PacketReader:
    """Gives a client's Engine.IO packets one by one, answers its control frames and ends what is refused.

    `answer(opcode, payload)` sends a control frame, `end(status)` closes the connection. `counts` says how often
    something was refused, by its closing code.
    """

    __slots__ = ("_answer", "_counts", "_end", "_frames")

    def __init__(
        self,
        receive: Callable[[int], bytes],
        answer: Callable[[int, bytes], object],
        end: Callable[[int], object],
        budget: Budget,
        counts: Counter[str],
    ) -> None:
        self._frames = FrameReader(receive, budget)
        self._answer = answer
        self._end = end
        self._counts = counts

    @property
    def under_way(self) -> bool:
        """Whether a part of the next packet has been read already."""
        return self._frames.under_way

    def wait(self) -> str | None:
        """Return the next packet, or None when the connection is over."""
        try:
            return self._packet()
        except Refused as refused:
            self._counts[f"refused_{refused.status}"] += 1
            self._end(refused.status)
            return None

    def _packet(self) -> str | None:
        while (found := self._frames.next()) is not None:
            opcode, payload = found
            if opcode == PING:
                self._answer(PONG, payload)
            elif opcode == CLOSE:
                self._end(GOODBYE)
                return None
            elif opcode == BINARY:
                raise Refused(NO_BINARY)
            elif opcode == TEXT:
                return checked_packet(payload)
        return None


def checked_packet(payload: bytes) -> str:
    """Return an Engine.IO packet as text. Refuses what no screen sends."""
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        raise Refused(NO_TEXT) from None
    if not PACKET.fullmatch(text):
        raise Refused(AGAINST_POLICY)
    return text
