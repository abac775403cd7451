"""What a client may send, counted from the header of each frame."""

from __future__ import annotations

import struct
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.web.limits.frames import (
    AGAINST_POLICY,
    BINARY,
    CLOSE,
    CONTINUATION,
    GOODBYE,
    MOST_BYTES,
    MOST_MESSAGES,
    NO_BINARY,
    NO_TEXT,
    PING,
    PONG,
    PROTOCOL_ERROR,
    SPARE_PONGS,
    TEXT,
    TOO_BIG,
    Budget,
    FrameReader,
    Pace,
    PacketReader,
    Refused,
    unmasked,
)

MASK = b"\x01\x80\xff\x42"
CONNECT = b'40/mobile_ticket,{"token":"one"}'


class Now:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def framed(opcode: int, payload: bytes = b"", final: bool = True) -> bytes:
    """Return a client's frame."""
    size = len(payload)
    head = struct.pack("!B", (0x80 if final else 0) | opcode)
    if size < 126:
        head += struct.pack("!B", 0x80 | size)
    elif size < 65536:
        head += struct.pack("!BH", 0x80 | 126, size)
    else:
        head += struct.pack("!BQ", 0x80 | 127, size)
    return head + MASK + bytes(byte ^ MASK[place % 4] for place, byte in enumerate(payload))


class Line:
    """A socket that gives what was sent in pieces of a size, then the end of the stream."""

    def __init__(self, sent: bytes, piece: int = 4096) -> None:
        self.left = sent
        self.piece = piece

    def receive(self, most: int) -> bytes:
        found, self.left = self.left[: min(most, self.piece)], self.left[min(most, self.piece) :]
        return found


class Client:
    """What a client sent, read as the hub does; notes the hub's control frames and how it ended."""

    def __init__(self, sent: bytes, now: Now | None = None, piece: int = 4096) -> None:
        self.line = Line(sent, piece)
        self.controls: list[tuple[int, bytes]] = []
        self.ends: list[int] = []
        self.counts: Counter[str] = Counter()
        budget = Budget(now or Now(), 15)
        self._reader = PacketReader(
            self.line.receive, lambda *frame: self.controls.append(frame), self.ends.append, budget, self.counts
        )

    def packets(self) -> list[str]:
        return list(iter(self._reader.wait, None))


@given(st.binary(min_size=4, max_size=4), st.binary(max_size=600))
def test_a_mask_is_taken_off_whatever_the_length(mask: bytes, payload: bytes) -> None:
    assert unmasked(mask, bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))) == payload


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=8), st.integers(1, 50))
def test_a_message_is_whole_again_in_however_many_fragments_and_pieces_it_comes(parts: list[bytes], piece: int) -> None:
    opcodes = [BINARY, *[CONTINUATION] * (len(parts) - 1)]
    sent = b"".join(
        framed(opcode, part, final=place == len(parts) - 1)
        for place, (opcode, part) in enumerate(zip(opcodes, parts, strict=True))
    )
    reader = FrameReader(Line(sent, piece).receive, Budget(Now(), 15))
    assert reader.next() == (BINARY, b"".join(parts))
    assert reader.next() is None


def test_a_connect_packet_in_fragments_with_a_ping_between_them_is_heard() -> None:
    client = Client(
        framed(TEXT, CONNECT[:5], final=False)
        + framed(PING, b"still there?")
        + framed(CONTINUATION, CONNECT[5:])
        + framed(TEXT, b"3")
    )
    assert client.packets() == [CONNECT.decode(), "3"]
    assert client.controls == [(PONG, b"still there?")]
    assert client.ends == []


def test_a_screen_that_answers_pings_for_a_year_is_not_cut_off() -> None:
    now = Now()
    budget = Budget(now, 15)
    for _ in range(1_000_000):
        now.seconds += 15
        budget.pong()


def test_more_answers_than_pings_are_refused() -> None:
    client = Client(framed(TEXT, b"3") * 100)
    assert client.packets() == ["3"] * SPARE_PONGS
    assert client.ends == [TOO_BIG]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (framed(TEXT, b"4" * (MOST_BYTES + 1)), TOO_BIG),
        (struct.pack("!BBQ", 0x81, 0xFF, 1 << 62), TOO_BIG),
        (framed(TEXT, b"4", final=False) + framed(CONTINUATION, b"x" * 100, final=False) * 60, TOO_BIG),
        (framed(TEXT, b"", final=False) + framed(CONTINUATION, b"", final=False) * 200, TOO_BIG),
        (framed(PING) * (MOST_MESSAGES + 1), TOO_BIG),
        (framed(PONG) * (MOST_MESSAGES + 1), TOO_BIG),
        (framed(TEXT, b"42[1]") * (MOST_MESSAGES + 1), TOO_BIG),
        (framed(BINARY, b"1"), NO_BINARY),
        (framed(TEXT, b"4\xff"), NO_TEXT),
        (framed(TEXT, b""), AGAINST_POLICY),
        (framed(TEXT, b"451-[]"), AGAINST_POLICY),
        (framed(TEXT, b"b4AAA"), AGAINST_POLICY),
        (framed(TEXT, b"x"), AGAINST_POLICY),
        (framed(TEXT, "٣".encode()), AGAINST_POLICY),
        (b"\x81\x05hello", PROTOCOL_ERROR),  # not masked
        (b"\xc1\x80" + MASK, PROTOCOL_ERROR),  # a reserved bit
        (b"\x83\x80" + MASK, PROTOCOL_ERROR),  # an opcode nobody knows
        (framed(PING, final=False), PROTOCOL_ERROR),
        (framed(PING, b"x" * 126), PROTOCOL_ERROR),
        (framed(CONTINUATION, b"x"), PROTOCOL_ERROR),
        (framed(TEXT, b"4", final=False) + framed(TEXT, b"0"), PROTOCOL_ERROR),
    ],
)
def test_what_no_screen_sends_ends_the_connection_with_its_reason(sent: bytes, status: int) -> None:
    client = Client(sent + framed(TEXT, b"3"))
    assert "3" not in client.packets()
    assert client.ends == [status]
    assert client.counts == {f"refused_{status}": 1}


def test_a_frame_that_is_too_big_is_refused_before_it_is_read() -> None:
    size = 1 << 20
    client = Client(framed(TEXT, b"x" * size))
    assert client.packets() == []
    assert len(client.line.left) > size - 8192


def test_a_client_that_says_goodbye_is_answered_so() -> None:
    client = Client(framed(CLOSE, struct.pack("!H", 1001)) + framed(TEXT, b"3"))
    assert client.packets() == []
    assert client.ends == [GOODBYE]
    assert client.counts == {}


@given(st.binary(max_size=200))
def test_no_bytes_whatever_bring_the_reader_down(sent: bytes) -> None:
    reader = FrameReader(Line(sent).receive, Budget(Now(), 15))
    try:
        while reader.next() is not None:
            pass
    except Refused:
        pass


def test_what_comes_in_drops_is_read_ever_more_seldom_and_pongs_at_once() -> None:
    now = Now()
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now.seconds += seconds

    pace = Pace(lambda most: b"x", sleep, now)
    for _ in range(1000):
        pace.receive(4096)
        now.seconds += 0.001
    assert now.seconds > 200
    now.seconds += 15
    pace.receive(4096)
    pauses.clear()
    for _ in range(10):
        now.seconds += 15
        pace.receive(4096)
    assert pauses == []
    large = Pace(lambda most: b"x" * most, sleep, now)
    for _ in range(10):
        large.receive(4096)
    assert pauses == []
